"""Certificates of an Exchange server, as Get-ExchangeCertificate shows them.

They come in three shapes: objects with properties, objects that carry only the certificate's DER (``RawData``)
beside a binary blob, and bare text. Names, dates, key and signature are read from the DER wherever it came; what
only Exchange knows (services, status, root) only where it came in a readable form. The blob is never deserialized.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

import pytest
from pydantic import Field

from muster.facts.servers import mailbox_servers
from muster.model import (
    Answer,
    ExchangeCmdlet,
    Fact,
    Facts,
    FactUnavailable,
    Object,
    PerServer,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, only_answer
from muster.reading.values import Flag, Moment, Names, Number, Text, Texts, read_bytes, read_text
from muster.reading.x509 import issuer_and_subject, name_matches, read_certificate, same_distinguished_name

_FROM_EXCHANGE_ONLY = {
    "services": "Services",
    "status": "Status",
    "root_ca_type": "RootCAType",
    "has_private_key": "HasPrivateKey",
    "private_key_exportable": "PrivateKeyExportable",
}
_CAUSE = (
    "the session serialized the certificate as its raw data, which has no room for it; where that is not the "
    "session's way, signing of serialized data is on and the auth certificate is bad"
)


class ExchangeCertificate(Record):
    """One certificate. ``services`` holds ``IIS``, ``SMTP`` …; ``key_bits`` is the key's size.

    Where no DER came, key and signature are unknown and dates are known only if they came as times.
    """

    thumbprint: Text
    subject: Text
    issuer: Text
    names: Texts
    not_before: Moment
    not_after: Moment
    key_kind: Text
    key_bits: Number
    signature_hash: Text
    self_signed: Flag
    services: Names
    status: Text
    root_ca_type: Text = Field(alias="RootCAType")
    has_private_key: Flag
    private_key_exportable: Flag

    @property
    def identity(self) -> str:
        """Subject and thumbprint, as far as they came."""
        return " ".join(getattr(self, part) for part in ("subject", "thumbprint") if self.has(part))

    @property
    def lacks_private_key(self) -> bool:
        """Whether Exchange said that the key is not there; a session that sends raw data only does not say."""
        return self.has("has_private_key") and not self.has_private_key

    def covers(self, name: str) -> bool:
        """Whether a client that asks for ``name`` accepts one of the certificate's names."""
        return any(name_matches(pattern, name) for pattern in self.names)

    @classmethod
    def of(cls, item: Object, subject: str) -> Self:
        """Read one certificate in any of its three shapes."""
        sent = dict(item.properties) if item.properties else _printed(item)
        read: dict[str, Value] = {
            theirs: sent[theirs] for theirs in _FROM_EXCHANGE_ONLY.values() if sent.get(theirs) is not None
        }
        read.update(_from_der(sent) or _from_properties(sent))
        made = super().of(Object(item.type, read_text(read.get("Thumbprint")), read), subject)
        for ours, theirs in _FROM_EXCHANGE_ONLY.items():
            if theirs not in read:
                message = f"{theirs} is not in a readable form: no readable form of it came"
                made._missing[ours] = Problem("not readable", message, _CAUSE)  # noqa: SLF001 - of its own class
        return made


def _from_der(sent: Mapping[str, Value]) -> dict[str, Value] | None:
    try:
        found = read_certificate(read_bytes(sent.get("RawData")))
    except ValueError:
        return None
    return {
        "Thumbprint": found.thumbprint,
        "Subject": found.subject,
        "Issuer": found.issuer,
        "Names": found.names,
        "NotBefore": found.not_before,
        "NotAfter": found.not_after,
        "KeyKind": found.key_kind,
        "KeyBits": found.key_bits,
        "SignatureHash": found.signature_hash,
        "SelfSigned": found.self_signed,
    }


def _from_properties(sent: Mapping[str, Value]) -> dict[str, Value]:
    named = {
        "Thumbprint": "Thumbprint",
        "Subject": "Subject",
        "Issuer": "Issuer",
        "Names": "CertificateDomains",
        "NotBefore": "NotBefore",
        "NotAfter": "NotAfter",
        "SelfSigned": "IsSelfSigned",
    }
    return {ours: sent[theirs] for ours, theirs in named.items() if theirs in sent}


