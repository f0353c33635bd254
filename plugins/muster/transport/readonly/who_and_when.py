"""What may be asked of Exchange about who changed what drifted."""

from muster.transport.readonly.allowing import STOP, Allowed
from muster.transport.readonly.argument_rules import COMPUTER, IDENTITY, Like, OneOf

_MOMENT = Like(r"\d{4}-\d\d-\d\d \d\d:\d\dz", "with a time in UTC such as '2026-11-24 21:10z'")

WHO_AND_WHEN: tuple[Allowed, ...] = (
    # the log tells of people's work: always between two times, and only for cmdlets that are named
    Allowed(
        "Search-AdminAuditLog",
        {
            **STOP,
            "DomainController": COMPUTER,
            "Cmdlets": Like(
                "(?:Add|Disable|Enable|New|Remove|Resume|Set|Suspend)-[A-Za-z]{1,64}",
                "with names of cmdlets that change",
                several=True,
            ),
            "ObjectIds": IDENTITY,
            "StartDate": _MOMENT,
            "EndDate": _MOMENT,
            "ResultSize": OneOf(("1000",)),
        },
        must=frozenset({"Cmdlets", "StartDate", "EndDate", "ResultSize"}),
    ),
)
"""Spliced into the read-only list."""
