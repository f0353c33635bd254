"""``junit.xml``: fail = failure, undetermined = error, not applicable and waived = skipped; ids as properties."""

from xml.etree import ElementTree as ET

from muster.evidence.account import Account
from muster.model import Verdict

_TAG = {"fail": "failure", "undetermined": "error", "not applicable": "skipped", "waived": "skipped"}


def dump(account: Account) -> bytes:
    """The file's bytes, UTF-8. All text of an account is printable, so nothing in it is forbidden in XML."""
    counts = account.counts
    numbers = {
        "tests": str(len(account.verdicts)),
        "failures": str(counts["fail"]),
        "errors": str(counts["undetermined"]),
        "skipped": str(counts["not applicable"] + counts["waived"]),
        "time": f"{account.seconds:.3f}",
    }
    root = ET.Element("testsuites", {"name": "muster", **numbers})
    started = account.started.replace(tzinfo=None).isoformat(timespec="seconds")
    suite = ET.SubElement(root, "testsuite", {"name": account.environment, "timestamp": started, **numbers})
    about_the_run = {
        "organization": account.organization,
        "today": account.today.isoformat() if account.today else "not known",
        "complete": "true" if account.complete else "false",
        **{f"version.{name}": text for name, text in account.versions.items()},
    }
    _properties(suite, about_the_run)
    for verdict in account.verdicts:
        _case(suite, verdict)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _case(suite: ET.Element, verdict: Verdict) -> None:
    control = verdict.control
    case = ET.SubElement(
        suite, "testcase", {"classname": f"muster.{control.area}", "name": f"{control.id}[{verdict.subject}]"}
    )
    _properties(
        case,
        {
            "control": control.id,
            "severity": str(control.severity),
            "subject": verdict.subject,
            "subject_kind": verdict.subject_kind,
            "outcome": verdict.outcome,
        },
    )
    tag = _TAG.get(verdict.outcome)
    if tag is None:
        return
    said = verdict.reason.partition("\n")[0]
    found = ET.SubElement(case, tag, {"message": said, "type": verdict.outcome})
    if tag != "skipped":
        found.text = "\n".join(_told(verdict))


def _told(verdict: Verdict) -> list[str]:
    """What a person who only has the JUnit file must know."""
    told = [verdict.control.title, verdict.reason]
    told += [f"{one.object}: {one.outcome}: {one.reason}" for one in verdict.objects]
    told += [f"asked: {question}" for question in verdict.questions]
    if verdict.outcome == "fail" and verdict.control.remediation:
        told.append(f"remedy: {verdict.control.remediation}")
    return [line for line in told if line]


def _properties(parent: ET.Element, values: dict[str, str]) -> None:
    group = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(group, "property", {"name": name, "value": value})
