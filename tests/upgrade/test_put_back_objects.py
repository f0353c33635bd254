"""Whole objects, order, what is never put back, and what has no step of its own."""

import re
from dataclasses import replace

import pytest

from kit.differences import CU13, CU14, came, changed, crossing, gone, thing, word
from kit.put_back import CONFIG, OWA, REGISTRY, RELAY, commands, component, planned
from muster.model import Object, Value
from muster.upgrade import Crossing
from muster.upgrade.put_back import script
from muster.upgrade.put_back.cmdlets import cmdlets


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
    assert (step.kind, step.command, step.server) == ("lost", "Resume-ClusterNode -Name 'EX01'", "EX01")
    assert step.what_if == ""
    assert planned(paused, step=crossing(server="EX02"))[0].kind == "unexplained"


# components


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


def test_old_protocols_that_are_off_now_stay_off_and_come_off_again() -> None:
    key = f"{REGISTRY}SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Server"
    off = changed("ExchangeRegistry", "Enabled", "1", "0", of=key, identity="PSPath")
    assert [one.kind for one in planned(off)] == ["separate"]
    (step,) = planned(replace(off, was="0", now="1", before=thing("", PSPath=key, Enabled="0")))
    assert step.command.endswith("-Name 'Enabled' -Value 0 -Type 'DWord'")
    own = changed("ReceiveConnectors", "PermissionGroups", word("AnonymousUsers"), word("None"), of=RELAY)
    assert commands(own) == [f"Set-ReceiveConnector -Identity '{RELAY}' -PermissionGroups 'AnonymousUsers'"]


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
