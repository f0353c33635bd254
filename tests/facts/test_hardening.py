"""What Windows under Exchange brings: what is not there is told apart from what was not seen."""

from datetime import UTC, datetime

import pytest
from packaging.version import Version

from kit.facts import SRV1, item, read
from muster.facts.hardening import (
    DotNetLibraries,
    ExtendedProtectionSuppressed,
    FipFsConfiguration,
    TokenCacheModule,
)
from muster.model import (
    Answer,
    Fact,
    FactUnavailable,
    Need,
    Object,
    Observation,
    Problem,
    Question,
    Server,
    WindowsCmdlet,
    fill_after,
)
from muster.resolve import book_of, bound, resolve

EDGE1 = Server("EDGE1", "edge1.example.com", frozenset({"Edge"}))
Asked = tuple[Question, tuple[Object, ...]]


def question(fact: type[Fact], name: str, way: int = 0) -> WindowsCmdlet:
    wanted = fact.needs[name]
    assert isinstance(wanted, Need)
    found = bound(wanted.alternatives[way], SRV1)
    assert isinstance(found, WindowsCmdlet)
    return found


def suppressed(row: Object, way: int = 0) -> ExtendedProtectionSuppressed:
    return read(ExtendedProtectionSuppressed, SRV1, (question(ExtendedProtectionSuppressed, "LSA", way), (row,)))


@pytest.mark.parametrize(("value", "number"), [(None, 0), (0, 0), (1, 1), ("2", 2)])
def test_no_value_is_zero_where_it_was_asked_for(value: int | str | None, number: int) -> None:
    found = suppressed(item("Selected", SuppressExtendedProtection=value))
    assert (found.suppress_extended_protection, found.suppressed) == (number, number != 0)


def test_the_whole_key_without_the_value_is_zero_too() -> None:
    whole = item("PSCustomObject", NoLmHash=1, PSChildName="Lsa")
    assert suppressed(whole, way=1).suppress_extended_protection == 0
    set_there = item("PSCustomObject", suppressextendedprotection=1, PSChildName="Lsa")
    assert suppressed(set_there, way=1).suppressed


@pytest.mark.parametrize("row", [item("PSCustomObject", NoLmHash=1), item("PSCustomObject", PSChildName="Control")])
def test_another_key_says_nothing(row: Object) -> None:
    with pytest.raises(FactUnavailable, match="SuppressExtendedProtection was not sent"):
        _ = suppressed(row, way=1).suppressed


def test_a_key_that_could_not_be_read_is_not_zero() -> None:
    asked = [question(ExtendedProtectionSuppressed, "LSA", way) for way in (0, 1)]
    problem = Problem("failed", "Requested registry access is not allowed.")
    observed = {one.key: Observation(one, "SRV1", None, 0.1, "x", problem=problem) for one in asked}
    with pytest.raises(FactUnavailable, match="not allowed"):
        resolve(ExtendedProtectionSuppressed, SRV1, book_of(observed))


WRITTEN = datetime(2025, 8, 13, tzinfo=UTC)


def library(name: str, **properties: object) -> Asked:
    row = {"Name": f"c:\\windows\\{name}.dll", "Version": "4.8.4682.0", "LastModified": WRITTEN} | properties
    return question(DotNetLibraries, name), (Object("CimInstance", None, row),)  # type: ignore[arg-type] # values


def test_both_libraries_with_build_and_age() -> None:
    found = read(DotNetLibraries, SRV1, library("System.Data", Version="4.7.3630.0"), library("System.Configuration"))
    assert [(one.identity, one.file_build, one.last_modified) for one in found] == [
        ("System.Data.dll", 3630, WRITTEN),
        ("System.Configuration.dll", 4682, WRITTEN),
    ]
    assert found.rows[0].version < Version("4.8") < found.rows[1].version


def test_a_library_that_was_not_shown_leaves_nothing_certain() -> None:
    asked = question(DotNetLibraries, "System.Configuration")
    with pytest.raises(FactUnavailable, match="brought nothing"):
        read(DotNetLibraries, SRV1, library("System.Data"), (asked, ()))
    unknown = read(DotNetLibraries, SRV1, library("System.Data", Version=None), library("System.Configuration"))
    with pytest.raises(FactUnavailable, match="where a file version such as"):
        _ = unknown.rows[0].file_build


