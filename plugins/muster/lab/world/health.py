"""Managed availability: health sets, and what follows from component states in the directory and on health pages."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.directory import Node
from muster.lab.world.plans import Plans, ServerPlan, ago

_TICKS_PER_SECOND = 10_000_000
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)

_MAILBOX_SETS = (
    # as they print: name and state; a few of about eighty
    ("ActiveSync", "NotApplicable"),
    ("ActiveSync.Proxy", "Online"),
    ("AD", "NotApplicable"),
    ("Autodiscover", "NotApplicable"),
    ("Autodiscover.Proxy", "Online"),
    ("Clustering", "NotApplicable"),
    ("DataProtection", "NotApplicable"),
    ("DiskSpace", "NotApplicable"),
    ("ECP.Proxy", "Online"),
    ("EWS", "NotApplicable"),
    ("EWS.Proxy", "Online"),
    ("FrontendTransport", "Online"),
    ("HubTransport", "Online"),
    ("MailboxSpace", "NotApplicable"),
    ("OAB.Proxy", "Online"),
    ("Outlook.Protocol", "NotApplicable"),
    ("OutlookMapiHttp.Proxy", "Online"),
    ("OWA", "NotApplicable"),
    ("OWA.Proxy", "Online"),
    ("RPS.Proxy", "Online"),
    ("Store", "NotApplicable"),
)
_EDGE_SETS = (("EdgeTransport", "Online"), ("Transport", "NotApplicable"))
_NUMBERS = {"Inactive": 0, "Active": 1, "Draining": 2}

_PAGES = {
    "OwaProxy": "OWA",
    "EcpProxy": "ECP",
    "EwsProxy": "EWS",
    "AutoDiscoverProxy": "Autodiscover",
    "ActiveSyncProxy": "Microsoft-Server-ActiveSync",
    "MapiProxy": "MAPI",
    "OabProxy": "OAB",
    "RpcProxy": "RPC",
    "RpsProxy": "PowerShell",
}
"""The component behind each protocol's health page."""


def health_rows(plans: Plans) -> Iterator[Row]:
    """Get-HealthReport of every server, all healthy; POP and IMAP run nowhere and are disabled."""
    for server in plans.servers:
        for name, state in _EDGE_SETS if server.edge else _MAILBOX_SETS:
            yield _health_set(server, name, state, "Healthy")
        if not server.edge:
            for name in ("IMAP.Proxy", "POP.Proxy"):
                yield _health_set(server, name, "Online", "Disabled")


def _health_set(server: ServerPlan, name: str, state: str, value: str) -> Row:
    row = Row(load_shapes()["Get-HealthReport"], server=server.name)
    row.set(
        {
            "Server": server.name,
            "Identity": f"{server.name}\\{name}",
            "HealthSet": name,
            "HealthGroup": "ServiceComponents",
            "State": state,
            "AlertValue": value,
            "LastTransitionTime": ago(days=9),
        }
    )
    return row


def say_in_directory(plans: Plans, components: Iterable[Row], nodes: Iterable[Node]) -> None:
    """Put what requesters said of components (RemoteStates) on the servers' objects; an Edge's are its own."""
    words: dict[str, list[str]] = {}
    for row in components:
        said = row.get("RemoteStates")
        for word in said if isinstance(said, list) else []:
            ticks = int((word["Timestamp"] - _BEGINNING).total_seconds()) * _TICKS_PER_SECOND
            component = str(row.get("Component"))
            text = f"1:{component}:{word['Requester']}:{_NUMBERS[word['State']]}:{ticks}"
            words.setdefault(plans.server_dn(row.server or ""), []).append(text)
    edges = {plans.server_dn(server.name) for server in plans.servers if server.edge}
    for node in nodes:
        if node.dn in words and node.dn not in edges:
            node.attributes["msExchComponentStates"] = list(words[node.dn])


def offline_protocols(components: Iterable[Row]) -> frozenset[str]:
    """The protocols whose component is not active on a server."""
    inactive = {str(row.get("Component")) for row in components if row.get("State") != "Active"}
    return frozenset(page for component, page in _PAGES.items() if component in inactive)
