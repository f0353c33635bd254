"""What a cmdlet's parameters are called, and which cmdlet sets what a fact shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from muster.catalogue.rows import Row, inner, maybe, text, texts
from muster.upgrade.tables import rows, table


@dataclass(frozen=True, slots=True)
class Cmdlet:
    """A cmdlet of Exchange's and its parameters, by lower-case name."""

    name: str
    what_if: bool
    identity: bool
    parameters: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """Which cmdlet sets a fact's properties. See ``data/put_back.yaml`` for the fields."""

    fact: str
    set: str | None
    new: str | None
    new_with: tuple[str, ...]
    identity: str | None
    server: bool
    web: bool
    renames: Mapping[str, str] = field(hash=False)
    methods: Mapping[str, str] = field(hash=False)
    by_hand: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()
    then: str | None = None
    order: str = "settings"

    def parameter(self, cmdlet: Cmdlet, name: str) -> str | None:
        """What the cmdlet calls a property; ``None`` where it cannot set it."""
        return cmdlet.parameters.get(self.renames.get(name, name).casefold())


@cache
def cmdlets() -> Mapping[str, Cmdlet]:
    """Every cmdlet of ``data/cmdlets.yaml``, by name."""
    found = inner(table("cmdlets"), "cmdlets")
    return {name: _cmdlet(name, row) for name, row in found.items() if isinstance(row, dict)}


def cmdlet_called(name: str) -> Cmdlet:
    """A cmdlet; raises ``LookupError`` for one that the table does not have."""
    return cmdlets()[name]


@cache
def settings() -> Mapping[str, Setting]:
    """Every row of ``data/put_back.yaml``, by fact."""
    return {text(row, "fact"): _setting(row) for row in rows("put_back", "settings")}


def _cmdlet(name: str, row: Row) -> Cmdlet:
    parameters = {each.casefold(): each for each in texts(row, "parameters")}
    return Cmdlet(name, row.get("what_if") is True, row.get("identity") is True, parameters)


def _setting(row: Row) -> Setting:
    return Setting(
        fact=text(row, "fact"),
        set=maybe(row, "set"),
        new=maybe(row, "new"),
        new_with=texts(row, "new_with"),
        identity=maybe(row, "identity"),
        server=row.get("server") == "yes",
        web=row.get("web") == "yes",
        renames={name: str(value) for name, value in inner(row, "renames").items()},
        methods={name.casefold(): str(value) for name, value in inner(row, "methods").items()},
        by_hand=frozenset(name.casefold() for name in texts(row, "by_hand")),
        follows=frozenset(name.casefold() for name in texts(row, "follows")),
        then=maybe(row, "then"),
        order=maybe(row, "order") or "settings",
    )
