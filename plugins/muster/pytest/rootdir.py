"""Finds the pytest configuration again, once our own options are known.

pytest looks for its configuration before it loads plugins, and takes the value of an option that it does not know
yet (``--facts ../captures/site-a``) for a path of tests: the configuration beside the checks is then never found. The
same happens with checks in a folder elsewhere (``pytest ../own --env prod``). pytest has no public way to look again;
what is used here is private to pytest 9, and tests/pytest/test_rootdir.py holds it.
"""

from pathlib import Path

import pytest
from _pytest.config.findpaths import determine_setup


def look_again(config: pytest.Config, args: list[str]) -> None:
    """Settle root folder and configuration anew: from the real test paths, else from where pytest was started."""
    known = config.known_args_namespace
    if known.inifilename or not (known.env or known.facts):
        return
    here = config.invocation_params.dir
    for paths in (known.file_or_dir, [str(here)]):
        rootpath, inipath, settings, ignored = determine_setup(
            inifile=None,
            override_ini=known.override_ini,
            args=paths,
            rootdir_cmd_arg=known.rootdir or None,
            invocation_dir=here,
        )
        if inipath is not None:
            break
    if inipath is None or inipath == config.inipath:
        return
    config._rootpath, config._inipath, config._inicfg = rootpath, inipath, settings  # noqa: SLF001
    config._ignored_config_files = ignored  # noqa: SLF001
    config._inicache.clear()  # noqa: SLF001
    known.confcutdir = str(_above(inipath.parent, [Path(path.partition("::")[0]) for path in known.file_or_dir]))
    hook = config.pluginmanager.rewrite_hook
    hook.fnpats = config.getini("python_files")  # type: ignore[attr-defined] # the real hook, not its stand-in
    args[:0] = config.getini("addopts")


def _above(folder: Path, paths: list[Path]) -> Path:
    """The folder above all of them, so that conftest files on the way are read."""
    top = folder
    for path in paths:
        while not path.resolve().is_relative_to(top) and top != top.parent:
            top = top.parent
    return top
