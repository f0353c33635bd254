"""The page is parsed as a browser would parse it; how it looks was looked at in a browser."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from muster.evidence import account_of, report_html
from muster.evidence.packed import packed
from muster.model import (
    CatalogueUsed,
    Control,
    Environment,
    ExchangeCmdlet,
    ObjectVerdict,
    Observation,
    Problem,
    Run,
    Severity,
    Verdict,
)

EVIL = "<script>alert(1)</script></script><!--<img src=x onerror=alert(1)> \" ' & \u202e\x00\u2028 {{ 7*7 }}"


class Page(HTMLParser):
    """Elements with their attributes, and text by the element it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text: list[str] = []
        self._inside: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.text.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


def page_of(run: Run, environment: Environment | None = None) -> Page:
    return Page(report_html.dump(account_of(run, environment)))


@pytest.fixture
def evil_run(
    make_run: Callable[..., Run],
    make_verdict: Callable[..., Verdict],
    make_observation: Callable[..., Observation],
) -> Run:
    seen = make_observation("Get-X", EVIL)
    failed = make_verdict("fail", EVIL)
    control = replace(
        failed.control, title=EVIL, remediation=EVIL, references=("javascript:alert(1)", f'https://x/"{EVIL}')
    )
    verdicts = tuple(
        replace(
            failed,
            control=replace(control, id=f"area.{outcome[:4]}"),
            outcome=outcome,
            reason=EVIL,
            objects=(ObjectVerdict(EVIL, "fail", EVIL),),
            held=(EVIL,),
            questions=(seen.question.key,),
            doc=EVIL,
        )
        for outcome in ("fail", "undetermined", "pass", "waived")
    )
    return make_run(verdicts, (seen,), environment=EVIL, organization=EVIL, versions={EVIL: EVIL}, facts_from=EVIL)


def test_hostile_text_stays_text(evil_run: Run, environment: Environment) -> None:
    page = page_of(evil_run, environment)
    assert [attributes for tag, attributes in page.elements if tag == "script"] == [
        {"type": "application/json", "id": "data"},
        {},
    ]
    assert not [
        tag for tag, _ in page.elements if tag in {"img", "iframe", "link", "object", "embed", "base", "form"}
    ]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script></script><!--<img src=x onerror=alert(1)>" in page.said
    assert "{{ 7*7 }}" in page.said
    links = [attributes["href"] or "" for tag, attributes in page.elements if tag == "a"]
    assert not [link for link in links if link.startswith("javascript")]


def test_nothing_hidden_reaches_the_page(evil_run: Run) -> None:
    html = report_html.dump(account_of(evil_run))
    assert "<U+202E><U+0000><U+2028>" in Page(html).said
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\u2028\u2029]", html)


def test_the_data_block_cannot_be_left(evil_run: Run) -> None:
    block = packed(account_of(evil_run))
    assert not set("<>&") & set(block)
    data = json.loads(block)
    assert (
        EVIL.replace("\u202e", "<U+202E>").replace("\x00", "<U+0000>").replace("\u2028", "<U+2028>") in data["texts"]
    )


def test_the_script_may_run_and_no_other(evil_run: Run) -> None:
    page = page_of(evil_run)
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_the_page_loads_nothing(small_run: Run, environment: Environment) -> None:
    page = page_of(small_run, environment)
    assert not [
        (tag, name)
        for tag, attributes in page.elements
        for name in attributes
        if name in {"src", "srcset", "data", "poster", "action"}
    ]
    style = report_html.dump(account_of(small_run)).partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("pass", "Contoso passes muster."),
        ("fail", "Contoso does not pass muster."),
        ("undetermined", "It is not known whether Contoso passes muster."),
        ("not applicable", "Nothing was judged."),
    ],
)
def test_the_headline_answers_the_question(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], outcome: str, sentence: str
) -> None:
    assert sentence in page_of(make_run((make_verdict(outcome),))).said


def test_without_javascript_summary_and_findings_are_there(small_run: Run, environment: Environment) -> None:
    said = page_of(small_run, environment).said
    for part in (
        "Expected: No receive connector relays for anonymous senders",
        "EX01\\Scanner Relay",
        "accepts any recipient from anybody",
        "An open relay.",
        "Remedy Remove Ms-Exch-SMTP-Accept-Any-Recipient",
        "Holds on EX02",
        "exchange: Get-ReceiveConnector EX02 answered in 0.40 s at 2025-09-15 10:11:12 UTC",
        "STIG EX19-MB-000105",
        "EX03 did not answer",
        "Cure Start WinRM on EX03",
        "Asked 2025-09-15 10:11:12 UTC, took 8.25 s",
        "Judged as of 2025-09-15 certificates at the time they were seen catalogue of 2025-09-10",
        "Where servers differ",
    ):
        assert part in said