_SECTION = re.compile(r"^\[(Subject|Issuer|Thumbprint)\]\s*\n\s*(.+?)\s*$", re.MULTILINE)


def _printed(item: Object) -> dict[str, Value]:
    """What a certificate's own text tells in every culture: its dates are in the culture's form and stay unread."""
    return {title: text for title, text in _SECTION.findall((item.text or "").replace("\r", ""))}  # noqa: C416 - types


class ExchangeCertificates(Records[ExchangeCertificate]):
    """Every certificate of one server that Exchange could use, and when they were looked at."""

    record = ExchangeCertificate
    needs: ClassVar[Needs] = {
        "certificates": need(ExchangeCmdlet("Get-ExchangeCertificate", Server="{name}", about="{name}")),
    }
    shape = Shape(
        identity=("Thumbprint",),
        unordered=frozenset({"CertificateDomains", "AccessRules"}),
        volatile={"RunspaceId": "a new one in every session"},
    )

    def __init__(
        self,
        rows: tuple[ExchangeCertificate, ...],
        taken: datetime | None = None,
        whose: str = "",
    ) -> None:
        super().__init__(rows)
        self._taken = taken
        self._whose = whose

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read every certificate, and keep the observation's own time."""
        answer = only_answer(answers)
        rows = tuple(cls.record.of(item, subject.name) for item in answer.objects)
        return cls(rows, answer.taken, subject.name).told_by(answer, subject)

    @property
    def taken(self) -> datetime:
        """When they were looked at: validity is judged at this time. Raises ``FactUnavailable`` where unknown."""
        return known_time(self._taken, self._whose, "Get-ExchangeCertificate")

    def with_thumbprint(self, thumbprint: str) -> ExchangeCertificate | None:
        """The certificate with this thumbprint; ``None`` where the server does not have it, which a partial answer
        cannot tell.
        """  # noqa: D205 - one sentence
        found = next((row for row in self.rows if row.thumbprint.casefold() == thumbprint.casefold()), None)
        if found is None:
            self.must_be_whole()
        return found

    def named(self, issuer_subject: str) -> tuple[ExchangeCertificate, ...]:
        """The certificates that ``<I>issuer<S>subject`` names, as a connector does; a partial answer cannot tell
        that there is none.
        """  # noqa: D205 - one sentence
        issuer, subject = issuer_and_subject(issuer_subject)
        found = tuple(
            row
            for row in self.rows
            if same_distinguished_name(row.issuer, issuer) and same_distinguished_name(row.subject, subject)
        )
        if not found:
            self.must_be_whole()
        return found

    def bound_to(self, service: str) -> tuple[ExchangeCertificate, ...]:
        """All certificates that serve a service: ``IIS``, ``SMTP``, ``POP`` or ``IMAP``.

        Raises ``FactUnavailable`` where the list is not whole: there may be more.
        """
        self.must_be_whole()
        return tuple(row for row in self.rows if service in row.services)


def known_time(taken: datetime | None, whose: str, wanted: str) -> datetime:
    """The time an answer was taken; raises ``FactUnavailable`` where neither the answer nor ``--at`` gives one."""
    if taken is None:
        problem = Problem("no time", "the answer does not say when it was taken", "", "Judge it with --at YYYY-MM-DD")
        raise FactUnavailable(whose, f"the time of {wanted}", problem)
    return taken


@pytest.fixture
def exchange_certificates(server: Server, facts: Facts) -> ExchangeCertificates:
    """Certificates of one server: names, dates, key, and the services they are bound to."""
    return facts.get(ExchangeCertificates, server)


@pytest.fixture
def certificates_of_members(members: tuple[Subject, ...], facts: Facts) -> PerServer[ExchangeCertificates]:
    """Certificates of those members that are Mailbox servers."""
    return facts.per_server(ExchangeCertificates, mailbox_servers(members))
