"""What is under way, and Exchange's own mailboxes: in an organisation in order, finished work that nobody removed."""

from collections.abc import Iterator

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import CREATED, Plans, domain_dn, guid

ARBITRATION = (
    ("SystemMailbox{1f05a927-5b5f-4a3f-8f5b-6d3f1e4a7c21}", "Microsoft Exchange Approval Assistant"),
    ("SystemMailbox{e0dc1c29-89c3-4034-b678-e6c29d823ed9}", "Microsoft Exchange"),
    ("SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}", "Microsoft Exchange"),
    ("SystemMailbox{D0E409A0-AF9B-4720-92FE-AAC869B0D201}", "Microsoft Exchange"),
    ("Migration.8f3e7716-2011-43e4-96b1-aba62d229136", "Microsoft Exchange Migration"),
    ("FederatedEmail.4c1f4d8b-8179-4148-93bf-00a95fa1e042", "Microsoft Exchange Federation Mailbox"),
)


def readiness_rows(plans: Plans) -> Iterator[Row]:
    """One finished move, one finished batch, and the arbitration mailboxes on the first database."""
    first, second = plans.databases[0], plans.databases[-1]
    common: dict[str, RowValue] = {
        "WhenChanged": CREATED,
        "WhenCreated": CREATED,
        "OriginatingServer": plans.controllers[0].fqdn,
    }
    dn = f"CN=Kim Akers,CN=Users,{domain_dn(plans.root)}"
    move = Row(load_shapes()["Get-MoveRequest"])
    move.set(
        {
            **common,
            "Name": "Kim Akers",
            "DisplayName": "Kim Akers",
            "Alias": "kim",
            "Identity": f"{plans.root}/Users/Kim Akers",
            "DistinguishedName": dn,
            "Guid": guid(dn),
            "ExchangeGuid": guid("mailbox", dn),
            "SourceDatabase": second.name,
            "TargetDatabase": first.name,
        }
    )
    yield move
    batch = Row(load_shapes()["Get-MigrationBatch"])
    batch.set({"Identity": "To 2019", "CreationDateTimeUTC": CREATED, "TargetDatabases": [first.name]})
    yield batch
    for name, title in ARBITRATION:
        dn = f"CN={name},CN=Users,{domain_dn(plans.root)}"
        row = Row(load_shapes()["Get-Mailbox"])
        row.set(
            {
                **common,
                "Name": name,
                "DisplayName": title,
                "Alias": name.replace("{", "").replace("}", ""),
                "PrimarySmtpAddress": f"{name.replace('{', '').replace('}', '')}@{plans.root}",
                "Identity": f"{plans.root}/Users/{name}",
                "DistinguishedName": dn,
                "Guid": guid(dn),
                "ExchangeGuid": guid("mailbox", dn),
                "Database": first.name,
                "ServerName": first.mounted_on.casefold(),
            }
        )
        yield row
