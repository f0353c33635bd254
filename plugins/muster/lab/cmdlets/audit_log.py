"""``Search-AdminAuditLog``: the entries between two times, of some cmdlets, about some objects, the newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import Cmdlet, ErrorSaid, Invocation, Produced, Terminated
from muster.lab.rows import Output, Row
from muster.lab.world.audit_log import CMDLET
from muster.lab.world.making import World

_MOST = 1000
_PARAMETERS = frozenset(
    {"Cmdlets", "ObjectIds", "StartDate", "EndDate", "ResultSize", "StartIndex", "DomainController", "IsSuccess"}
)


def audit_log(world: World) -> dict[str, Cmdlet]:
    """The cmdlet by its name, where the account's roles have it: View-Only Organization Management has not."""
    if not world.plans.written["account"].get("reads_audit_log", False):
        return {}

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        start, end = (_time(invocation.value(name), name) for name in ("StartDate", "EndDate"))
        cmdlets = {name.casefold() for name in names_of(invocation.value("Cmdlets"))}
        objects = {name.casefold() for name in names_of(invocation.value("ObjectIds"))}
        found = [
            row
            for row in world.rows(CMDLET)
            if (not cmdlets or row.text("CmdletName").casefold() in cmdlets)
            and (not objects or row.text("ObjectModified").casefold() in objects)
            and _between(row, start, end)
        ]
        found.sort(key=lambda row: row.text("RunDate"), reverse=True)
        return Produced(found[: int(invocation.value("ResultSize", _MOST))])

    return {CMDLET.casefold(): Cmdlet(CMDLET, _PARAMETERS, run, positional=())}


def _between(row: Row, start: datetime | None, end: datetime | None) -> bool:
    when = row.get("RunDate")
    return isinstance(when, datetime) and (start is None or when >= start) and (end is None or when <= end)


def _time(value: Any, name: str) -> datetime | None:
    """``2026-11-24 21:10z`` is UTC; what has no zone would be the server's own time, which is UTC here."""
    if value is None or isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(str(value).upper())
    except ValueError:
        raise Terminated(
            ErrorSaid(
                f"Cannot process argument transformation on parameter '{name}'. Cannot convert value \"{value}\" to "
                'type "Microsoft.Exchange.ExchangeSystem.ExDateTime".',
                "System.Management.Automation.ParameterBindingArgumentTransformationException",
                f"ParameterArgumentTransformationError,{CMDLET}",
                "InvalidData",
                activity=CMDLET,
            )
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