def token_cache(
    *modules: str, file: tuple[Object, ...] = (item("CimInstance", Version="10.0.20348.2029"),)
) -> TokenCacheModule:
    rows = tuple(item("Selected", name=name, image="x.dll") for name in modules)
    return read(
        TokenCacheModule,
        SRV1,
        (question(TokenCacheModule, "modules"), rows),
        (question(TokenCacheModule, "file"), file),
    )


def test_the_module_is_loaded_or_others_are() -> None:
    found = token_cache("UriCacheModule", "TokenCacheModule")
    assert (found.loaded, found.version) == (True, Version("10.0.20348.2029"))
    assert not token_cache("UriCacheModule").loaded
    with pytest.raises(FactUnavailable, match="brought nothing"):
        token_cache()


def test_a_file_that_is_not_there_matters_only_where_it_is_loaded() -> None:
    found = token_cache("UriCacheModule", file=())
    assert not found.loaded
    with pytest.raises(FactUnavailable, match="Version was not sent"):
        _ = found.version


def test_part_of_the_modules_does_not_say_that_one_is_missing() -> None:
    cut = Answer((item("Selected", name="UriCacheModule"),), shortfalls=(Problem("partial", "the list was cut off"),))
    modules, file = question(TokenCacheModule, "modules"), question(TokenCacheModule, "file")
    observed = {
        modules.key: Observation(modules, "SRV1", None, 0.1, "x", cut),
        file.key: Observation(file, "SRV1", None, 0.1, "x", Answer((item("CimInstance", Version="10.0.1.1"),))),
    }
    with pytest.raises(FactUnavailable, match="cut off"):
        resolve(TokenCacheModule, SRV1, book_of(observed))


FOLDER = "D:\\Exchange\\V15\\FIP-FS\\Data"
FILE = f"{FOLDER}\\Configuration.xml"


def scan_engines(found: tuple[Object, ...], folder: str = FOLDER, way: int = 0) -> FipFsConfiguration:
    asked_file = question(FipFsConfiguration, "file", way)
    asked_line = question(FipFsConfiguration, "override", way)
    assert asked_file.after is not None
    key = (asked_file.after.question, (item("PSCustomObject", DatabasePath=folder),))
    file = (fill_after(asked_file, folder), (item("CimInstance", Name=FILE.casefold()),))
    return read(FipFsConfiguration, SRV1, key, file, (fill_after(asked_line, folder), found))


def test_the_file_is_searched_where_the_registry_has_it() -> None:
    asked = fill_after(question(FipFsConfiguration, "override"), FOLDER)
    assert isinstance(asked, WindowsCmdlet)
    assert dict(asked.pipeline[0].parameters)["LiteralPath"] == FILE
    file = fill_after(question(FipFsConfiguration, "file"), FOLDER)
    assert isinstance(file, WindowsCmdlet)
    assert (
        dict(file.pipeline[0].parameters)["Filter"]
        == "Name='D:\\\\Exchange\\\\V15\\\\FIP-FS\\\\Data\\\\Configuration.xml'"
    )


def test_a_line_overrides_and_no_line_does_not() -> None:
    found = scan_engines((item("MatchInfo", Line="   <Type>XLSB|NO</Type>"),))
    assert (found.overridden, found.override) == (True, "<Type>XLSB|NO</Type>")
    assert not scan_engines(()).overridden


def test_a_folder_with_a_backslash_at_its_end_is_the_same_file() -> None:
    assert not scan_engines((), folder=f"{FOLDER}\\", way=1).overridden


def test_no_line_of_a_file_that_was_not_shown_is_no_answer() -> None:
    asked_file, asked_line = question(FipFsConfiguration, "file"), question(FipFsConfiguration, "override")
    assert asked_file.after is not None
    key = (asked_file.after.question, (item("PSCustomObject", DatabasePath=FOLDER),))
    with pytest.raises(FactUnavailable, match="brought nothing"):
        read(
            FipFsConfiguration, SRV1, key, (fill_after(asked_file, FOLDER), ()), (fill_after(asked_line, FOLDER), ())
        )


def test_an_edge_has_neither_iis_nor_scan_engines() -> None:
    for fact in (TokenCacheModule, FipFsConfiguration):
        assert fact.concerns(SRV1)
        assert not fact.concerns(EDGE1)
