"""Where domain-joined clients are told to look for their settings."""

from urllib.parse import urlsplit

import pytest

from muster import Environment, Organization, Server, Severity, about, control
from muster.facts.web.client_access import ClientAccessServices


@pytest.mark.post_upgrade
@control(
    "autodiscover.service-uri",
    title="The Autodiscover service connection point leads to a shared name over https",
    severity=Severity.MEDIUM,
    references=(
        "https://learn.microsoft.com/exchange/architecture/client-access/autodiscover",
        "https://learn.microsoft.com/powershell/module/exchange/set-clientaccessservice",
    ),
    remediation="Set-ClientAccessService -Identity <server> -AutoDiscoverServiceInternalUri "
    "https://<public name>/Autodiscover/Autodiscover.xml, right after Setup.",
    roles={"Mailbox"},
)
def check_service_uri(
    server: Server,
    client_access_services: ClientAccessServices,
    organization: Organization,
    environment: Environment,
) -> None:
    """Setup writes the server's own name, which no certificate holds: Outlook inside then warns every user.

    Expected is a public name of the inventory; where it has none, any name that is not a server's own.
    """
    public = {name.name.casefold() for name in environment.public_names if not name.mail_exchanger}
    own = {name.casefold() for member in organization.members for name in (member.name, member.fqdn) if name}
    for service in client_access_services:
        with about(service):
            uri = service.auto_discover_service_internal_uri
            parts = urlsplit(uri)
            host = (parts.hostname or "").casefold()
            shown = f"AutoDiscoverServiceInternalUri is {uri or 'blank'}"
            assert parts.scheme == "https", f"{shown} where an https URL was expected"
            assert parts.path.casefold() == "/autodiscover/autodiscover.xml", f"{shown}: nothing answers at that path"
            if public:
                assert host in public, f"{shown} where the host {' or '.join(sorted(public))} was expected"
            else:
                assert host not in own, f"{shown}, a server's own name, where a shared name was expected"
