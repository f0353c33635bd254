"""Settings in configuration files: what Setup keeps of them, and what it puts its own files over."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from muster.catalogue.rows import doubtful, text, texts
from muster.drift import Difference, Place
from muster.model import Object
from muster.upgrade.crossing import Crossing, Step
from muster.upgrade.judged import Because, Sorted
from muster.upgrade.losses import Loss, loss_called
from muster.upgrade.tables import first_builds, rows, table
from muster.upgrade.values import property_of, text_of

SECTIONS = {
    "ConfigurationFiles": "appSettings",
    "ConfigurationProxies": "defaultProxy",
    "ConfigurationLimits": "",
    "MailboxReplicationLimits": "MRSConfiguration",
    "RuntimeSettings": "runtime",
}
"""Fact → the section of a configuration file that it shows; ``""``: single keys (sizes) wherever they stand."""

ATTRIBUTES = {
    "ConfigurationFiles": ("value",),
    "ConfigurationProxies": ("proxyaddress", "usesystemdefault", "bypassonlocal"),
    "ConfigurationLimits": (
        "maxReceivedMessageSize",
        "maxStringContentLength",
        "maxAllowedContentLength",
        "maxRequestLength",
        "memoryLimitMegabytes",
    ),
    "MailboxReplicationLimits": ("Value",),
    "RuntimeSettings": ("enabled",),
}
"""The same facts → the attributes that hold what somebody set."""

_VARIABLE = "%exchangeinstalldir%"
_SOURCE = ("learn_ccp",)


@dataclass(frozen=True, slots=True)
class PreservedFile:
    """A file of which Setup keeps sections or single keys. ``row`` is its number in Microsoft's table."""

    row: int
    path: str
    sections: frozenset[str]
    keys: frozenset[str]
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where in a file a setting stands: the file below the installation's folder, its section, its key."""

    file: str
    section: str
    key: str

    def __str__(self) -> str:
        """As a person would look it up."""
        return f"{self.file}: {self.section or 'limits'}: {self.key}"


@cache
def preserved_files() -> tuple[PreservedFile, ...]:
    """The table."""
    return tuple(
        PreservedFile(
            int(text(row, "row")),
            text(row, "path"),
            frozenset(each.casefold() for each in texts(row, "sections")),
            frozenset(each.casefold() for each in texts(row, "keys")),
            doubtful(row),
        )
        for row in rows("preserved_files", "files")
    )


def below_installation(path: str) -> str:
    r"""``Bin\EdgeTransport.exe.config`` of a file's full name; one without the installation's folder as it is."""
    found = re.search(r"\\V15\\", path, re.IGNORECASE)
    return path[found.end() :] if found else path


def setting_of(place: Place, item: Object | None, key: str = "") -> Setting | None:
    """Where an object of a fact about configuration files stands; ``None`` for any other fact.

    ``key`` is the attribute, for a fact whose objects are elements with several sizes.
    """
    if place.fact not in SECTIONS:
        return None
    file = below_installation(text_of(property_of(item, "Path")))
    section = SECTIONS[place.fact]
    named = next((found for name in ("key", "Name", "LocalName") if (found := text_of(property_of(item, name)))), "")
    if section in {"appSettings", "MRSConfiguration", "runtime", "defaultProxy"}:
        return Setting(file, section, named)
    return Setting(file, section, key)


def keeps(setting: Setting) -> PreservedFile | None:
    """The row by which Setup keeps a setting; ``None`` where no row does."""
    for row in preserved_files():
        if row.path.casefold() == setting.file.casefold():
            kept = setting.section.casefold() in row.sections or (
                not setting.section and setting.key.casefold() in row.keys
            )
            return row if kept else None
    return None


def preserves(step: Step) -> bool:
    """Whether this step was a Setup that keeps settings: another CU, from 2019 CU13 on."""
    since = max(first_builds(table("preserved_files"), "since").values())
    return step.another_cu and step.new >= since


def in_files(difference: Difference, step: Step) -> Because | Loss | None:
    """What a difference in a configuration file is: expected, lost by a row, or nothing that a source explains."""
    if difference.place.fact not in SECTIONS or not step.crossed:
        return None
    if _VARIABLE in text_of(difference.now).casefold() or _VARIABLE in _all(difference.after):
        return loss_called("lost-installdirvar")
    if not step.another_cu:
        return None
    if difference.how == "new" and not difference.path:
        return Because(
            "new-file",
            "Setup installs the files of the new version, and this stands in its",
            _SOURCE,
            unverified=True,
        )
    return _lost(difference, step)


def _lost(difference: Difference, step: Step) -> Loss | None:
    setting = setting_of(difference.place, difference.before or difference.after, difference.property)
    if setting is None:
        return None
    if setting.section == "MRSConfiguration":
        return loss_called("lost-mrs")
    file = setting.file.casefold()
    if setting.section == "runtime":
        return loss_called("lost-edgetransport-other" if "edgetransport" in file else "lost-mapigc")
    if preserves(step):
        return loss_called("lost-though-kept" if keeps(setting) else "lost-webconfig-new")
    for part, identifier in _BEFORE:
        if part in file or part == setting.key.casefold():
            return loss_called(identifier)
    return loss_called("lost-webconfig-old")


_BEFORE = (
    ("getlistdefaultresultsize", "lost-ecp-ou"),
    ("bin\\edgetransport.exe.config", "lost-edgetransport"),
    ("noderunner.exe.config", "lost-noderunner"),
    ("\\sync\\web.config", "lost-limits-eas"),
    ("\\ews\\web.config", "lost-limits-ews"),
    ("\\owa\\web.config", "lost-limits-owa"),
)
"""Part of a file's name, or a key → the row that names it, of releases that keep nothing."""


def _all(item: Object | None) -> str:
    return " ".join(text_of(value) for value in item.properties.values()).casefold() if item else ""


_Named = tuple[tuple[str, str], ...]


def preserved(
    before: Iterable[tuple[Place, Object]], differences: Iterable[Difference], crossing: Crossing
) -> tuple[Sorted, ...]:
    """The settings of a baseline in files that Setup replaced, that are as before because Setup keeps them.

    ``before`` are the baseline's objects of the facts in ``SECTIONS``; what differs is left out.
    """
    differs = {(one.place, _named(one.before)) for one in differences if one.before}
    return tuple(_preserved(before, differs, crossing))


def _preserved(
    before: Iterable[tuple[Place, Object]], differs: set[tuple[Place, _Named]], crossing: Crossing
) -> Iterator[Sorted]:
    for place, item in before:
        step = crossing.steps.get(place.subject.casefold())
        if step is None or not preserves(step) or (place, _named(item)) in differs:
            continue
        for key in _keys(place, item):
            setting = setting_of(place, item, key)
            row = keeps(setting) if setting else None
            if setting is None or row is None:
                continue
            value = property_of(item, key)
            same = Difference(place, str(setting), item.type, (key,), "same", value, value, before=item, after=item)
            why = f"Setup keeps it (row {row.row} of Microsoft's table): {setting}"
            yield Sorted(same, "preserved", f"preserved-{row.row}", why, _SOURCE, row.unverified)


def _named(item: Object) -> _Named:
    return tuple((name, text_of(value)) for name, value in item.properties.items())


def _keys(place: Place, item: Object) -> tuple[str, ...]:
    held = tuple(name for name in ATTRIBUTES.get(place.fact, ()) if text_of(property_of(item, name)))
    return held if SECTIONS.get(place.fact) == "" else held[:1]
