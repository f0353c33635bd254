"""The certificates that a server really shows, by the service that Exchange binds a certificate to."""

from typing import ClassVar

import pytest

from muster.facts.wire import HttpsServed, Served, SmtpGreeting, SmtpServed
from muster.model import Facts, Server
from muster.reading.needs import Needs
from muster.reading.several import Several
from muster.reading.x509 import Certificate


class ServedCertificates(Several):
    """What 443 shows (``IIS``), and what 25 shows after STARTTLS (``SMTP``)."""

    needs: ClassVar[Needs] = {"IIS": HttpsServed, "SMTP": SmtpServed, "greeting": SmtpGreeting}

    def on(self, service: str) -> Certificate | None:
        """The certificate shown for ``IIS`` or ``SMTP``, ``None`` where port 25 offers no STARTTLS.

        Raises ``FactUnavailable`` where the port could not be asked.
        """
        greeting = self["greeting"] if service == "SMTP" else None
        if isinstance(greeting, SmtpGreeting) and not greeting.start_tls_offered:
            return None
        found = self[service]
        if not isinstance(found, Served):
            raise TypeError(f"'{service}' is not a served certificate")
        return found.certificate


@pytest.fixture
def served_certificates(server: Server, facts: Facts) -> ServedCertificates:
    """The certificates that one server really shows on 443 and on 25."""
    return ServedCertificates.gathered(facts, server)
