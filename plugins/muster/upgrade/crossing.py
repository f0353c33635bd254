"""Which servers went from which build to which, and how far the directory was prepared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from packaging.version import Version

from muster.catalogue import Catalogue, Release, SchemaLevel, published, read_build
from muster.catalogue.rows import text, texts
from muster.drift import Difference
from muster.model import Object, Value
from muster.upgrade.tables import rows
from muster.upgrade.values import property_of, text_of

_PARTS = ("FileMajorPart", "FileMinorPart", "FileBuildPart", "FilePrivatePart")
_LINE = 3
"""How many numbers of a build tell the CU."""


@dataclass(frozen=True, slots=True)
class Step:
    """One server's builds, before and now: ExSetup.exe's where it is known, else the CU's own."""

    server: str
    old: Version
    new: Version

    @property
    def crossed(self) -> bool:
        """Whether something newer is installed than was."""
        return self.new > self.old

    @property
    def another_cu(self) -> bool:
        """Whether Setup installed another CU, and not only a security or hotfix update."""
        return self.crossed and self.new.release[:_LINE] != self.old.release[:_LINE]


@dataclass(frozen=True, slots=True)
class Crossing:
    """What was upgraded between a baseline and now; nothing, for plain drift.

    ``steps`` are by the server's name in lower case, those that stayed included where both builds are known.
    ``target`` is the release that the organisation prepares for (the inventory's ``upgrade.to``). ``switches`` are
    those that Setup was started with, as far as known: ``DoNotEnableEP``, ``DoNotEnableEP_FEEWS``. ``organization``
    and ``schema`` are numbers of the directory before and now, ``domains`` those by domain.
    """

    steps: Mapping[str, Step] = field(default_factory=dict)
    target: Release | None = None
    switches: frozenset[str] = frozenset()
    organization: tuple[int, int] | None = None
    schema: tuple[int, int] | None = None
    domains: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def happened(self) -> bool:
        """Whether any server runs something newer."""
        return any(step.crossed for step in self.steps.values())

    @property
    def crossed(self) -> tuple[Step, ...]:
        """The servers that run something newer."""
        return tuple(step for step in self.steps.values() if step.crossed)

    def of(self, difference: Difference) -> Step | None:
        """The step of the server that a difference is about; of one about no single server the farthest step."""
        named = self.server_of(difference)
        if named is not None:
            return self.steps.get(named)
        if difference.place.subject_kind == "Server":
            return None
        return max(self.crossed, key=lambda step: step.new, default=None)

    def server_of(self, difference: Difference) -> str | None:
        """The server that a difference is about: its subject, or whose the object is; ``None`` for no single one."""
        if difference.place.subject_kind == "Server":
            return short(difference.place.subject)
        return next((short(name) for name in _whose(difference) if name), None)

    def levels(self, catalogue: Catalogue) -> tuple[SchemaLevel, ...]:
        """What Setup brings the directory to for these servers' new builds, and for the target."""
        releases = [found for step in self.crossed if isinstance(found := catalogue.release_of(step.new), Release)]
        wanted = [*releases, *([self.target] if self.target else [])]
        exact = [catalogue.schema_for(one.product, one.cu, one.su) for one in wanted]
        plain = [catalogue.schema_for(one.product, one.cu) for one in wanted]  # before the update's own prepare step
        return tuple(dict.fromkeys(level for level in (*exact, *plain) if level is not None))


def crossing_of(
    differences: Iterable[Difference], *, target: Release | None = None, switches: Iterable[str] = ()
) -> Crossing:
    """Read off the differences themselves which builds and directory versions moved.

    A server whose build is not among them stayed where it was, or nobody could see it.
    """
    exact: dict[str, Step] = {}
    printed: dict[str, Step] = {}
    numbers: dict[str, tuple[int, int]] = {}
    domains: dict[str, tuple[int, int]] = {}
    for one in differences:
        if one.how != "changed":
            continue
        if one.place.fact == "Build":
            _note(exact, one.place.subject, build_of(one.before), build_of(one.after))
        elif one.place.fact in {"ExchangeServer", "ExchangeServers"} and one.property == "AdminDisplayVersion":
            name = one.object or one.place.subject
            _note(printed, name, _version(one.was), _version(one.now))
        elif one.place.fact == "SystemObjects" and one.property == "objectVersion":
            _note_number(domains, one.place.subject, one)
        elif one.property in {"objectVersion", "rangeUpper"} and one.place.fact in _NUMBERS:
            _note_number(numbers, _NUMBERS[one.place.fact], one)
    return Crossing(
        steps={**printed, **exact},
        target=target,
        switches=frozenset(each for each in switches),
        organization=numbers.get("organization"),
        schema=numbers.get("schema"),
        domains=domains,
    )


