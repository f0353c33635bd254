"""The tables are read faster than by PyYAML's own constructors, and as they would be by them."""

from importlib.resources import files

import pytest
import yaml

from muster.catalogue import Catalogue, tables
from muster.catalogue.tables import plain, rows, table

NAMES = sorted(
    one.name.removesuffix(".yaml")
    for one in files("muster.catalogue").joinpath("data").iterdir()
    if one.name.endswith(".yaml")
)


def test_there_are_the_tables_that_are_read() -> None:
    expected = {"as_of", "builds", "cves", "dotnet", "lifecycle", "schema", "smtp_replies"}
    assert expected <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_reads_as_a_safe_load_reads_it(name: str) -> None:
    text = files("muster.catalogue").joinpath("data", f"{name}.yaml").read_bytes()
    assert plain(text) == yaml.safe_load(text)
    assert table(name) == plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x\n",
        "a: [1, {}, [], '', ~, true, 'true', 012, \"1\", -1, 1.5, 2026-10-02, no]\n",
        "[]\n",
        "x\n",
        "",
    ],
)
def test_what_tables_do_not_use_is_refused_or_text(text: str) -> None:
    if "*" in text:
        with pytest.raises(ValueError, match="no anchors"):
            plain(text.encode())
        return
    found = plain(text.encode())
    if text.startswith("a:"):
        assert found == {"a": [1, {}, [], "", None, True, "true", 12, "1", "-1", "1.5", "2026-10-02", "no"]}
    else:
        assert found == yaml.safe_load(text)


def test_a_table_that_is_no_mapping_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "plain", lambda _: [])
    table.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"as_of\.yaml is no mapping"):
            table("as_of")
    finally:
        table.cache_clear()


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"builds\.yaml: sources is no list of rows"):
        rows("builds", "sources")


def test_a_table_is_read_when_it_is_first_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = tables.table

    def watched(name: str) -> object:
        read.append(name)
        return whole(name)

    monkeypatch.setattr(tables, "table", watched)
    monkeypatch.setattr("muster.catalogue.catalogue.table", watched)
    fresh = Catalogue()
    assert read == []
    assert fresh.as_of
    assert set(read) == {"as_of"}
    fresh.release_of("15.2.1748.37")
    assert set(read) == {"as_of", "builds"}
    fresh.dotnet_version(528040)
    assert set(read) == {"as_of", "builds", "dotnet"}
