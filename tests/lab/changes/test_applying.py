"""A command that cannot be run changes nothing and says what PowerShell says."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from muster.lab.changes import Refused, Session, run_text, try_text
from muster.lab.rows import Row
from muster.lab.world.making import World

AT = datetime(2025, 9, 20, 22, 30, tzinfo=UTC)
FRONT = "'EX01\\Default Frontend EX01'"


@pytest.fixture
def session(make: Callable[..., World]) -> Session:
    return Session(make(), AT, "ex01")


def row(session: Session, cmdlet: str, identity: str) -> Row:
    (found,) = [one for one in session.world.rows(cmdlet) if one.text("Identity") == identity]
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Set-Nonsense -X 1", "'Set-Nonsense' is not recognized"),
        (f"Set-ReceiveConnector {FRONT} -Bandwidth 1", "parameter name 'Bandwidth'"),
        (f"Set-ReceiveConnector {FRONT} -Max 1", "parameter name 'Max' is ambiguous"),
        (f"Set-ReceiveConnector {FRONT} 'x'", "positional parameter cannot be found that accepts argument 'x'"),
        ("Set-ReceiveConnector -Banner x", "missing mandatory parameters: Identity"),
        (f"Set-ReceiveConnector {FRONT} -Enabled 'yes'", 'to type "System.Boolean"'),
        (f"Set-ReceiveConnector {FRONT} -Enabled", "Missing an argument for parameter 'Enabled'"),
        (f"Set-ReceiveConnector {FRONT} -MaxHopCount many", 'to type "System.Int32"'),
        (f"Set-ReceiveConnector {FRONT} -MaxMessageSize big", "ByteQuantifiedSize"),
        (f"Set-ReceiveConnector {FRONT} -ConnectionTimeout soon", "EnhancedTimeSpan"),
        (f"Set-ReceiveConnector {FRONT} -AuthMechanism Tls,Magic", 'Cannot convert value "Tls, Magic"'),
        (f"Set-ReceiveConnector {FRONT} -Banner a -Banner b", "specified more than once"),
        (f"Set-ReceiveConnector {FRONT} -Bindings @{{Put='x'}}", "Its keys are Add and Remove"),
        ("Set-ReceiveConnector 'EX01\\Nobody' -Banner x", "object 'EX01\\Nobody' couldn't be found on 'dc1"),
        ("Set-OwaVirtualDirectory 'EX01\\owa (Default Web Site)' -ExternalUrl mail", "Invalid URI"),
        ("Set-OwaVirtualDirectory 'owa (Default Web Site)' -ExternalUrl $null", "matches multiple entries"),
        (
            "Set-ServerComponentState EX01 -Component X -State Active -Requester Functional",
            "component 'X' isn't valid",
        ),
        ("Set-ServerComponentState EX01 -Component HubTransport -State Active", "mandatory parameters: Requester"),
        (
            "Set-ServerComponentState EX01 -Component HubTransport -State Active -Requester Me",
            "HealthAPI, Maintenance",
        ),
        ("Set-MailboxServer EX09 -DatabaseCopyActivationDisabledAndMoveNow $false", "couldn't be found"),
        ("Set-SendConnector Outbound -SourceTransportServers EX09", "couldn't be found"),
        ("Set-SendConnector Outbound -AuthenticationCredential x", "Enter it by hand"),
        ("Add-ADPermission 'EX01\\Kiosk' -User nobody -ExtendedRights ms-Exch-SMTP-Submit", "wasn't found"),
        ("Add-ADPermission 'EX01\\Kiosk' -User S-1-5-7 -ExtendedRights Everything", "not a valid extended right"),
        ("New-ReceiveConnector Kiosk -Server EX01 -Bindings 0.0.0.0:25 -RemoteIPRanges 10.0.0.1", "already exists"),
        ("Set-Service MSExchangeNothing -StartupType Manual", "Cannot find any service"),
        ("Set-Service FMS -StartupType Sometimes", "Automatic, Manual, Disabled"),
        ("Set-Service FMS -StartupType Disabled -Status Running", "The service is disabled"),
        ("Set-ItemProperty 'HKLM:\\SOFTWARE\\Nothing' X 1", "does not exist"),
        ("Remove-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa' Nothing", "Property Nothing does not"),
        ("Enable-ExchangeCertificate -Thumbprint AB -Services IIS", "thumbprint AB was not found"),
        ("Set-ExecutionPolicy RemoteSigned -Scope MachinePolicy", "through Group Policy"),
        ("Enable-TransportAgent Nobody", "Agent 'Nobody' was not found"),
        ("netsh http add sslcert ipport=0.0.0.0:444 certhash=00", "no such certificate"),
        ("Set-MailboxServer EX01 -Locale $nothing", "'$nothing' cannot be retrieved"),
        ("Get-ReceiveConnector Nobody | Set-ReceiveConnector -Banner x", "couldn't be found"),
        ("Invoke-Command -ComputerName ex09 -ScriptBlock { Start-Service FMS }", "couldn't be found"),
    ],
)
def test_what_cannot_be_run_changes_nothing(session: Session, worlds: Any, text: str, said: str) -> None:
    before = worlds.said(session.world)
    with pytest.raises(Refused) as refused:
        run_text(session, f"# first line\n{text}")
    assert refused.value.line == 2
    assert said in refused.value.said
    assert list(worlds.differences(before, worlds.said(session.world))) == []


def test_what_if_checks_everything_and_changes_nothing(session: Session, worlds: Any) -> None:
    before = worlds.said(session.world)
    ran = run_text(
        session, f"Set-ReceiveConnector {FRONT} -Banner '220 hello' -WhatIf\nSet-Service FMS Disabled -WhatIf"
    )
    assert [(line.what_if, line.targets) for line in ran.lines] == [
        (True, ("EX01\\Default Frontend EX01",)),
        (True, ("EX01 FMS",)),
    ]
    assert list(worlds.differences(before, worlds.said(session.world))) == []
    with pytest.raises(Refused):
        run_text(session, f"Set-ReceiveConnector {FRONT} -Bandwidth 1 -WhatIf")


@pytest.mark.parametrize("component", ["OwaProxy", "HubTransport"])  # the second one has heard Maintenance before
def test_the_same_requester_only(session: Session, component: str) -> None:
    run_text(session, f"Set-ServerComponentState EX01 -Component {component} -State Inactive -Requester Functional")
    state = next(
        one
        for one in session.world.rows("Get-ServerComponentState")
        if one.server == "EX01" and one.get("Component") == component
    )
    assert state.get("State") == "Inactive"
    run_text(session, f"Set-ServerComponentState EX01 -Component {component} -State Active -Requester Maintenance")
    assert state.get("State") == "Inactive"
    run_text(session, f"Set-ServerComponentState EX01 -Component {component} -State Active -Requester Functional")
    assert state.get("State") == "Active"
    words = state.get("LocalStates")
    assert isinstance(words, list)
    assert sorted(word["Requester"] for word in words) == ["Functional", "Maintenance"]


def test_sizes_spans_and_lists_read_as_exchange_prints_them(session: Session) -> None:
    connector = row(session, "Get-ReceiveConnector", "EX01\\Default Frontend EX01")
    run_text(
        session,
        f"Set-ReceiveConnector {FRONT} -MaxMessageSize 25MB -ConnectionTimeout '0:15:00' -MaxInboundConnection 100 "
        "-Bindings @{Add='10.0.0.1:2525'; Remove='[::]:25'} -DefaultDomain $null -Enabled:$false",
    )
    assert connector.get("MaxMessageSize") == "25 MB (26,214,400 bytes)"
    assert connector.get("ConnectionTimeout") == "00:15:00"
    assert connector.get("MaxInboundConnection") == "100"
    assert connector.get("Bindings") == ["0.0.0.0:25", "10.0.0.1:2525"]
    assert (connector.get("DefaultDomain"), connector.get("Enabled")) == (None, False)
    assert connector.get("WhenChanged") == AT
    run_text(session, f"Set-ReceiveConnector {FRONT} -MaxMessageSize '35 MB (36,700,160 bytes)'")
    assert connector.get("MaxMessageSize") == "35 MB (36,700,160 bytes)"


def test_rights_reach_the_directory(session: Session) -> None:
    def rights() -> int:
        (node,) = [node for node in session.world.nodes if node.matches("CN=Kiosk,*")]
        assert node.security
        assert node.security.dacl
        return sum(1 for entry in node.security.dacl if entry.sid == "S-1-5-7")

    before = rights()
    run_text(
        session, "Remove-ADPermission 'EX01\\Kiosk' -User S-1-5-7 -ExtendedRights ms-Exch-SMTP-Accept-Any-Recipient"
    )
    assert rights() == before - 1
    run_text(session, "Remove-ReceiveConnector 'EX01\\Kiosk'")
    assert not [node for node in session.world.nodes if node.matches("CN=Kiosk,*")]


def test_overrides_of_settings(session: Session) -> None:
    run_text(
        session,
        "New-SettingOverride -Name IM -Component OwaServer -Section IMSettings -Parameters @('A=1','B=2') "
        "-Reason 'why' -MaxVersion 15.2.1748.99\nSet-SettingOverride IM -MaxVersion 15.2.2562.99",
    )
    override = row(session, "Get-SettingOverride", "IM")
    assert (override.get("ComponentName"), override.get("Parameters")) == ("OwaServer", ["A=1", "B=2"])
    assert override.get("MaxVersion") == "15.2.2562.99"
    run_text(session, "Remove-SettingOverride IM")
    assert not session.world.rows("Get-SettingOverride")


def test_a_database_moves_to_a_healthy_copy(session: Session) -> None:
    run_text(session, "Move-ActiveMailboxDatabase DB01 -ActivateOnServer EX02")
    assert row(session, "Get-MailboxDatabase", "DB01").get("Server") == "EX02"
    assert row(session, "Get-MailboxDatabaseCopyStatus", "DB01\\EX02").get("Status") == "Mounted"
    assert row(session, "Get-MailboxDatabaseCopyStatus", "DB01\\EX01").get("Status") == "Healthy"
    run_text(session, "Suspend-MailboxDatabaseCopy 'DB01\\EX01'")
    with pytest.raises(Refused, match="is Suspended and can't be activated"):
        run_text(session, "Move-ActiveMailboxDatabase DB01 -ActivateOnServer EX01")


def test_after_a_refusal_the_rest_is_left_or_run(session: Session) -> None:
    text = "Set-Service FMS Manual\nSet-Nothing\nSet-Service FMS Automatic"
    assert [bool(line.refused) for line in try_text(session, text).lines] == [False, True]
    assert [bool(line.refused) for line in try_text(session, text, keep_going=True).lines] == [False, True, False]


def test_a_session_elsewhere(session: Session) -> None:
    session.on = ""
    with pytest.raises(Refused, match="none is told"):
        run_text(session, "Start-Service FMS")
    ran = run_text(session, "Enter-PSSession -ComputerName ex02\nStart-Service FMS\nExit-PSSession")
    assert ran.lines[1].targets == ("EX02 FMS",)
    assert session.on == ""
