"""Put it back: the exact text, its order, what is never in it, and whether it was carried out."""

import json
import re
from dataclasses import replace

import pytest

from kit.differences import CU13, CU14, THEN, came, changed, crossing, gone, thing, word
from muster.drift import Difference
from muster.model import Object, Value
from muster.upgrade import Crossing, sort
from muster.upgrade.put_back import PutBack, dump_plan, load_plan, markdown, plan, progress, script, scripts
from muster.upgrade.put_back.cmdlets import cmdlets
from muster.upgrade.put_back.literals import UnwritableError, command, literal, quoted

OWA = r"EX01\owa (Default Web Site)"
RELAY = r"EX01\Scanner Relay"
REGISTRY = r"Microsoft.PowerShell.Core\Registry::HKEY_LOCAL_MACHINE\\"[:-1]
ECP: dict[str, Value] = {"PSPath": "MACHINE/WEBROOT/APPHOST", "Location": "Default Web Site/ecp"}
CONFIG = r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\EdgeTransport.exe.config"


def planned(*differences: Difference, step: Crossing | None = None) -> tuple[PutBack, ...]:
    return plan(sort(differences, step or crossing()))


def commands(*differences: Difference, step: Crossing | None = None) -> list[str]:
    return [one.command for one in planned(*differences, step=step) if one.command]


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
        (changed("MalwareFilteringServers", "BypassFiltering", True, False, of="EX01"), ""),  # it would protect less
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
            changed("DatabaseCopies", "Status", word("Mounted"), word("Healthy"), of=r"DB01\EX01"),
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


def test_one_command_per_object_and_phase() -> None:
    both = [
        changed("ReceiveConnectors", "PermissionGroups", word("ExchangeServers"), word("None"), of=RELAY),
        changed("ReceiveConnectors", "RemoteIPRanges", ("10.0.0.1", "10.0.0.2"), ("10.0.0.1",), of=RELAY),
    ]
    assert commands(*both) == [
        (
            f"Set-ReceiveConnector -Identity '{RELAY}' -PermissionGroups"
            f" 'ExchangeServers' -RemoteIPRanges @('10.0.0.1','10.0.0.2')"
        )
    ]


def test_a_connector_that_is_gone_is_made_again_and_its_rights_follow() -> None:
    old: dict[str, Value] = {
        "Identity": RELAY,
        "Name": "Scanner Relay",
        "Server": Object("ADObjectId", "EX01", {}),
        "Bindings": ("0.0.0.0:25",),
        "RemoteIPRanges": ("10.20.30.0/24",),
        "AuthMechanism": word("Tls"),
        "PermissionGroups": word("AnonymousUsers"),
        "TransportRole": word("FrontendTransport"),
        "Guid": "1",
        "Banner": None,
    }
    dn = "CN=Scanner Relay,CN=SMTP Receive Connectors,CN=Protocols,CN=EX01,CN=Servers,DC=x"
    right = gone(
        "ConnectorPermissions",
        dn,
        {"Connector": dn, "Trustee": "S-1-5-7", "Right": "ms-Exch-SMTP-Accept-Any-Recipient", "Access": "allow"},
    )
    assert commands(right, gone("ReceiveConnectors", RELAY, old)) == [
        (
            "New-ReceiveConnector -Name 'Scanner Relay' -Server 'EX01' -TransportRole 'FrontendTransport'"
            " -Bindings @('0.0.0.0:25') -RemoteIPRanges @('10.20.30.0/24') -AuthMechanism 'Tls'"
            " -PermissionGroups 'AnonymousUsers'"
        ),
        (
            rf"Add-ADPermission -Identity '{dn}' -User 'NT AUTHORITY\ANONYMOUS"
            rf" LOGON' -ExtendedRights 'ms-Exch-SMTP-Accept-Any-Recipient'"
        ),
    ]


def test_a_virtual_directory_that_is_gone_is_made_on_its_server() -> None:
    found = commands(gone("OwaDirectories", OWA, {"Identity": OWA, "InternalUrl": "https://mail/owa"}))
    assert found == [
        (
            "New-OwaVirtualDirectory -InternalUrl 'https://mail/owa' -Server"
            " 'EX01' -WebSiteName 'Default Web Site' -Role 'ClientAccess'"
        )
    ]


