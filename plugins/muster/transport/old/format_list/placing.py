"""Rows → observations: whose each row is, what the rows of one question are, and of what nothing may be concluded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from muster.model import Answer, Environment, Object, Observation, Problem, Server, Value, same_server, unsettled
from muster.transport.old.format_list.notes import Note, is_unsettled
from muster.transport.old.format_list.questions import ASKED, Asked
from muster.transport.old.format_list.rows import Row

_BACK_END = "(Exchange Back End)"
_OF_THE_SESSION = frozenset({"RunspaceId", "PSComputerName", "PSShowComputerName", "SerializationData"})
_OFF = frozenset({None, "", "Off"})
_KEYS = ("Identity", "DistinguishedName", "Component", "Role", "Check", "Thumbprint")


@dataclass(frozen=True, slots=True)
class Imported:
    """What files gave: observations, what is to be known about them, and what was read and is of no use.

    Every observation's answer is ``partial`` in its serialization (``full`` where CLIXML held it so). Values that
    nobody can be sure of are objects of type ``muster.Unsettled``. ``unused`` names each object that no observation
    holds.
    """

    observations: tuple[Observation, ...]
    notes: tuple[Note, ...] = ()
    unused: tuple[Note, ...] = ()


@dataclass(slots=True)
class _Placing:
    environment: Environment
    taken: datetime | None
    notes: list[Note] = field(default_factory=list)
    unused: list[Note] = field(default_factory=list)


def place(rows: Iterable[Row], environment: Environment, taken: datetime | None) -> Imported:
    """Make observations of rows; several files of one cmdlet become one, server by server."""
    state = _Placing(environment, taken)
    by_cmdlet: dict[str, list[Row]] = {}
    for row in rows:
        by_cmdlet.setdefault(row.printable.cmdlet, []).append(row)
    observations: list[Observation] = []
    for cmdlet, mine in by_cmdlet.items():
        asked = ASKED.get(cmdlet)
        if asked is None:
            state.unused += [Note(row.file, row.line, "not asked", f"muster does not ask {cmdlet}") for row in mine]
            continue
        settled = [_without_iis(row, state) for row in mine]
        observations += _observations(cmdlet, asked, settled, state)
    return Imported(tuple(observations), tuple(state.notes), tuple(state.unused))


def _observations(cmdlet: str, asked: Asked, rows: Sequence[Row], state: _Placing) -> Iterator[Observation]:
    if not asked.owners and not asked.alone:
        yield _observation(cmdlet, asked, rows, state, server=None)
        return
    owned = [(row, text) for row in rows if (text := _owner(row, asked, state)) is not None]
    members = state.environment.servers
    of: dict[str, list[Row]] = {}
    for row, text in owned:
        name = next((server.name for server in members if same_server(text, server)), None)
        if name is not None:
            of.setdefault(name, []).append(row)
    wanted = [server for server in members if asked.of_all or "Edge" not in server.roles]
    seen = [server for server in members if server.name in of]
    alike = len({_shows_back_end(of[server.name]) for server in seen}) == 1
    if not asked.alone and alike and wanted and all(server.name in of for server in wanted):
        edges = [server for server in seen if server not in wanted]
        yield _observation(cmdlet, asked, _not_of(owned, edges), state, server=None)
        seen = edges
    else:
        known = {id(row) for mine in of.values() for row in mine}
        state.unused += [
            Note(row.file, row.line, "owner", f"{cmdlet} of '{text}', which is no server of {state.environment.name}")
            for row, text in owned
            if id(row) not in known
        ]
    for server in seen:
        if "Edge" in server.roles and asked.of_all:
            continue  # what others know of an Edge is not what it says itself
        yield _observation(cmdlet, asked, of[server.name], state, server=server)


def _not_of(owned: Sequence[tuple[Row, str]], edges: Sequence[Server]) -> list[Row]:
    return [row for row, text in owned if not any(same_server(text, server) for server in edges)]


def _shows_back_end(rows: Iterable[Row]) -> bool:
    return any(_BACK_END in str(row.object.properties.get("Identity")) for row in rows)


def _owner(row: Row, asked: Asked, state: _Placing) -> str | None:
    """Whose a row is: by the first of its properties that tells, which must be certain; else by the command line."""
    for name in asked.owners:
        value = row.object.properties.get(name)
        if is_unsettled(value):
            said = f"whose it is cannot be told: {value.text}"  # type: ignore[union-attr] # an Object
            state.unused.append(Note(row.file, row.line, "owner", said))
            return None
        text = _name_in(value)
        if text:
            return text
    named = row.command and (row.command.server or (row.command.identity if asked.by == "Identity" else None))
    if named:
        return named
    looked = f" ({', '.join(asked.owners)})" if asked.owners else ""
    said = (
        f"{row.printable.cmdlet} does not say whose it is{looked}, and no command line with -{asked.by} stands before"
    )
    state.unused.append(Note(row.file, row.line, "owner", said))
    return None


def _name_in(value: Value) -> str:
    """A server's name in a value; of a canonical name (``…/Servers/EX01``) its last part."""
    text = value if isinstance(value, str) else getattr(value, "text", None) or ""
    _, found, behind = text.rpartition("/Servers/")
    return str(behind.partition("/")[0] if found else text)


