"""Which cmdlet printed an object: told by its class in the directory, a command line, and the set of its names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from muster.transport.old.format_list.shapes import Printable, printables

_CLOSE = 0.9  # of the names of a whole object must be the cmdlet's
_ALIKE = 0.6
_APART = 0.1


@dataclass(frozen=True, slots=True)
class Recognised:
    """The cmdlet, or why none: ``why`` is the end of a sentence. ``contradicts``: a command line says another one."""

    printable: Printable | None
    why: str = ""
    contradicts: bool = False


def recognise(names: Sequence[str], classes: Mapping[str, str], command: str) -> Recognised:
    """Tell which cmdlet printed these names.

    ``classes`` holds the texts of ObjectClass and ObjectCategory where they are printed, ``command`` the cmdlet of a
    command line before the object.
    """
    known = printables()
    named = known.get(_same(command)) if command else None
    told = _of_class(classes)
    if told:
        candidates = [one for one in told if _share(one, names) >= _CLOSE or not one.whole]
    else:
        candidates = [one for one in known.values() if _share(one, names) >= _CLOSE]
    if named is not None:
        if named in candidates or (not told and _share(named, names) >= _ALIKE):
            return Recognised(named)
        if told or candidates:
            other = " or ".join(one.cmdlet for one in (told or candidates)[:3])
            return Recognised(None, f"the command line says {command}, what is printed is of {other}", True)
    if command and named is None and not told:
        return Recognised(None, f"{command} prints nothing that muster knows the names of")
    return _best(candidates or list(told), names)


def by_type(type_name: str) -> Printable | None:
    """The cmdlet whose objects have a .NET type."""
    return next((one for one in printables().values() if one.type == type_name.removeprefix("Selected.")), None)


def _same(command: str) -> str:
    """A command's name as it is written; ``Get-ClientAccessServer`` is the older name of ``…Service``."""
    written = next((name for name in printables() if name.casefold() == command.casefold()), command)
    return "Get-ClientAccessService" if written.casefold() == "get-clientaccessserver" else written


def _of_class(classes: Mapping[str, str]) -> list[Printable]:
    """The cmdlets whose objects have this class or category; none where neither is printed in one piece."""
    last = classes.get("ObjectClass", "").strip("{}").split(", ")[-1].strip()
    category = classes.get("ObjectCategory", "").rpartition("/")[2]
    return [
        one
        for one in printables().values()
        if (last and one.object_class == last) or (not last and category and one.category == category)
    ]


def _share(one: Printable, names: Sequence[str]) -> float:
    """How much of what is printed the cmdlet prints."""
    return sum(1 for name in names if name in one.kinds) / len(names)


def _overlap(one: Printable, names: Sequence[str]) -> float:
    """How much of both is common to both."""
    common = len(set(names) & one.kinds.keys())
    return common / (len(names) + len(one.kinds) - common)


def _best(candidates: list[Printable], names: Sequence[str]) -> Recognised:
    if not candidates:
        return Recognised(None, _nearest(names))
    if len(candidates) == 1:
        return Recognised(candidates[0])
    ranked = sorted(candidates, key=lambda one: (_share(one, names), _overlap(one, names)), reverse=True)
    first, second = ranked[:2]
    whole = _overlap(first, names) >= _ALIKE and _overlap(first, names) - _overlap(second, names) >= _APART
    only = _share(first, names) == 1 and _share(second, names) < 1 and len(set(names) - second.kinds.keys()) > 1
    if whole or only:
        return Recognised(first)
    fitting = ", ".join(one.cmdlet for one in ranked[:4])
    return Recognised(None, f"{len(names)} names fit several cmdlets: {fitting}")


def _nearest(names: Sequence[str]) -> str:
    ranked = sorted(printables().values(), key=lambda one: (_share(one, names), _overlap(one, names)), reverse=True)
    best = ranked[0]
    if not _share(best, names):
        return "no cmdlet prints any of these names"
    unknown = [name for name in names if name not in best.kinds]
    said = f"nearest is {best.cmdlet}, which prints {len(names) - len(unknown)} of its {len(names)} names"
    return f"{said} and not {', '.join(unknown[:4])}"


def retyped(name: str, one: Printable, printed: Sequence[str]) -> str | None:
    """The name that an unknown one was perhaps typed for, where that one is not printed itself."""
    missing = [known for known in one.kinds if known not in printed]
    return next(iter(get_close_matches(name, missing, 1, 0.9)), None)
