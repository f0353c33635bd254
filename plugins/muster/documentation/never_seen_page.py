"""``docs/never-seen.md``: what was never seen on a real server, from ``catalogue/data/seen.yaml`` and the code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import muster
from muster.catalogue.tables import rows as catalogue_rows
from muster.catalogue.tables import table as catalogue_table
from muster.documentation.markdown import GENERATED, code, plain, table
from muster.documentation.questions_page import asks, every_question
from muster.documentation.usage import KINDS, Usage, fact_types, needs, typed
from muster.model import ExchangeCmdlet, Fact, Need, Question, WindowsCmdlet
from muster.reading.records import Record

_INTRODUCTION = """\
No live Exchange server was at hand when muster was written. What it knows is from documentation, from recordings that
others published, and from experience. This page says what was never seen, so that nobody takes a test against the lab
for more than it is. If your servers answer differently, that is worth an issue: the answer file in the run folder
shows what came. `plugins/muster/catalogue/data/seen.yaml` is where to correct this page.
"""

_FORMS = ("full", "partial", "windows", "ldap", "text")


@dataclass(frozen=True, slots=True)
class Seen:
    """In which forms a real server has answered a question. ``forms`` maps a form to the ids of its sources."""

    question: str
    forms: Mapping[str, tuple[str, ...]]
    note: str = ""


def seen() -> tuple[Seen, ...]:
    """The rows of ``seen.yaml``."""
    return tuple(_seen(row) for row in catalogue_rows("seen", "seen"))


def _seen(row: Mapping[str, Any]) -> Seen:
    strange = row.keys() - {"question", "note", *_FORMS}
    if strange:  # a comma in a note that wants quotes would be lost otherwise
        raise ValueError(f"seen.yaml, {row['question']}: unknown {', '.join(sorted(strange))}")
    forms = {form: _sources(form, row[form]) for form in _FORMS if form in row}
    return Seen(row["question"], forms, row.get("note", ""))


def _sources(form: str, value: Any) -> tuple[str, ...]:
    if form == "text":
        return ("printed",) if value == "whole" else ("printed, some properties",)
    return tuple(value)


def seen_of(question: Question) -> Seen | None:
    """What was seen of a question; the entry that says most of it counts."""
    text = typed(question)
    fitting = [one for one in seen() if f"{text} ".startswith((f"{one.question} ", f"{one.question}:"))]
    return max(fitting, key=lambda one: len(one.question), default=None)


def never_seen_page(used: Sequence[Usage]) -> str:
    """The whole page."""
    asked = every_question(needs())
    parts = [
        GENERATED,
        "# Never seen on a real server\n",
        _INTRODUCTION,
        f"As of {catalogue_table('seen')['as_of']}.\n",
    ]
    parts += ["## Questions that no real server is known to have answered\n", _unanswered(asked, used)]
    parts += ["## Questions that were answered, and how\n", _ANSWERED, _answered(asked), _source_list()]
    parts += ["## Known from documentation or experience only\n", *_doubts()]
    parts += ["## Properties that facts read and nobody was seen to print\n", _PROPERTIES, _unprinted()]
    parts += ["## Figures that only a weak source stands behind\n", _figures()]
    return "\n".join(parts)


_ANSWERED = """\
*Full* is what the Exchange Management Shell gets, *Partial* what muster gets. Nothing was ever recorded as Partial,
so that column is empty.
"""

_PROPERTIES = """\
The lab gives them because they are parameters of the same name, or documented; their spelling, form or presence in
the output was never seen. A property that does not come makes the verdict undetermined.
"""


def _unanswered(asked: Sequence[Question], used: Sequence[Usage]) -> str:
    lines = [f"- {_named(question)} {_needed(question, used)}" for question in asked if seen_of(question) is None]
    return "\n".join(lines) + "\n"


def _named(question: Question) -> str:
    kind, text = KINDS[type(question)], typed(question)
    return code(text) if text.startswith(kind) else f"{kind}: {code(text)}"


def _needed(question: Question, used: Sequence[Usage]) -> str:
    ids = {one.listed.control.id for one in used for wanted, _ in one.needs if asks(wanted, question)}
    if not ids:
        return "(no control yet)"
    return f"({len(ids)} controls)" if len(ids) > 1 else f"({code(next(iter(ids)))})"


def _answered(asked: Sequence[Question]) -> str:
    rows = []
    for question in asked:
        found = seen_of(question)
        if found is not None:
            cells = [", ".join(found.forms.get(form, ())) for form in _FORMS]
            rows.append([code(typed(question)), *cells, plain(found.note)])
    return table(["question", "Full", "Partial", "Windows", "LDAP", "text", ""], rows)


def _source_list() -> str:
    sources = catalogue_table("seen")["sources"]
    if not isinstance(sources, dict):
        raise TypeError("seen.yaml has no mapping 'sources'")
    return "\n".join(f"- *{name}*: {plain(str(what))}" for name, what in sources.items()) + "\n"


def _doubts() -> Iterator[str]:
    for row in catalogue_rows("seen", "never"):
        yield f"- **{row['what']}.** {row['why']} *{_THEN}* {row['then']}"
    yield ""


_THEN = "What muster does:"


def _unprinted() -> str:
    marked = _marked()
    found: dict[str, set[str]] = {}
    for fact in fact_types():
        for cmdlet in _cmdlets(fact):
            doubtful = _properties(fact) & marked.get(cmdlet, set())
            if doubtful:
                found.setdefault(cmdlet, set()).update(doubtful)
    rows = [
        [code(cmdlet), ", ".join(code(name) for name in sorted(names))] for cmdlet, names in sorted(found.items())
    ]
    return table(["cmdlet", "properties"], rows)


def _cmdlets(fact: type[Fact]) -> set[str]:
    return {
        alternative.pipeline[0].name
        for wanted in fact.needs.values()
        if isinstance(wanted, Need)
        for alternative in wanted.alternatives
        if isinstance(alternative, ExchangeCmdlet | WindowsCmdlet)
    }


def _properties(fact: type[Fact]) -> set[str]:
    record = getattr(fact, "record", fact)
    if not (isinstance(record, type) and issubclass(record, Record)):
        return set()
    return {info.alias or name for name, info in record.model_fields.items()}


def _marked() -> dict[str, set[str]]:
    """Cmdlet → properties that the lab marks ``unverified``; read as data, since the lab itself needs an extra."""
    found: dict[str, set[str]] = {}
    for file in sorted((Path(muster.__file__).parent / "lab" / "shapes").glob("*.yaml")):
        for name, shape in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            properties = shape.get("properties", {}) if isinstance(shape, dict) else {}
            found[name] = {prop for prop, kind in properties.items() if kind.get("unverified")}
    return found


_TABLES = (
    ("builds", ("releases",)),
    ("schema", ("rows", "rows_before_2013")),
    ("lifecycle", ("cu_support_policy",)),
    ("dotnet", ("supported", "release_exact")),
    ("smtp_replies", ("replies", "enhanced", "exchange_specific")),
)


def _figures() -> str:
    rows = []
    for name, keys in _TABLES:
        every = [row for key in keys for row in catalogue_rows(name, key)]
        doubtful = [row for row in every if row.get("unverified") is True]
        products = sorted(
            {str(row.get("product") or row.get("id") or row.get("code") or row.get("version")) for row in doubtful}
        )
        rows.append([code(f"catalogue/data/{name}.yaml"), f"{len(doubtful)} of {len(every)}", "; ".join(products)])
    return table(["table", "unverified rows", "of"], rows) + "\nEach row says its reason, in the file.\n"