_NUMBERS = {
    "OrganizationLevel": "organization",
    "OrganizationProduct": "organization",
    "SchemaVersion": "schema",
    "ForestSchemaVersion": "schema",
}


def switches_in(started_with: str) -> frozenset[str]:
    """The switches about Extended Protection in a line of Setup's, however they are spelled there."""
    words = {word.casefold() for word in re.findall(r"[/-](\w+)", started_with)}
    return frozenset(
        text(row, "switch")
        for row in rows("extended_protection", "switches")
        if words & {each.casefold() for each in texts(row, "spelled")}
    )


def short(name: str) -> str:
    """A server's short name in lower case."""
    return name.strip().partition(".")[0].casefold()


def _note(steps: dict[str, Step], server: str, old: Version | None, new: Version | None) -> None:
    if old is not None and new is not None:
        steps[short(server)] = Step(server, old, new)


def _note_number(numbers: dict[str, tuple[int, int]], name: str, difference: Difference) -> None:
    was, now = number_in(difference.was), number_in(difference.now)
    if was is not None and now is not None:
        numbers[name] = (was, now)


def number_in(value: Value) -> int | None:
    """The whole number that a value is, as number or as text; ``None`` for anything else."""
    written = text_of(value).strip()
    return int(written) if written.isdecimal() else None


def build_of(item: Object | None) -> Version | None:
    """The build of a file, however it came; ``None`` where it says none."""
    version = _version(property_of(item, "Version"))
    if version is not None or item is None:
        return version
    parts = [text_of(property_of(item, part)) for part in _PARTS]
    return _version(".".join(parts)) if all(parts) else _version(property_of(item, "FileVersion"))


def _version(value: Value) -> Version | None:
    try:
        return read_build(text_of(value))
    except ValueError:
        return None


_NO_SERVER_BEFORE_BACKSLASH = frozenset({"GlobalMonitoringOverrides"})
"""Facts of the organisation whose objects are called ``<health set>\\<monitor>``."""


def _whose(difference: Difference) -> Iterable[str]:
    if difference.place.fact in {"ExchangeServers", "ClusterNodes"}:
        yield difference.object
    for item in (difference.before, difference.after):
        for name in ("Server", "ServerName"):
            yield text_of(property_of(item, name))
    server, backslash, _ = difference.object.partition("\\")
    if backslash and difference.place.fact not in _NO_SERVER_BEFORE_BACKSLASH:
        yield server
    if found := re.search(r",CN=([^,]+),CN=Servers,", difference.object, re.IGNORECASE):
        yield found[1]


def server_name(difference: Difference) -> str:
    """The server that a difference is about, as it is written there; ``""`` for no single one."""
    written = next((name for name in _whose(difference) if name), "")
    if difference.place.subject_kind == "Server":
        return written if short(written) == short(difference.place.subject) else difference.place.subject
    return written


def cu_of(build: Version, catalogue: Catalogue | None = None) -> Version:
    """The build of the CU that a build belongs to, without its updates; the build itself where none is published."""
    tables = catalogue or published()
    own = (
        one.build
        for one in tables.releases.all
        if one.su is None and one.build.release[:_LINE] == build.release[:_LINE]
    )
    return next(own, build)


def name_of(build: Version, catalogue: Catalogue | None = None) -> str:
    """A build as people call it: its release, or its numbers."""
    found = (catalogue or published()).release_of(build)
    return str(found) if isinstance(found, Release) else str(build)
