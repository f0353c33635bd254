"""Extended Protection: a ticket that was stolen on the way is worth nothing."""

import pytest

from muster import Organization, Server, Severity, about, control, not_applicable
from muster.facts.web.extended_protection import AT_LEAST, weaker_than_expected
from muster.facts.web.virtual_directories import OutlookAnywheres, VirtualDirectories

GUIDE = (
    "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/"
    "exchange-extended-protection"
)


@pytest.mark.post_upgrade
@control(
    "virtual-directories.extended-protection",
    title="Extended Protection is as strong as Microsoft's table on every virtual directory",
    severity=Severity.HIGH,
    references=(GUIDE,),
    remediation="Run Microsoft's ExchangeExtendedProtectionManagement.ps1 for this server, "
    "or Set-…VirtualDirectory -ExtendedProtectionTokenChecking.",
    roles={"Mailbox"},
)
def check_extended_protection(
    server: Server,
    virtual_directories: VirtualDirectories,
    organization_virtual_directories: VirtualDirectories,
) -> None:
    """One directory that accepts relayed credentials opens the server, however strict the others are.

    Where no server uses Extended Protection at all, that is one finding of the organisation, not one per server.
    """
    if not (
        virtual_directories.extended_protection_in_use()
        or organization_virtual_directories.extended_protection_in_use()
    ):
        not_applicable("no server of the organisation uses Extended Protection")
    for kind in AT_LEAST:
        with about(kind):
            for directory in virtual_directories.of(kind):
                weaker = weaker_than_expected(directory, kind)
                assert not weaker, weaker


@pytest.mark.post_upgrade
@control(
    "virtual-directories.extended-protection-in-use",
    title="Extended Protection is in use",
    severity=Severity.MEDIUM,
    references=(GUIDE,),
    remediation="Check the prerequisites (TLS settings equal on all servers, no SSL offloading), "
    "then run Microsoft's ExchangeExtendedProtectionManagement.ps1.",
)
def check_extended_protection_in_use(
    organization: Organization, organization_virtual_directories: VirtualDirectories
) -> None:
    """Without it, credentials that a client sends to an attacker in between are good for every Exchange server."""
    assert organization_virtual_directories.extended_protection_in_use(), (
        "every virtual directory of every server has ExtendedProtectionTokenChecking None"
    )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "virtual-directories.ssl-offloading",
    title="Outlook Anywhere offloads no TLS where Extended Protection is in use",
    severity=Severity.HIGH,
    references=(GUIDE,),
    remediation="Set-OutlookAnywhere -SSLOffloading $false, and let the load balancer pass TLS through or bridge it.",
    roles={"Mailbox"},
)
def check_ssl_offloading(
    server: Server, outlook_anywheres: OutlookAnywheres, virtual_directories: VirtualDirectories
) -> None:
    """Extended Protection ties the login to the TLS channel; with offloading there is none: clients are refused."""
    with about("Outlook Anywhere"):
        for directory in outlook_anywheres:
            if directory.front_end:
                assert not directory.ssl_offloading or not virtual_directories.extended_protection_in_use(), (
                    f"SSLOffloading is True while Extended Protection is "
                    f"{directory.shown('extended_protection_token_checking')} here and in use on this server"
                )


@pytest.mark.post_upgrade
@control(
    "outlook-anywhere.external-requires-ssl",
    title="Outlook Anywhere takes clients from outside over TLS only",
    severity=Severity.MEDIUM,
    references=("https://learn.microsoft.com/powershell/module/exchange/set-outlookanywhere",),
    remediation="Set-OutlookAnywhere -ExternalClientsRequireSsl $true -ExternalHostname <name>",
    roles={"Mailbox"},
)
def check_outlook_anywhere_requires_ssl(server: Server, outlook_anywheres: OutlookAnywheres) -> None:
    """Over plain HTTP anybody on the way reads mail and relays the login."""
    with about("Outlook Anywhere"):
        for directory in outlook_anywheres:
            if directory.front_end:
                assert not directory.external_hostname or directory.external_clients_require_ssl, (
                    f"ExternalClientsRequireSsl is False for {directory.external_hostname}"
                )