def test_an_old_catalogue_opens_the_page(small_run: Run, environment: Environment) -> None:
    used = CatalogueUsed(date(2025, 7, 2), date(2025, 7, 1), 2, ("<b>.yaml", "own.yaml"))
    page = page_of(replace(small_run, catalogue=used), environment)
    beside = "catalogue of 2025-07-02, releases read until 2025-07-01, with 2 rows of this environment's own"
    assert f"{beside} (<b>.yaml, own.yaml)" in page.said
    assert "The catalogue is old" not in page.said
    old = page_of(replace(small_run, catalogue=replace(used, stale=True)), environment).said
    note = (
        "The catalogue is old. What Microsoft released after 2025-07-01 is not known here: the catalogue was read "
        "until then, 76 days before 2025-09-15."
    )
    assert 0 < old.index(note) < old.index("Does your Exchange pass muster?")


def test_the_matrix_shows_the_worst(small_run: Run, environment: Environment) -> None:
    page = page_of(small_run, environment)
    titles = [
        attributes.get("title") for tag, attributes in page.elements if "cell" in (attributes.get("class") or "")
    ]
    assert titles[:5] == [
        "connectors: 1 fail",
        "connectors: 1 pass",
        "connectors: 1 undetermined",
        "connectors: 1 not applicable",
        "services: 1 waived",
    ]
    assert "Nothing was judged about database availability group DAG01; organization Contoso; sites " in page.said


@pytest.mark.parametrize(
    ("outcomes", "told", "shown"),
    [
        (("pass", "fail", "undetermined"), "connectors: 1 fail, 1 undetermined, 1 pass", "✕ 1 ? 1"),
        (("pass", "undetermined", "undetermined"), "connectors: 2 undetermined, 1 pass", "? 2"),
        (("pass", "waived", "not applicable"), "connectors: 1 pass, 1 not applicable, 1 waived", "~ 1"),
        (("not applicable", "pass"), "connectors: 1 pass, 1 not applicable", "✓"),
    ],
)
def test_a_cell_shows_the_worst_of_several(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], outcomes: list[str], told: str, shown: str
) -> None:
    verdicts = (make_verdict(outcome) for outcome in outcomes)
    controls = tuple(
        replace(verdict, control=replace(verdict.control, id=f"connectors.c{number}"))
        for number, verdict in enumerate(verdicts)
    )
    html = report_html.dump(account_of(make_run(controls)))
    (cell,) = re.findall(
        r'<a class="cell[^>]*title="([^"]*)"><span aria-hidden="true">(.*?)</span><span class="v', html
    )
    assert (cell[0], re.sub("<[^>]*>", "", cell[1])) == (told, shown)
    (tally,) = re.findall(r'<span class="tally">(.*?)</li>', html)
    said = Page(tally).said
    both = [f"{outcome} {mark} {outcomes.count(outcome)}" for outcome, mark in (("fail", "✕"), ("undetermined", "?"))]
    assert all((each in said) == (each.split()[0] in outcomes) for each in both)


def test_every_verdict_is_in_the_data(make_large_run: Callable[..., tuple[Run, Environment]]) -> None:
    run, environment = make_large_run()
    account = account_of(run, environment)
    html = report_html.dump(account)
    data: dict[str, Any] = json.loads(Page(html).scripts[0])
    rebuilt = [
        (
            data["controls"][control][0],
            data["subjects"][subject][1],
            data["outcomes"][outcome],
            data["texts"][reason],
            [data["texts"][text] for text in data["lists"][held]],
            [data["texts"][text] for text in data["lists"][questions]],
        )
        for control, subject, outcome, reason, held, _, questions in data["verdicts"]
    ]
    assert rebuilt == [
        (each.control.id, each.subject, each.outcome, each.reason, list(each.held), list(each.questions))
        for each in account.verdicts
    ]


def test_a_large_page_stays_small(make_large_run: Callable[..., tuple[Run, Environment]]) -> None:
    for share in ({"fail": 0.04}, {"fail": 1}, {"undetermined": 0.5}):
        run, environment = make_large_run(**share)
        html = report_html.dump(account_of(run, environment))
        assert len(html) < 3_000_000  # what a reader was promised to open at once
        assert sum(1 for tag, _ in Page(html).elements) < 25_000


def test_more_findings_than_fit_are_counted(make_large_run: Callable[..., tuple[Run, Environment]]) -> None:
    run, environment = make_large_run(fail=1)
    page = page_of(run, environment)
    assert "460 more: see the list of all verdicts" in page.said
    assert "460 more subjects, none worse than these." in page.said


