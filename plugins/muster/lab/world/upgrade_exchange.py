"""What the cmdlets about settings that an upgrade may touch print, as Setup leaves them."""

from collections.abc import Iterator

from muster.lab.rows import Row
from muster.lab.world.directory_objects import directory_row
from muster.lab.world.plans import Plans


def upgrade_exchange_rows(plans: Plans) -> Iterator[Row]:
    """POP, IMAP, scanning and mailbox transport of every Mailbox server; the organisation's policy."""
    for server in plans.mailbox_servers:
        own = plans.server_dn(server.name)
        for protocol in ("Pop", "Imap"):
            dn = f"CN=1,CN={protocol.upper()}{3 if protocol == 'Pop' else 4},CN=Protocols,{own}"
            settings = f"Get-{protocol}Settings"
            identity = f"{server.name}\\1"
            row = directory_row(plans, settings, "1", dn, identity=identity, server=server, Server=server.name)
            row.set({"X509CertificateName": server.fqdn})
            yield row
        yield directory_row(plans, "Get-MalwareFilteringServer", server.name, own, server=server)
        mailbox = f"{server.name}\\Mailbox"
        dn = f"CN=Mailbox,{own}"
        yield directory_row(plans, "Get-MailboxTransportService", "Mailbox", dn, identity=mailbox, server=server)
    dn = f"CN=Default,CN=OWA Mailbox Policies,{plans.organization_dn}"
    yield directory_row(plans, "Get-OwaMailboxPolicy", "Default", dn, IsDefault=True)
