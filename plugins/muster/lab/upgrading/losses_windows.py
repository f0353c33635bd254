"""What an upgrade leaves behind in a server's own Windows: bindings' certificates, registry."""

from collections.abc import Sequence
from datetime import datetime

from muster.lab.upgrading.losses import Losing, Loss
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_FIX = "Microsoft Support, Fix failed Exchange Server updates"


def _certificate(port: int, key: str) -> Losing:
    """Another certificate of the server's own store on a port."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        installed = next(
            (one for one in world.certificates.installed if one.server == server.name and one.key == key), None
        )
        if installed and (server.name, port) in world.wire:
            world.wire[server.name, port].certificate = installed.certificate

    return lose


LOSSES: Sequence[Loss] = (
    Loss(
        "backend-certificate",
        "lost",
        "another certificate is bound to port 444 of Exchange Back End: blank pages, no shell",
        _FIX,
        _certificate(444, "wmsvc"),
    ),
    Loss(
        "frontend-certificate",
        "lost",
        "the self-signed certificate is bound to port 443 of Default Web Site",
        _FIX,
        _certificate(443, "own"),
    ),
)