def test_every_parameter_is_one_of_its_cmdlet() -> None:
    every = [
        changed(fact, name, "1", "2", of=r"EX01\x", more={"Name": "x"})
        for fact in (
            "OwaDirectories",
            "ReceiveConnectors",
            "SendConnectors",
            "ActivationSettings",
            "SettingOverrides",
        )
        for name in ("ExternalUrl", "Fqdn", "MaxMessageSize", "Enabled", "FaultZone", "Reason", "Guid", "WhenCreated")
    ]
    lines = commands(*every)
    assert len(lines) >= 5
    for line in lines:
        cmdlet, *parameters = re.findall(r"(?:^| -)([A-Za-z-]+)(?= )", line)
        known = cmdlets()[cmdlet]
        assert {name.casefold() for name in parameters} <= {*known.parameters, "identity"}, line


def test_what_no_parameter_sets_is_said_and_not_guessed() -> None:
    (step,) = planned(changed("OwaDirectories", "MetabasePath", "a", "b", of=OWA))
    assert (step.command, step.where) == ("", "by hand")
    assert "Set-OwaVirtualDirectory has no parameter for it" in step.notes[0]
    (credential,) = planned(
        changed(
            "SendConnectors", "AuthenticationCredential", "x", None, of="Out", subject="Contoso", kind="Organization"
        )
    )
    assert (credential.command, credential.where) == ("", "by hand")
    assert "enter it by hand" in credential.notes[0]
    (certificate,) = planned(gone("ExchangeCertificates", "AB12", {"Thumbprint": "AB12"}))
    assert "private key by hand" in certificate.notes[0]


def test_a_node_of_the_group_is_resumed_on_itself() -> None:
    paused = changed("ClusterNodes", "State", 0, 2, of="EX01", subject="DAG01", kind="DatabaseAvailabilityGroup")
    (step,) = planned(paused)
    assert (step.kind, step.command, step.server) == ("leftover", "Resume-ClusterNode -Name 'EX01'", "EX01")
    assert step.what_if == ""
    assert planned(paused, step=crossing(server="EX02"))[0].kind == "unexplained"


# components


def component(name: str, requester: str, where: str = "RemoteStates") -> Difference:
    return changed(
        "ServerComponents",
        (where, requester, "State"),
        word("Active"),
        word("Inactive"),
        of=name,
        identity="Component",
    )


def test_a_component_comes_back_by_the_same_requester_offline_first_transport_last() -> None:
    found = commands(
        component("HubTransport", "Maintenance"),
        component("ServerWideOffline", "Functional"),
        component("ServerWideOffline", "Functional", "LocalStates"),
        component("Monitoring", "Functional"),
        changed("ActivationSettings", "DatabaseCopyActivationDisabledAndMoveNow", False, True, of="EX01"),
        changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
    )
    assert found == [
        "Set-Service -Name 'W3SVC' -StartupType 'Automatic'",
        (
            "Set-ServerComponentState -Identity 'EX01' -Component"
            " 'ServerWideOffline' -State 'Active' -Requester 'Functional'"
        ),
        "Set-ServerComponentState -Identity 'EX01' -Component 'Monitoring' -State 'Active' -Requester 'Functional'",
        "Set-MailboxServer -Identity 'EX01' -DatabaseCopyActivationDisabledAndMoveNow $false",
        (
            "Set-ServerComponentState -Identity 'EX01' -Component 'HubTransport'"
            " -State 'Active' -Requester 'Maintenance'"
        ),
    ]


def test_a_requester_that_is_new_is_set_active() -> None:
    said = thing("", Requester=word("HealthAPI"), State=word("Inactive"))
    new = changed("ServerComponents", ("LocalStates", "HealthAPI"), None, said, of="OwaProxy", how="new")
    assert commands(new) == [
        "Set-ServerComponentState -Identity 'EX01' -Component 'OwaProxy' -State 'Active' -Requester 'HealthAPI'"
    ]


def test_without_a_requester_no_command() -> None:
    (step,) = planned(changed("ServerComponents", "State", word("Active"), word("Inactive"), of="OwaProxy"))
    assert step.command == ""
    assert "which requester" in step.notes[0]


# files


def test_an_edit_names_file_section_and_key_and_nothing_else() -> None:
    key = changed(
        "ConfigurationFiles",
        "value",
        'D:\\"Queue"',
        "C:\\Queue",
        of="x",
        more={"Path": CONFIG, "key": "QueueDatabasePath"},
    )
    (step,) = planned(key)
    assert step.kind == "lost"
    assert step.command == ""
    assert step.edit == (
        f"File: {CONFIG}",
        "Section: appSettings",
        'Write: <add key="QueueDatabasePath" value=\'D:\\"Queue"\' />',
    )
    assert step.hints == ("Restart-Service -Name 'MSExchangeTransport'",)


# never


