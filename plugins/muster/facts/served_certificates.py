"""Certificates that a server really shows: after TLS on 443, and after STARTTLS on 25."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import pytest

from muster.facts.certificates import leaf_of
from muster.facts.needs import Needs
from muster.facts.records import only_answer
from muster.facts.several import Several
from muster.facts.x509 import Certificate
from muster.model import (
    Answer,
    Fact,
    Facts,
    FactUnavailable,
    Problem,
    Server,
    Shape,
    SmtpDialogue,
    Subject,
    TlsHandshake,
    need,
)


@dataclass(frozen=True, slots=True)
class ServedCertificate:
    """The certificate that one port shows; ``None`` where it speaks without TLS."""

    certificate: Certificate | None

    needs: ClassVar[Needs] = {}
    shape: ClassVar[Shape] = Shape()

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read the first certificate of the chain."""
        (probe,) = only_answer(answers).objects
        if "Chain" not in probe.properties:
            raise FactUnavailable(subject.name, cls.__name__, Problem("not sent", "Chain was not sent"))
        return cls(leaf_of(probe.properties["Chain"], subject.name, cls.__name__))


class ServedOnHttps(ServedCertificate):
    """What port 443 shows."""

    needs: ClassVar[Needs] = {"handshake": need(TlsHandshake("{fqdn}", 443))}


class ServedOnSmtp(ServedCertificate):
    """What port 25 shows after STARTTLS; none where it offers none."""

    needs: ClassVar[Needs] = {"dialogue": need(SmtpDialogue("{fqdn}", 25))}


class ServedCertificates(Several):
    """What the ports of one server show, by the service that a certificate is bound to: ``IIS`` and ``SMTP``."""

    needs: ClassVar[Needs] = {"IIS": ServedOnHttps, "SMTP": ServedOnSmtp}

    def on(self, service: str) -> Certificate | None:
        """The certificate shown for ``IIS`` (443) or ``SMTP`` (25); raises where the port could not be asked."""
        found = self[service]
        if not isinstance(found, ServedCertificate):
            raise TypeError(f"'{service}' is not a served certificate")
        return found.certificate


@pytest.fixture
def served_certificates(server: Server, facts: Facts) -> ServedCertificates:
    """The certificates that one server really shows on 443 and on 25."""
    return ServedCertificates.gathered(facts, server)
