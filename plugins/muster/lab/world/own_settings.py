"""What somebody set by hand and an upgrade may lose: ``own_settings`` of the plan, laid over what Setup leaves.

By server (``organization`` for what belongs to none): ``files`` (``configuration.py``), ``registry`` (key → values),
and ``exchange`` or ``windows``: cmdlet → values for that server's rows, or a list of rows to add and of changes
(``where``, ``set``).
"""

from collections.abc import Mapping
from typing import Any

from muster.lab.description import DescriptionMistake
from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
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
            chosen = [
                row for row in rows if row.shape is shape and row.server == server and row.matches(values["where"])
            ]
            for row in chosen:
                row.set(values["set"])
            if not chosen:
                raise DescriptionMistake(f"own_settings, {server or 'organization'}", f"no {cmdlet} fits {values}")
            continue
        row = Row(shape, server=server)
        row.set(values)
        rows.append(row)
