"""``report.html``: the account as one page that needs nothing else. Templates with autoescape; see ``page/``."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment as Templates
from jinja2 import PackageLoader, StrictUndefined
from markupsafe import Markup

from muster.evidence import imagined
from muster.evidence.account import Account
from muster.evidence.causes import causes, subjects_of
from muster.evidence.drifted import counts_line, groups
from muster.evidence.findings import findings
from muster.evidence.headline import STALE_CURE, catalogue_line, counted, headline, stale_note, subline
from muster.evidence.matrix import RANK, differences, matrix
from muster.evidence.packed import packed
from muster.evidence.timing import timing
from muster.model import Control, Severity, Verdict

MARKS = {"fail": "✕", "undetermined": "?", "waived": "~", "pass": "✓", "not applicable": "\N{EN DASH}"}
_TONES = {"fail": "fail", "undetermined": "undetermined", "waived": "waived", "pass": "pass", "not applicable": "na"}
_STAMPS = {"fail": "✕", "undetermined": "?", "pass": "✓", "part": "✓", "nothing": "\N{EN DASH}"}
_MINUTE = 60
_LONG, _BEGINNING = 360, 240
"""Characters of a value that is shortened, and those of it that stay in sight."""
_PRECISE_BELOW = 10


def dump(account: Account, careful: tuple[str, ...] = ()) -> str:
    """The page's text. ``careful`` holds sentences about files that nobody vouches for: the page shows them first."""
    script = _own("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    when = timing(account)
    serializations = sorted({one.serialization for one in account.asked} - {"", "none"})
    page = _templates().get_template("report.html.j2")
    return page.render(
        account=account,
        careful=careful,
        headline=headline(account),
        subline=subline(account),
        tone=account.standing,
        stamp=_STAMPS[account.standing],
        order=tuple(RANK),
        marks=MARKS,
        tones=_TONES,
        bar_counts=bool(account.verdicts),
        catalogue=catalogue_line(account),
        stale=stale_note(account),
        stale_cure=STALE_CURE,
        answered=sum(1 for one in account.asked if one.problem is None),
        taken=account.taken,
        lacking=account.lacking if account.facts_from else 0,
        certificates=_certificates(account),
        in_part=sum(1 for one in account.asked if one.shortfalls),
        serializations=" and ".join(serializations),
        severities=_by_severity(account.verdicts),
        areas=_by_area(account.verdicts),
        matrix=matrix(account),
        findings=findings(account),
        drift=account.drift,
        drift_groups=groups(account.drift) if account.drift else (),
        drift_counts=counts_line(account.drift) if account.drift else "",
        what_if=account.what_if,
        what_if_groups=imagined.groups(account.what_if, account.threshold) if account.what_if else (),
        causes=causes(account),
        differences=differences(account.verdicts),
        servers=subjects_of(verdict for verdict in account.verdicts if verdict.subject_kind == "Server"),
        seen_of={one.question: one for one in account.asked},
        timing=when,
        # our own files and JSON without angle brackets; everything else is escaped
        css=Markup(_own("report.css")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=f"sha256-{digest}",
        packed=Markup(packed(account)),  # noqa: S704
    )


def _certificates(account: Account) -> str:
    """The other clock: certificates are judged when they were seen, whatever day everything else is judged at."""
    taken = account.taken
    if taken.earliest is None and taken.unknown:
        return "certificates too: it is not known when they were seen"
    where = ", where that is known" if taken.unknown else ""
    return f"certificates at the time they were seen{where}"


def _by_severity(verdicts: Iterable[Verdict]) -> list[tuple[Severity, dict[str, int], int]]:
    found = Counter((verdict.control.severity, verdict.outcome) for verdict in verdicts)
    rows = []
    for severity in sorted(Severity, reverse=True):
        counts = {outcome: found[severity, outcome] for outcome in RANK}
        rows.append((severity, counts, sum(counts.values())))
    return rows


def _by_area(verdicts: Iterable[Verdict]) -> list[tuple[str, dict[str, int], int]]:
    found: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.control.area, Counter())[verdict.outcome] += 1
    return [
        (area, {outcome: counts[outcome] for outcome in RANK}, counts.total())
        for area, counts in sorted(found.items())
    ]


def seconds(value: float) -> str:
    """``0.42 s``, ``12 s``, ``3 min 20 s``."""
    if value < _PRECISE_BELOW:
        return f"{value:.2f} s"
    if value < _MINUTE:
        return f"{value:.0f} s"
    return f"{int(value) // _MINUTE:,} min {int(value) % _MINUTE} s"


def moment(value: datetime) -> str:
    """``2025-09-15 10:11:12 UTC``."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _controls(verdicts: Iterable[Verdict]) -> list[tuple[Control, int]]:
    counts = Counter(verdict.control for verdict in verdicts)
    return sorted(counts.items(), key=lambda pair: (-pair[0].severity, pair[0].id))


def _is_link(reference: str) -> bool:
    return reference.startswith(("https://", "http://")) and not any(letter.isspace() for letter in reference)


def _link_text(reference: str) -> str:
    return reference.partition("://")[2].rstrip("/")


def _short(text: str) -> str:
    longest = 90
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _beginning(text: str) -> str:
    """The first part of a text that is too long to be read in its place; ``""`` where it is not."""
    return text[:_BEGINNING].rstrip() if len(text) > _LONG else ""


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().split("\n\n")[0].split())


def _area(name: str) -> str:
    return name.replace("-", " ")


@cache
def _templates() -> Templates:
    made = Templates(
        loader=PackageLoader("muster.evidence", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "seconds": seconds,
        "moment": moment,
        "counted": counted,
        "day": lambda value: moment(value)[:10],
        "clock": lambda value: moment(value)[11:19],
        "thousands": lambda number: f"{number:,}",
        "area": _area,
        "controls": _controls,
        "subjects": subjects_of,
        "is_link": _is_link,
        "link_text": _link_text,
        "short": _short,
        "beginning": _beginning,
        "first_paragraph": _first_paragraph,
    }
    return made


@cache
def _own(name: str) -> str:
    return files("muster.evidence").joinpath("page", name).read_text("utf-8")
