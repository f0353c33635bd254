"""PowerShell text as commands."""

import pytest

from muster.lab.changes.commands import Argument, Bare, Block, Joined, Nested, Table, Variable, parse
from muster.lab.changes.refusing import Refused


def arguments(text: str) -> list[tuple[str | None, object]]:
    (pipeline,) = parse(text)
    (command,) = pipeline.commands
    return [(one.name, one.value) for one in command.arguments]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'it''s'", "it's"),
        ("\u2018typographic\u2019", "typographic"),
        ('"a`"b""c"', 'a"b"c'),
        ("plain", Bare("plain")),
        ("-1", Bare("-1")),
        ("35MB", Bare("35MB")),
        ("00:10:00", Bare("00:10:00")),
        ("0.0.0.0:25", Bare("0.0.0.0:25")),
        ("$true", Variable("true")),
        ("$env:COMPUTERNAME", Variable("env:COMPUTERNAME")),
        ('"x$env:A-y"', Joined(("x", "$env:A", "-y"))),
        ("@('a','b')", ("a", "b")),
        ("@()", ()),
        ("'a', b", ("a", Bare("b"))),
        ("@{Add='a','b'; Remove = \"c\"}", Table((("Add", ("a", "b")), ("Remove", "c")))),
        ("'#no remark'", "#no remark"),
        ("a#b", Bare("a#b")),
        ("@'\ntwo\nlines\n'@", "two\nlines"),
    ],
)
def test_values(written: str, value: object) -> None:
    assert arguments(f"Set-X {written}") == [(None, value)]


def test_parameters() -> None:
    assert arguments("Set-X -A 1 -B:$false -C -D 'd'") == [
        ("A", None),
        (None, Bare("1")),
        ("B", Variable("false")),
        ("C", None),
        ("D", None),
        (None, "d"),
    ]


def test_lines() -> None:
    text = "# a remark\n\nSet-X `\n  -A 1 # behind it\n<# a\nblock #> Set-Y; Set-Z |\n  Set-W\n$v = 'text'\n"
    pipelines = parse(text)
    assert [[command.name for command in one.commands] for one in pipelines] == [
        ["Set-X"],
        ["Set-Y"],
        ["Set-Z", "Set-W"],
        ["Write-Output"],
    ]
    assert [one.line for one in pipelines] == [3, 6, 6, 8]
    assert pipelines[-1].target == "v"


def test_blocks_and_nested_commands() -> None:
    (pipeline,) = parse("Invoke-Command -ComputerName ex01 -ScriptBlock { Set-A 1\n Set-B }")
    block = pipeline.commands[0].arguments[-1].value
    assert isinstance(block, Block)
    assert [one.commands[0].name for one in block.pipelines] == ["Set-A", "Set-B"]
    ((_, nested),) = arguments("Set-X (Get-Y 'z')")
    assert isinstance(nested, Nested)
    assert nested.pipeline.commands[0].arguments == (Argument(None, "z"),)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Set-X 'open", 1, "missing the terminator: '"),
        ('\nSet-X "open', 2, 'missing the terminator: "'),
        ("Set-X @('a'", 1, "Missing closing"),
        ("Set-X @{a}", 1, "Missing '='"),
        ("Set-X { Set-Y", 1, "Missing closing '}'"),
        ("Set-X )", 1, "Unexpected token"),
        ("| Set-X", 1, "Unexpected token '|'"),
        ("<# open", 1, "missing from the multiline comment"),
        ('Set-X "$(Get-Date)"', 1, "no subexpression"),
    ],
)
def test_what_is_no_powershell_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.line == line
    assert said in refused.value.said
