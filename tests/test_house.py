"""The house around the code: the commands that are promised, the lock, and what a wheel holds."""

import re
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TEST_COMMAND = ".venv/bin/python -m pytest -n 2 tests"
LOCKS = {"requirements.lock": ("lab", "dev"), "requirements-kerberos.lock": ("kerberos",)}


@pytest.mark.parametrize("file", ["README.md", "Makefile", ".ci/run"])
def test_one_test_command_everywhere(file: str) -> None:
    lines = [line.strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
    assert TEST_COMMAND in lines


def pins_of(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text("utf-8")
    return {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_the_project_asks_for(lock: str) -> None:
    pins = pins_of(lock)
    asked = PROJECT["dependencies"] + [
        line for extra in LOCKS[lock] for line in PROJECT["optional-dependencies"][extra]
    ]
    for line in asked:
        wanted = Requirement(line)
        if wanted.name != PROJECT["name"]:
            pinned = pins[canonicalize_name(wanted.name)]
            assert pinned in wanted.specifier, f"{lock} pins {wanted.name} {pinned}, asked for is {line}: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|file:|--(extra-)?index-url|--find-links|--trusted-host|^-[ef]\b", text, re.MULTILINE)
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    bare = [block for block in blocks if "==" in block.partition("\n")[0] and "--hash=sha256:" not in block]
    assert not bare


def test_the_locks_agree() -> None:
    first, second = (pins_of(lock) for lock in LOCKS)
    assert {name: first[name] for name in first.keys() & second.keys()} == {
        name: second[name] for name in first.keys() & second.keys()
    }


def test_a_wheel_holds_the_machine_with_its_data_and_the_checks(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for source, target in {"plugins/muster": "muster", "checks": "muster/checks"}.items():
        files = [path for path in (ROOT / source).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files, f"{source} holds nothing"
        missing = {f"{target}/{path.relative_to(ROOT / source).as_posix()}" for path in files} - held
        assert not missing


def test_an_editable_wheel_copies_nothing(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["editable"])
    with ZipFile(wheel) as archive:
        held = archive.namelist()
        path_file = next(name for name in held if name.endswith(".pth"))
        assert archive.read(path_file).decode().strip() == str(ROOT / "plugins")
        assert not [name for name in held if name.startswith("muster/")]
