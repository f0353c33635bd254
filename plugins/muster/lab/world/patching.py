r"""Planting faults: general patches on whatever an endpoint says.

A patch is a mapping with one of these keys, which says what it changes:

- ``plan``: an entry of the plan, before anything is made from it (``description.py``);
- ``output``: rows of an Exchange cmdlet, with ``server`` and ``where`` to choose them;
- ``windows``: rows of one server's Windows endpoint, of ``class`` (or cmdlet), chosen by ``where``;
- ``registry``: values under ``key`` on one server;
- ``directory``: an entry by DN (``*`` allowed), on every ``controller`` or one of them; ``denies`` replaces what a
  domain's own object refuses Exchange's groups (``world/access_lists.py``), on every controller;
- ``connector``: ``Server\Name``, whose ``grants`` (extended rights) are replaced;
- ``wire``: a server's ``ports``, what they show (``certificate``, ``starttls``);
- ``endpoint``: one kind's endpoint of one name (``exchange EX01``), how it misbehaves;
- ``answer``: what comes beside an Exchange cmdlet's output, everywhere (``error``, ``warning``, ``zero``);
- ``down``: servers that nobody reaches by RPC.

``set`` gives values, ``add`` makes a new row (like the first that ``where`` finds, where there is one), ``remove``
takes rows away. A patch that changes nothing is a mistake.
"""

from collections.abc import Callable, Mapping
from typing import Any

from muster.lab.description import Description, DescriptionMistake
from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.access_lists import domain_descriptor
from muster.lab.world.directory import Node, directory_nodes
from muster.lab.world.health import say_in_directory
from muster.lab.world.mail_flow import connector_dn
from muster.lab.world.making import World
from muster.lab.world.plans import domain_dn

Patch = Mapping[str, Any]


def plant(world: World, description: Description) -> None:
    """Plant every fault; raises ``DescriptionMistake`` naming fault and patch. ``settle`` lets follow the rest."""
    directory: list[tuple[Patch, str]] = []
    for key, patches in description.patches.items():
        for patch in patches:
            where = f"{description.name}, fault {key}, {_what(patch)}"
            if "directory" in patch:
                directory.append((patch, where))
            elif "plan" not in patch:
                try:
                    _PATCHERS[_kind(patch, where)](world, patch, where)
                except (KeyError, TypeError, ValueError) as error:
                    raise DescriptionMistake(where, str(error)) from error
    # the directory comes last: connectors that a patch adds or changes have their objects there
    own = {server.name for server in world.plans.mailbox_servers}
    connectors = [row for row in world.rows("Get-ReceiveConnector") if row.server in own]
    world.nodes = directory_nodes(world.plans, connectors, world.grants)
    say_in_directory(world.plans, world.rows("Get-ServerComponentState"), world.nodes)
    for patch, where in directory:
        _patch_directory(world, patch, where)


def _kind(patch: Patch, where: str) -> str:
    for kind in _PATCHERS:
        if kind in patch:
            return kind
    raise DescriptionMistake(where, f"a patch says what it changes with one of {', '.join(_PATCHERS)}")


def _what(patch: Patch) -> str:
    return " ".join(f"{key} {value}" for key, value in list(patch.items())[:2])


def _patch_output(world: World, patch: Patch, where: str) -> None:
    cmdlet = patch["output"]
    if cmdlet not in load_shapes():
        raise DescriptionMistake(where, f"the lab knows no {cmdlet}")
    _patch_rows(world, world.exchange.setdefault(cmdlet, []), cmdlet, patch, where)


def _patch_windows(world: World, patch: Patch, where: str) -> None:
    server = world.plans.server(patch["windows"]).name
    _patch_rows(world, world.windows[server], patch["class"], patch, where)