def old(run: Run, *taken: datetime | None) -> Run:
    """The run as a replay: nobody was asked."""
    (seen,) = {one.question.key: one for one in run.observations if one.answer}.values()
    questions = [ExchangeCmdlet(f"Get-{n}") for n in range(len(taken))]
    observations = tuple(
        replace(seen, question=question, taken=when, seconds=0.0, answered_by=f"answers/{n}.xml")
        for n, (question, when) in enumerate(zip(questions, taken, strict=True))
    )
    return replace(run, observations=observations, facts_from="captures/site")


FIRST, LAST = datetime(2025, 9, 1, 8, tzinfo=UTC), datetime(2025, 9, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("taken", "when", "certificates"),
    [
        ((LAST, FIRST), "2025-09-01 to 2025-09-02 08:00:00 to 09:30:00 UTC", "at the time they were seen"),
        ((FIRST, FIRST), "2025-09-01 08:00:00 UTC", "at the time they were seen"),
        (
            (None, FIRST),
            "2025-09-01 08:00:00 UTC; of 1 answer not known",
            "at the time they were seen, where that is known",
        ),
        ((None, None), "not known", "too: it is not known when they were seen"),
    ],
)
def test_old_answers_say_when_they_were_taken_and_when_judged(
    small_run: Run, taken: tuple[datetime | None, ...], when: str, certificates: str
) -> None:
    said = page_of(old(small_run, *taken)).said
    assert f"Answers taken {when} Judged 2025-09-15 10:11:12 UTC, took 8.25 s; nobody was asked" in said
    assert f"certificates {certificates} catalogue" in said
    assert "Asked 2025-09-15" not in said
    assert "answered in 0.00 s" not in said
    assert "nobody was asked in this run." in said


def test_old_answers_say_how_many_are_missing_and_which(small_run: Run, make_verdict: Callable[..., Verdict]) -> None:
    keys = (*(f"exchange: Get-Missing{n}" for n in range(58)), "tls ex01:443", "smtp ex01:25")
    lacking = make_verdict("undetermined", "EX01", reason=f"X of EX01: not captured: {keys[0]}", questions=keys)
    run = old(replace(small_run, verdicts=(lacking,)), FIRST, FIRST)
    page = page_of(run)
    assert "Answers 2 questions 60 more are missing 2 answered" in page.said
    assert "To bring 58 questions" in page.said
    assert "Only live 2 questions" in page.said
    assert all(f"{key} " in page.said for key in keys)
    assert "more are missing" not in page_of(replace(run, facts_from=None)).said


def test_the_index_says_that_what_should_hold_does_not(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], make_control: Callable[..., Control]
) -> None:
    failed = [make_verdict("fail", control=make_control(f"area.c{n}", title=f"Setting {n} is on")) for n in range(4)]
    assert "high Not met: Setting 2 is on EX01" in page_of(make_run(tuple(failed))).said


def test_counts_say_which_severities_they_are_of(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], make_control: Callable[..., Control]
) -> None:
    low = make_control("area.low", Severity.LOW)
    verdicts = [make_verdict(outcome) for outcome in ("fail", "undetermined")]
    verdicts += [make_verdict(outcome, "EX02", control=low) for outcome in ("fail", "undetermined", "undetermined")]
    said = page_of(make_run(tuple(verdicts))).said
    assert (
        "1 finding (1 of them high) and 1 undetermined verdict of severity medium or higher; "
        "5 verdicts on 2 subjects in all." in said
    )
    assert "all severities: ✕ 2 fail ? 3 undetermined" in said


def test_a_very_long_value_is_shortened_and_can_be_opened(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict]
) -> None:
    text = "0123456789 " * 300
    page = page_of(make_run((make_verdict("fail", reason=text), make_verdict("fail", "EX02", reason="short"))))
    assert [attributes.get("class") for tag, attributes in page.elements if tag == "details"].count("long") == 1
    assert f"all {len(text):,} characters" in page.said
    assert text.strip() in page.said


def test_other_messages_of_a_cause_are_all_there(
    make_run: Callable[..., Run], make_verdict: Callable[..., Verdict], make_observation: Callable[..., Observation]
) -> None:
    problems = [Problem("permission", f"Get-{n} is refused", "no role") for n in range(9)]
    seen = [make_observation(f"Get-{n}", "EX01", problem=problem) for n, problem in enumerate(problems)]
    verdicts = tuple(
        make_verdict("undetermined", reason=f"X of EX01: {one.problem}", questions=(one.question.key,))
        for one in seen
    )
    said = page_of(make_run(verdicts, tuple(seen))).said
    assert "5 more of this kind" in said
    assert all(f"Get-{n} is refused. No role" in said for n in range(9))
