"""What the lab plays: plans read from YAML, and the patches that plant faults in them.

A description may extend another (``extends: demo-clean``), one beside it or one that comes with muster: mappings are
merged, everything else is replaced.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from muster.lab.yaml_files import read_yaml

_FOLDER = Path(__file__).parent / "descriptions"


class DescriptionMistake(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """A description or patch that cannot be played: which one, where in it, and what would be right."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run of the description must find. ``fault`` is its key in ``faults``."""

    fault: str
    control: str
    subject: str
    severity: str
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A description before it is turned into a world. ``plan`` is everything but patches, as written.

    ``patches`` are the planted faults' patches by key, in the order they are applied.
    """

    name: str
    plan: Mapping[str, Any]
    patches: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    expected: tuple[Expected, ...] = ()

    @property
    def as_of(self) -> date:
        """The day that policy and catalogue are judged at."""
        as_of: date = self.plan["clock"]["as_of"]
        return as_of

    def with_patches(self, key: str, *patches: Mapping[str, Any]) -> "Description":
        """The same with one more planted fault, replacing one of the same key."""
        return replace(self, patches={**self.patches, key: patches})

    def only(self, *keys: str) -> "Description":
        """The same with only the named faults; raises ``DescriptionMistake`` for one that there is not."""
        for key in keys:
            if key not in self.patches:
                raise DescriptionMistake(self.name, f"there is no fault '{key}'; there are {', '.join(self.patches)}")
        return replace(self, patches={key: self.patches[key] for key in keys})

    def patched_plan(self) -> dict[str, Any]:
        """The plan with every ``plan`` patch applied."""
        plan = deepcopy(dict(self.plan))
        for key, patches in self.patches.items():
            for patch in patches:
                if "plan" in patch:
                    _patch_plan(plan, patch, f"{self.name}, fault {key}")
        return plan


def descriptions() -> tuple[str, ...]:
    """The names of the descriptions that come with muster."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def load_description(name: str | Path) -> Description:
    """Read a description by name, or from a file of one's own; raises ``DescriptionMistake``."""
    written = _merged(_file_of(name))
    faults = {str(key): fault for key, fault in written.pop("faults", {}).items()}
    for key, fault in faults.items():
        if not isinstance(fault, dict) or not isinstance(fault.get("patches"), list):
            raise DescriptionMistake(f"{name}, fault {key}", "a fault has 'what' and a list of 'patches'")
    expected = tuple(Expected(**{**entry, "fault": str(entry["fault"])}) for entry in written.pop("expected", ()))
    patches = {key: tuple(fault["patches"]) for key, fault in faults.items()}
    return Description(Path(name).stem, written, patches, expected)


def _file_of(name: str | Path) -> Path:
    file = Path(name)
    if file.suffix != ".yaml":
        file = _FOLDER / f"{name}.yaml"
    if not file.is_file():
        raise DescriptionMistake(str(name), f"there is no such description; there are {', '.join(descriptions())}")
    return file


def _merged(file: Path) -> dict[str, Any]:
    written = read_yaml(file)
    above = written.pop("extends", None)
    if above is None:
        return written
    beside = file.parent / f"{above}.yaml"
    return _merge(_merged(beside if beside.is_file() and beside != file else _file_of(above)), written)


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _patch_plan(plan: dict[str, Any], patch: Mapping[str, Any], where: str) -> None:
    """Apply ``{plan: databases.DB01, set: {…}}`` or ``{plan: …, remove: true}``; a new entry may be made."""
    section, _, entry = str(patch["plan"]).partition(".")
    if section not in plan:
        raise DescriptionMistake(where, f"the plan has no '{section}'; it has {', '.join(plan)}")
    if patch.get("remove"):
        if entry not in plan[section]:
            raise DescriptionMistake(where, f"'{section}' has no '{entry}'; it has {', '.join(plan[section])}")
        del plan[section][entry]
        return
    target = plan[section].setdefault(entry, {}) if entry else plan[section]
    target.update(deepcopy(patch["set"]))