def _observation(
    cmdlet: str, asked: Asked, rows: Sequence[Row], state: _Placing, *, server: Server | None
) -> Observation:
    edge = server is not None and "Edge" in server.roles
    name = server.name if server else None
    question = asked.question(cmdlet, name, edge=edge, back_end=_shows_back_end(rows))
    shortfalls = []
    narrowed = next((row.command for row in rows if row.command and _tells_part(row, asked)), None)
    if narrowed is not None:
        shortfalls.append(Problem("partial", f"only a part was printed: {narrowed.text.strip()}"))
    cut = next((row for row in rows if row.doubtful), None)
    if cut is not None:
        said = f"{cut.file}, line {cut.line}: where the object begins or ends is not certain; more may have followed"
        shortfalls.append(Problem("partial", said))
    if server is None and asked.spread:
        shortfalls += _not_spread(asked, rows, state)
    full = all(row.serialization == "full" for row in rows)
    return Observation(
        question=question,
        subject=name or "organization",
        taken=state.taken,
        seconds=0.0,
        answered_by=", ".join(dict.fromkeys(row.file for row in rows)),
        answer=Answer(_merged(rows, state), "full" if full else "partial", tuple(shortfalls)),
    )


def _not_spread(asked: Asked, rows: Sequence[Row], state: _Placing) -> list[Problem]:
    """Where no row names a server of the organisation, nothing tells that the rows are all there are."""
    named: list[str] = []
    for row in rows:
        for value in (row.object.properties.get(name) for name in asked.spread):
            named += map(_name_in, value if isinstance(value, tuple) else (value,))
    members = [server for server in state.environment.servers if "Edge" not in server.roles]
    missing = [server.name for server in members if not any(same_server(text, server) for text in named)]
    said = f"nothing of {', '.join(missing)} was printed: there may be more"
    return [Problem("partial", said)] if missing else []


def _tells_part(row: Row, asked: Asked) -> bool:
    """Whether a command line asked for a part; ``-Identity`` of one server is all of that server."""
    command = row.command
    if command is None or not command.part_only:
        return command is not None and bool(command.server) and not asked.owners and not asked.alone
    return not (command.identity and asked.by == "Identity" and "|" not in command.text.partition("fl")[0][:-1])


def _without_iis(row: Row, state: _Placing) -> Row:
    """What comes from IIS is not comparable with what muster asks, which is the directory alone.

    A directory with an empty path and without compression was printed with ``-ADPropertiesOnly``, or cannot be told
    from it: it stays.
    """
    mine = [name for name in row.object.properties if name in row.printable.iis]
    if not mine or _from_directory(row.object):
        return row
    why = "was read from IIS or cannot be told from it; muster asks with -ADPropertiesOnly"
    properties = {
        name: unsettled(f"{name} {why}") if name in row.printable.iis else value
        for name, value in row.object.properties.items()
    }
    said = f"{len(mine)} properties of IIS are not compared: {', '.join(mine[:4])}{' …' if len(mine) > 4 else ''}"  # noqa: PLR2004 - enough to see what
    state.notes.append(Note(row.file, row.line, "read from IIS", said))
    return replace(row, object=Object(row.object.type, row.object.text, properties))


def _from_directory(item: Object) -> bool:
    compression = item.properties.get("GzipLevel")
    return item.properties.get("Path", "?") in {None, ""} and getattr(compression, "text", compression) in _OFF


def _merged(rows: Sequence[Row], state: _Placing) -> tuple[Object, ...]:
    """The objects of several files, each once; where two files say two things, neither counts."""
    kept: dict[object, Row] = {}
    for row in rows:
        key = tuple(text.casefold() for name in _KEYS if isinstance(text := row.object.properties.get(name), str))
        place: object = key or id(row)
        first = kept.get(place)
        kept[place] = row if first is None else _both(first, row, state)
    return tuple(row.object for row in kept.values())


def _both(first: Row, again: Row, state: _Placing) -> Row:
    one, other = first.object.properties, again.object.properties
    differing = [name for name in one if name in other and one[name] != other[name] and name not in _OF_THE_SESSION]
    merged: dict[str, Value] = {**other, **one}
    for name in differing:
        if is_unsettled(one[name]) or is_unsettled(other[name]):
            merged[name] = other[name] if is_unsettled(one[name]) else one[name]
            continue
        said = (
            f"{name} is one thing in {first.file}, line {first.line}, and another in {again.file}, line {again.line}"
        )
        merged[name] = unsettled(said)
        state.notes.append(Note(again.file, again.line, "conflict", f"{again.object.text or 'an object'}: {said}"))
    return replace(first, object=Object(first.object.type, first.object.text, merged))
