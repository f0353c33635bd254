"""The tables hold together, and each way in which they could not is noticed."""

from collections.abc import Mapping

import pytest

from muster.catalogue import published, read_build
from muster.upgrade import by_design, extended_protection, losses, sources
from muster.upgrade import tables as tables_module
from muster.upgrade.consistency import breaches
from muster.upgrade.knowledge import issues_of, known_issues, set_components, stopped_services
from muster.upgrade.preservation import preserved_files
from muster.upgrade.put_back import cmdlets


def test_the_tables_hold_together() -> None:
    assert list(breaches(published())) == []
    assert len(by_design.designs()) >= 69
    assert len(losses.losses()) >= 73
    assert len(extended_protection.protected()) == 25
    assert len(preserved_files()) == 63
    assert len(known_issues()) == 46
    assert len(sources()) > 100
    assert {one.requester for one in set_components()} == {"Functional", "Maintenance"}
    assert {"W3SVC", "WinMgmt", "RemoteRegistry"} <= {one.name for one in stopped_services()}


def test_known_issues_by_build() -> None:
    assert "ki-nov24-etr" in {one.id for one in issues_of(read_build("15.2.1544.13"))}
    assert issues_of(read_build("15.2.1544.14")) == ()


@pytest.mark.parametrize(
    ("table", "key", "row", "said"),
    [
        (
            "lost",
            "rows",
            {
                "id": "x",
                "kind": "lost",
                "category": "c",
                "applies_to": "all",
                "evidence": "documented",
                "what": "w",
                "symptom": "s",
                "seen": [],
                "put_back": [],
                "source": ["learn_cu"],
            },
            "neither says how",
        ),
        (
            "lost",
            "rows",
            {
                "id": "x",
                "kind": "lost",
                "category": "c",
                "evidence": "no_source",
                "what": "w",
                "symptom": "s",
                "seen": [],
                "put_back": ["p"],
                "source": ["learn_cu"],
            },
            "cannot be lost",
        ),
        (
            "lost",
            "rows",
            {
                "id": "x",
                "kind": "gone",
                "category": "c",
                "evidence": "documented",
                "what": "w",
                "symptom": "s",
                "seen": [],
                "put_back": ["p"],
                "source": ["learn_cu"],
            },
            "kind 'gone'",
        ),
        (
            "lost",
            "rows",
            {
                "id": "x",
                "kind": "lost",
                "category": "c",
                "evidence": "documented",
                "what": "w",
                "symptom": "s",
                "seen": [{"facts": ["A"], "how": ["lost"]}],
                "put_back": ["p"],
                "source": ["learn_cu"],
            },
            "how ['lost']",
        ),
        (
            "known_issues",
            "rows",
            {
                "id": "x",
                "update": "u",
                "products": [],
                "symptom": "s",
                "workaround": "w",
                "fixed_in": "f",
                "source": ["nowhere"],
            },
            "'nowhere' is no source",
        ),
        (
            "known_issues",
            "rows",
            {"id": "x", "update": "u", "products": [], "symptom": "s", "workaround": "w", "fixed_in": "f"},
            "no source",
        ),
        (
            "known_issues",
            "rows",
            {"id": "x", "update": "u", "source": ["learn_cu"], "unverified": True},
            "unverified without a reason",
        ),
        (
            "by_design",
            "rows",
            {
                "id": "x",
                "release": "r",
                "category": "c",
                "applied_by": "setup",
                "where": "w",
                "before": "b",
                "after": "a",
                "crosses": {"2019 CU14": "15.2.1544.5"},
                "seen": [],
                "source": ["learn_cu"],
            },
            "15.2.1544.5 is no published build",
        ),
        (
            "by_design",
            "rows",
            {
                "id": "lost-mrs",
                "release": "r",
                "category": "c",
                "applied_by": "setup",
                "where": "w",
                "before": "b",
                "after": "a",
                "seen": [],
                "source": ["learn_cu"],
            },
            "stands twice",
        ),
        ("sources", "sources", {"id": "unused", "ref": "r", "kind": "ms"}, "stands behind nothing"),
        ("put_back", "settings", {"fact": "F", "set": "Set-Nothing"}, "Set-Nothing has no row"),
        (
            "put_back",
            "settings",
            {
                "fact": "F",
                "set": "Set-OwaVirtualDirectory",
                "identity": "Identity",
                "methods": {"Basic": "BasicAuth"},
            },
            "no parameter BasicAuth",
        ),
        (
            "put_back",
            "settings",
            {"fact": "F", "new": "New-ReceiveConnector", "new_with": ["Nome"]},
            "no parameter for Nome",
        ),
        (
            "put_back",
            "settings",
            {"fact": "F", "set": "Set-OrganizationConfig", "identity": "Identity"},
            "and -Identity",
        ),
        (
            "put_back",
            "settings",
            {"fact": "F", "set": "Set-OrganizationConfig", "order": "whenever"},
            "order 'whenever'",
        ),
    ],
)
def test_a_broken_row_is_found(
    monkeypatch: pytest.MonkeyPatch, table: str, key: str, row: Mapping[str, object], said: str
) -> None:
    real = tables_module.table
    broken = {**real(table), key: [*real(table)[key], row]}  # type: ignore[misc] # a list in every one of them

    def changed_table(name: str) -> Mapping[str, object]:
        return broken if name == table else real(name)

    cached = (losses.losses, by_design.designs, cmdlets.settings, tables_module.sources)
    for function in cached:
        function.cache_clear()
    monkeypatch.setattr(tables_module, "table", changed_table)
    monkeypatch.setattr("muster.upgrade.consistency.table", changed_table)
    try:
        assert said in "\n".join(breaches(published()))
    finally:
        for function in cached:
            function.cache_clear()
