"""What a certificate's DER says."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from muster.reading.x509 import Certificate, issuer_and_subject, read_certificate, same_distinguished_name

START = datetime(2025, 1, 1, tzinfo=UTC)


def made(common_name: str, *names: str, issuer: str | None = None) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    issued_by = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]) if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issued_by)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=90))
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
        )
    return read_certificate(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def test_reads_names_dates_key_and_signature() -> None:
    certificate = made("mail.example.com", "mail.example.com", "autodiscover.example.com", issuer="Example CA")
    assert certificate.names == ("mail.example.com", "autodiscover.example.com")
    assert (certificate.not_before, certificate.not_after) == (START, START + timedelta(days=90))
    assert (certificate.key_kind, certificate.key_bits, certificate.signature_hash) == ("EC", 256, "sha256")
    assert (certificate.subject, certificate.issuer) == ("CN=mail.example.com", "CN=Example CA")
    assert len(certificate.thumbprint) == 40
    assert certificate.thumbprint == certificate.thumbprint.upper()
    assert not certificate.self_signed
    assert made("EX01").self_signed


def test_both_ends_of_its_life_are_valid() -> None:
    certificate = made("EX01")
    assert certificate.valid_at(certificate.not_before)
    assert certificate.valid_at(certificate.not_after)
    assert not certificate.valid_at(certificate.not_after + timedelta(seconds=1))
    assert not certificate.valid_at(certificate.not_before - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("pattern", "name", "covered"),
    [
        ("mail.example.com", "MAIL.example.com", True),
        ("mail.example.com", "mail.example.com.", True),
        ("*.example.com", "mail.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.b.example.com", False),
        ("*.com", "example.com", False),
        ("*.0.0.1", "127.0.0.1", False),
        ("ma*.example.com", "mail.example.com", False),
        ("mail.example.com", "mail.example.org", False),
        ("EX01", "ex01", True),
    ],
)
def test_covers_what_a_client_would_accept(pattern: str, name: str, covered: bool) -> None:
    assert made("Nobody asks for this", pattern).covers(name) is covered


def test_bytes_that_are_no_certificate_say_so() -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_certificate(b"not a certificate")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CN=mail.example.com,O=Example", "CN=mail.example.com, O=Example", True),
        ("CN=mail.example.com,O=Example,C=US", "C=US, O=Example, CN=mail.example.com", True),
        (r"CN=x,O=Example\, Inc.", 'CN=x, O="Example, Inc."', True),
        ("CN=x,ST=Washington", "CN=x, S=Washington", True),
        ("CN=x,O=Example", "CN=x", False),
        ("CN=x", "CN=y", False),
    ],
)
def test_a_distinguished_name_is_the_same_however_it_is_printed(one: str, other: str, same: bool) -> None:
    assert same_distinguished_name(one, other) is same
    assert same_distinguished_name(other, one) is same


def test_a_connector_names_issuer_and_subject() -> None:
    assert issuer_and_subject("<I>CN=CA, O=Example<S>CN=mail.example.com") == (
        "CN=CA, O=Example",
        "CN=mail.example.com",
    )
    with pytest.raises(ValueError, match="<I>issuer<S>subject"):
        issuer_and_subject("CN=mail.example.com")
