"""What clients are told to connect to, and how they prove who they are."""

from muster import Environment, Server, Severity, Site, about, control, not_applicable
from muster.facts.web.virtual_directories import (
    EcpDirectories,
    EwsDirectories,
    MapiDirectories,
    OwaDirectories,
    VirtualDirectories,
)
from muster.facts.web.virtual_directory_kinds import printed
from muster.facts.wire import HttpsServed

NAMESPACE = "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/configure-mail-flow-and-client-access"
WITH_URLS = ("OWA", "ECP", "EWS", "MAPI", "OAB", "ActiveSync")
FOR_CLIENTS = (*WITH_URLS, "Outlook Anywhere")


@control(
    "virtual-directories.names-in-certificate",
    title="Every name that clients are sent to is in the certificate that they meet there",
    severity=Severity.MEDIUM,
    references=(NAMESPACE,),
    remediation="Set the URL to a name that the certificate holds (Set-…VirtualDirectory -InternalUrl -ExternalUrl), "
    "or put the name into the next certificate.",
    roles={"Mailbox"},
)
def check_names_in_certificate(
    server: Server, virtual_directories: VirtualDirectories, https_served: HttpsServed
) -> None:
    """A client that is sent to a name which the certificate does not hold warns its user, or stops.

    PowerShell is left out (its URL is per server, legitimately), and so are Autodiscover's own, unused URLs.
    """
    certificate = https_served.certificate
    for kind in FOR_CLIENTS:
        with about(kind):
            for directory in virtual_directories.of(kind):
                for name, host in directory.client_names:
                    assert certificate.covers(host), (
                        f"{name} sends clients to {host or 'no host at all'}; the certificate served on 443 "
                        f"holds {', '.join(certificate.names)}"
                    )


@control(
    "virtual-directories.owa-urls-https",
    title="Outlook on the web is announced over https only",
    severity=Severity.MEDIUM,
    references=("STIG EX19-MB-000007", "STIG EX16-MB-002910", NAMESPACE),
    remediation="Set-OwaVirtualDirectory -InternalUrl https://… -ExternalUrl https://…",
    roles={"Mailbox"},
)
def check_owa_urls_https(server: Server, owa_directories: OwaDirectories) -> None:
    """Outlook on the web takes passwords in a form: over http anybody on the way reads them."""
    for directory in owa_directories:
        if directory.front_end:
            with about(directory):
                for name, url in directory.urls:
                    assert url.startswith("https://"), f"{name} is {url} where an https URL was expected"


@control(
    "virtual-directories.ews-urls-https",
    title="Exchange Web Services are announced over https only",
    severity=Severity.MEDIUM,
    references=(NAMESPACE,),
    remediation="Set-WebServicesVirtualDirectory -InternalUrl https://… -ExternalUrl https://…",
    roles={"Mailbox"},
)
def check_ews_urls_https(server: Server, ews_directories: EwsDirectories) -> None:
    """Free/busy, out of office and every third-party client use it: over http their tickets can be relayed."""
    for directory in ews_directories:
        if directory.front_end:
            with about(directory):
                for name, url in directory.urls:
                    assert url.startswith("https://"), f"{name} is {url} where an https URL was expected"


@control(
    "virtual-directories.urls-https",
    title="The other virtual directories are announced over https only",
    severity=Severity.MEDIUM,
    references=(NAMESPACE,),
    remediation="Set the URL to https (Set-…VirtualDirectory -InternalUrl -ExternalUrl).",
    roles={"Mailbox"},
)
def check_urls_https(server: Server, virtual_directories: VirtualDirectories) -> None:
    """PowerShell's internal URL is http by design (Kerberos encrypts inside); the others are not."""
    for kind in ("ECP", "MAPI", "OAB", "ActiveSync"):
        with about(kind):
            for directory in virtual_directories.of(kind):
                for name, url in directory.urls:
                    assert url.startswith("https://"), f"{name} is {url} where an https URL was expected"


@control(
    "virtual-directories.internal-urls-set",
    title="Every virtual directory that clients use has an internal URL",
    severity=Severity.LOW,
    references=(NAMESPACE,),
    remediation="Set-…VirtualDirectory -InternalUrl https://<the name of the site>/…",
    roles={"Mailbox"},
)
def check_internal_urls_set(server: Server, virtual_directories: VirtualDirectories) -> None:
    """Autodiscover hands these URLs out; a service without one is not found by clients inside."""
    for kind in WITH_URLS:
        with about(kind):
            for directory in virtual_directories.of(kind):
                assert "InternalUrl" in dict(directory.urls), "InternalUrl is blank where an https URL was expected"


@control(
    "virtual-directories.external-names-public",
    title="External URLs use a public name of the inventory",
    severity=Severity.LOW,
    references=(NAMESPACE,),
    remediation="Set the external URL to a public name, or add the name to public_names in the inventory.",
    roles={"Mailbox"},
)
def check_external_names_public(
    server: Server, virtual_directories: VirtualDirectories, environment: Environment
) -> None:
    """A server's own name does not resolve outside; clients out there would look for nothing."""
    public = {name.name.casefold() for name in environment.public_names if not name.mail_exchanger}
    if not public:
        not_applicable("the inventory names no public name for clients")
    for kind in FOR_CLIENTS:
        with about(kind):
            for directory in virtual_directories.of(kind):
                for name, host in directory.client_names:
                    assert not name.startswith("External") or host in public, (
                        f"{name} sends clients to {host} where one of {', '.join(sorted(public))} was expected"
                    )


