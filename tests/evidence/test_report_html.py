"""The page is parsed as a browser would parse it; how it looks was looked at in a browser."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from muster.evidence import account_of, report_html
from muster.evidence.packed import packed
from muster.model import Environment, ObjectVerdict, Observation, Run, Verdict

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
        "Judged as of 2025-09-15 catalogue of 2025-09-10",
        "Where servers differ",
    ):
        assert part in said


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
    assert "Nothing was judged about database availability groups DAG01" in page.said


@pytest.mark.parametrize(
    ("outcomes", "told", "shown"),
    [
        (("pass", "fail", "undetermined"), "connectors: 1 fail, 1 undetermined, 1 pass", "✕ 1"),
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
    (cell,) = re.findall(r'<a class="cell[^>]*title="([^"]*)"><span aria-hidden="true">([^<]*)<', html)
    assert cell == (told, shown)


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
