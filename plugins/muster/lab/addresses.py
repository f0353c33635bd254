"""Where a lab's endpoints are: what the lab's process tells its starter, in plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

JEA = "MusterAudit"
"""The JEA configuration of every Windows endpoint: the reading cmdlets, and a restricted Select-Object."""
JEA_SELECT = "MusterAuditSelect"
"""The same, whose role capability also shows the real Select-Object under its module's name."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an endpoint of the lab listens.

    ``kind`` is ``exchange``, ``windows`` or ``ldap``, ``name`` the server's or controller's short name; ``tls`` as in
    an inventory: nothing, ``tls`` or ``starttls``; ``version`` the CU's build, for who prefers the newest.
    """

    kind: str
    name: str
    address: str
    port: int
    tls: str = ""
    version: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything of a lab is. ``relocated`` are probes: name, logical port, address, port."""

    organisation: str
    user: str
    upn: str
    ca_file: str
    places: tuple[Place, ...]
    relocated: tuple[tuple[str, int, str, int], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values for one line of JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Addresses":
        """Read what ``as_json`` gave; raises ``KeyError`` or ``TypeError`` for anything else."""
        places = tuple(Place(**{**place, "version": tuple(place["version"])}) for place in written["places"])
        relocated = tuple((name, port, address, there) for name, port, address, there in written["relocated"])
        return cls(written["organisation"], written["user"], written["upn"], written["ca_file"], places, relocated)
