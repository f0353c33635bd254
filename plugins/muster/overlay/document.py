"""What an overlay file may hold: the rows of the bundled tables, in the same shape."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from muster.catalogue import read_build
from muster.catalogue.cumulative_updates import rank
from muster.yaml_models import Day, Entry, WrongValue
from muster.yaml_models import day as written_day

Kind = Literal["RTM", "CU", "SP", "SU", "HU", "RU"]
Policy = Literal["fixed", "modern"]
_SHORT = 3


def _build(text: str) -> str:
    try:
        if len(read_build(text).release) <= _SHORT and not text.startswith("6."):
            raise ValueError  # noqa: TRY301 - the same answer: only builds of 2003 have three numbers
    except ValueError:
        raise WrongValue(f"'{text[:60]}' is no build.", "Write it like 15.2.2562.53.") from None
    return text


def _cu(text: str) -> str:
    try:
        rank(text)
    except ValueError:
        raise WrongValue(f"'{text[:60]}' is no CU.", "Write RTM, CU15 or SP3.") from None
    return text


def _month(text: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
        raise WrongValue(f"'{text[:40]}' is no month.", "Write it like 2026-10.")
    return text


def _day_or_month(text: str) -> str:
    return _month(text) if text.count("-") == 1 else written_day(text)


def _kb(text: str) -> str:
    if not re.fullmatch(r"KB\d{5,8}", text, re.ASCII):
        raise WrongValue(f"'{text[:40]}' is no KB number.", "Write it like KB5129955.")
    return text


def _cve(text: str) -> str:
    if not re.fullmatch(r"CVE-\d{4}-\d{4,7}|ADV\d{6,9}", text, re.ASCII):
        raise WrongValue(f"'{text[:40]}' is no CVE or advisory.", "Write it like CVE-2026-21527.")
    return text


Text = Annotated[str, Field(min_length=1)]
Build = Annotated[str, AfterValidator(_build)]
Cu = Annotated[str, AfterValidator(_cu)]
Month = Annotated[str, AfterValidator(_month)]
DayOrMonth = Annotated[str, AfterValidator(_day_or_month)]
Kb = Annotated[str, AfterValidator(_kb)]
CveName = Annotated[str, AfterValidator(_cve)]
Builds = dict[Text, dict[Cu, Build]]


class RowEntry(Entry):
    """What every row may say of itself."""

    sources: list[Text] = Field(default_factory=list)
    """Where the row is from: names of the file's sources, or words. Without it the file names one source."""
    source_tier: Text | None = None
    """How far the sources stand from Microsoft."""
    unverified: bool = False
    """true where only a weak source stands behind the row; then with a reason."""
    reason: Text | None = None
    """Why the row is unverified."""
    notes: Text | None = None
    """What else is to be known."""


class ReleaseEntry(RowEntry):
    """One release."""

    product: Text
    """The product, like Exchange Server 2019."""
    kind: Kind
    """RTM, CU, SP, SU (security), HU (hotfix) or RU (rollup)."""
    cu: Cu
    """The CU that it is, or belongs to: RTM, CU15, SP3."""
    su: Text | None = None
    """Microsoft's label of the update, like Oct26SU; nothing for a CU."""
    build: Build
    """The version of ExSetup.exe, like 15.2.2562.53."""
    date: Day | None = None
    """The day it came out, like 2026-10-13."""
    month: Month | None = None
    """The month it came out, where the day is not known."""
    kb: Kb | None = None
    """The article, like KB5129955."""
    availability: Text | None = None
    """Who can have it, where not everybody can."""


class SchemaEntry(RowEntry):
    """What a CU needs in the directory."""

    product: Text
    """The product, like Exchange Server 2019."""
    cu: Cu
    """The CU, like CU15."""
    with_su_or_later: Text | None = None
    """The update from which on these numbers hold, where it has a prepare step of its own."""
    rangeUpper: Annotated[int, Field(ge=1)]  # noqa: N815 - the attribute's name
    """rangeUpper of ms-Exch-Schema-Version-Pt."""
    objectVersion_config: Annotated[int, Field(ge=1)]  # noqa: N815 - the attribute's name
    """objectVersion of the organisation object."""
    objectVersion_meso: Annotated[int, Field(ge=1)]  # noqa: N815 - the attribute's name
    """objectVersion of Microsoft Exchange System Objects."""


class PeriodEntry(Entry):
    """One ESU period."""

    model_config = ConfigDict(populate_by_name=True)

    period: Annotated[int, Field(ge=1, le=9)]
    """Its number."""
    first: DayOrMonth = Field(alias="from")
    """The first day; a month alone is its first day."""
    last: DayOrMonth = Field(alias="to")
    """The last day."""
    cus: Annotated[list[Cu], Field(min_length=1)]
    """The CUs that get updates."""
    notes: Text | None = None
    """What else is to be known."""


class ProductEntry(RowEntry):
    """A product's support: the whole row, in place of the catalogue's."""

    product: Text
    """The product, like Exchange Server 2019."""
    policy: Policy
    """fixed, or modern (no end is set)."""
    mainstream_end: Day | None = None
    """The last day of mainstream support."""
    extended_end: Day | None = None
    """The last day of extended support."""
    last_cu: Cu | None = None
    """The last CU there will be."""
    ga: Day | None = None
    """The day it came out."""
    esu: list[PeriodEntry] = Field(default_factory=list)
    """Its ESU periods."""


class OverrideEntry(Entry):
    """A setting override that switches a fix off."""

    component: Text
    """Its component."""
    section: Text
    """Its section."""
    parameter: Text
    """Its parameter."""
    value_that_disables: Text
    """The value, in quotes."""


class CveEntry(RowEntry):
    """A CVE or advisory."""

    cve: CveName
    """Its name, like CVE-2026-21527."""
    update: Text | None = None
    """The update that closes it, like Feb26SU."""
    products: Annotated[list[Text], Field(min_length=1)]
    """The products that have it."""
    fixed_builds: Builds = Field(default_factory=dict)
    """Product, CU, and the build from which on it is closed."""
    condition: Text | None = None
    """What decides beside the build."""
    vulnerable_if: Text | None = None
    """The same in words."""
    not_edge: bool = False
    """true where Edge servers do not have it."""
    overrides: list[OverrideEntry] = Field(default_factory=list)
    """The setting overrides that switch the fix off."""
    aliases: list[Text] = Field(default_factory=list)
    """Other names."""


class OverlayFile(Entry):
    """Rows of an environment's own, over those that come with muster."""

    as_of: Day | None = None
    """The day the rows were put together."""
    sources: dict[Text, Text] = Field(default_factory=dict)
    """Name and description of each source. The only one counts for rows that name none."""
    releases: list[ReleaseEntry] = Field(default_factory=list)
    """Releases."""
    schema_: list[SchemaEntry] = Field(default_factory=list, alias="schema")
    """What CUs need in the directory."""
    products: list[ProductEntry] = Field(default_factory=list)
    """Products' support."""
    cves: list[CveEntry] = Field(default_factory=list)
    """CVEs."""
