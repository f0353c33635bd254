"""Files that somebody carries out of the lab's organisation: its answers in CLIXML and JSON, with their index.

Nothing here goes over the lab's wire or through muster's readers: the lab's own writer makes the CLIXML, and JSON is
written here as ``ConvertTo-Json -Depth 4`` of Windows PowerShell prints the rows of a Partial session.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import sansldap
import yaml

from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.cmdlets.windows import windows_cmdlets
from muster.lab.directory.attributes import Selection
from muster.lab.directory.filters import matches
from muster.lab.directory.tree import DirectoryTree, Entry, Scope, path_of
from muster.lab.powershell.clixml import FULL, PARTIAL, WINDOWS, Sender, exported, object_text
from muster.lab.powershell.pipelines import Invocation, run_pipeline
from muster.lab.rows import Output, Projected, Row, RowValue
from muster.lab.shapes import Kind, load_types
from muster.lab.world.making import World
from muster.model import Command, ExchangeCmdlet, LdapSearch, Question, WindowsCmdlet

TAKEN_AT_NOON = "2025-09-15T12:00:00+00:00"
_SENDER = Sender("localhost", "7c2f9d1e-5b0a-4c1e-9d55-0f6a6f1f2b11")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DACL = 0x4
_VALUES = "System.DirectoryServices.ResultPropertyValueCollection"

Attribute = tuple[str, list[bytes]]
Cmdlet = ExchangeCmdlet | WindowsCmdlet


def write_capture(
    folder: Path,
    world: World,
    questions: Iterable[Question],
    *,
    servers: Iterable[str],
    level: str = "partial",
    form: str = "clixml",
    wrapped: bool = False,
    taken: str | None = TAKEN_AT_NOON,
) -> Path:
    """Write the world's answers to those questions that a file can hold: cmdlets, and in CLIXML directory searches.

    ``wrapped``: JSON with every list as ``{"value": […], "Count": n}``, which Windows PowerShell makes of some.
    """
    answers = folder / "answers"
    answers.mkdir(parents=True)
    entries: list[dict[str, Any]] = []
    for number, question in enumerate(questions):
        if isinstance(question, ExchangeCmdlet | WindowsCmdlet):
            name, data = f"{number}.{form}", _answer(world, question, level, form, wrapped=wrapped)
        elif isinstance(question, LdapSearch) and form == "clixml":
            name, data = f"{number}.clixml", search_results(world, question)
        else:
            continue
        (answers / name).write_bytes(data)
        entries.append(_entry(question, name) | ({"format": "json"} if form == "json" else {}))
    index = {
        "format": 1,
        "name": folder.name,
        "serialization_level": level,
        "taken": taken,
        "servers": list(servers),
        "answers": entries,
    }
    (folder / "capture.yaml").write_text(yaml.safe_dump(index, sort_keys=False), "utf-8")
    return folder


def _entry(question: Cmdlet | LdapSearch, name: str) -> dict[str, Any]:
    match question:
        case ExchangeCmdlet():
            subject, endpoint, pipeline = question.about or "organization", "exchange", _steps(question.pipeline)
        case WindowsCmdlet():
            subject, endpoint, pipeline = question.server, "windows", _steps(question.pipeline)
        case LdapSearch():
            subject, endpoint = question.controller or question.domain or "forest", "ldap"
            pipeline = [{"cmdlet": "search", "parameters": _search(question)}]
    return {"subject": subject, "endpoint": endpoint, "pipeline": pipeline, "file": f"answers/{name}"}


def _steps(pipeline: tuple[Command, ...]) -> list[dict[str, Any]]:
    return [{"cmdlet": step.name, "parameters": _written(step.parameters)} for step in pipeline]


def _written(parameters: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parameters}


def _search(question: LdapSearch) -> dict[str, Any]:
    said: dict[str, Any] = {
        "base": re.sub(r"\{(\w+)\}", r"\1", question.base),
        "filter": question.filter,
        "scope": question.scope,
    }
    if question.attributes:
        said["attributes"] = list(question.attributes)
    if question.security_descriptor:
        said["security_descriptor"] = True
    return said | {key: value for key in ("controller", "domain") if (value := getattr(question, key))}


def _answer(world: World, question: Cmdlet, level: str, form: str, *, wrapped: bool) -> bytes:
    outputs = _outputs(world, question)
    if form == "json":
        return as_json(outputs, wrapped=wrapped).encode()
    exchange = FULL if level == "full" else PARTIAL
    return exported(outputs, exchange if isinstance(question, ExchangeCmdlet) else WINDOWS, _SENDER)


def _outputs(world: World, question: Cmdlet) -> list[Output]:
    """What the session of an operator puts out: on the server itself where it must be, else anywhere."""
    plans = world.plans
    if isinstance(question, ExchangeCmdlet):
        own = plans.server(question.at) if question.at else plans.mailbox_servers[0]
        offered = exchange_cmdlets(world, own)
    else:
        offered = windows_cmdlets(world, plans.server(question.server))
    invocations = [Invocation(step.name, tuple(_written(step.parameters).items())) for step in question.pipeline]
    produced = run_pipeline(invocations, offered)
    assert not produced.errors, f"{question.key}: {produced.errors[0].message}"
    return list(produced.outputs)


def as_json(outputs: Iterable[Output], *, wrapped: bool = False) -> str:
    """``ConvertTo-Json -Depth 4 -InputObject @(…)`` of Windows PowerShell; one object alone is no list."""
    rows = [_properties(row) for row in outputs if isinstance(row, Row)]
    rows += [_chosen(row) for row in outputs if isinstance(row, Projected)]
    if wrapped:
        rows = [{name: _wrapped(value) for name, value in row.items()} for row in rows]
    text = json.dumps(rows[0] if len(rows) == 1 else rows, indent=4)
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.replace("/Date(", "\\/Date(").replace(')/"', ')\\/"')


def _properties(row: Row) -> dict[str, Any]:
    printed = {prop.name: _plain(prop.kind, row.get(prop.name)) for prop in row.shape.properties.values()}
    return printed | {
        "PSComputerName": _SENDER.computer,
        "RunspaceId": _SENDER.runspace,
        "PSShowComputerName": False,
    }


def _chosen(projected: Projected) -> dict[str, Any]:
    """Only the chosen properties; one that is not there is null."""
    whole = _properties(projected.row)
    return {name: whole.get(name) for name in projected.names}


def _plain(kind: Kind, value: RowValue) -> Any:
    """A property's value as Partial has it, and as JSON then shows it."""
    match value:
        case list() | tuple() if kind.many:
            return [_plain(Kind(kind.form, kind.name), item) for item in value]
        case datetime():
            return f"/Date({round((value - _EPOCH).total_seconds() * 1000)})/"
        case bytes():
            return list(value)
        case None | bool() | int():
            return value
    if kind.form == "object":
        return object_text(load_types()[kind.name].text, value)  # type: ignore[arg-type] # an object's values
    return _version(str(value)) if kind.form == "version" else str(value)


