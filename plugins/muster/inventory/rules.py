"""What an inventory must mean: names that exist, server names that are servers, files that are there."""

from collections.abc import Iterator
from pathlib import Path

from muster.inventory.document import InventoryFile
from muster.inventory.members import Members, ServerMember, is_pool_name, probed_names
from muster.naming.patterns import expand
from muster.yaml_lines import Data, Document, Mistake, Where
from muster.yaml_models import Checked, suggestion

_POOL = (
    "a load-balanced name is no server: its Kerberos name belongs to no single machine (wrong SPN), and the next "
    "request may reach another one (no affinity)."
)

Judged = Checked[InventoryFile]


def judge(judged: Judged, inventory: InventoryFile, members: Members, folder: Path) -> Iterator[Mistake]:
    """Every mistake of meaning."""
    yield from _domains(judged.document, inventory)
    yield from _sites(judged, inventory, members)
    yield from _dags(judged, inventory, members)
    yield from _public_names(judged, inventory, members)
    yield from _prepared_on(judged, inventory, members)
    told: set[tuple[Where, str]] = set()
    for member in members.servers:
        for where, wrong, right in _pool_names(inventory, member):
            if (where, wrong) not in told:
                told.add((where, wrong))
                yield judged.mistake(where, wrong, right)
    yield from _probes(judged, inventory, members)
    if inventory.lab:
        yield from _beside_a_lab(judged.document)
    yield from _files(judged.document, judged.document.data, (), folder)


def _domains(document: Document, inventory: InventoryFile) -> Iterator[Mistake]:
    known = _declared(document, "forest", "domains")
    places: list[tuple[Where, str | None]] = [
        (("forest", "root"), inventory.forest.root),
        (("defaults", "domain"), inventory.defaults.domain),
        *_named_by_servers(document, "domain"),
    ]
    for where, name in places:
        if name and name.casefold() not in {item.casefold() for item in known}:
            wrong = f"no domain '{name}' in forest: domains:."
            yield document.mistake(where, wrong, suggestion(name, known, "domain"))
    for name in known:
        if "." not in name:
            wrong = f"'{name}' is no DNS name of a domain."
            yield document.mistake(("forest", "domains", name), wrong, "Write it in full.", at_key=True)


def _sites(judged: Judged, inventory: InventoryFile, members: Members) -> Iterator[Mistake]:
    known = _declared(judged.document, "sites")

    def unknown(name: str | None) -> tuple[str, str] | None:
        if not name or name in known:
            return None
        return f"no site '{name}' in sites:.", suggestion(name, known, "site")

    for where, name in [(("defaults", "site"), inventory.defaults.site), *_named_by_servers(judged.document, "site")]:
        if problem := unknown(name):
            yield judged.document.mistake(where, *problem)
    for where, name in dict.fromkeys(((*item.where, "site"), item.entry.site) for item in members.controllers):
        if problem := unknown(name):
            yield judged.mistake(where, *problem)


def _dags(judged: Judged, inventory: InventoryFile, members: Members) -> Iterator[Mistake]:
    named = [(("defaults", "dag"), inventory.defaults.dag), *_named_by_servers(judged.document, "dag")]
    known = inventory.dags or list(dict.fromkeys(name for _, name in named if name))
    in_progress = [
        (("upgrade", "in_progress", index), name) for index, name in enumerate(inventory.upgrade.in_progress)
    ]
    for where, name in [*named, *in_progress]:
        if name and name not in known:
            wrong = f"no database availability group '{name}'."
            yield judged.document.mistake(where, wrong, suggestion(name, known, "DAG"))
    for where in dict.fromkeys((*item.where, "dag") for item in members.servers if item.edge and item.entry.dag):
        yield judged.mistake(where, "an Edge is in no DAG.", "Remove dag:.")


