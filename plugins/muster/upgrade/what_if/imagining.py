"""Stored answers → the same answers as they would be after an upgrade, and what was changed in them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from packaging.version import Version

from muster.catalogue import Catalogue, Release, SchemaLevel
from muster.model import Environment, ExchangeCmdlet, LdapSearch, Object, Observation, Server, WindowsCmdlet
from muster.resolve import book_of
from muster.upgrade.by_design import designs
from muster.upgrade.crossing import Step
from muster.upgrade.what_if import directory, exchange
from muster.upgrade.what_if.planned import aiming_at, planned
from muster.upgrade.what_if.printed import file_of, reprinted, with_properties
from muster.upgrade.what_if.servers import going

BUILD, SERIAL = "ExSetup.exe's version", "serialNumber"
Change = tuple[str, str]
"""What was changed, and whose: a server's name, ``""`` for the organisation or the forest."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """The changed environment and observations; ``servers`` are those that went, in inventory order.

    ``before`` is the environment as it is, only that its declared upgrade is this one too: what the checks before an
    upgrade judge by. ``told`` says what was changed and what was not, a sentence each.
    """

    environment: Environment
    observations: tuple[Observation, ...]
    told: tuple[str, ...]
    servers: tuple[str, ...]
    before: Environment


def what_if(
    environment: Environment,
    observations: Iterable[Observation],
    catalogue: Catalogue,
    target: Release,
    only: Collection[str] = (),
) -> Imagined:
    """The answers as they would be if ``target`` were installed on every server that can go there in place.

    ``only`` names the servers that are meant. What nobody answered stays unanswered, and an answer that does not
    show what Setup changes stays as it is. Raises ``NobodyGoes``.
    """
    seen = tuple(observations)
    who = going(environment, book_of({one.question.key: one for one in seen}), catalogue, target, only)
    # Setup prepares for its CU; an update's own prepare step is run by hand, and the update itself prepares nothing.
    prepares = any(step.another_cu for step in who.steps.values())
    level = catalogue.schema_for(target.product, target.cu) if prepares else None
    setup = _Setup(who.steps, level, _cu_build(target, catalogue), target.build)
    changes: list[Change] = []
    changed = []
    for one in seen:
        new, what = setup.over(one)
        changed.append(new)
        changes += what
    told = (*who.stay, *_told(changes, who.steps))
    if prepares and level is None:
        told = (*told, f"The catalogue does not say what {target} needs in the directory: that stays as it is")
    names = tuple(server.name for server in who.steps)
    after = planned(environment, who.steps.keys(), target)
    return Imagined(after, tuple(changed), told, names, aiming_at(environment, target))


def _cu_build(target: Release, catalogue: Catalogue) -> Version:
    """The CU's own build, which AdminDisplayVersion and the directory show whatever update lies over it."""
    return next(
        (one.build for one in catalogue.releases_of(target.product, target.cu) if one.su is None), target.build
    )


@dataclass(frozen=True, slots=True)
class _Setup:
    steps: Mapping[Server, Step]
    level: SchemaLevel | None
    cu_build: Version
    build: Version

    def over(self, seen: Observation) -> tuple[Observation, tuple[Change, ...]]:
        """The observation after Setup, and what was changed in it."""
        if seen.answer is None:
            return seen, ()
        objects: list[Object] = []
        changes: list[Change] = []
        for item in seen.answer.objects:
            new, what = self._object(item, seen)
            objects.append(new)
            changes += what
        if not changes:
            return seen, ()
        return replace(seen, answer=replace(seen.answer, objects=tuple(objects))), tuple(changes)

    def _object(self, item: Object, seen: Observation) -> tuple[Object, tuple[Change, ...]]:
        match seen.question:
            case WindowsCmdlet() as question if "exsetup.exe" in question.key.casefold():
                server = self._named(question.server)
                new = file_of(item, self.build) if server else None
                return (new, ((BUILD, server.name),)) if server and new else (item, ())
            case ExchangeCmdlet() as question:
                return exchange.configured(item, question, self.steps, self.cu_build, self.level)
            case LdapSearch() as question:
                return self._entry(item, question)
            case _:
                return item, ()

    def _entry(self, item: Object, question: LdapSearch) -> tuple[Object, tuple[Change, ...]]:
        serial = next((name for name in item.properties if name.casefold() == "serialnumber"), None)
        if serial and "msexchexchangeserver" in question.filter.casefold():
            server = self._named(_first(item.properties.get("cn")))
            moves = server is not None and self.steps[server].another_cu
            new = reprinted(item.properties[serial], self.cu_build) if moves else None
            if server is None or new is None:
                return item, ()
            return with_properties(item, {serial: new}), ((SERIAL, server.name),)
        found = directory.prepared(item, question, self.level, self.cu_build) if self.level else None
        return (found[0], ((found[1], ""),)) if found else (item, ())

    def _named(self, name: str) -> Server | None:
        wanted = name.casefold()
        return next((one for one in self.steps if wanted in {one.name.casefold(), one.fqdn.casefold()}), None)


def _first(value: object) -> str:
    return str(value[0]) if isinstance(value, tuple) and value else str(value)


def _told(changes: Iterable[Change], steps: Mapping[Server, Step]) -> Iterable[str]:
    """What was changed, what no answer shows, and what Setup does besides."""
    whose: dict[str, list[str]] = {}
    for what, name in changes:
        whose.setdefault(what, []).append(name)
    for what, names in whose.items():
        of = ", ".join(dict.fromkeys(name for name in names if name))
        yield f"Changed: {what}{f' ({of})' if of else ''}"
    lacking = [server.name for server in steps if server.name not in whose.get(BUILD, ())]
    if lacking:
        yield f"No answer shows {BUILD} of {', '.join(lacking)}: what needs it stays as it is"
    if directory.SCHEMA in whose:
        yield "Taken for granted: the new schema has reached every domain controller"
    if directory.DOMAIN in whose:
        yield "Taken for granted: every domain is prepared (Setup /PrepareAllDomains); Setup itself prepares one"
    yield from _besides(steps)


def _besides(steps: Mapping[Server, Step]) -> Iterable[str]:
    """What the tables say of these steps and the answers cannot show without being made up."""
    for row in designs():
        new = bool(row.seen) and not any("changed" in seen.how for seen in row.seen)
        if new and any(row.applies(step) for step in steps.values()):
            yield f"Not shown here: {row.release}: {row.where}: {row.after}"