def _wrapped(value: Any) -> Any:
    return {"value": value, "Count": len(value)} if isinstance(value, list) else value


def _version(text: str) -> dict[str, int]:
    parts = dict(zip(("Major", "Minor", "Build", "Revision"), map(int, text.split(".")), strict=False))
    return {"Build": -1, "Revision": -1} | parts | {"MajorRevision": 0, "MinorRevision": parts.get("Revision", -1)}


def search_results(world: World, question: LdapSearch) -> bytes:
    """What ``[adsisearcher]`` finds, through ``Export-Clixml``: .NET's own types, attribute names in lower case."""
    controller = _controller(world, question)
    wanted = (*question.attributes, *(["nTSecurityDescriptor"] if question.security_descriptor else []))
    selection = Selection(wanted, _DACL if question.security_descriptor else None)
    ids = count()
    found = _found(world, controller, question)
    rows = [_search_result(entry.dn, controller, selection.of(entry), ids) for entry in found]
    start = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    return f"{start}{''.join(rows)}</Objs>".encode("utf-16")


def _controller(world: World, question: LdapSearch) -> str:
    for plan in world.plans.controllers:
        if question.controller in {None, plan.name} and question.domain in {None, plan.domain}:
            return plan.name
    raise LookupError(f"the lab has no controller for {question.key}")


def _found(world: World, controller: str, question: LdapSearch) -> Iterator[Entry]:
    contents = world.directory(controller)
    root = next(entry for entry in contents.entries if not entry.dn)
    base = re.sub(r"\{(\w+)\}", lambda name: str(root.values(name[1])[0]), question.base)
    if not base:
        yield root
        return
    wanted = sansldap.LDAPFilter.from_string(question.filter)
    scope: Scope = question.scope  # type: ignore[assignment] # one of the three
    account = world.plans.written["account"]["user"].rpartition("\\")[2]
    for entry in DirectoryTree(contents).search(path_of(base), scope, account):
        if matches(wanted, entry):
            yield entry


def _search_result(dn: str, controller: str, attributes: Iterable[Attribute], ids: Iterator[int]) -> str:
    path = f"LDAP://{controller}/" + (dn.replace("/", "\\/") if dn else "RootDSE")
    entries = [
        f'<En><S N="Key">{name.casefold()}</S><Obj N="Value" RefId="{next(ids)}">{_types(_VALUES, ids)}'
        f"<LST>{''.join(_net(name, value) for value in values)}</LST></Obj></En>"
        for name, values in [*attributes, ("adspath", [path.encode()])]
    ]
    return (
        f'<Obj RefId="{next(ids)}">{_types("System.DirectoryServices.SearchResult", ids)}'
        f'<ToString>System.DirectoryServices.SearchResult</ToString><Props><S N="Path">{escape(path)}</S>'
        f'<Obj N="Properties" RefId="{next(ids)}">{_types("System.DirectoryServices.ResultPropertyCollection", ids)}'
        f"<DCT>{''.join(entries)}</DCT></Obj></Props></Obj>"
    )


def _types(name: str, ids: Iterator[int]) -> str:
    return f'<TN RefId="{next(ids)}"><T>{name}</T><T>System.Object</T></TN>'


_INTEGERS = frozenset({"rangeupper", "rangelower", "objectversion", "systemflags", "instancetype", "searchflags"})
_BYTES = frozenset({"ntsecuritydescriptor", "objectguid", "objectsid", "schemaidguid", "tokengroups"})


def _net(attribute: str, value: bytes) -> str:
    """A value as .NET reads it by the attribute's syntax."""
    if attribute.casefold() in _BYTES:
        return f"<BA>{b64encode(value).decode()}</BA>"
    text = value.decode()
    if attribute.casefold() in _INTEGERS:
        return f"<I32>{text}</I32>"
    if text in {"TRUE", "FALSE"}:
        return f"<B>{text.lower()}</B>"
    moment = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.0Z", text)
    if moment:
        return "<DT>{}-{}-{}T{}:{}:{}</DT>".format(*moment.groups())
    return f"<S>{escape(text)}</S>".replace("\0", "_x0000_")  # as CLIXML writes what XML cannot hold