def _patch_rows(world: World, rows: list[Row], shape: str, patch: Patch, where: str) -> None:
    server = patch.get("server") or patch.get("windows")
    owner = world.plans.server(server).name if server else None
    chosen = [
        row
        for row in rows
        if row.shape.name == shape and owner in {None, row.server} and row.matches(patch.get("where", {}))
    ]
    if "add" in patch:
        row = chosen[0].copy() if chosen and "where" in patch else Row(load_shapes()[shape])
        row.server = owner or row.server
        row.set(patch["add"])
        rows.append(row)
        return
    if not chosen:
        raise DescriptionMistake(where, f"no row of {shape} fits {dict(patch.get('where', {}))}")
    for row in chosen:
        if patch.get("remove"):
            rows.remove(row)
        else:
            row.set(patch["set"])


def _patch_registry(world: World, patch: Patch, where: str) -> None:
    server = world.plans.server(patch["registry"]).name
    values = world.registry[server].get(patch["key"])
    if values is None:
        raise DescriptionMistake(where, f"no key {patch['key']}; there are {', '.join(world.registry[server])}")
    for name, value in patch["set"].items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value


def _patch_directory(world: World, patch: Patch, where: str) -> None:
    pattern, controller = patch["directory"], patch.get("controller")
    if "add" in patch:
        attributes = {name: _list(value) for name, value in patch["add"].items()}
        world.nodes.append(Node(pattern, attributes))
        return
    chosen = [node for node in world.nodes if node.matches(pattern)]
    if not chosen:
        raise DescriptionMistake(where, f"no entry's DN fits {pattern}")
    for node in chosen:
        if patch.get("remove"):
            world.nodes.remove(node)
            continue
        if "hidden" in patch:
            node.hidden = patch["hidden"]
        if "denies" in patch:
            own = next(
                (one["sid"] for name, one in world.plans.written["domains"].items() if domain_dn(name) == node.dn), ""
            )
            if not own:
                raise DescriptionMistake(where, f"{node.dn} is no domain's own object")
            node.security = domain_descriptor(own, world.plans.root_sid, patch["denies"])
        target = node.differs.setdefault(controller, {}) if controller else node.attributes
        for name, value in patch.get("set", {}).items():
            target[name] = _list(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _patch_connector(world: World, patch: Patch, where: str) -> None:
    server, _, name = patch["connector"].partition("\\")
    if not name:
        raise DescriptionMistake(where, "a connector is written as Server\\Name")
    world.grants[connector_dn(world.plans, world.plans.server(server).name, name)] = list(patch["grants"])


def _patch_wire(world: World, patch: Patch, where: str) -> None:
    server = world.plans.server(patch["wire"]).name
    for port in patch["ports"]:
        shown = world.wire.get((server, port))
        if shown is None:
            raise DescriptionMistake(where, f"{server} shows nothing on port {port}")
        for name, value in patch["set"].items():
            match name:
                case "certificate":
                    shown.certificate = world.certificates.issued[value]
                case "starttls":
                    shown.starttls = value
                case _:
                    raise DescriptionMistake(where, f"'{name}' is none of certificate and starttls")


def _patch_endpoint(world: World, patch: Patch, where: str) -> None:
    kind, _, name = patch["endpoint"].partition(" ")
    if kind not in {"exchange", "windows", "ldap", "https", "smtp"}:
        raise DescriptionMistake(where, "an endpoint is written as 'exchange EX01', with exchange, windows, ldap …")
    world.endpoints[kind, name.casefold()] = {**world.endpoints.get((kind, name.casefold()), {}), **patch["set"]}


def _patch_answer(world: World, patch: Patch, where: str) -> None:
    if patch["answer"] not in load_shapes():
        raise DescriptionMistake(where, f"the lab knows no {patch['answer']}")
    world.answers[patch["answer"]] = patch["set"]


def _patch_down(world: World, patch: Patch, where: str) -> None:
    del where
    world.down |= {world.plans.server(name).name for name in _list(patch["down"])}


_PATCHERS: Mapping[str, Callable[[World, Patch, str], None]] = {
    "output": _patch_output,
    "windows": _patch_windows,
    "registry": _patch_registry,
    "connector": _patch_connector,
    "wire": _patch_wire,
    "endpoint": _patch_endpoint,
    "answer": _patch_answer,
    "down": _patch_down,
}
