"""``junit.xml``: fail = failure, undetermined = error, not applicable and waived = skipped; ids as properties."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from muster.evidence.account import Account
from muster.model import Verdict

_TAG = {"fail": "failure", "undetermined": "error", "not applicable": "skipped", "waived": "skipped"}


def lines(account: Account) -> Iterator[str]:
    """The file piece by piece: a tree of 20,000 cases would cost more than everything else that is written.

    All text of an account is printable, so nothing in it is forbidden in XML; every value goes through ``_open``
    or ``escape``.
    """
    counts = account.counts
    numbers = {
        "tests": str(len(account.verdicts)),
        "failures": str(counts["fail"]),
        "errors": str(counts["undetermined"]),
        "skipped": str(counts["not applicable"] + counts["waived"]),
        "time": f"{account.seconds:.3f}",
    }
    started = account.started.replace(tzinfo=None).isoformat(timespec="seconds")
    about_the_run = {
        "organization": account.organization,
        "today": account.today.isoformat() if account.today else "not known",
        "complete": "true" if account.complete else "false",
        **({"left_out": str(account.left_out), "selection": account.selection} if account.left_out else {}),
        **({"what_if": account.what_if.sentence} if account.what_if else {}),
        **{f"version.{name}": text for name, text in account.versions.items()},
    }
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield _open("testsuites", {"name": "muster", **numbers}) + "\n"
    name = f"{account.environment} (what if)" if account.what_if else account.environment
    yield _open("testsuite", {"name": name, "timestamp": started, **numbers}) + "\n"
    yield _properties(about_the_run) + "\n"
    for verdict in account.verdicts:
        yield _case(verdict) + "\n"
    yield "</testsuite>\n</testsuites>\n"


_quoted = lru_cache(maxsize=50_000)(quoteattr)


def _open(tag: str, attributes: Mapping[str, str], end: str = ">") -> str:
    return f"<{tag}{''.join(f' {name}={_quoted(value)}' for name, value in attributes.items())}{end}"


def _properties(values: Mapping[str, str]) -> str:
    each = (_open("property", {"name": name, "value": value}, "/>") for name, value in values.items())
    return f"<properties>{''.join(each)}</properties>"


def _case(verdict: Verdict) -> str:
    control = verdict.control
    properties = {
        "control": control.id,
        "severity": str(control.severity),
        "subject": verdict.subject,
        "subject_kind": verdict.subject_kind,
        "outcome": verdict.outcome,
    }
    name = {"classname": f"muster.{control.area}", "name": f"{control.id}[{verdict.subject}]"}
    return f"{_open('testcase', name)}{_properties(properties)}{_outcome(verdict)}</testcase>"


def _outcome(verdict: Verdict) -> str:
    tag = _TAG.get(verdict.outcome)
    if tag is None:
        return ""
    said = {"message": verdict.reason.partition("\n")[0], "type": verdict.outcome}
    if tag == "skipped":
        return _open(tag, said, "/>")
    told = escape("\n".join(_told(verdict)))
    return f"{_open(tag, said)}{told}</{tag}>"


def _told(verdict: Verdict) -> list[str]:
    """What a person who only has the JUnit file must know."""
    told = [verdict.control.title, verdict.reason]
    told += [f"{one.object}: {one.outcome}: {one.reason}" for one in verdict.objects]
    told += [f"asked: {question}" for question in verdict.questions]
    if verdict.outcome == "fail" and verdict.control.remediation:
        told.append(f"remedy: {verdict.control.remediation}")
    return [line for line in told if line]
