"""Differences as drift tells them, short to write."""

from collections.abc import Mapping
from datetime import UTC, datetime

from packaging.version import Version

from muster.drift import Difference, Place
from muster.model import EnumValue, Object, Value
from muster.upgrade import Crossing, Step

CU14, CU14_SU = "15.2.1544.4", "15.2.1544.34"
CU15, CU15_SU = "15.2.1748.10", "15.2.1748.37"
CU12, CU13, SE = "15.2.1118.7", "15.2.1258.12", "15.2.2562.17"
THEN = datetime(2025, 9, 15, 10, tzinfo=UTC)


def place(fact: str, subject: str = "EX01", kind: str = "Server") -> Place:
    return Place(subject, kind, fact, f"question of {fact}")


def thing(text: str, properties: Mapping[str, Value] | None = None, **more: Value) -> Object:
    return Object("Thing", text, {**(properties or {}), **more})


def changed(
    fact: str,
    name: str | tuple[str, ...],
    was: Value,
    now: Value,
    *,
    of: str = "",
    subject: str = "EX01",
    kind: str = "Server",
    identity: str = "Identity",
    more: Mapping[str, Value] | None = None,
    how: str = "changed",
    added: tuple[Value, ...] = (),
    removed: tuple[Value, ...] = (),
) -> Difference:
    path = (name,) if isinstance(name, str) else name
    rest = {identity: of, **(more or {})} if of else dict(more or {})
    before = thing(of, rest, **({path[0]: was} if how != "new" and len(path) == 1 else {}))
    after = thing(of, rest, **({path[0]: now} if how != "gone" and len(path) == 1 else {}))
    return Difference(place(fact, subject, kind), of, "Thing", path, how, was, now, added, removed, before, after)


def gone(
    fact: str, of: str, properties: Mapping[str, Value], *, subject: str = "EX01", kind: str = "Server"
) -> Difference:
    item = thing(of, properties)
    return Difference(place(fact, subject, kind), of, "Thing", (), "gone", was=item, before=item)


def came(
    fact: str, of: str, properties: Mapping[str, Value], *, subject: str = "EX01", kind: str = "Server"
) -> Difference:
    item = thing(of, properties)
    return Difference(place(fact, subject, kind), of, "Thing", (), "new", now=item, after=item)


def word(text: str, number: int = 0) -> EnumValue:
    return EnumValue(number, text, "Some.Enum")


def crossing(old: str = CU14_SU, new: str = CU15_SU, server: str = "EX01", **more: object) -> Crossing:
    return Crossing({server.casefold(): Step(server, Version(old), Version(new))}, **more)  # type: ignore[arg-type]
