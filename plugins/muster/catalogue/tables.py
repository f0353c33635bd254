"""The YAML tables beside this module, each parsed once and only when it is needed."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster; not every build has it


@cache
def table(name: str) -> Mapping[str, object]:
    """The content of ``<name>.yaml``; raises ``ValueError`` where it is no mapping."""
    content = yaml.load(files(__package__).joinpath(f"{name}.yaml").read_bytes(), Loader=_LOADER)  # noqa: S506 - safe
    if not isinstance(content, dict):
        raise ValueError(f"{name}.yaml is no mapping")  # noqa: TRY004 - its content is wrong, not its type
    return content


def rows(name: str, key: str) -> tuple[Mapping[str, object], ...]:
    """The rows of one list of a table."""
    found = table(name).get(key)
    if not isinstance(found, list):
        raise ValueError(f"{name}.yaml has no list '{key}'")  # noqa: TRY004 - its content is wrong, not its type
    return tuple(found)
