"""Certificates of the simulated organisation: from an authority of its own, or self-signed as Exchange does it."""

import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

_HASHES: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

AUTH_CERTIFICATE_SUBJECT = "CN=Microsoft Exchange Server Auth Certificate"
"""What Exchange's own set-up calls the certificate of server-to-server authentication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateOrder:
    """What a certificate shall say.

    ``subject`` is written as .NET prints it (``CN=mail.contoso.com, O=Contoso``); ``names`` are the subject
    alternative names (DNS names; IP addresses are recognised). Validity is in days relative to the authority's
    ``now``: ``valid_to=-3`` expired three days ago. Without ``serial`` it is derived from the order, so that a
    renewed certificate has another one. ``signature_hash`` is ``sha256``, ``sha384`` or ``sha512``.
    """

    subject: str
    names: tuple[str, ...] = ()
    valid_from: float = -65
    valid_to: float = 300
    self_signed: bool = False
    signature_hash: str = "sha256"
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """An issued certificate. ``certificate_file`` and ``key_file`` are PEM; ``thumbprint`` is SHA-1 in upper hex.

    ``subject`` and ``issuer`` read as .NET prints them; times are aware and in UTC, whole seconds.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    serial: int
    thumbprint: str
    der: bytes
    certificate_file: Path
    key_file: Path
    key_bits: int = 2048
    signature_hash: str = "sha256"

    @property
    def self_signed(self) -> bool:
        """Whether it vouches for itself."""
        return self.subject == self.issuer

    @property
    def serial_number(self) -> str:
        """The serial number as .NET prints it: upper hex, whole bytes."""
        digits = f"{self.serial:X}"
        return digits.zfill(len(digits) + len(digits) % 2)


def server_context(certificate: Certificate) -> ssl.SSLContext:
    """A server's TLS context that presents this certificate; OpenSSL's defaults otherwise."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate_file, certificate.key_file)
    context.num_tickets = 0  # nobody resumes here, and tickets would be written to clients that have already gone
    return context


class Authority:
    """A root of its own, written in ``folder``; ``now`` is what validity is relative to.

    ``root_file`` is the root as PEM: what a client of the lab must trust. One RSA key serves every server
    certificate, because making 2048-bit keys is what would make the lab's start slow. ``lasting`` keys are always the
    same: with the same ``now`` every certificate is, so that a baseline of one start can be compared with the next.
    They protect nothing but an invented organisation on loopback.
    """

    def __init__(self, folder: Path, now: datetime, *, name: str = "Contoso Root CA", lasting: bool = False) -> None:
        self._folder = folder
        self._now = now.astimezone(UTC).replace(microsecond=0)
        self._root_key = _key("root", 244, 430) if lasting else _new_key()
        self._server_key = _key("server", 138, 381) if lasting else _new_key()
        self._key_file = folder / "server-key.pem"
        self._key_file.touch(mode=0o600)
        self._key_file.write_bytes(
            self._server_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._root_name = _parse_name(f"CN={name}, O=Contoso")
        root = self._signed_root()
        self.root_der = root.public_bytes(serialization.Encoding.DER)
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def issue(self, order: CertificateOrder) -> Certificate:
        """Make the certificate and write its files; the same order always gives the same serial number."""
        algorithm = _HASHES.get(order.signature_hash)
        if algorithm is None:
            raise ValueError(f"signature_hash '{order.signature_hash}' is none of {', '.join(_HASHES)}")
        subject = _parse_name(order.subject)
        issuer, signer = (subject, self._server_key) if order.self_signed else (self._root_name, self._root_key)
        serial = order.serial if order.serial is not None else _serial_of(order)
        not_before = self._now + timedelta(days=order.valid_from)
        not_after = self._now + timedelta(days=order.valid_to)
        public = self._server_key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(serial)
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(encipherment=True, certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if order.names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in order.names]), critical=False
            )
        made = builder.sign(signer, algorithm)
        thumbprint = made.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - a thumbprint is SHA-1 by definition
        certificate_file = self._folder / f"{thumbprint}.pem"
        certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return Certificate(
            subject=_printed(subject),
            issuer=_printed(issuer),
            names=order.names,
            not_before=made.not_valid_before_utc,
            not_after=made.not_valid_after_utc,
            serial=serial,
            thumbprint=thumbprint,
            der=made.public_bytes(serialization.Encoding.DER),
            certificate_file=certificate_file,
            key_file=self._key_file,
            signature_hash=order.signature_hash,
        )

    def _signed_root(self) -> x509.Certificate:
        public = self._root_key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(self._root_name)
            .issuer_name(self._root_name)
            .public_key(public)
            .serial_number(1)
            .not_valid_before(self._now - timedelta(days=3650))
            .not_valid_after(self._now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(encipherment=False, certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._root_key, hashes.SHA256())
        )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _key(name: str, *numbers: int) -> rsa.RSAPrivateKey:
    """The key whose two primes stand at these places of a known sequence: found once, by trying one after another."""
    p, q = (_odd(f"muster lab {name} {number}") for number in numbers)
    exponent = 65537
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers_of = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(exponent, p * q)
    )
    return numbers_of.private_key()


def _odd(seed: str) -> int:
    """1024 bits of the seed's SHAKE-256, odd, with the two highest bits set so that two of them make 2048."""
    return int.from_bytes(hashlib.shake_256(seed.encode()).digest(128)) | (3 << 1022) | 1


def _key_usage(*, encipherment: bool, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _parse_name(text: str) -> x509.Name:
    """.NET prints the most specific part first and a blank after each comma; RFC 4514 has no blank."""
    return x509.Name.from_rfc4514_string(text.replace(", ", ","))


def _printed(name: x509.Name) -> str:
    return ", ".join(part.rfc4514_string() for part in reversed(name.rdns))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _serial_of(order: CertificateOrder) -> int:
    digest = hashlib.sha256(repr(order).encode()).digest()
    return int.from_bytes(digest[:16]) >> 1 | 1  # positive, never zero, at most 127 bits
