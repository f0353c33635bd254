"""IP bindings and ranges as Exchange prints them, read into ranges that can be compared.

``0.0.0.0:25`` · ``[::]:25`` · ``10.1.2.3`` · ``10.1.0.0/24`` · ``10.1.0.0(255.255.255.0)`` · ``10.1.0.1-10.1.0.9``
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from muster.model import Value
from muster.reading.values import read_texts

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Binding:
    """A local address and port to listen on; ``0.0.0.0`` and ``::`` stand for every address of their family."""

    address: Address
    port: int

    def __str__(self) -> str:
        """As Exchange prints it."""
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)  # noqa: PLR2004 - the protocol
        return f"{host}:{self.port}"

    def collides_with(self, other: "Binding") -> bool:
        """Whether both listen on the same port of an address that they share."""
        same_family = self.address.version == other.address.version
        shared = self.address == other.address or self.address.is_unspecified or other.address.is_unspecified
        return self.port == other.port and same_family and shared


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Addresses from ``first`` to ``last``, both included, of one family."""

    first: Address
    last: Address

    @property
    def size(self) -> int:
        """How many addresses."""
        return int(self.last) - int(self.first) + 1

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.first.version

    @property
    def wide(self) -> bool:
        """Whether it names a network of many sites or anybody: more than an IPv4 /16 or an IPv6 /64 holds."""
        return self.size > (1 << 16 if self.version == 4 else 1 << 64)  # noqa: PLR2004 - the protocol

    @property
    def public(self) -> bool:
        """Whether it holds addresses that are reached from the internet: any that no private network has."""
        parts = ipaddress.summarize_address_range(self.first, self.last)
        return not all(any(_within(part, private) for private in _PRIVATE) for part in parts)

    def __str__(self) -> str:
        """The address, the two ends otherwise."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PRIVATE: tuple[_Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""RFC 1918, 6598, 4193; loopback and link-local. What is set apart for documentation counts as public: nobody's own
network has it."""


def _within(part: _Network, network: _Network) -> bool:
    return part.version == network.version and part.subnet_of(network)  # type: ignore[arg-type] # of one family


_BINDING = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^:]+)):(?P<port>\d+)")


def read_binding(text: str) -> Binding:
    """One binding; raises ``ValueError``."""
    found = _BINDING.fullmatch(text.strip())
    if not found:
        raise ValueError(f"'{text}' where a binding such as '0.0.0.0:25' was expected")
    return Binding(ipaddress.ip_address(found["six"] or found["four"]), int(found["port"]))


def read_range(text: str) -> AddressRange:
    """One range in any of the four forms; raises ``ValueError``."""
    plain = text.strip()
    masked = re.fullmatch(r"([^(]+)\(([^)]+)\)", plain)
    if masked:
        plain = f"{masked[1].strip()}/{masked[2].strip()}"
    if "/" in plain:
        network = ipaddress.ip_network(plain, strict=False)
        return AddressRange(network[0], network[-1])
    low, dash, high = plain.partition("-")
    first = ipaddress.ip_address(low.strip())
    last = ipaddress.ip_address(high.strip()) if dash else first
    if first.version != last.version or int(last) < int(first):
        raise ValueError(f"'{text}' is no range of addresses")
    return AddressRange(first, last)


def _some(value: Value, what: str) -> tuple[str, ...]:
    """At least one text: a connector without any cannot be, so that none says nothing about it."""
    texts = read_texts(value)
    if not texts:
        raise ValueError(f"null or an empty list where {what} were expected")
    return texts


def _bindings(value: Value) -> tuple[Binding, ...]:
    return tuple(read_binding(text) for text in _some(value, "bindings"))


def _ranges(value: Value) -> tuple[AddressRange, ...]:
    return tuple(read_range(text) for text in _some(value, "ranges of addresses"))


Bindings = Annotated[tuple[Binding, ...], BeforeValidator(_bindings)]
AddressRanges = Annotated[tuple[AddressRange, ...], BeforeValidator(_ranges)]
