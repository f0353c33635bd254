"""Cmdlets that change an object property by property: nearly every ``Set-`` of Exchange."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muster.lab.changes.binding import Bound
from muster.lab.changes.refusing import Refused, not_in_set
from muster.lab.changes.session import Session, Step, changing
from muster.lab.changes.values import printed_size
from muster.lab.rows import Row, RowValue
from muster.lab.shapes import Property, load_types

Effect = Callable[[Session, Row, dict[str, RowValue], Mapping[str, Any]], None]
"""What follows beside the property of the same name: adds to the new values. Gets what was given."""


def set_object(effects: Mapping[str, Effect]) -> Callable[[Session, Bound, Sequence[Row]], list[Step]]:
    """The change of every cmdlet that ``sets`` rows; ``effects`` by cmdlet."""

    def change(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Step]:
        steps = []
        for row in targets(session, bound, piped):
            given = bound.given("Server")
            new: dict[str, RowValue] = {}
            for name, value in given.items():
                prop = row.shape.property_named(name)
                if prop is not None:
                    new[prop.name] = fitted(row, prop, value, bound.cmdlet)
            if effect := effects.get(bound.cmdlet):
                effect(session, row, new, given)
            steps.append(changing(row, new, session.at))
        return steps

    return change


def targets(session: Session, bound: Bound, piped: Sequence[Row]) -> list[Row]:
    """The rows that are meant: by identity, through the pipeline, by server, or the only ones there are."""
    asked = bound.parameters.sets
    if piped:
        return [row for one in piped for row in session.rows(asked, one.get("Identity"), bound.cmdlet, alone=False)]
    identity = bound.get("Identity")
    if identity is not None:
        try:
            return session.rows(asked, identity, bound.cmdlet)
        except Refused:
            if own := _of_server(session, asked, str(identity)):
                return own
            raise
    if "Identity" in bound.parameters.required:
        raise Refused(
            "Cannot process command because of one or more missing mandatory parameters: Identity.",
            f"MissingMandatoryParameter,{bound.cmdlet}",
        )
    server = bound.get("Server")
    if server is not None:
        own = _of_server(session, asked, session.server(server, bound.cmdlet).name)
        return own or session.rows(asked, server, bound.cmdlet)
    rows = [row for row in session.world.rows(asked) if row.server in {None, session.on.upper()}]
    if len(rows) != 1:
        raise Refused(f"'{bound.cmdlet}' must be told whose settings it changes: -Server or -Identity.", "NoServer")
    return rows


def _of_server(session: Session, asked: str, name: str) -> list[Row]:
    """The only object of a server, where people name the server and mean it."""
    folded = name.casefold()
    names = {
        server.name
        for server in session.world.plans.servers
        if folded in {server.name.casefold(), server.fqdn.casefold()}
    }
    found = [row for row in session.world.rows(asked) if row.server in names]
    return found if len(found) == 1 else []


def fitted(row: Row, prop: Property, value: Any, cmdlet: str) -> RowValue:  # noqa: PLR0911 - one per kind
    """A parameter's value as the property prints it; raises ``Refused`` for no member of its enumeration."""
    kind = prop.kind
    if isinstance(value, Mapping):
        return _changed(row, prop, value, cmdlet)
    if kind.form == "enum" and value is not None:
        members = load_types()[kind.name].members
        items = value if isinstance(value, list) else str(value).split(",")
        spelled = [_member(prop.name, str(item).strip(), members, cmdlet) for item in items]
        return list(spelled) if kind.many else ", ".join(spelled)
    if kind.many:
        return list(value) if isinstance(value, list) else [] if value is None else [value]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or None
    if value is None:
        return "" if prop.default == "" else None
    if kind.name in {"Unlimited", "ByteQuantifiedSize"} and str(value).isdigit() and _is_size(row, prop):
        return printed_size(int(value))
    if kind.form in {"text", "rich"} and not isinstance(value, str):
        return str(value)
    return value  # type: ignore[no-any-return] # plain, by the parameter's type


def _is_size(row: Row, prop: Property) -> bool:
    """Whether a property counts bytes: it does so now, or by default."""
    return any("bytes)" in str(value) for value in (row.get(prop.name), prop.default))


def _member(name: str, item: str, members: Mapping[str, int], cmdlet: str) -> str:
    if not members:
        return item
    known = {member.casefold(): member for member in members}
    if item.casefold() not in known:
        raise not_in_set(name, item, tuple(members), cmdlet)
    return known[item.casefold()]


def _changed(row: Row, prop: Property, value: Mapping[str, Any], cmdlet: str) -> RowValue:
    """A list with ``Add`` put in and ``Remove`` taken out; order is kept, nothing comes twice."""
    has = row.get(prop.name)
    items: list[Any] = list(has) if isinstance(has, list) else []
    gone = {str(item).casefold() for item in value.get("Remove", ())}
    items = [item for item in items if str(item).casefold() not in gone]
    known = {str(item).casefold() for item in items}
    items += [item for item in value.get("Add", ()) if str(item).casefold() not in known]
    return fitted(row, prop, items, cmdlet)