def test_what_protects_more_now_is_told_and_left_alone() -> None:
    protection = changed("OwaDirectories", "ExtendedProtectionTokenChecking", word("None"), word("Require"), of=OWA)
    offloading = changed("OutlookAnywheres", "SSLOffloading", True, False, of=r"EX01\Rpc (Default Web Site)")
    for step in (crossing(CU13, CU14), Crossing()):
        found = planned(protection, offloading, step=step)
        assert [one.kind for one in found] == ["separate", "separate"]
        assert all(not one.command for one in found)
        text = script(found)
        assert not [line for line in text.splitlines() if line and not line.startswith("#")]
        assert "Not put back" in text


def test_a_weakened_default_is_put_back() -> None:
    protection = changed("OwaDirectories", "ExtendedProtectionTokenChecking", word("Require"), word("None"), of=OWA)
    assert commands(protection) == [
        rf"Set-OwaVirtualDirectory -Identity '{OWA}' -ExtendedProtectionTokenChecking 'Require'"
    ]


def test_expected_and_plainly_unexplained_changes_get_no_step() -> None:
    assert planned(changed("Build", "Version", "15.2.1544.34", "15.2.1748.37")) == ()
    assert planned(changed("OperatingSystem", "Caption", "a", "b")) == ()
    (step,) = planned(came("ReceiveConnectors", RELAY, {"Identity": RELAY}))
    assert step.command == ""


# printed


HOSTILE = "x'; Remove-Item C:\\ -Recurse #"


def test_the_text_is_comments_and_commands_and_no_value_leaves_its_quotes() -> None:
    evil = changed("ReceiveConnectors", "Banner", HOSTILE, "b\nRemove-Mailbox *", of="EX01\\a\nStop-Computer")
    steps = planned(evil, component("HubTransport", "Maintenance"))
    for line in script(steps).splitlines():
        assert (
            not line
            or line.startswith("#")
            or re.match(r"^(Set|New|Enable|Add|Resume|Start|Invoke)-[A-Za-z]+ -", line)
        ), line
    assert "Stop-Computer" not in [line.partition(" ")[0] for line in script(steps).splitlines()]
    plain = changed("ReceiveConnectors", "Banner", HOSTILE, "b", of=RELAY)
    assert commands(plain) == [f"Set-ReceiveConnector -Identity '{RELAY}' -Banner 'x''; Remove-Item C:\\ -Recurse #'"]


def test_each_command_is_rehearsed_first_and_says_where() -> None:
    steps = planned(
        changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
        component("HubTransport", "Maintenance"),
    )
    lines = script(steps).splitlines()
    runs = (
        "Invoke-Command -ComputerName 'EX01' -ScriptBlock {{ Set-Service -Name 'W3SVC' -StartupType 'Automatic'{} }}"
    )
    assert lines[lines.index(runs.format("")) - 1] == runs.format(" -WhatIf")
    assert "# Where: elevated PowerShell on the server EX01" in lines
    assert "# Where: Exchange Management Shell" in lines


def test_one_script_per_place() -> None:
    steps = planned(
        changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC"),
        component("HubTransport", "Maintenance"),
    )
    found = scripts(steps)
    assert set(found) == {"", "EX01"}
    runs = {
        place: [line for line in text.splitlines() if line and not line.startswith("#")]
        for place, text in found.items()
    }
    assert [len(lines) for lines in runs.values()] == [2, 2]
    assert all("Set-Service" in line for line in runs["EX01"])
    assert all("Set-ServerComponentState" in line for line in runs[""])


def test_markdown_reads_by_class() -> None:
    text = markdown(
        planned(
            component("HubTransport", "Maintenance"),
            changed("OwaDirectories", "ExternalUrl", "https://m/owa", None, of=OWA),
        )
    )
    assert text.index("## Left over") < text.index("## Unexplained")
    assert "```powershell\nSet-ServerComponentState" in text
    assert markdown(()).endswith("Nothing to put back.\n")


# the next run


