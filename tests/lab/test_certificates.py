"""Certificates that an ordinary TLS client trusts, or rightly does not."""

import hashlib
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from muster.lab.certificates import AUTH_CERTIFICATE_SUBJECT, Authority, Certificate, CertificateOrder, server_context

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), NOW)


def handshake(certificate: Certificate, trusted: Path, name: str) -> bytes | None:
    """The certificate as the client got it; raises what an ordinary client would raise."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server_context(certificate).wrap_socket(theirs, server_side=True) as wrapped:
                wrapped.recv(1)
        except OSError:
            return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client = ssl.create_default_context(cafile=str(trusted))
        client.verify_flags |= ssl.VERIFY_X509_STRICT
        with client.wrap_socket(ours, server_hostname=name) as wrapped:
            return wrapped.getpeercert(binary_form=True)
    finally:
        ours.close()
        thread.join()
        theirs.close()


def test_a_client_that_trusts_the_root_accepts_every_name(authority: Authority) -> None:
    made = authority.issue(
        CertificateOrder(
            subject="CN=mail.contoso.com, O=Contoso, C=DE", names=("mail.contoso.com", "autodiscover.contoso.com")
        )
    )
    assert handshake(made, authority.root_file, "autodiscover.contoso.com") == made.der
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(made, authority.root_file, "ex03.contoso.local")


def test_what_it_says_is_what_is_in_it(authority: Authority) -> None:
    order = CertificateOrder(subject="CN=mail.contoso.com, O=Contoso", names=("mail.contoso.com", "127.0.0.1"))
    made = authority.issue(order)
    read = x509.load_der_x509_certificate(made.der)
    assert made.thumbprint == hashlib.sha1(made.der).hexdigest().upper()  # noqa: S324 - a thumbprint is SHA-1
    assert (made.subject, made.issuer) == ("CN=mail.contoso.com, O=Contoso", "CN=Contoso Root CA, O=Contoso")
    assert read.subject.rfc4514_string() == "CN=mail.contoso.com,O=Contoso"
    assert not made.self_signed
    assert (made.not_before, made.not_after) == (read.not_valid_before_utc, read.not_valid_after_utc)
    assert made.not_after == NOW.replace(microsecond=0) + timedelta(days=300)
    assert int(made.serial_number, 16) == read.serial_number
    assert len(made.serial_number) % 2 == 0
    alternative = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternative.get_values_for_type(x509.DNSName) == ["mail.contoso.com"]
    assert [str(ip) for ip in alternative.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_an_expired_one_is_refused_for_that_reason(authority: Authority) -> None:
    made = authority.issue(CertificateOrder(subject="CN=ex02", names=("ex02.contoso.local",), valid_to=-3))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        handshake(made, authority.root_file, "ex02.contoso.local")


def test_a_self_signed_one_is_trusted_only_by_itself(authority: Authority) -> None:
    made = authority.issue(CertificateOrder(subject="CN=edge01", names=("edge01",), self_signed=True))
    assert made.self_signed
    with pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        handshake(made, authority.root_file, "edge01")
    assert handshake(made, made.certificate_file, "edge01") == made.der


def test_serial_numbers_come_from_the_order(authority: Authority) -> None:
    order = CertificateOrder(subject=AUTH_CERTIFICATE_SUBJECT, self_signed=True)
    renewed = CertificateOrder(subject=AUTH_CERTIFICATE_SUBJECT, self_signed=True, valid_to=1800)
    fixed = CertificateOrder(subject="CN=a", serial=0x0ABC)
    assert authority.issue(order).serial == authority.issue(order).serial != authority.issue(renewed).serial
    assert authority.issue(fixed).serial_number == "0ABC"


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_the_signature_hash_is_as_ordered(authority: Authority, algorithm: str) -> None:
    made = authority.issue(CertificateOrder(subject="CN=a", signature_hash=algorithm))
    found = x509.load_der_x509_certificate(made.der).signature_hash_algorithm
    assert found is not None
    assert found.name == algorithm


def test_an_unknown_signature_hash_is_named(authority: Authority) -> None:
    with pytest.raises(ValueError, match="'md5' is none of sha256, sha384, sha512"):
        authority.issue(CertificateOrder(subject="CN=a", signature_hash="md5"))


def test_the_key_is_for_its_owner_only(authority: Authority) -> None:
    made = authority.issue(CertificateOrder(subject="CN=a"))
    assert made.key_file.stat().st_mode & 0o077 == 0
