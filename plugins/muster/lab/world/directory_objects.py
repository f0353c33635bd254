"""What every object from the directory prints: identity, GUID, times, where it was read."""

from muster.lab.rows import Row, RowValue
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import CREATED, Plans, ServerPlan, guid

_CLASSES: dict[str, tuple[tuple[str, ...], str]] = {
    "Get-ExchangeServer": (("server", "msExchExchangeServer"), "ms-Exch-Exchange-Server"),
    "Get-MailboxServer": (("server", "msExchExchangeServer"), "ms-Exch-Exchange-Server"),
    "Get-ClientAccessService": (("server", "msExchExchangeServer"), "ms-Exch-Exchange-Server"),
    "Get-TransportService": (("server", "msExchExchangeServer"), "ms-Exch-Exchange-Server"),
    "Get-FrontendTransportService": (("msExchExchangeTransportServer",), "ms-Exch-Exchange-Transport-Server"),
    "Get-OwaVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchOWAVirtualDirectory"),
        "ms-Exch-OWA-Virtual-Directory",
    ),
    "Get-EcpVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchECPVirtualDirectory"),
        "ms-Exch-ECP-Virtual-Directory",
    ),
    "Get-WebServicesVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchWebServicesVirtualDirectory"),
        "ms-Exch-Web-Services-Virtual-Directory",
    ),
    "Get-MapiVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchMapiVirtualDirectory"),
        "ms-Exch-Mapi-Virtual-Directory",
    ),
    "Get-OabVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchOABVirtualDirectory"),
        "ms-Exch-OAB-Virtual-Directory",
    ),
    "Get-ActiveSyncVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchMobileVirtualDirectory"),
        "ms-Exch-Mobile-Virtual-Directory",
    ),
    "Get-AutodiscoverVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchAutoDiscoverVirtualDirectory"),
        "ms-Exch-Auto-Discover-Virtual-Directory",
    ),
    "Get-PowerShellVirtualDirectory": (
        ("msExchVirtualDirectory", "msExchPowerShellVirtualDirectory"),
        "ms-Exch-Power-Shell-Virtual-Directory",
    ),
    "Get-OutlookAnywhere": (
        ("msExchVirtualDirectory", "msExchRpcHttpVirtualDirectory"),
        "ms-Exch-Rpc-Http-Virtual-Directory",
    ),
    "Get-ReceiveConnector": (("msExchSmtpReceiveConnector",), "ms-Exch-Smtp-Receive-Connector"),
    "Get-SendConnector": (
        ("msExchConnector", "mailGateway", "msExchRoutingSMTPConnector"),
        "ms-Exch-Routing-SMTP-Connector",
    ),
    "Get-AcceptedDomain": (("msExchAcceptedDomain",), "ms-Exch-Accepted-Domain"),
    "Get-TransportConfig": (("container", "msExchTransportSettings"), "ms-Exch-Transport-Settings"),
    "Get-OrganizationConfig": (("msExchOrganizationContainer",), "ms-Exch-Organization-Container"),
    "Get-AuthConfig": (("container", "msExchContainer", "msExchAuthAuthConfig"), "ms-Exch-Auth-Auth-Config"),
    "Get-DatabaseAvailabilityGroup": (("msExchMDBAvailabilityGroup",), "ms-Exch-MDB-Availability-Group"),
    "Get-MailboxDatabase": (("msExchMDB", "msExchPrivateMDB"), "ms-Exch-Private-MDB"),
    "Get-PopSettings": (("protocolCfg", "msExchProtocolCfgPOPServer"), "ms-Exch-Protocol-Cfg-POP-Server"),
    "Get-ImapSettings": (("protocolCfg", "msExchProtocolCfgIMAPServer"), "ms-Exch-Protocol-Cfg-IMAP-Server"),
    "Get-MalwareFilteringServer": (("server", "msExchExchangeServer"), "ms-Exch-Exchange-Server"),
    "Get-MailboxTransportService": (("msExchExchangeTransportServer",), "ms-Exch-Exchange-Transport-Server"),
    "Get-OwaMailboxPolicy": (("msExchRecipientTemplate", "msExchOWAMailboxPolicy"), "ms-Exch-OWA-Mailbox-Policy"),
    "Get-EdgeSubscription": (("server", "msExchExchangeServer"), "ms-Exch-Exchange-Server"),
}


def directory_row(
    plans: Plans,
    cmdlet: str,
    name: str,
    dn: str,
    *,
    identity: str | None = None,
    server: ServerPlan | None = None,
    **values: RowValue,
) -> Row:
    """A row with everything that the directory gives it; ``values`` win."""
    row = Row(load_shapes()[cmdlet], server=server.name if server else None)
    classes, category = _CLASSES[cmdlet]
    controller = plans.controller_near(server) if server else plans.controllers[0]
    common: dict[str, RowValue] = {
        "Name": name,
        "DistinguishedName": dn,
        "Identity": identity or name,
        "Id": identity or name,
        "Guid": guid(dn),
        "ObjectCategory": f"{plans.root}/Configuration/Schema/{category}",
        "ObjectClass": ["top", *classes],
        "WhenChanged": CREATED,
        "WhenCreated": CREATED,
        "WhenChangedUTC": CREATED,
        "WhenCreatedUTC": CREATED,
        "OrganizationId": "",
        "OriginatingServer": controller.fqdn,
    }
    row.set({key: value for key, value in common.items() if key in row.shape.properties})
    row.set(values)
    return row
