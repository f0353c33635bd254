"""Situations made by hand, to plan from: a small organisation, and what differs in it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from muster.catalogue import Catalogue, Release, published
from muster.plan import NOTHING_DECIDED, Case, Choices, Plan, Source, make, read_target
from muster.plan.situation import (
    Activation,
    ControllerState,
    Copy,
    Directory,
    DomainState,
    Group,
    ServerState,
    Situation,
    Unknown,
)

DAY = date(2025, 9, 15)
SE, E2019, E2016, E2013 = (f"Exchange Server {name}" for name in ("SE", "2019", "2016", "2013"))
FREE = Activation("Unrestricted", disabled_and_move_now=False)
SOURCE = Source("reports/made-up/now", datetime(2025, 9, 15, 12, tzinfo=UTC))
NOT_ASKED = "was not asked"


def release(product: str, cu: str, su: str | None = "newest") -> Release:
    """A published release; by default the newest of its CU on the day."""
    catalogue = published()
    if su == "newest":
        return catalogue.newest(product, cu, DAY)
    return next(one for one in catalogue.releases_of(product, cu) if one.su == su)


def server(name: str, product: str = E2019, cu: str = "CU15", su: str | None = "newest", **more: Any) -> ServerState:
    """A Mailbox server in Seattle, with everything known."""
    edge = "Edge" in more.get("roles", ())
    plain: dict[str, Any] = {
        "fqdn": f"{name}.contoso.local",
        "roles": frozenset({"Mailbox"}),
        "cumulative_update": (product, cu),
        "release": release(product, cu, su),
        "windows": "2022" if product in {SE, E2019} else "2016",
        "dotnet": "4.8",
        "site": "Perimeter" if edge else "Seattle",
        "internet_facing": not edge and more.get("site", "Seattle") == "Seattle",
        "activation": None if edge else FREE,
    }
    return ServerState(name, **{**plain, **more})


def edge(name: str = "edge01", product: str = E2019, cu: str = "CU15", **more: Any) -> ServerState:
    """An Edge server."""
    return server(name, product, cu, roles=frozenset({"Edge"}), **more)


def unknown_server(name: str, **more: Any) -> ServerState:
    """A server that nothing is known of."""
    facts = {
        "cumulative_update": Unknown("the installed CU", NOT_ASKED),
        "release": Unknown("the installed build (ExSetup.exe)", NOT_ASKED),
        "windows": Unknown("the release of Windows Server", NOT_ASKED),
        "dotnet": Unknown("the version of .NET Framework", NOT_ASKED),
    }
    return server(name, **{**facts, **more})


def controller(name: str, range_upper: int | Unknown = 17003, **more: Any) -> ControllerState:
    """A domain controller of contoso.local in Seattle."""
    plain: dict[str, Any] = {
        "fqdn": f"{name}.{more.get('domain', 'contoso.local')}",
        "domain": "contoso.local",
        "site": "Seattle",
        "windows": "2022",
    }
    return ControllerState(name, range_upper=range_upper, **{**plain, **more})


def directory(**more: Any) -> Directory:
    """A directory as 2019 CU15 and SE RTM need it: two controllers, one domain."""
    plain: dict[str, Any] = {
        "controllers": (controller("dc1"), controller("dc2", site="London")),
        "domains": (DomainState("contoso.local", 13243, (), has_exchange=True),),
        "organization": 16763,
        "schema_master": "DC1",
        "forest_level": "2016",
    }
    return Directory(**{**plain, **more})


def situation(*servers: ServerState, **more: Any) -> Situation:
    """An organisation of these servers; their DAGs follow from them."""
    names = dict.fromkeys(one.dag for one in servers if one.dag)
    progress = more.pop("in_progress", ())
    groups = tuple(
        Group(name, tuple(one.name for one in servers if one.dag == name), name in progress) for name in names
    )
    plain: dict[str, Any] = {"directory": directory(), "groups": groups}
    return Situation("made-up", "Contoso", servers, **{**plain, **more})


def with_copies(*servers: ServerState, database: str = "DB01") -> tuple[ServerState, ...]:
    """The same with one database, mounted on the first and healthy on the others."""
    return tuple(
        replace(one, copies=(Copy(database, "Healthy" if place else "Mounted"),)) for place, one in enumerate(servers)
    )


def plan_to(
    text: str,
    found: Situation,
    *,
    on: date = DAY,
    choices: Choices = NOTHING_DECIDED,
    catalogue: Catalogue | None = None,
) -> Plan:
    """The plan from a situation to a target."""
    tables = catalogue or published()
    return make(Case(found, read_target(text, tables, on), tables, on, choices), SOURCE)
