"""The exact command for each thing that is lost."""

import pytest

from kit.differences import THEN, changed, gone, word
from kit.put_back import ECP, OWA, REGISTRY, commands, planned
from muster.drift import Difference
from muster.model import Object, Value
from muster.upgrade.put_back.literals import UnwritableError, command, literal, quoted

# values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "$null"),
        ((), "$null"),
        ("", "$null"),
        (True, "$true"),
        (False, "$false"),
        (25, "25"),
        ("O'Hara", "'O''Hara'"),
        ("O\u2019Hara", "'O\u2019\u2019Hara'"),
        ('$(evil) `n "x"', "'$(evil) `n \"x\"'"),
        (("a", "b'c"), "@('a','b''c')"),
        (word("Tls, BasicAuth"), "'Tls, BasicAuth'"),
        (THEN, "'2025-09-15T10:00:00Z'"),
        (Object("ByteQuantifiedSize", "36 MB (37,748,736 bytes)", {}), "37748736"),
        (Object("ByteQuantifiedSize", "36 MB (37.748.736 bytes)", {}), "37748736"),
        ("00:10:00", "'00:10:00'"),
        ((Object("ADObjectId", "EX01", {}), Object("ADObjectId", "EX02", {})), "@('EX01','EX02')"),
    ],
)
def test_a_value_as_powershell_reads_it(value: Value, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize("value", ["a\nRemove-Item C:\\", "a\u2028b", b"\x00", Object("X", None, {})])
def test_what_fits_on_no_line_is_refused(value: Value) -> None:
    with pytest.raises(UnwritableError):
        literal(value)


def test_a_parameters_name_is_a_name() -> None:
    with pytest.raises(ValueError, match="no parameter"):
        command("Set-X", [("A; Remove-Item", 1)])
    assert quoted("-WhatIf:$false") == "'-WhatIf:$false'"


# cmdlets of Exchange


def test_addresses_come_before_authentication_and_the_pool_is_recycled() -> None:
    methods = changed(
        "OwaDirectories", "InternalAuthenticationMethods", (word("Basic"), word("Fba")), (word("Ntlm"),), of=OWA
    )
    url = changed("OwaDirectories", "ExternalUrl", "https://mail.contoso.com/owa", None, of=OWA)
    steps = planned(methods, url)
    assert [one.command for one in steps] == [
        rf"Set-OwaVirtualDirectory -Identity '{OWA}' -ExternalUrl 'https://mail.contoso.com/owa'",
        (
            rf"Set-OwaVirtualDirectory -Identity '{OWA}' -BasicAuthentication $true"
            rf" -FormsAuthentication $true -WindowsAuthentication $false"
        ),
    ]
    assert steps[0].what_if == f"{steps[0].command} -WhatIf"
    assert steps[0].hints == ("Restart-WebAppPool -Name 'MSExchangeOWAAppPool'",)
    assert {one.kind for one in steps} == {"unexplained"}


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (
            changed(
                "MapiDirectories",
                "IISAuthenticationMethods",
                (word("Ntlm"), word("OAuth")),
                (word("Ntlm"),),
                of=r"EX01\mapi (Default Web Site)",
            ),
            (
                r"Set-MapiVirtualDirectory -Identity 'EX01\mapi (Default Web Site)'"
                r" -IISAuthenticationMethods @('Ntlm','OAuth')"
            ),
        ),
        (
            changed(
                "OutlookAnywheres", "ExternalHostname", "mail.contoso.com", None, of=r"EX01\Rpc (Default Web Site)"
            ),
            r"Set-OutlookAnywhere -Identity 'EX01\Rpc (Default Web Site)' -ExternalHostname 'mail.contoso.com'",
        ),
        (
            changed(
                "ClientAccessServices",
                "AutoDiscoverServiceInternalUri",
                "https://autodiscover.contoso.com/x",
                "https://ex01/x",
                of="EX01",
            ),
            (
                "Set-ClientAccessService -Identity 'EX01'"
                " -AutoDiscoverServiceInternalUri 'https://autodiscover.contoso.com/x'"
            ),
        ),
        (
            changed(
                "SendConnectors",
                "SourceTransportServers",
                ("EX01", "EX02"),
                ("EX01",),
                of="Outbound",
                subject="Contoso",
                kind="Organization",
            ),
            "Set-SendConnector -Identity 'Outbound' -SourceTransportServers @('EX01','EX02')",
        ),
        (
            changed(
                "ActivationSettings",
                "DatabaseCopyAutoActivationPolicy",
                word("IntrasiteOnly"),
                word("Unrestricted"),
                of="EX01",
            ),
            "Set-MailboxServer -Identity 'EX01' -DatabaseCopyAutoActivationPolicy 'IntrasiteOnly'",
        ),
        (
            changed("ActivationSettings", "DatabaseCopyActivationDisabledAndMoveNow", False, True, of="EX01"),
            "Set-MailboxServer -Identity 'EX01' -DatabaseCopyActivationDisabledAndMoveNow $false",
        ),
        (
            changed(
                "OrganizationConfig", "EwsEnabled", True, None, of="Contoso", subject="Contoso", kind="Organization"
            ),
            "Set-OrganizationConfig -EwsEnabled $true",
        ),
        (
            changed(
                "TransportConfig",
                "SafetyNetHoldTime",
                "2.00:00:00",
                "1.00:00:00",
                subject="Contoso",
                kind="Organization",
            ),
            "Set-TransportConfig -SafetyNetHoldTime '2.00:00:00'",
        ),
        (
            changed("PopSettings", "X509CertificateName", "mail.contoso.com", "ex01", of="1"),
            "Set-PopSettings -Server 'EX01' -X509CertificateName 'mail.contoso.com'",
        ),
        (
            changed(
                "AcceptedDomains", "Default", True, False, of="contoso.com", subject="Contoso", kind="Organization"
            ),
            "Set-AcceptedDomain -Identity 'contoso.com' -MakeDefault $true",
        ),
        (
            changed("MalwareFilteringServers", "BypassFiltering", True, False, of="EX01"),
            "Set-MalwareFilteringServer -Identity 'EX01' -BypassFiltering $true",
        ),
        (
            changed("MalwareFilteringServers", "ScanTimeout", 300, 100, of="EX01"),
            "Set-MalwareFilteringServer -Identity 'EX01' -ScanTimeout 300",
        ),
        (
            changed(
                "ExchangeCertificates", "Services", word("IIS, SMTP"), word("None"), of="AB12", identity="Thumbprint"
            ),
            "Enable-ExchangeCertificate -Server 'EX01' -Thumbprint 'AB12' -Services 'IIS, SMTP'",
        ),
        (
            changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
            "Set-Service -Name 'W3SVC' -StartupType 'Automatic'",
        ),
        (changed("WindowsServices", "State", "Running", "Stopped", of="W3SVC"), "Start-Service -Name 'W3SVC'"),
        (changed("ClusterNodes", "State", "Up", "Paused", of="EX01"), "Resume-ClusterNode -Name 'EX01'"),
        (
            changed("DatabaseCopies", "Status", word("Healthy"), word("Suspended"), of=r"DB01\EX01"),
            r"Resume-MailboxDatabaseCopy -Identity 'DB01\EX01'",
        ),
        (
            changed("DatabaseCopies", "Status", word("Mounted"), word("DisconnectedAndSuspended"), of=r"DB01\EX01"),
            "Move-ActiveMailboxDatabase -Identity 'DB01' -ActivateOnServer 'EX01'",
        ),
        (
            changed(
                "TransportAgents",
                "enabled",
                "true",
                "false",
                of="x",
                more={"Path": r"C:\V15\TransportRoles\Shared\agents.config", "name": "Malware Agent"},
            ),
            "Enable-TransportAgent -Identity 'Malware Agent' -TransportService 'Hub'",
        ),
        (
            changed(
                "TransportAgents",
                "enabled",
                "false",
                "true",
                of="x",
                more={"Path": r"C:\V15\TransportRoles\Shared\fetagents.config", "name": "Own"},
            ),
            "Disable-TransportAgent -Identity 'Own' -TransportService 'FrontEnd'",
        ),
        (
            changed(
                "ExchangeRegistry", "Enabled", "0", "1", of="k", more={"PSPath": f"{REGISTRY}SYSTEM\\TLS 1.0\\Client"}
            ),
            r"Set-ItemProperty -Path 'HKLM:\SYSTEM\TLS 1.0\Client' -Name 'Enabled' -Value 0 -Type 'DWord'",
        ),
        (
            changed(
                "ExchangeRegistry",
                "DisablePreservation",
                "",
                "1",
                of="k",
                more={"PSPath": f"{REGISTRY}SOFTWARE\\Setup"},
            ),
            r"Remove-ItemProperty -Path 'HKLM:\SOFTWARE\Setup' -Name 'DisablePreservation'",
        ),
        (
            changed(
                "WebRedirects",
                "enabled",
                "false",
                "true",
                of="r",
                more={**ECP, "ItemXPath": "/system.webServer/httpRedirect"},
            ),
            (
                "Set-WebConfigurationProperty -PSPath 'MACHINE/WEBROOT/APPHOST' -Location 'Default Web Site/ecp'"
                " -Filter '/system.webServer/httpRedirect' -Name 'enabled' -Value 'false'"
            ),
        ),
        (
            gone(
                "WebHeaders",
                "h",
                {**ECP, "ItemXPath": "x", "name": "Strict-Transport-Security", "value": "max-age=1"},
            ),
            (
                "Add-WebConfigurationProperty -PSPath 'MACHINE/WEBROOT/APPHOST' -Location 'Default Web Site/ecp'"
                " -Filter '/system.webServer/httpProtocol/customHeaders' -Name '.'"
                " -Value @{name='Strict-Transport-Security'; value='max-age=1'}"
            ),
        ),
        (
            changed(
                "WebBindings",
                "certificateHash",
                "ab12",
                "",
                of="s, https, *:443:",
                more={"bindingInformation": "*:443:"},
            ),
            "Enable-ExchangeCertificate -Server 'EX01' -Thumbprint 'AB12' -Services 'IIS'",
        ),
        (
            changed(
                "WebBindings",
                "certificateHash",
                "ab12",
                "",
                of="s, https, *:444:",
                more={"bindingInformation": "*:444:"},
            ),
            "netsh http add sslcert ipport=0.0.0.0:444 certhash=AB12 appid='{4dc3e181-e14b-4a21-b022-59fc669b0914}'",
        ),
        (
            gone(
                "WebBindings",
                "s, http, 10.0.0.5:8080:x.y",
                {"protocol": "http", "bindingInformation": "10.0.0.5:8080:x.y"},
            ),
            (
                "New-WebBinding -Name 'Default Web Site' -Protocol 'http' -Port 8080"
                " -IPAddress '10.0.0.5' -HostHeader 'x.y'"
            ),
        ),
    ],
)
def test_the_command_with_the_old_value(difference: Difference, text: str) -> None:
    assert commands(difference) == ([text] if text else [])
