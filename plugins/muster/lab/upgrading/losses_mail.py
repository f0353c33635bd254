"""What is lost of mail flow."""

from collections.abc import Sequence
from datetime import datetime

from muster.lab.upgrading.losses import Loss, exchange_row, setting
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_NO_SOURCE = "no source says that an update changes it"
_FRONTEND = "Default Frontend {name}"


def _tls(world: World, server: ServerPlan, at: datetime) -> None:
    """The front end's connector offers no TLS, and the port shows it."""
    setting(
        "Get-ReceiveConnector",
        {"AuthMechanism": "Integrated, BasicAuth, ExchangeServer", "TlsCertificateName": None},
        Name=_FRONTEND,
    )(world, server, at)
    world.wire[server.name, 25].starttls = False


def _permissions(world: World, server: ServerPlan, at: datetime) -> None:
    """What the front end's connector allows anonymous users, and every right granted beside the groups."""
    setting("Get-ReceiveConnector", {"PermissionGroups": "ExchangeServers, ExchangeLegacyServers"}, Name=_FRONTEND)(
        world, server, at
    )
    for row in exchange_row(world, "Get-ReceiveConnector", server.name):
        world.grants.pop(str(row.get("DistinguishedName")), None)
        world.touch_connector(row)


def _sources(world: World, server: ServerPlan, at: datetime) -> None:
    for row in exchange_row(world, "Get-SendConnector"):
        sources = row.get("SourceTransportServers")
        if isinstance(sources, list) and server.name in sources and len(sources) > 1:
            left = [name for name in sources if name != server.name]
            row.change({"SourceTransportServers": left, "HomeMtaServerId": left[0]}, at)


def _own_connectors(world: World, server: ServerPlan, at: datetime) -> None:
    """Everything that Setup did not make."""
    del at
    own = {name.casefold() for name, entry in world.plans.written["receive_connectors"].items()}
    for row in exchange_row(world, "Get-ReceiveConnector", server.name):
        if str(row.get("Name")).casefold() in own:
            world.exchange["Get-ReceiveConnector"] = [
                one for one in world.rows("Get-ReceiveConnector") if one is not row
            ]
            world.grants.pop(str(row.get("DistinguishedName")), None)
            world.touch_connector(row)


LOSSES: Sequence[Loss] = (
    Loss("connector-tls", "unsourced", "the front end's receive connector offers no TLS", _NO_SOURCE, _tls),
    Loss(
        "connector-permissions",
        "unsourced",
        "permission groups of the front end's connector, and rights granted on the server's connectors",
        _NO_SOURCE,
        _permissions,
    ),
    Loss(
        "connector-size",
        "unsourced",
        "the front end's connector takes 36 MB as Setup leaves it",
        _NO_SOURCE,
        setting("Get-ReceiveConnector", {"MaxMessageSize": "36 MB (37,748,736 bytes)"}, Name=_FRONTEND),
    ),
    Loss(
        "own-connectors",
        "unsourced",
        "receive connectors that Setup did not make are gone",
        _NO_SOURCE,
        _own_connectors,
    ),
    Loss(
        "send-connector-sources",
        "unsourced",
        "the server is no source of a send connector any more",
        _NO_SOURCE,
        _sources,
    ),
    Loss(
        "transport-logs",
        "unsourced",
        "transport's protocol logs are kept as long as Setup leaves it",
        _NO_SOURCE,
        setting(
            "Get-TransportService",
            {"ReceiveProtocolLogMaxAge": "30.00:00:00", "SendProtocolLogMaxAge": "30.00:00:00"},
        ),
    ),
)
