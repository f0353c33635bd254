"""What a server or a public name shows on the wire to anybody who connects: TLS, SMTP and HTTPS."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

import pytest

from muster.model import (
    Answer,
    Fact,
    Facts,
    FactUnavailable,
    Problem,
    PublicName,
    Server,
    Shape,
    SmtpDialogue,
    Subject,
    TlsHandshake,
    Value,
    need,
    not_applicable,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, only_answer
from muster.reading.values import Flag, Text, Texts, read_bytes
from muster.reading.x509 import Certificate, read_certificate


class Served:
    """One handshake: ``certificate`` is the served one, ``chain`` all of them, ``protocol`` such as ``TLSv1.3``."""

    needs: ClassVar[Needs] = {}
    shape: ClassVar[Shape] = Shape()

    def __init__(self, subject: str, protocol: str, chain: tuple[Certificate, ...], taken: datetime | None) -> None:
        self.subject = subject
        self.protocol = protocol
        self.chain = chain
        self._taken = taken

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read the chain as it was served; nothing about it is trusted."""
        answer = only_answer(answers)
        handshake = answer.objects[0]
        ders = handshake.properties.get("Chain")
        if not isinstance(ders, tuple) or not ders:
            raise FactUnavailable(subject.name, cls.__name__, Problem("not sent", "no certificate was served"))
        chain = tuple(_certificate(der, subject, cls.__name__) for der in ders)
        return cls(subject.name, _Handshake.of(handshake, subject.name).protocol, chain, answer.taken)

    @property
    def certificate(self) -> Certificate:
        """The served certificate itself."""
        return self.chain[0]

    @property
    def taken(self) -> datetime:
        """When it was served: certificates are judged at this moment. Raises where the answer does not say."""
        if self._taken is None:
            problem = Problem("no time", "the answer does not say when it was taken", "", "Give the day with --at")
            raise FactUnavailable(self.subject, type(self).__name__, problem)
        return self._taken

    def __eq__(self, other: object) -> bool:
        """Equal when the same was served by the same subject."""
        return type(self) is type(other) and isinstance(other, Served) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # a value compared, never a key


class _Handshake(Record):
    protocol: Text


def _certificate(der: Value, subject: Subject, wanted: str) -> Certificate:
    try:
        return read_certificate(read_bytes(der))
    except ValueError as error:
        raise FactUnavailable(subject.name, wanted, Problem("not readable", f"no certificate: {error}")) from error


class HttpsServed(Served):
    """What one server serves to clients on 443."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{fqdn}", 443))}


class BackEndServed(Served):
    """What one server's back end serves to other servers on 444."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{fqdn}", 444))}


class SmtpServed(Served):
    """What one server serves on 25 after STARTTLS."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{fqdn}", 25, starttls="smtp"))}


class SubmissionServed(Served):
    """What one server serves on 587 after STARTTLS."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{fqdn}", 587, starttls="smtp"))}


class PublicHttpsServed(Served):
    """What a public name serves to clients on 443, whichever server is behind it at the moment."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{name}", 443))}

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only names that clients connect to."""
        return isinstance(subject, PublicName) and not subject.mail_exchanger


class PublicSmtpServed(Served):
    """What a mail exchanger serves on 25 after STARTTLS."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{name}", 25, starttls="smtp"))}

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only names that other mail systems connect to."""
        return isinstance(subject, PublicName) and subject.mail_exchanger


class SmtpGreeting(Record):
    """A greeting and what the server offers after EHLO, before and after STARTTLS."""

    banner: Text
    ehlo: Texts
    start_tls_offered: Flag

    needs: ClassVar[Needs] = {"dialogue": need(SmtpDialogue("{fqdn}", 25))}
    shape: ClassVar[Shape] = Shape(
        only=frozenset({"Ehlo", "StartTlsOffered", "EhloAfterTls"}), volatile={"Banner": "carries the time of day"}
    )


@pytest.fixture
def https_served(server: Server, facts: Facts) -> HttpsServed:
    """Certificate and protocol that one server serves on 443."""
    return facts.get(HttpsServed, server)


@pytest.fixture
def back_end_served(server: Server, facts: Facts) -> BackEndServed:
    """Certificate and protocol of one server's back end on 444."""
    return facts.get(BackEndServed, server)


@pytest.fixture
def smtp_served(server: Server, facts: Facts) -> SmtpServed:
    """Certificate and protocol that one server serves on 25 after STARTTLS."""
    return facts.get(SmtpServed, server)


@pytest.fixture
def submission_served(server: Server, facts: Facts) -> SubmissionServed:
    """Certificate and protocol that one server serves on 587 after STARTTLS."""
    return facts.get(SubmissionServed, server)


@pytest.fixture
def public_https_served(public_name: PublicName, facts: Facts) -> PublicHttpsServed:
    """Certificate and protocol that a public name serves on 443; not applicable to a mail exchanger."""
    if not PublicHttpsServed.concerns(public_name):
        not_applicable(f"no client connects to {public_name.name}, it is a mail exchanger")
    return facts.get(PublicHttpsServed, public_name)


@pytest.fixture
def public_smtp_served(public_name: PublicName, facts: Facts) -> PublicSmtpServed:
    """Certificate and protocol that a mail exchanger serves on 25 after STARTTLS; applies to those only."""
    if not PublicSmtpServed.concerns(public_name):
        not_applicable(f"{public_name.name} is no mail exchanger")
    return facts.get(PublicSmtpServed, public_name)


@pytest.fixture
def smtp_greeting(server: Server, facts: Facts) -> SmtpGreeting:
    """Greeting and EHLO offers of one server on 25."""
    return facts.get(SmtpGreeting, server)
