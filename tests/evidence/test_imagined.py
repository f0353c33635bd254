"""What is said of an imagined upgrade: what stops it by severity, and nothing where it is only judged again."""

from muster.evidence import imagined, what_if_json
from muster.model import Otherwise, Severity, WhatIf


def row(control: str, before: str, after: str, severity: Severity = Severity.HIGH, who: str = "ex01") -> Otherwise:
    return Otherwise(control, "title", severity, who, "Server", before, after, "because")


SEEN = WhatIf(
    "What if: it were so",
    ("ex05 stays as it is",),
    (row("a.b", "pass", "fail"), row("a.b", "pass", "fail", who="ex02"), row("a.c", "fail", "pass")),
    (row("b.a", "fail", ""), row("b.b", "fail", "", Severity.LOW)),
    (row("c.a", "undetermined", ""),),
)


def test_what_is_below_the_threshold_stops_nobody() -> None:
    headings = {
        group.heading: [one.control for one in group.rows] for group in imagined.groups(SEEN, Severity.MEDIUM)
    }
    assert headings[imagined.STOPS] == ["b.a"]
    assert headings[imagined.NOTES] == ["b.b"]
    assert [one.control for one in imagined.groups(SEEN, Severity.LOW)[0].rows] == ["b.a", "b.b"]


def test_the_console_names_controls_with_their_subjects_and_a_pipe_what_was_changed() -> None:
    told = [line for line, _ in imagined.lines(SEEN, Severity.MEDIUM, screen=False)]
    assert "Would newly fail: 2: a.b (ex01, ex02)" in told
    assert "Would newly pass: 1: a.c (ex01)" in told
    assert told[-1] == "ex05 stays as it is."
    assert told[-1] not in [line for line, _ in imagined.lines(SEEN, Severity.MEDIUM, screen=True)]


def test_nothing_is_said_to_be_the_same_where_nothing_was_compared() -> None:
    assert imagined.lines(WhatIf("What if: it were so"), Severity.MEDIUM, screen=False) == []
    same = imagined.lines(WhatIf("What if: it were so", ("x",)), Severity.MEDIUM, screen=True)
    assert [line for line, _ in same] == ["No verdict would be another."]


def test_run_json_keeps_it_and_nothing_unprintable_gets_in() -> None:
    assert what_if_json.load(what_if_json.dump(SEEN)) == SEEN
    assert "\x1b" not in what_if_json.clean(WhatIf("What if: \x1b[31m", ("\x1b[2J",))).told[0]
