"""The lab's own Format-List: checked by hand against what Windows PowerShell prints, not by what reads it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from muster.cli import app
from muster.lab.format_list import CULTURES, RUNSPACE, Printing, format_list, redirected, wrapped
from muster.lab.rows import Projected, Row
from muster.lab.shapes import Property, Shape, parse_kind

MOMENT = datetime(2022, 9, 5, 14, 3, 7, tzinfo=UTC)


def row(**values: object) -> Row:
    kinds = {
        "Name": "text",
        "Enabled": "bool",
        "Bindings": "list text",
        "Url": "uri",
        "WhenChanged": "time",
        "WhenChangedUTC": "time",
        "Blob": "bytes",
    }
    shape = Shape("Get-It", ("It",), {name: Property(name, parse_kind(kind)) for name, kind in kinds.items()})
    return Row(shape, dict(values))  # type: ignore[arg-type] # plain values


def test_names_are_padded_to_the_longest_and_blanks_surround_objects() -> None:
    text = format_list([row(Name="a", Enabled=True, Bindings=[]), row(Name="b")], Printing())
    lines = text.split("\n")
    assert lines[:3] == ["", "", f"RunspaceId     : {RUNSPACE}"]
    assert lines[3:7] == ["Name           : a", "Enabled        : True", "Bindings       : {}", "Url            : "]
    assert lines[9:12] == ["Blob           : ", "", f"RunspaceId     : {RUNSPACE}"]
    assert text.endswith("\n\n\n\n")


def test_only_selected_names_decide_the_column() -> None:
    text = format_list([Projected(row(Name="a", Enabled=False), ("Name", "Enabled", "NotThere"))], Printing())
    assert text.strip().split("\n") == ["Name     : a", "Enabled  : False", "NotThere :"]


@pytest.mark.parametrize(
    ("limit", "printed"),
    [(2, "{a, b...}"), (3, "{a, b, c}"), (-1, "{a, b, c}")],
)
def test_lists_end_at_the_limit(limit: int, printed: str) -> None:
    assert f"Bindings       : {printed}\n" in format_list([row(Bindings=["a", "b", "c"])], Printing(limit=limit))


@pytest.mark.parametrize(
    ("culture", "local"),
    [
        ("en-US", "9/5/2022 4:03:07 PM"),
        ("en-GB", "05/09/2022 16:03:07"),
        ("en-AU", "5/09/2022 4:03:07 PM"),
        ("de-DE", "05.09.2022 16:03:07"),
        ("ru-RU", "05.09.2022 16:03:07"),
        ("cs-CZ", "5. 9. 2022 16:03:07"),
        ("nl-NL", "5-9-2022 16:03:07"),
        ("zh-CN", "2022/9/5 16:03:07"),
    ],
)
def test_dates_are_local_and_their_twins_are_not(culture: str, local: str) -> None:
    text = format_list([row(WhenChanged=MOMENT, WhenChangedUTC=MOMENT)], Printing(culture=culture, minutes_east=120))
    utc = local.replace("16:", "14:").replace(" 4:", " 2:")
    assert f"WhenChanged    : {local}\n" in text
    assert f"WhenChangedUTC : {utc}\n" in text
    assert set(CULTURES) >= {culture}


def test_midnight_and_noon_of_a_twelve_hour_clock() -> None:
    assert CULTURES["en-US"](datetime(2022, 1, 2, 0, 5, 0, tzinfo=UTC)) == "1/2/2022 12:05:00 AM"
    assert CULTURES["en-US"](datetime(2022, 1, 2, 12, 5, 0, tzinfo=UTC)) == "1/2/2022 12:05:00 PM"


def test_lines_break_at_the_last_blank_that_fits() -> None:
    assert list(wrapped("aaa bbb ccc", 7)) == ["aaa bbb", "ccc"]
    assert list(wrapped("aaa bbb ccc", 6)) == ["aaa", "bbb", "ccc"]
    assert list(wrapped("aaa bbb ccc", 7, keeps_blank=True)) == ["aaa ", "bbb ccc"]
    assert list(wrapped("", 7)) == [""]


def test_a_word_longer_than_the_column_fills_the_line_and_is_cut() -> None:
    # the E2013 dump: {application/vnd…pre / sentation, application/vnd…wordproc / essingml.document
    office = "application/vnd.openxmlformats-officedocument"
    mime = f"{{{office}.presentationml.presentation, {office}.wordprocessingml.document}}"
    assert list(wrapped(mime, 65)) == [
        "{application/vnd.openxmlformats-officedocument.presentationml.pre",
        "sentation, application/vnd.openxmlformats-officedocument.wordproc",
        "essingml.document}",
    ]
    assert list(wrapped("ab cdefghij", 4)) == ["ab c", "defg", "hij"]
    assert list(wrapped("abc defghij", 4)) == ["abc", "defg", "hij"]


def test_redirection_writes_utf_16_with_its_mark_and_windows_line_ends() -> None:
    assert redirected("a\n") == b"\xff\xfea\x00\r\x00\n\x00"


def test_the_command_writes_what_guides_tell_to_make(tmp_path: Path) -> None:
    said = CliRunner().invoke(
        app,
        [
            "lab",
            "dump",
            "demo-clean",
            "--into",
            str(tmp_path),
            "--server",
            "ex01",
            "--culture",
            "de-DE",
            "--limit",
            "4",
        ],
    )
    assert said.exit_code == 0, said.output
    names = {file.name for file in tmp_path.iterdir()}
    assert {
        "owavirdir.txt",
        "ecpvirdir.txt",
        "activesyncvirdir.txt",
        "ewsvirdir.txt",
        "oabvirdir.txt",
        "mapivirdir.txt",
        "outlookanywhere.txt",
        "clientaccessserver.txt",
        "mailboxserver.txt",
        "transportserver.txt",
        "sendconnector.txt",
        "receiveconnector.txt",
    } <= names
    text = (tmp_path / "owavirdir.txt").read_text("utf-16")
    assert text.count("RunspaceId ") == 1
    assert "AllowedFileTypes" in text
    assert "{.rpmsg, .xlsx, .xlsm, .xlsb...}" in text
    assert "14.03.2022 11:26:53" in text


def test_the_command_writes_clixml_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(app, ["lab", "dump", "demo-clean", "--into", str(tmp_path), "--as", "clixml"]).exit_code == 0
    assert "<Objs" in (tmp_path / "owavirdir.xml").read_text("utf-16")
    for wrong in (["--as", "json"], ["--culture", "xx"], ["--server", "nobody"]):
        said = run(app, ["lab", "dump", "demo-clean", "--into", str(tmp_path), *wrong])
        assert said.exit_code == 2
        assert wrong[1] in said.output
