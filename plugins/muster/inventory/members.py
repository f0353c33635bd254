"""Patterns written out, defaults applied: every server and controller by itself, and what is wrong with its name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from muster.inventory.document import ControllerEntry, InventoryFile, ServerEntry
from muster.model import Server
from muster.naming.patterns import expand
from muster.yaml_lines import Mistake, Where
from muster.yaml_models import Checked, nearest


@dataclass(frozen=True, slots=True)
class ServerMember:
    """One Exchange server. ``domain`` is ``None`` for an Edge in a workgroup."""

    where: Where
    entry: ServerEntry
    name: str
    fqdn: str
    domain: str | None
    roles: frozenset[str]
    site: str | None
    dag: str | None
    product: str | None

    @property
    def edge(self) -> bool:
        """Whether it is an Edge."""
        return "Edge" in self.roles


@dataclass(frozen=True, slots=True)
class ControllerMember:
    """One domain controller. ``name`` is its short name, or its FQDN where two domains have that short name."""

    where: Where
    entry: ControllerEntry
    name: str
    fqdn: str
    domain: str


@dataclass(frozen=True, slots=True)
class Members:
    """Everything by itself."""

    servers: tuple[ServerMember, ...]
    controllers: tuple[ControllerMember, ...]
    mistakes: tuple[Mistake, ...]


def members(checked: Checked[InventoryFile], inventory: InventoryFile) -> Members:
    """Write out every pattern."""
    mistakes: list[Mistake] = []
    servers = tuple(_servers(checked, inventory, mistakes))
    controllers = tuple(_controllers(checked, inventory, mistakes))
    mistakes.extend(_twice(checked, [(item.where, item.name, item.fqdn) for item in servers], "server"))
    mistakes.extend(_twice(checked, [(item.where, item.fqdn, item.fqdn) for item in controllers], "controller"))
    return Members(servers, _told_apart(controllers), tuple(mistakes))


def _servers(
    checked: Checked[InventoryFile], inventory: InventoryFile, mistakes: list[Mistake]
) -> Iterator[ServerMember]:
    defaults = inventory.defaults
    for index, entry in enumerate(inventory.servers):
        where: Where = ("servers", index)
        roles = frozenset(entry.roles or defaults.roles or ("Mailbox",))
        refused = False
        for written in expand(entry.name):
            name, _, suffix = written.partition(".")
            domain, problem = _domain_of(inventory, entry, suffix, edge="Edge" in roles)
            fqdn = written if suffix or domain is None else f"{name}.{domain}"
            if problem and not refused and not is_pool_name(inventory, name, fqdn):  # once for a whole pattern
                refused = True
                mistakes.append(checked.mistake((*where, "name"), *problem))
            yield ServerMember(
                where,
                entry,
                name,
                fqdn,
                domain,
                roles,
                entry.site or defaults.site,
                None if "Edge" in roles else entry.dag or defaults.dag,
                entry.product or defaults.product,
            )


def probed_names(inventory: InventoryFile, servers: Iterable[Server | ServerMember]) -> tuple[str, ...]:
    """Every name that a probe may be sent to."""
    return (*(name for server in servers for name in (server.name, server.fqdn)), *inventory.public_names)


def is_pool_name(inventory: InventoryFile, name: str, fqdn: str) -> bool:
    """Whether a server is called as the load balancer is: that is all that is to be said about its name."""
    label, full = name.casefold(), fqdn.casefold()
    same_label = [public for public in inventory.public_names if public.casefold().split(".")[0] == label]
    return (
        full in {public.casefold() for public in inventory.public_names}
        or label == "autodiscover"
        or any(not {label, full} & _behind(inventory, public) for public in same_label)
    )


def _behind(inventory: InventoryFile, public: str) -> set[str]:
    return {name.casefold() for pattern in inventory.public_names[public].servers for name in expand(pattern)}


def _domain_of(
    inventory: InventoryFile, entry: ServerEntry, suffix: str, *, edge: bool
) -> tuple[str | None, tuple[str, str] | None]:
    """The server's domain, and what is wrong and right about it."""
    known = {name.casefold(): name for name in inventory.forest.domains}
    said = entry.domain or ("" if suffix or edge else inventory.defaults.domain)
    if said:
        return known.get(said.casefold()), None  # an unknown one is told by the rules
    if suffix:
        found = known.get(suffix.casefold())
        if found or edge:
            return found, None
        near = nearest(suffix, known.values())
        right = f"Did you mean '{near}'?" if near else f"Known domains: {', '.join(known.values())}."
        disjoint = "A server whose DNS suffix is not its domain says domain: beside its name."
        return None, (f"the server lies in no declared domain ('{suffix}').", f"{right} {disjoint}")
    if not edge and len(known) > 1:
        choice = " or ".join(f"{entry.name}.{name}" for name in known.values())
        return None, (f"which domain is '{entry.name}' in?", f"Write {choice}, or defaults: {{domain: …}} once.")
    return None if edge else next(iter(known.values()), None), None


def _controllers(
    checked: Checked[InventoryFile], inventory: InventoryFile, mistakes: list[Mistake]
) -> Iterator[ControllerMember]:
    for domain, controllers in inventory.forest.domains.items():
        for index, entry in enumerate(controllers):
            where: Where = ("forest", "domains", domain, index)
            for written in expand(entry.name):
                name, _, suffix = written.partition(".")
                if suffix and suffix.casefold() != domain.casefold():
                    mistakes.append(
                        checked.mistake(
                            where,
                            f"'{written}' does not lie in {domain}.",
                            f"Write {name}, or list it under the domain it belongs to.",
                        )
                    )
                yield ControllerMember(where, entry, name, f"{name}.{domain}", domain)


def _told_apart(controllers: tuple[ControllerMember, ...]) -> tuple[ControllerMember, ...]:
    """Two domains may each have a ``dc1``: those go by their FQDN."""
    names = [item.name.casefold() for item in controllers]
    return tuple(
        ControllerMember(item.where, item.entry, item.fqdn, item.fqdn, item.domain)
        if names.count(item.name.casefold()) > 1
        else item
        for item in controllers
    )


def _twice(checked: Checked[InventoryFile], named: list[tuple[Where, str, str]], what: str) -> Iterator[Mistake]:
    first: dict[str, Where] = {}
    for where, name, shown in named:
        earlier = first.setdefault(name.casefold(), where)
        if earlier is not where:
            line = checked.mistake(earlier, "").line
            wrong = f"the {what} '{shown}' stands twice (first in line {line})."
            yield checked.mistake(where, wrong, "Keep one of them: short names are unique in an organisation.")
