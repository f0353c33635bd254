from collections.abc import Mapping

import pytest

from muster.lab.cmdlets.wql import BadFilter, parse_condition

SERVICE: Mapping[str, object] = {
    "Name": "MSExchangeIS",
    "State": "Running",
    "DriveType": 3,
    "Path": r"C:\Program Files\x",
}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Name='msexchangeis'", True),
        ('Name="MSExchangeIS" AND State<>"Running"', False),
        ("Name LIKE 'MSExchange%'", True),
        ("Name LIKE 'MSExchange'", False),
        ("Name LIKE '%_S'", True),
        ("DriveType=3", True),
        (r"Path='C:\\Program Files\\x'", True),
        ("Name='a' OR Name='b' OR State='Running'", True),
        ("NOT (Name='a' OR State='Running')", False),
        ("Name='a' AND Name='b' OR DriveType=3", True),
    ],
)
def test_conditions(text: str, fits: bool) -> None:
    assert parse_condition(text)(SERVICE.get) is fits


@pytest.mark.parametrize(
    "text", ["", "Name=", "Name LIKE", "Name='a' AND", "(Name='a'", "Name='a' Name='b'", "Name ~ 1"]
)
def test_what_is_no_wql_is_said(text: str) -> None:
    with pytest.raises(BadFilter):
        parse_condition(text)
