"""Faults under Exchange are general patches, and are seen over a session on any server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from muster.lab.description import Description, load_description
from muster.lab.serving import Running

LSA = r"HKLM:\SYSTEM\CurrentControlSet\Control\Lsa"
ENGINES = r"C:\Program Files\Microsoft\Exchange Server\V15\FIP-FS\Data\Configuration.xml"
FAULTS: tuple[dict[str, Any], ...] = (
    {"registry": "ex05", "key": LSA, "set": {"SuppressExtendedProtection": 1}},
    {
        "windows": "ex05",
        "class": "CIM_DataFile",
        "where": {"FileName": "system.data"},
        "set": {"Version": "4.8.3928.0", "LastModified": datetime(2019, 12, 7, 10, 9, 21, tzinfo=UTC)},
    },
    {"windows": "ex05", "class": "CIM_DataFile", "where": {"FileName": "cachtokn"}, "remove": True},
    {"windows": "ex05", "class": "Get-WebGlobalModule", "where": {"name": "TokenCacheModule"}, "remove": True},
    *(
        {"windows": "ex05", "class": "Select-String", "add": {"Path": ENGINES, "LineNumber": number, "Line": line}}
        for number, line in ((12, "<Type>PDF</Type>"), (34, "<Type>xlsb|no</Type>"), (56, "<Type>VSDX|NO</Type>"))
    ),
)


@pytest.fixture(scope="module")
def faulty(play: Callable[[Description], Any]) -> Iterator[Running]:
    with play(load_description("demo-clean").with_patches("it", *FAULTS)) as running:
        yield running


@pytest.fixture
def asked(faulty: Running, client: Any) -> Any:
    return client(faulty, "windows", "ex05")


def test_every_fault_shows(asked: Any) -> None:
    chosen = ("Select-Object", {"Property": ["SuppressExtendedProtection"]})
    (value,) = asked.ask(("Get-ItemProperty", {"Path": LSA}), chosen).output
    assert value.extended_properties["SuppressExtendedProtection"] == 1
    file = r"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\System.Data.dll"
    (library,) = asked.ask(("Get-CimInstance", {"ClassName": "CIM_DataFile", "Filter": f"Name='{file}'"})).output
    assert library.adapted_properties["Version"] == "4.8.3928.0"
    token = r"C:\\Windows\\System32\\inetsrv\\cachtokn.dll"
    said = asked.ask(("Get-CimInstance", {"ClassName": "CIM_DataFile", "Filter": f"Name='{token}'"}))
    assert (said.output, said.errors) == ([], [])
    names = [row.adapted_properties["name"] for row in asked.ask(("Get-WebGlobalModule", {})).output]
    assert names
    assert "TokenCacheModule" not in names


def test_the_first_line_of_several_whatever_its_capitals(asked: Any) -> None:
    how = {"LiteralPath": ENGINES, "Pattern": "|NO", "SimpleMatch": True}
    (first,) = asked.ask(("Select-String", {**how, "List": True})).output
    assert first.adapted_properties["Line"] == "<Type>xlsb|no</Type>"
    assert len(asked.ask(("Select-String", how)).output) == 2
