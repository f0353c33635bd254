"""What a run is made of: observations, verdicts, and the run that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from muster.model.answers import Answer, Problem
from muster.model.controls import Control, ObjectVerdict
from muster.model.drifted import DriftSeen
from muster.model.questions import Question
from muster.model.what_if import WhatIf

OUTCOMES = ("fail", "undetermined", "pass", "not applicable", "waived")


@dataclass(frozen=True, slots=True)
class Observation:
    """A question with its when, where and how long, and its answer or its problem (exactly one of them).

    ``taken`` is aware and in UTC, ``None`` for a capture that does not say; ``answered_by`` names the endpoint
    that answered, which for Exchange may be a peer; ``subject`` is the subject it is about (for the file it is
    written to), ``organization`` or ``forest`` for organisation-wide ones.
    """

    question: Question
    subject: str
    taken: datetime | None
    seconds: float
    answered_by: str
    answer: Answer | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Check × subject → outcome."""

    control: Control
    subject: str
    subject_kind: str
    outcome: str
    reason: str
    objects: tuple[ObjectVerdict, ...] = ()
    held: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    node: str = ""
    doc: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CatalogueUsed:
    """Which published tables a run was judged by.

    ``as_of`` is the day they were put together, ``read_until`` the day up to which releases were read; ``rows`` and
    ``files`` are the environment's own over them. ``stale``: releases since then are likely to be missing.
    """

    as_of: date
    read_until: date
    rows: int = 0
    files: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One execution with everything it saw. ``complete`` is false after an interruption.

    ``left_out`` counts the checks on subjects that were there and not selected, ``selection`` says by what (the
    command line's words): of a part nobody may say that the whole passes. ``facts_from`` names the
    folder of old answers, where nobody was asked. ``decisions`` are policy, waivers and the environment's
    own rows of the catalogue, as JSON data. ``what_if`` says that the answers are not what was seen.
    """

    environment: str
    organization: str
    started: datetime
    finished: datetime
    today: date | None
    verdicts: tuple[Verdict, ...]
    observations: tuple[Observation, ...]
    complete: bool = True
    facts_from: str | None = None
    subjects: Mapping[str, str] = field(default_factory=dict, hash=False)
    versions: Mapping[str, str] = field(default_factory=dict, hash=False)
    fail_on: str = "medium"
    left_out: int = 0
    selection: str = ""
    decisions: Mapping[str, object] | None = field(default=None, hash=False)
    catalogue: CatalogueUsed | None = None
    drift: DriftSeen | None = None
    what_if: WhatIf | None = None