def test_the_next_run_says_what_is_done_open_and_unknown() -> None:
    url = changed("OwaDirectories", "ExternalUrl", "https://m/owa", None, of=OWA)
    hub = component("HubTransport", "Maintenance")
    service = changed("WindowsServices", "StartMode", "Auto", "Disabled", of="W3SVC")
    remembered = load_plan(json.loads(json.dumps(dump_plan(planned(url, hub, service)))))
    assert len(remembered) == 3
    covered = [("Server", "EX01", "OwaDirectories"), ("Server", "EX01", "ServerComponents")]
    found = progress(remembered, [hub], covered)
    assert [one.title for one in found.done] == [remembered[1].title] or len(found.done) == 1
    assert "ExternalUrl" in found.done[0].title
    assert "HubTransport" in found.open[0].title
    assert "W3SVC" in found.unknown[0].title
    whole = gone("OwaDirectories", OWA, {})
    assert "ExternalUrl" in progress(remembered, [whole], covered).open[0].title
    elsewhere = replace(url, object=r"EX01\owa (Exchange Back End)")
    assert not progress(remembered, [elsewhere], covered).open


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"form": 2, "steps": []},
        {"form": 1},
        {"form": 1, "steps": [1]},
        {"form": 1, "steps": [{"key": "k"}]},
    ],
)
def test_a_plan_that_is_none_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        load_plan(data)


# what goes away with something else, and what two answers tell of


def test_what_follows_from_other_settings_has_no_step_of_its_own() -> None:
    state = changed("ServerComponents", "State", word("Active"), word("Inactive"), of="OwaProxy")
    offline = component("ServerWideOffline", "Functional")
    assert len(planned(state, offline)) == 1
    assert len(planned(state, replace(offline, object="Monitoring"))) == 2
    running = changed("ServiceHealths", "RequiredServicesRunning", True, False, of="Mailbox")
    assert planned(running) == ()
    assert planned(changed("OwaHealth", "Status", 200, 503)) == ()
    mapi = changed(
        "MapiDirectories", "InternalAuthenticationMethods", ("Ntlm", "OAuth"), ("Ntlm",), of=r"EX01\mapi (x)"
    )
    assert planned(mapi) == ()


def test_the_organisations_answer_and_the_servers_own_are_one_step() -> None:
    one = changed("OwaDirectories", "ExternalUrl", "https://m/owa", None, of=OWA)
    other = changed(
        "OwaDirectories", "ExternalUrl", "https://m/owa", None, of=OWA, subject="Contoso", kind="Organization"
    )
    (step,) = planned(other, one)
    assert len(step.differences) == 2
    missing = [
        gone(
            "EcpDirectories",
            r"EX01\ecp (Default Web Site)",
            {"InternalUrl": "https://m/ecp"},
            subject=subject,
            kind=kind,
        )
        for subject, kind in (("Contoso", "Organization"), ("ex01", "Server"))
    ]
    assert commands(*missing) == [
        (
            "New-EcpVirtualDirectory -InternalUrl 'https://m/ecp' -Server 'EX01' -WebSiteName 'Default Web Site'"
            " -Role 'ClientAccess'"
        )
    ]


def test_a_new_virtual_directory_gets_its_authentication_and_protection_in_the_same_plan() -> None:
    had: dict[str, Value] = {
        "Identity": OWA,
        "InternalAuthenticationMethods": (word("Basic"), word("Fba")),
        "ExtendedProtectionTokenChecking": word("Require"),
    }
    _, authentication, protection = commands(gone("OwaDirectories", OWA, had))
    assert "-BasicAuthentication $true" in authentication
    assert "-FormsAuthentication $true" in authentication
    assert "-WindowsAuthentication $false" in authentication
    assert protection.endswith("-ExtendedProtectionTokenChecking 'Require'")


@pytest.mark.parametrize("right", ["all extended rights", "a18293f1-0685-4540-aa63-e32df421b3a2"])
def test_a_right_without_a_name_is_given_by_hand(right: str) -> None:
    entry = gone(
        "ConnectorPermissions", "x", {"Connector": "CN=x", "Trustee": "S-1-5-7", "Right": right, "Access": "allow"}
    )
    (step,) = planned(entry)
    assert step.command == ""
    assert right in step.notes[0]


def test_an_execution_policy_comes_back_in_its_own_scope_and_a_group_policys_by_hand() -> None:
    local = changed(
        "ExecutionPolicies", "ExecutionPolicy", "RemoteSigned", "Unrestricted", of="LocalMachine", identity="Scope"
    )
    assert commands(local) == ["Set-ExecutionPolicy -ExecutionPolicy 'RemoteSigned' -Scope 'LocalMachine'"]
    policy = changed(
        "ExecutionPolicies", "ExecutionPolicy", "AllSigned", "Undefined", of="MachinePolicy", identity="Scope"
    )
    assert commands(policy) == []


def test_a_bound_certificate_is_taken_off_before_another_is_bound() -> None:
    other = changed(
        "WebBindings", "certificateHash", "ab12", "cd34", of="s, https, *:444:", more={"bindingInformation": "*:444:"}
    )
    assert commands(other)[0].startswith("netsh http delete sslcert ipport=0.0.0.0:444; netsh http add sslcert")
