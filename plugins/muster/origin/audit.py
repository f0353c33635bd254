"""Entries of the admin audit log, and which of them is about a difference."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.drift import Difference
from muster.model import Answer, Object, Value
from muster.origin.asking import dn_of
from muster.reading.values import read_text, read_texts

NEAR = timedelta(minutes=5)
"""As far as a command's time and that of the change it made are apart: clocks differ, and a command takes a while."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who ran which cmdlet on what, when. ``parameters`` are names: a Partial session brings no values."""

    when: datetime
    cmdlet: str
    caller: str
    object: str
    parameters: frozenset[str]


def entries(answer: Answer) -> tuple[Entry, ...]:
    """The commands that succeeded; raises ``ValueError`` where an entry's time or cmdlet cannot be read.

    Properties as "Administrator audit log structure" names them: ``ObjectModified``, ``CmdletName``,
    ``CmdletParameters``, ``Caller``, ``Succeeded``, ``RunDate`` (UTC). Unverified over a Partial session.
    """
    return tuple(made for item in answer.objects if (made := _entry(item)) is not None)


def _entry(item: Object) -> Entry | None:
    told = item.properties
    if told.get("Succeeded") is False or str(told.get("Succeeded")).casefold() == "false":
        return None
    when = told.get("RunDate")
    if not isinstance(when, datetime):
        raise ValueError(f"RunDate of an entry is {when!r}, which is no time")  # noqa: TRY004 - its content is wrong
    return Entry(
        when,
        read_text(told.get("CmdletName")),
        read_text(told.get("Caller")),
        read_text(told.get("ObjectModified")),
        _parameters(told.get("CmdletParameters")),
    )


def _parameters(value: Value) -> frozenset[str]:
    """Names, from objects with a ``Name`` or from texts such as ``Identity`` and ``Identity = EX01``."""
    items = value if isinstance(value, tuple) else (value,)
    names: set[str] = set()
    for item in items:
        if isinstance(item, Object) and "Name" in item.properties:
            names.add(read_text(item.properties["Name"]).casefold())
        elif item is not None:
            for text in read_texts(item):
                names |= {word.casefold() for word in re.findall(r"^\W*([A-Za-z]\w*)", text)}
    return frozenset(names)


def entry_for(
    found: Iterable[Entry],
    difference: Difference,
    *,
    near: datetime | None,
    since: datetime,
) -> Entry | None:
    """The entry about a difference: the same object, and near the replicated change or else after ``since``.

    One that names the property goes before one that does not, then the later.
    """
    names = _names(difference)
    about = [
        one
        for one in found
        if _same(one.object, names, difference)
        and (abs(one.when - near) <= NEAR if near is not None else one.when >= since)
    ]
    named = [one for one in about if difference.property.casefold() in one.parameters]
    return max(named or about, key=lambda one: one.when, default=None)


def _names(difference: Difference) -> frozenset[str]:
    """What the log may call the object, in lower case: identity, DN, canonical name, GUID."""
    names = {difference.object}
    for item in (difference.before, difference.after):
        if item is None:
            continue
        names.add(item.text or "")
        for name in ("Identity", "DistinguishedName", "distinguishedName", "Guid", "Id"):
            value = item.properties.get(name)
            value = value[0] if isinstance(value, tuple) and len(value) == 1 else value
            if isinstance(value, str | Object):
                names.add(value if isinstance(value, str) else value.text or "")
    names.add(dn_of(difference))
    distinguished = [name for name in names if "=" in name]
    names |= set(map(_canonical, distinguished))
    if difference.place.subject_kind == "Server":  # a right stands under the name of the object that grants it
        server = difference.place.subject
        names |= {f"{server}\\{name.partition(',')[0].partition('=')[2]}" for name in distinguished}
    if not difference.object and difference.place.subject_kind == "Server":
        names.add(difference.place.subject)
    return frozenset(name.casefold() for name in names if name)


def _same(modified: str, names: frozenset[str], difference: Difference) -> bool:
    """Whether the log's name is one of the object's; a bare name counts only where no server tells two apart."""
    wanted = modified.casefold()
    if not wanted:
        return False
    if wanted in names:
        return True
    if difference.place.subject_kind == "Server":
        return False
    bare = {re.split(r"[\\/]", name)[-1] for name in names if "=" not in name}
    return re.split(r"[\\/]", wanted)[-1] in bare


def _canonical(dn: str) -> str:
    """``contoso.local/Configuration/Services`` of ``CN=Services,CN=Configuration,DC=contoso,DC=local``."""
    parts = [part.strip() for part in re.split(r"(?<!\\),", dn)]
    domain = ".".join(part[3:] for part in parts if part.casefold().startswith("dc="))
    path = [part.partition("=")[2].replace("\\", "") for part in parts if not part.casefold().startswith("dc=")]
    return "/".join([domain, *reversed(path)])
