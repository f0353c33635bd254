"""Who may hand mail in, and how."""

import pytest

from muster import Server, Severity, about, control
from muster.facts.mailflow.receive_connectors import ReceiveConnectors, RelayRights

SMTP = 25
RECEIVE = "https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors"


@control(
    "connectors.no-anonymous-relay",
    title="No receive connector relays for anonymous senders from anywhere",
    severity=Severity.HIGH,
    references=(
        RECEIVE,
        "https://learn.microsoft.com/exchange/mail-flow/connectors/allow-anonymous-relay",
    ),
    remediation="Narrow RemoteIPRanges to the devices that must relay, or take the right away: Get-ReceiveConnector "
    "'<name>' | Remove-ADPermission -User 'NT AUTHORITY\\ANONYMOUS LOGON' "
    "-ExtendedRights Ms-Exch-SMTP-Accept-Any-Recipient",
    roles={"Mailbox"},
)
def check_no_anonymous_relay(
    server: Server, receive_connectors: ReceiveConnectors, relay_rights: RelayRights
) -> None:
    """An open relay sends other people's spam, and the organisation's own mail is refused for it.

    Two ways lead there: the right to send to any recipient, given to ANONYMOUS LOGON on the connector, or a connector
    that takes whoever connects for an Exchange server (externally secured). Either is a decision for the few devices
    that need it, never for the internet (any public address, however small the range) and never for a whole network:
    more than a /16 (IPv4) or a /64 (IPv6) is nobody's list of devices.
    """
    for connector in receive_connectors.enabled:
        with about(connector.name):
            open_to = ", ".join(map(str, connector.open_ranges))
            assert not (open_to and connector.externally_secured), (
                f"takes whoever connects for an Exchange server (externally secured), from {open_to}"
            )
            assert not (open_to and relay_rights.anonymous_may_relay(connector)), (
                f"accepts any recipient from anonymous senders, from {open_to}"
            )


@pytest.mark.pre_upgrade
@pytest.mark.post_upgrade
@control(
    "connectors.no-binding-conflict",
    title="Front end and hub transport listen on ports of their own",
    severity=Severity.HIGH,
    references=(RECEIVE,),
    remediation="Set-ReceiveConnector '<name>' -TransportRole FrontendTransport, or give it other bindings; "
    "the role of an existing connector cannot be set back, so create it anew where it must change.",
    roles={"Mailbox", "Edge"},
)
def check_no_binding_conflict(server: Server, receive_connectors: ReceiveConnectors) -> None:
    """Two services cannot share a port: one of them does not start, and the next Setup stops on it.

    Connectors of one role may share address and port, told apart by RemoteIPRanges: that is how relays are made.
    """
    for connector in receive_connectors.enabled:
        with about(connector.name):
            others = [other.name for other in receive_connectors.enabled if connector.intrudes_on(other)]
            assert not others, (
                f"{connector.transport_role} listens on {', '.join(map(str, connector.bindings))}, "
                f"where {', '.join(others)} of the other transport service listens already"
            )


@pytest.mark.post_upgrade
@control(
    "connectors.tls-offered",
    title="Every receive connector offers TLS, and takes no password without it",
    severity=Severity.HIGH,
    references=("STIG EX19-MB-000236", "STIG EX16-MB-000220", RECEIVE),
    remediation="Set-ReceiveConnector '<name>' -AuthMechanism with Tls (and BasicAuthRequireTLS beside BasicAuth).",
    roles={"Mailbox", "Edge"},
)
def check_tls_offered(server: Server, receive_connectors: ReceiveConnectors) -> None:
    """Without STARTTLS mail and logins cross the network in the clear; who requires TLS cannot deliver at all."""
    for connector in receive_connectors.enabled:
        with about(connector.name):
            shown = ", ".join(sorted(connector.auth_mechanism)) or "None"
            assert "Tls" in connector.auth_mechanism, f"AuthMechanism is {shown} where Tls was expected among them"
            assert "BasicAuth" not in connector.auth_mechanism or "BasicAuthRequireTLS" in connector.auth_mechanism, (
                f"AuthMechanism is {shown}: BasicAuth without BasicAuthRequireTLS takes passwords in the clear"
            )


@control(
    "connectors.front-end-listens",
    title="A front-end connector takes mail on port 25",
    severity=Severity.MEDIUM,
    references=(RECEIVE,),
    remediation="Enable 'Default Frontend <server>', or create it anew with New-ReceiveConnector -Usage Internet.",
    roles={"Mailbox"},
)
def check_front_end_listens(server: Server, receive_connectors: ReceiveConnectors) -> None:
    """Other servers and mail systems hand mail in there; without it this server is a hole in the mail flow."""
    found = [
        connector.name
        for connector in receive_connectors.enabled
        if connector.transport_role == "FrontendTransport"
        and any(binding.port == SMTP for binding in connector.bindings)
    ]
    if not found:
        receive_connectors.must_be_whole()
    assert found, "no enabled connector of FrontendTransport is bound to port 25"