def _public_names(judged: Judged, inventory: InventoryFile, members: Members) -> Iterator[Mistake]:
    known = {name.casefold() for item in members.servers for name in (item.name, item.fqdn)}
    listed = [item.name for item in members.servers]
    raw = judged.document.data.get("servers") if isinstance(judged.document.data, dict) else None
    unsure = not isinstance(raw, list) or len(raw) != len(inventory.servers)  # a broken entry may be the one meant
    for public, entry in inventory.public_names.items():
        where: Where = ("public_names", public)
        if "." not in public:
            yield judged.mistake(where, f"'{public}' is no public DNS name.", "Write it in full.", at_key=True)
        servers: Where = (*where, "servers")
        for index, pattern in enumerate(entry.servers):
            missing = [name for name in expand(pattern) if name.casefold() not in known]
            if missing and not unsure:
                here = (*servers, index) if servers in judged.document.values else (*where, index)
                wrong = f"no server '{missing[0]}' in servers:."
                yield judged.mistake(here, wrong, suggestion(missing[0], listed, "server"))


def _prepared_on(judged: Judged, inventory: InventoryFile, members: Members) -> Iterator[Mistake]:
    name = inventory.upgrade.prepared_on
    known = {spelling.casefold() for item in members.servers for spelling in (item.name, item.fqdn)}
    if name and name.casefold() not in known:
        right = suggestion(name, [item.name for item in members.servers], "server")
        yield judged.document.mistake(("upgrade", "prepared_on"), f"no server '{name}' in servers:.", right)


def _probes(judged: Judged, inventory: InventoryFile, members: Members) -> Iterator[Mistake]:
    """Probes go to what the inventory names, and nowhere else."""
    known = probed_names(inventory, members.servers)
    folded = {name.casefold() for name in known}
    for logical in inventory.probes:
        name = logical.rpartition(":")[0]
        if name.casefold() not in folded:
            wrong = f"no server and no public name '{name}'."
            yield judged.mistake(("probes", logical), wrong, suggestion(name, known, "server"), at_key=True)


def _pool_names(inventory: InventoryFile, member: ServerMember) -> Iterator[tuple[Where, str, str]]:
    """A server's name, address or Kerberos name that is a name of the load balancer."""
    public = {name.casefold(): name for name in inventory.public_names}
    if is_pool_name(inventory, member.name, member.fqdn):
        domain = member.domain or inventory.forest.root or next(iter(inventory.forest.domains))
        right = f"List it under public_names: only, and here the machines behind it (ex01.{domain})."
        yield (*member.where, "name"), f"'{member.fqdn}': {_POOL}", right
    for kind in ("exchange", "windows"):
        place = getattr(member.entry.endpoints, kind, None)
        for key in ("address", "kerberos_name"):
            name = getattr(place, key, None)
            if name and name.casefold() in public:
                where = (*member.where, "endpoints", kind, key)
                yield where, f"'{name}': {_POOL}", "Write the machine's own name or address."


def _beside_a_lab(document: Document) -> Iterator[Mistake]:
    for section in ("endpoints", "authentication", "probes"):
        if isinstance(document.data, dict) and section in document.data:
            wrong = f"'{section}:' has no meaning beside lab: the lab brings its own."
            right = f"Remove {section}:, or remove lab: to ask the real servers."
            yield document.mistake((section,), wrong, right, at_key=True)


def _files(document: Document, data: Data, where: Where, folder: Path) -> Iterator[Mistake]:
    """Certificate files that are not there."""
    match data:
        case dict():
            for key, value in data.items():
                here = (*where, key)
                if key in {"ca_file", "certificate", "key"} and isinstance(value, str):
                    if not (folder / value).is_file():
                        wrong = "no such file." if key == "key" else f"no file '{value[:100]}'."
                        yield document.mistake(here, wrong, "The path starts at this inventory's folder.")
                else:
                    yield from _files(document, value, here, folder)
        case list():
            for index, value in enumerate(data):
                yield from _files(document, value, (*where, index), folder)
        case _:
            return


def _declared(document: Document, *way: str) -> list[str]:
    """The names that a mapping declares, those with a wrong body included: no reason for a second mistake."""
    data = document.data
    for step in way:
        data = data.get(step) if isinstance(data, dict) else None
    return list(data) if isinstance(data, dict) else []


def _named_by_servers(document: Document, key: str) -> list[tuple[Where, str | None]]:
    """What server entries, also those that are wrong otherwise, say for one key, with the place in the file."""
    servers = document.data.get("servers") if isinstance(document.data, dict) else None
    return [
        (("servers", index, key), value)
        for index, entry in enumerate(servers if isinstance(servers, list) else [])
        if isinstance(entry, dict) and isinstance(value := entry.get(key), str)
    ]
