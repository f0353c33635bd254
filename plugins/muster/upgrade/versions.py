"""Builds and directory versions that an update moves, and to just which numbers."""

import re
from collections.abc import Iterator

from packaging.version import Version

from muster.catalogue import Catalogue, Release, SchemaLevel, read_build
from muster.drift import Difference
from muster.model import Value
from muster.upgrade.crossing import Crossing, Step, name_of, number_in
from muster.upgrade.judged import Because
from muster.upgrade.values import text_of

_LEVELS = {
    ("SchemaVersion", "rangeUpper"): "range_upper",
    ("ForestSchemaVersion", "rangeUpper"): "range_upper",
    ("OrganizationLevel", "objectVersion"): "organization",
    ("OrganizationLevel", "ObjectVersion"): "organization",
    ("OrganizationProduct", "objectVersion"): "organization",
    ("OrganizationConfig", "ObjectVersion"): "organization",
    ("ControllerOrganizationLevel", "objectVersion"): "organization",
    ("SystemObjects", "objectVersion"): "domain",
    ("ControllerSystemObjects", "objectVersion"): "domain",
}
"""Fact and property → which number of a ``SchemaLevel`` it is."""

_PREPARED = frozenset({"AdminDisplayVersion", "PreviousAdminDisplayVersion", "RBACConfigurationVersion"})
"""Properties of the organisation that /PrepareAD writes the CU's build into."""

_PART = re.compile(r"(?:File|Product)(Major|Minor|Build|Private)Part")
_PARTS = ("Major", "Minor", "Build", "Private")
_LINE = 3
_DOCUMENTED = ("builds_table",)
_LEVEL_SOURCES = ("schema_table", "learn_prep")


def versions(  # noqa: PLR0911 - one return per place that shows a version
    difference: Difference, crossing: Crossing, catalogue: Catalogue
) -> Because | None:
    """Whether the difference is a version that moved to what this update brings, no other."""
    if difference.how != "changed":
        return None
    if field := _LEVELS.get((difference.place.fact, difference.property)):
        return _level(difference, field, crossing, catalogue)
    step = crossing.of(difference)
    if step is None or not step.crossed:
        return None
    if difference.place.fact == "Build":
        return _build(difference, step, catalogue)
    if difference.place.fact == "Packages" and difference.property == "DisplayVersion":
        return _build(difference, step, catalogue)
    if difference.place.fact == "ServerObject" and difference.property == "serialNumber":
        return _serial(difference, step)
    if difference.property == "msExchProductId" or (
        difference.property in _PREPARED and difference.place.fact == "OrganizationConfig"
    ):
        return _prepared(difference, crossing)
    if difference.property == "ApplyVersion" and difference.place.fact in _OVERRIDES:
        return _rebound(difference, step)
    return _printed(difference, step, catalogue) if difference.property == "AdminDisplayVersion" else None


def _level(difference: Difference, field: str, crossing: Crossing, catalogue: Catalogue) -> Because | None:
    was, now = number_in(difference.was), number_in(difference.now)
    if was is None or now is None or now < was:
        return None
    for level in crossing.levels(catalogue):
        if getattr(level, field) == now:
            return Because("directory-level", f"{level.name} needs {now}", _LEVEL_SOURCES, level.unverified)
    return None


def level_field(fact: str, name: str) -> str | None:
    """Which number of a ``SchemaLevel`` a fact's property is; ``None`` for none."""
    return _LEVELS.get((fact, name))


def number_of(level: SchemaLevel, field: str) -> int:
    """One number of a level."""
    return {"range_upper": level.range_upper, "organization": level.organization, "domain": level.domain}[field]


def _build(difference: Difference, step: Step, catalogue: Catalogue) -> Because | None:
    release = catalogue.release_of(step.new)
    if not isinstance(release, Release) or not _is_build(difference, step.new):
        return None
    return Because(
        "build", f"{release} was installed over {name_of(step.old, catalogue)}", _DOCUMENTED, release.unverified
    )


def _is_build(difference: Difference, new: Version) -> bool:
    if part := _PART.fullmatch(difference.property):
        return text_of(difference.now) == str(new.release[_PARTS.index(part[1])])
    return new in _builds_in(difference.now)


def _printed(difference: Difference, step: Step, catalogue: Catalogue) -> Because | None:
    """AdminDisplayVersion stays at the CU's own build, whatever update is installed over it."""
    head = next(
        (
            one
            for one in catalogue.releases.all
            if one.su is None and one.build.release[:_LINE] == step.new.release[:_LINE]
        ),
        None,
    )
    if head is None or head.build not in _builds_in(difference.now) or not step.another_cu:
        return None
    return Because("build", f"it prints the CU's own build: {head}", _DOCUMENTED, head.unverified)


_OVERRIDES = frozenset({"ServerMonitoringOverrides", "GlobalMonitoringOverrides"})


def _rebound(difference: Difference, step: Step) -> Because | None:
    """An override holds for the one build that it names: it was made again for the new one."""
    lines = {found.release[:_LINE] for found in _builds_in(difference.now)}
    if lines != {step.new.release[:_LINE]}:
        return None
    return Because(
        "override-rebound", "it was made again for the new build, which it must name", ("psdocs_monoverride",)
    )


_ADDED = 30000
"""What the directory adds to the third number of a build; from experience, unverified."""


def _serial(difference: Difference, step: Step) -> Because | None:
    major, minor, build, *_ = step.new.release
    now = text_of(difference.added or difference.now)
    if not step.another_cu or not re.search(rf"\b{major}\.{minor} \(Build {_ADDED + build}\.", now):
        return None
    why = "the directory's own word of the CU's build, 30000 higher"
    return Because("build", why, _DOCUMENTED, unverified=True)


def _prepared(difference: Difference, crossing: Crossing) -> Because | None:
    lines = {step.new.release[:_LINE] for step in crossing.crossed}
    if crossing.target:
        lines.add(crossing.target.build.release[:_LINE])
    if any(found.release[:_LINE] in lines for found in _builds_in(difference.now)):
        return Because("directory-level", "/PrepareAD writes the CU's build there", _LEVEL_SOURCES, unverified=True)
    return None


def _builds_in(value: Value) -> frozenset[Version]:
    return frozenset(_read(text_of(value)))


def _read(text: str) -> Iterator[Version]:
    for candidate in (text, *re.findall(r"\d+\.\d+\.\d+\.\d+", text)):
        try:
            yield read_build(candidate)
        except ValueError:
            continue
