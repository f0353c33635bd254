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
        parts.append(_of_entry(entry, difference, stamp))
    return ", ".join(parts)


def _stamps_of(difference: Difference, stamps: Sequence[Stamp]) -> list[Stamp]:
    """The stamps of the attribute behind the difference; of an object that is new, of its beginning."""
    wanted = _attribute(difference).casefold()
    return [one for one in stamps if one.attribute.casefold() == wanted]


def _attribute(difference: Difference) -> str:
    """The attribute's name; ``""`` where no source tells which it is."""
    if is_access_list(difference):
        return "nTSecurityDescriptor"
    if not difference.path:
        return {"new": "objectClass", "moved": "name"}.get(difference.how, "")
    cmdlet = cmdlet_of(difference)
    if cmdlet:
        found = attribute_of(cmdlet, difference.property)
        return found.name if found else ""
    return difference.property


def _of_stamp(stamp: Stamp, difference: Difference, since: datetime, *, sure: bool) -> str:
    where = f"at {stamp.controller}" if stamp.controller else "at a controller that is gone"
    version = f" (version {stamp.version})" if stamp.version is not None else ""
    told = f"on {stamp.when:%Y-%m-%d %H:%M} UTC {where}{version}"
    if stamp.when < since:
        what = f"{stamp.attribute} was" if sure else "the object was"
        return f"{what} last changed {told}, before the baseline: the difference lies elsewhere"
    if not sure:
        of = f" of {difference.property}" if difference.property else ""
        return f"the object was changed {told}, in {stamp.attribute}; the attribute{of} is not known"
    return f"changed {told}"


def _of_entry(entry: Entry, difference: Difference, stamp: Stamp | None) -> str:
    same_day = stamp is not None and stamp.when.date() == entry.when.date()
    told = f"{entry.cmdlet} by {entry.caller} at {entry.when:%H:%M}" if same_day else _whole(entry)
    name = difference.property.casefold()
    if name and entry.parameters and name not in entry.parameters:
        return f"the last command on it was {told}, without -{difference.property}"
    return told


def _whole(entry: Entry) -> str:
    return f"{entry.cmdlet} by {entry.caller} on {entry.when:%Y-%m-%d %H:%M} UTC"
