"""The admin audit log: who ran what changes something. What was run in the lab is in it, and a little from before."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import Plans, guid

CMDLET = "Search-AdminAuditLog"
_FORMER = (
    ("Set-Mailbox", "{root}/Users/Kim Akers", "{root}/Users/Help Desk", ("Identity", "IssueWarningQuota"), 6),
    ("Set-TransportConfig", "Transport Settings", "{root}/Users/Administrator", ("MaxSendSize",), 40),
    ("New-MailboxExportRequest", "{root}/Users/Kim Akers", "{root}/Users/Help Desk", ("Mailbox", "FilePath"), 3),
)
"""Cmdlet, object, caller, parameters, and how many days ago: work as there is in any organisation."""


def former_entries(plans: Plans) -> Iterator[Row]:
    """What was run before anything happened here."""
    for cmdlet, modified, caller, parameters, days in _FORMER:
        at = plans.made - timedelta(days=days)
        row = entry(plans, cmdlet, modified.format(root=plans.root), parameters, at)
        row.set({"Caller": caller.format(root=plans.root)})
        yield row


def entry(plans: Plans, cmdlet: str, modified: str, parameters: Iterable[str], at: datetime) -> Row:
    """What the log says of one command, run by the administrator."""
    server = plans.mailbox_servers[0]
    row = Row(load_shapes()[CMDLET])
    row.set(
        {
            "ObjectModified": modified,
            "CmdletName": cmdlet,
            "CmdletParameters": list(parameters),
            "Caller": f"{plans.root}/Users/Administrator",
            "RunDate": at,
            "OriginatingServer": f"{server.name} ({'.'.join(part.zfill(2) for part in server.build.split('.'))})",
            "Identity": guid("audit", cmdlet, modified, at.isoformat()),
        }
    )
    return row
