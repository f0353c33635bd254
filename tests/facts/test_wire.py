"""What is read from handshakes, dialogues and health pages."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kit.forms import EX01, Row, asked
from muster.facts.web.health_pages import OwaHealth
from muster.facts.wire import HttpsServed, PublicHttpsServed, PublicSmtpServed, SmtpGreeting
from muster.model import FactUnavailable, Object, Observation, PublicName, Question, Subject
from muster.resolve import Book, resolve

MX = PublicName("mx.example.com", (), mail_exchanger=True)
WEB = PublicName("mail.example.com", ())


def der(common_name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    start = datetime(2025, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, start, start + timedelta(days=365))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def timeless(book: Book) -> Book:
    def look_up(question: Question, subject: Subject) -> Observation | None:
        found = book(question, subject)
        assert found is not None
        assert found.answer is not None
        return Observation(question, found.subject, None, 0.0, "capture", found.answer)

    return look_up


def test_the_first_certificate_of_the_chain_is_the_served_one() -> None:
    row: Row = {"Protocol": "TLSv1.3", "Cipher": "X", "Chain": (der("mail.example.com"), der("Example CA"))}
    served = resolve(HttpsServed, EX01, asked(HttpsServed, EX01, row)).fact
    assert served.certificate.names == ("mail.example.com",)
    assert [one.subject for one in served.chain] == ["CN=mail.example.com", "CN=Example CA"]
    assert (served.protocol, served.taken) == ("TLSv1.3", datetime(2025, 9, 15, tzinfo=UTC))


def test_without_a_time_of_its_own_only_the_time_is_unknown() -> None:
    row: Row = {"Protocol": "TLSv1.3", "Chain": (der("mail.example.com"),)}
    served = resolve(HttpsServed, EX01, timeless(asked(HttpsServed, EX01, row))).fact
    assert served.certificate.covers("mail.example.com")
    with pytest.raises(FactUnavailable, match="--at"):
        _ = served.taken


@pytest.mark.parametrize(
    ("chain", "says"), [((), "no certificate was served"), ((b"x",), "no certificate"), (("x",), "bytes")]
)
def test_a_chain_that_nobody_can_read_is_unknown(chain: tuple[str | bytes, ...], says: str) -> None:
    row: Row = {"Protocol": "TLSv1.3", "Chain": chain}
    with pytest.raises(FactUnavailable, match=says):
        resolve(HttpsServed, EX01, asked(HttpsServed, EX01, row))


def test_mail_exchangers_and_client_names_are_asked_different_things() -> None:
    assert PublicSmtpServed.concerns(MX)
    assert not PublicSmtpServed.concerns(WEB)
    assert PublicHttpsServed.concerns(WEB)
    assert not PublicHttpsServed.concerns(MX)


def test_a_greeting_and_a_health_page() -> None:
    dialogue: Row = {"Banner": "220 ex01", "Ehlo": ("SIZE 37748736", "PIPELINING"), "StartTlsOffered": False}
    greeting = resolve(SmtpGreeting, EX01, asked(SmtpGreeting, EX01, dialogue)).fact
    assert greeting.ehlo == ("SIZE 37748736", "PIPELINING")
    assert not greeting.start_tls_offered
    page: Row = {"Status": 503, "Headers": Object("Headers", None, {}), "Body": ""}
    assert resolve(OwaHealth, EX01, asked(OwaHealth, EX01, page)).fact.status == 503
