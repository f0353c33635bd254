"""Which servers a selector means, and which of several selectors wins: the most specific one."""

from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from muster.model import Server
from muster.naming.patterns import expand

T = TypeVar("T")

EVERY_SERVER = "every server"
ROLES = ("Mailbox", "Edge")


@cache
def is_pattern(selector: str) -> bool:
    """Whether a selector is a pattern of server names: ``ex[01-04]``."""
    return "[" in selector or "]" in selector


@cache
def _names(pattern: str) -> frozenset[str]:
    return frozenset(name.casefold() for name in expand(pattern))


def how_specific(selector: str, server: Server, product: str | None = None, cu: str | None = None) -> int | None:
    """How closely a selector means a server, 0 the closest; ``None`` where it does not mean it.

    A name may be that of a DAG and of a site: it means both. ``product`` and ``cu`` are what is installed; without
    them what the inventory declares.
    """
    said = selector.casefold()
    names = {server.name.casefold(), server.fqdn.casefold()} - {""}
    installed = product or server.product or ""
    with_cu = f"{installed} {cu}" if product and cu else installed
    means = (
        said in names,
        is_pattern(selector) and bool(names & _names(selector)),
        server.dag is not None and said == server.dag.casefold(),
        server.site is not None and said == server.site.casefold(),
        said in {role.casefold() for role in server.roles},
        said == with_cu.casefold() and " ".join(_three(with_cu)) != with_cu,
        said == " ".join(_three(installed)).casefold(),
        said == EVERY_SERVER,
    )
    return next((level for level, matches in enumerate(means) if matches), None)


def _three(product: str) -> list[str]:
    """The words of a product without its CU: Exchange, Server, 2019."""
    return product.split()[:3]


@dataclass(frozen=True, slots=True)
class Selected(Generic[T]):
    """What was decided for which servers: selector and decision, in the order of the file."""

    rules: tuple[tuple[str, T], ...] = ()

    def choose(self, server: Server, product: str | None = None, cu: str | None = None) -> tuple[str, T] | None:
        """The most specific selector that means the server, with its decision; ``None`` where none does."""
        return next(iter(self.closest(server, product, cu)), None)

    def closest(self, server: Server, product: str | None = None, cu: str | None = None) -> tuple[tuple[str, T], ...]:
        """Every selector that means the server as closely as the closest does: several may contradict each other."""
        found = [
            (level, rule) for rule in self.rules if (level := how_specific(rule[0], server, product, cu)) is not None
        ]
        best = min((level for level, _ in found), default=None)
        return tuple(rule for level, rule in found if level == best)
