"""What Exchange's cmdlets show otherwise after Setup: the CU's build, Extended Protection, settings by design."""

from collections.abc import Iterator, Mapping

from packaging.version import Version

from muster.catalogue import SchemaLevel
from muster.model import EnumValue, ExchangeCmdlet, Object, Server, Value, same_server
from muster.upgrade.by_design import designs
from muster.upgrade.crossing import Step
from muster.upgrade.extended_protection import row_for, switches_on
from muster.upgrade.security import CHECKING
from muster.upgrade.values import property_of, text_of
from muster.upgrade.what_if.directory import ORGANIZATION, raised
from muster.upgrade.what_if.printed import reprinted, with_properties

SHOWN, PROTECTION, DESIGN = "AdminDisplayVersion", "Extended Protection", "what Setup sets with it"

FACTS = {
    "get-activesyncvirtualdirectory": "ActiveSyncDirectories",
    "get-autodiscovervirtualdirectory": "AutodiscoverDirectories",
    "get-ecpvirtualdirectory": "EcpDirectories",
    "get-mapivirtualdirectory": "MapiDirectories",
    "get-oabvirtualdirectory": "OabDirectories",
    "get-outlookanywhere": "OutlookAnywheres",
    "get-owavirtualdirectory": "OwaDirectories",
    "get-powershellvirtualdirectory": "PowerShellDirectories",
    "get-webservicesvirtualdirectory": "EwsDirectories",
}
"""Cmdlet → the fact by whose name the tables call its objects."""

_WHOSE = ("Server", "ServerName", "Identity", "Name", "Fqdn")
_CHECKING = "extendedprotectiontokenchecking"


def configured(
    item: Object, question: ExchangeCmdlet, steps: Mapping[Server, Step], cu_build: Version, level: SchemaLevel | None
) -> tuple[Object, tuple[tuple[str, str], ...]]:
    """An object as it is after Setup, and what was changed of whom; the object itself where nothing was."""
    if item.type.endswith("OrganizationConfig"):
        return _organization(item, level)
    server = whose(item, question, steps)
    if server is None:
        return item, ()
    changed: dict[str, Value] = {}
    told: list[tuple[str, str]] = []
    for name, value, what in _changes(item, question, steps[server], cu_build):
        changed[name] = value
        told.append((what, server.name))
    return (with_properties(item, changed), tuple(told)) if changed else (item, ())


def whose(item: Object, question: ExchangeCmdlet, servers: Mapping[Server, Step]) -> Server | None:
    """The server among these that an object belongs to: by what it says, else by whom the question is about."""
    said = [text for name in _WHOSE if (text := text_of(property_of(item, name)))]
    for text in said:
        for server in servers:
            if same_server(text, server):
                return server
    if said or question.about is None:
        return None
    return next((server for server in servers if same_server(question.about, server)), None)


def _organization(item: Object, level: SchemaLevel | None) -> tuple[Object, tuple[tuple[str, str], ...]]:
    """Only its objectVersion: which build /PrepareAD writes beside it nobody has seen for sure."""
    name = next((each for each in item.properties if each.casefold() == "objectversion"), None)
    new = raised(item.properties[name], level.organization) if level and name else None
    if name is None or new is None:
        return item, ()
    return with_properties(item, {name: new}), ((ORGANIZATION, ""),)


def _changes(
    item: Object, question: ExchangeCmdlet, step: Step, cu_build: Version
) -> Iterator[tuple[str, Value, str]]:
    """Property, its new value, and what that is."""
    fact = FACTS.get(question.pipeline[0].name.casefold(), "")
    settings = settings_by_design(fact, step)
    for name, old in item.properties.items():
        small = name.casefold()
        if small == "admindisplayversion" and step.another_cu:
            new = reprinted(old, cu_build)
            if new is not None:
                yield name, new, SHOWN
        elif small == _CHECKING and fact and switches_on(step):
            row = row_for(fact, text_of(property_of(item, "Identity")) or item.text or "")
            checking = _stronger(old, row.checking) if row else None
            if checking is not None:
                yield name, checking, PROTECTION
        elif small in settings and isinstance(old, bool) and old is not settings[small]:
            yield name, settings[small], DESIGN


def _stronger(old: Value, checking: str) -> Value | None:
    """What Setup sets, in the form of the old value; ``None`` where that is as strong already."""
    was, will = text_of(old).casefold(), checking.casefold()
    if was not in CHECKING or CHECKING.index(will) <= CHECKING.index(was):
        return None
    return EnumValue(CHECKING.index(will), checking, old.type) if isinstance(old, EnumValue) else checking


def settings_by_design(fact: str, step: Step) -> dict[str, bool]:
    """Settings of a fact's objects (in lower case) that a source says Setup changes to just this value."""
    found: dict[str, bool] = {}
    for row in designs():
        if not row.applies(step):
            continue
        for seen in row.seen:
            if fact in seen.facts and "changed" in seen.how and seen.now in {"true", "false"}:
                found.update(dict.fromkeys(seen.properties, seen.now == "true"))
    return found
