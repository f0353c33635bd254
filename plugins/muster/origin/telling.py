"""What is told of one difference: when and where it was changed, and who ran which command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.drift import Difference
from muster.origin.asking import cmdlet_of, dn_of, is_access_list
from muster.origin.attributes import attribute_of
from muster.origin.audit import Entry, entry_for
from muster.reading.replication_metadata import Stamp, newest


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked up: stamps by DN in lower case, entries of the log, and ``since`` when the baseline stands."""

    stamps: Mapping[str, Sequence[Stamp]]
    entries: Sequence[Entry]
    since: datetime


def tell(difference: Difference, looked: Looked) -> str:
    """One line of who and when; ``""`` where neither the directory nor the log says anything."""
    stamps = looked.stamps.get(dn_of(difference).casefold(), ())
    own = _stamps_of(difference, stamps)
    stamp = newest(own or stamps)
    near = stamp.when if stamp is not None and own and stamp.when >= looked.since else None
    entry = entry_for(looked.entries, difference, near=near, since=looked.since)
    parts = [_of_stamp(stamp, difference, looked.since, sure=bool(own))] if stamp is not None else []
    if entry is not None:
        parts.append(f"{entry.cmdlet} by {entry.caller} at {entry.when:%Y-%m-%d %H:%M} UTC")
    return ", ".join(parts)


def _stamps_of(difference: Difference, stamps: Sequence[Stamp]) -> list[Stamp]:
    """The stamps of the attribute behind the difference; all of an object that is new."""
    if not difference.path and difference.how == "new":
        return [one for one in stamps if one.attribute.casefold() == "objectclass"] or list(stamps)
    wanted = _attribute(difference).casefold()
    return [one for one in stamps if one.attribute.casefold() == wanted]


def _attribute(difference: Difference) -> str:
    """The attribute's name; ``""`` where no source tells which it is."""
    cmdlet = cmdlet_of(difference)
    if difference.how == "moved":
        return "name"
    if cmdlet:
        found = attribute_of(cmdlet, difference.property)
        return found.name if found else ""
    return "nTSecurityDescriptor" if is_access_list(difference) else difference.property


def _of_stamp(stamp: Stamp, difference: Difference, since: datetime, *, sure: bool) -> str:
    where = f"at {stamp.controller}" if stamp.controller else "at a controller that is gone"
    version = f" (version {stamp.version})" if stamp.version is not None else ""
    told = f"on {stamp.when:%Y-%m-%d %H:%M} UTC {where}{version}"
    if not sure:
        named = f"its newest change is of {stamp.attribute}"
        return f"object changed {told}; {named}, and which attribute holds {difference.property} is not known"
    if stamp.when < since:
        return f"{stamp.attribute} last changed {told}, before the baseline: the difference lies elsewhere"
    return f"changed {told}"