@control(
    "virtual-directories.owa-ecp-authentication",
    title="Outlook on the web and the admin center take the same authentication",
    severity=Severity.MEDIUM,
    references=(
        "https://learn.microsoft.com/powershell/module/exchange/set-owavirtualdirectory",
        "https://learn.microsoft.com/powershell/module/exchange/set-ecpvirtualdirectory",
    ),
    remediation="Set-EcpVirtualDirectory with the same authentication switches as Set-OwaVirtualDirectory, "
    "then recycle both application pools.",
    roles={"Mailbox"},
)
def check_owa_ecp_authentication(
    server: Server, owa_directories: OwaDirectories, ecp_directories: EcpDirectories
) -> None:
    """Users walk from one to the other with one sign-on: where they differ, opening the options loops at the login.

    Judged by the lists of methods: the boolean properties are unknown when only directory properties were asked.
    """
    owa = {row.internal_authentication_methods for row in owa_directories.in_front}
    with about("ECP"):
        for directory in ecp_directories.in_front:
            assert directory.internal_authentication_methods in owa, (
                f"ECP authenticates with {printed(directory.internal_authentication_methods)}, "
                f"OWA with {' or '.join(sorted(map(printed, owa)))}"
            )


@control(
    "virtual-directories.mapi-authentication",
    title="MAPI over HTTP takes Negotiate and OAuth, and no Basic",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/exchange/clients/mapi-over-http/configure-mapi-over-http",),
    remediation="Set-MapiVirtualDirectory -Identity '<server>\\mapi (Default Web Site)' "
    "-IISAuthenticationMethods Ntlm,OAuth,Negotiate",
    roles={"Mailbox"},
)
def check_mapi_authentication(server: Server, mapi_directories: MapiDirectories) -> None:
    """Without OAuth modern authentication and hybrid features fail; without Negotiate there is no Kerberos."""
    with about("MAPI"):
        for directory in mapi_directories:
            methods = {method.casefold() for method in directory.iis_authentication_methods}
            shown = printed(directory.iis_authentication_methods)
            assert {"oauth", "negotiate"} <= methods, f"IIS takes {shown} where Negotiate and OAuth were expected"
            assert "basic" not in methods, f"IIS takes {shown}: Basic hands the password to whoever breaks TLS"


@control(
    "virtual-directories.ews-authentication",
    title="Exchange Web Services take integrated authentication and OAuth, and no Basic",
    severity=Severity.LOW,
    references=("https://learn.microsoft.com/powershell/module/exchange/set-webservicesvirtualdirectory",),
    remediation="Set-WebServicesVirtualDirectory -WindowsAuthentication $true -OAuthAuthentication $true "
    "-BasicAuthentication $false",
    roles={"Mailbox"},
)
def check_ews_authentication(server: Server, ews_directories: EwsDirectories) -> None:
    """Outlook signs on by Windows authentication, other servers by OAuth; WSSecurity is there by default."""
    for directory in ews_directories:
        if directory.front_end:
            with about(directory):
                methods = directory.internal_authentication_methods
                shown = f"it authenticates with {printed(methods)}"
                assert "OAuth" in methods, f"{shown} where OAuth was expected"
                assert methods & {"Ntlm", "Negotiate", "WindowsIntegrated"}, f"{shown} where Windows was expected"
                assert "Basic" not in methods, f"{shown}: Basic hands the password to whoever breaks TLS"


@control(
    "virtual-directories.mrs-proxy-off",
    title="The mailbox replication proxy is off where no migration needs it",
    severity=Severity.INFO,
    references=("https://learn.microsoft.com/exchange/architecture/mailbox-servers/mrs-proxy-endpoint",),
    remediation="Set-WebServicesVirtualDirectory -MRSProxyEnabled $false, once no migration uses it.",
    roles={"Mailbox"},
)
def check_mrs_proxy_off(server: Server, ews_directories: EwsDirectories) -> None:
    """It lets another organisation pull mailboxes; hybrid organisations need it on, others leave it off."""
    for directory in ews_directories:
        if directory.front_end:
            with about(directory):
                assert not directory.mrs_proxy_enabled, "MRSProxyEnabled is True where False was expected"


@control(
    "virtual-directories.consistent-in-site",
    title="The servers of a site have the same virtual directory settings",
    severity=Severity.LOW,
    references=(NAMESPACE,),
    remediation="Decide which value is right and set it on every server of the site.",
)
def check_consistent_in_site(site: Site, organization_virtual_directories: VirtualDirectories) -> None:
    """Clients meet any server of the site: what differs between them comes and goes with the load balancer."""
    members = [member for member in site.members if "Mailbox" in member.roles]
    if len(members) < 2:  # noqa: PLR2004 - it takes two to differ
        not_applicable(f"site {site.name} has fewer than two Mailbox servers")
    for kind in organization_virtual_directories.kinds:
        if kind == "PowerShell":  # per server by design
            continue
        with about(kind):
            found = [(member, row) for member in members for row in organization_virtual_directories.of(kind, member)]
            for place in dict.fromkeys(row.place for _, row in found):  # a second web site is compared with its like
                settings = {member.name: row.settings for member, row in found if row.place == place}
                for name in next(iter(settings.values())):
                    values = {server: values[name] for server, values in settings.items()}
                    shown = "; ".join(f"{server}: {value or 'blank'}" for server, value in values.items())
                    assert len(set(values.values())) == 1, f"{name} differs: {shown}"
