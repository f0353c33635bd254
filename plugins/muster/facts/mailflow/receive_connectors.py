"""Receive connectors, and who may relay through them.

Whether anonymous senders may relay is not in ``Get-ReceiveConnector``: it is an extended right in the access list
of the connector's directory object, or the connector takes its senders for Exchange servers (externally secured).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Self
from uuid import UUID

import pytest
from pydantic import BeforeValidator, Field

from muster.model import (
    Answer,
    ExchangeCmdlet,
    Fact,
    Facts,
    FactUnavailable,
    LdapSearch,
    Organization,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    need,
)
from muster.reading.access_lists import ANONYMOUS, AccessList, read_access_list
from muster.reading.addresses import AddressRange, AddressRanges, Bindings
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, answer_named, flagged
from muster.reading.values import Flag, NamedFlags, Size, Text, Word, read_bytes
from muster.reading.volatile import FROM_DIRECTORY


class ReceiveConnector(Record):
    r"""A receive connector. ``identity`` reads ``EX01\Default Frontend EX01``; ``max_message_size`` is in bytes."""

    identity: Text
    name: Text
    server: Text
    distinguished_name: Text
    enabled: Flag
    transport_role: Word
    bindings: Bindings
    remote_ip_ranges: AddressRanges = Field(alias="RemoteIPRanges")
    auth_mechanism: NamedFlags
    permission_groups: NamedFlags
    require_tls: Flag = Field(alias="RequireTLS")
    max_message_size: Size
    tls_certificate_name: Text
    fqdn: Text

    @property
    def externally_secured(self) -> bool:
        """Whether it takes whoever connects for an Exchange server, which may relay."""
        return "ExternalAuthoritative" in self.auth_mechanism and "ExchangeServers" in self.permission_groups

    @property
    def open_ranges(self) -> tuple[AddressRange, ...]:
        """The ranges it accepts that are no list of one's own devices: public addresses, or too many private ones."""
        return tuple(found for found in self.remote_ip_ranges if found.public or found.wide)

    def intrudes_on(self, other: "ReceiveConnector") -> bool:
        """Whether it listens where a connector of the other transport service does, on a port that is not its own."""
        return self.transport_role != other.transport_role and any(
            mine.collides_with(theirs) and mine.port not in _OWN_PORTS.get(self.transport_role, frozenset())
            for mine in self.bindings
            for theirs in other.bindings
        )


_OWN_PORTS = {"FrontendTransport": frozenset({25, 587, 717}), "HubTransport": frozenset({465, 2525})}
"""Where Setup lets each transport service listen: who else comes there is the one to move."""


class ReceiveConnectors(Records[ReceiveConnector]):
    """The receive connectors as the cmdlet shows them."""

    record = ReceiveConnector
    needs: ClassVar[Needs] = {
        "connectors": need(ExchangeCmdlet("Get-ReceiveConnector"), split_by=("Server", "Identity"))
    }
    shape = Shape(
        identity=("Identity",),
        unordered=frozenset({"Bindings", "RemoteIPRanges"}),
        volatile=FROM_DIRECTORY,
    )

    @property
    def enabled(self) -> Iterator[ReceiveConnector]:
        """Those that are enabled; then raises where that is not known of one."""
        return flagged(self, "enabled")


def _access_list(value: Value) -> AccessList:
    return read_access_list(read_bytes(value))


class _ConnectorObject(Record):
    security_descriptor: Annotated[AccessList, BeforeValidator(_access_list)] = Field(alias="nTSecurityDescriptor")


class RelayRights:
    """Who may relay through which receive connector, from the access lists in the directory.

    ``lists`` maps a connector's distinguished name, in lower case, to its list or to why it could not be read.
    """

    needs: ClassVar[Needs] = {
        "connectors": need(
            LdapSearch(
                base="CN=Microsoft Exchange,CN=Services,{configurationNamingContext}",
                filter="(objectClass=msExchSmtpReceiveConnector)",
                attributes=("cn",),
                security_descriptor=True,
            ),
            split_by=("ToString",),
        ),
        "right": need(
            LdapSearch(
                base="CN=Extended-Rights,{configurationNamingContext}",
                filter="(cn=ms-Exch-SMTP-Accept-Any-Recipient)",
                attributes=("cn", "rightsGuid"),
            )
        ),
    }
    shape: ClassVar[Shape] = Shape(identity=("distinguishedName",))

    def __init__(self, right: UUID, lists: Mapping[str, AccessList | Problem], subject: str) -> None:
        self.right = right
        self.lists = dict(lists)
        self.subject = subject

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read every connector's list and the GUID of the right."""
        lists: dict[str, AccessList | Problem] = {}
        for item in answer_named(answers, "connectors").objects:
            read = _ConnectorObject.of(item, subject.name)
            try:
                lists[(item.text or "").casefold()] = read.security_descriptor
            except FactUnavailable as missing:
                lists[(item.text or "").casefold()] = missing.problem
        return cls(_right(answer_named(answers, "right"), subject), lists, subject.name)

    def anonymous_may_relay(self, connector: ReceiveConnector) -> bool:
        """Whether ANONYMOUS LOGON holds the right to send to any recipient through it."""
        found = self.lists.get(connector.distinguished_name.casefold())
        if found is None:
            found = Problem(
                "empty",
                f"the directory showed no object for {connector.identity}",
                "the account may not see it, or the connector is newer than this domain controller's copy",
                "Ask again with an account that may read the Exchange configuration",
            )
        if isinstance(found, Problem):
            raise FactUnavailable(self.subject, f"access list of {connector.identity}", found)
        return found.grants(self.right, ANONYMOUS)

    def __eq__(self, other: object) -> bool:
        """Equal when right and lists are equal."""
        return isinstance(other, RelayRights) and (self.right, self.lists) == (other.right, other.lists)

    __hash__ = None  # type: ignore[assignment] # a value compared, never a key


class _ExtendedRight(Record):
    rights_guid: Text = Field(alias="rightsGuid")


def _right(answer: Answer, subject: Subject) -> UUID:
    guid = _ExtendedRight.of(answer.objects[0], subject.name).rights_guid
    try:
        return UUID(guid)
    except ValueError as error:
        problem = Problem("not readable", f"rightsGuid is '{guid}', which is no GUID")
        raise FactUnavailable(subject.name, "ms-Exch-SMTP-Accept-Any-Recipient", problem) from error


@pytest.fixture
def receive_connectors(server: Server, facts: Facts) -> ReceiveConnectors:
    """Receive connectors of one Exchange server."""
    return facts.get(ReceiveConnectors, server)


@pytest.fixture
def organization_receive_connectors(organization: Organization, facts: Facts) -> ReceiveConnectors:
    """Receive connectors of every server."""
    return facts.get(ReceiveConnectors, organization)


@pytest.fixture
def relay_rights(server: Server, facts: Facts) -> RelayRights:
    """Who may relay through the receive connectors of one server, from their access lists."""
    return facts.get(RelayRights, server)
