"""What somebody set by hand and an upgrade may lose: ``own_settings`` of the plan, laid over what Setup leaves.

By server (``organization`` for what belongs to none): ``files`` (``configuration.py``), ``registry`` (key → values),
and ``exchange`` or ``windows``: cmdlet → values for that server's rows, or a list of rows to add; an entry of the
list with ``where`` changes the rows that fit instead.
"""

from collections.abc import Mapping
from typing import Any

from muster.lab.description import DescriptionMistake
from muster.lab.rows import Row
from muster.lab.shapes import Shape, load_shapes
from muster.lab.world.plans import Plans
from muster.lab.world.windows import Registry

Exchange = dict[str, list[Row]]
Windows = dict[str, list[Row]]


def lay_own_settings(plans: Plans, exchange: Exchange, windows: Windows, registry: dict[str, Registry]) -> None:
    """Set what is written for each server, and for the organisation; raises ``DescriptionMistake``."""
    for name, written in plans.written.get("own_settings", {}).items():
        server = None if name == "organization" else plans.server(name).name
        for cmdlet, entry in written.get("exchange", {}).items():
            _lay(exchange.setdefault(cmdlet, []), server, cmdlet, entry)
        if server is None:
            continue
        for cmdlet, entry in written.get("windows", {}).items():
            _lay(windows[server], server, cmdlet, entry)
        for key, values in written.get("registry", {}).items():
            registry[server].setdefault(key, {}).update(values)


def _lay(rows: list[Row], server: str | None, cmdlet: str, entry: Any) -> None:
    shape = load_shapes()[cmdlet]
    if isinstance(entry, Mapping):
        chosen = [row for row in rows if row.shape is shape and row.server == server]
        if not chosen:
            raise DescriptionMistake(f"own_settings, {server or 'organization'}", f"there is no row of {cmdlet}")
        for row in chosen:
            row.set(entry)
        return
    for values in entry:
        if "where" in values:
            _change(rows, server, shape, values)
            continue
        row = Row(shape, server=server)
        row.set(values)
        rows.append(row)


def _change(rows: list[Row], server: str | None, shape: Shape, values: Mapping[str, Any]) -> None:
    fits = [row for row in rows if row.shape is shape and row.server == server and row.matches(values["where"])]
    if not fits:
        raise DescriptionMistake(f"own_settings, {server or 'organization'}", f"no row of {shape.name} fits {values}")
    for row in fits:
        row.set(
            values["set"] if "set" in values else {name: value for name, value in values.items() if name != "where"}
        )
