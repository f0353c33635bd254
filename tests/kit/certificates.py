"""Certificates made for one test: real DER, the same that a server shows."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = datetime.now(UTC).replace(microsecond=0)


@cache
def _key(kind: str) -> Key:
    kinds = {"P-256": ec.SECP256R1, "P-224": ec.SECP224R1}
    return ec.generate_private_key(kinds[kind]()) if kind in kinds else rsa.generate_private_key(65537, int(kind))


@cache
def made(
    common_name: str,
    *names: str,
    days: int = 200,
    since: int | None = None,
    issuer: str = "Another CA",
    key: str = "P-256",
) -> bytes:
    """DER of a certificate that ends ``days`` from now and begins ``since`` from now, by default a year before.

    ``key`` is a curve or the bits of an RSA key.
    """
    begins = min(days, 0) - 365 if since is None else since
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(_key(key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DAY + timedelta(days=begins))
        .not_valid_after(DAY + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names or (common_name,)]), False)
        .sign(_key("2048"), hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def as_with_sha1(der: bytes) -> bytes:
    """The same, saying that it is signed with SHA-1, which libraries refuse to do; its signature is wrong."""
    sha256_with_rsa, sha1_with_rsa = (bytes.fromhex(f"06092a864886f70d0101{last}") for last in ("0b", "05"))
    assert der.count(sha256_with_rsa) == 2, "once in the signed part, once beside the signature"
    return der.replace(sha256_with_rsa, sha1_with_rsa)


def thumbprint(der: bytes) -> str:
    """As Exchange prints it."""
    return hashlib.sha1(der).hexdigest().upper()  # noqa: S324 - the identifier that Exchange prints
