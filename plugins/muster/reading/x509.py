"""Certificates read from their DER, and from nothing else: no culture, no store, no trust decision."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtensionOID, NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says about itself.

    ``names`` are the DNS names and addresses of the subject alternative name, then the common name, each once and
    as written; ``subject`` and ``issuer`` are RFC 4514 text. Times are aware and in UTC. ``thumbprint`` is the
    SHA-1 in upper case hexadecimal, as Exchange prints it. ``key_bits`` is 0 and ``signature_hash`` ``""`` where
    the algorithm has none. ``self_signed`` says that issuer and subject are the same name.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    thumbprint: str
    key_kind: str
    key_bits: int
    signature_hash: str
    self_signed: bool

    def covers(self, name: str) -> bool:
        """Whether a client that asks for ``name`` accepts one of the names: a wildcard stands for one label."""
        return any(name_matches(pattern, name) for pattern in self.names)

    def valid_at(self, moment: datetime) -> bool:
        """Whether ``moment`` (aware) lies in the certificate's life, both ends included."""
        return self.not_before <= moment <= self.not_after


def read_certificate(der: bytes) -> Certificate:
    """Read one certificate; raises ``ValueError`` for bytes that are none."""
    found = x509.load_der_x509_certificate(der)
    kind, bits = _key(found)
    algorithm = found.signature_hash_algorithm
    return Certificate(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        names=tuple(dict.fromkeys([*_alternative_names(found), *_common_names(found)])),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        thumbprint=found.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - the identifier Exchange prints
        key_kind=kind,
        key_bits=bits,
        signature_hash=algorithm.name if algorithm else "",
        self_signed=found.issuer == found.subject,
    )


def _alternative_names(found: x509.Certificate) -> Iterable[str]:
    try:
        extension = found.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except x509.ExtensionNotFound:
        return ()
    names = extension.value
    if not isinstance(names, x509.SubjectAlternativeName):
        raise TypeError("the subject alternative name is of another kind")
    addresses = (str(address) for address in names.get_values_for_type(x509.IPAddress))
    return (*names.get_values_for_type(x509.DNSName), *addresses)


def _common_names(found: x509.Certificate) -> Iterable[str]:
    return (str(part.value) for part in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME))


def _key(found: x509.Certificate) -> tuple[str, int]:
    key = found.public_key()
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size
        case ec.EllipticCurvePublicKey():
            return "EC", key.key_size
        case dsa.DSAPublicKey():
            return "DSA", key.key_size
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256
        case ed448.Ed448PublicKey():
            return "Ed448", 456
        case _:
            return type(key).__name__, 0


def name_matches(pattern: str, name: str) -> bool:
    """RFC 6125: without regard to case; ``*`` is the whole leftmost label and never an address or a lone label."""
    wanted, given = name.casefold().rstrip("."), pattern.casefold().rstrip(".")
    if wanted == given:
        return bool(wanted)
    if not given.startswith("*.") or _is_address(wanted):
        return False
    first, _, rest = wanted.partition(".")
    return bool(first) and "." in rest and rest == given[2:]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_NOT_IN_QUOTES = re.compile(r'(?<!\\),(?=(?:[^"]*"[^"]*")*[^"]*$)')
_ISSUER_SUBJECT = re.compile(r"<I>(?P<issuer>.*?)<S>(?P<subject>.*)", re.DOTALL)


def same_distinguished_name(one: str, other: str) -> bool:
    """Whether two texts name the same subject: RFC 4514 or as Windows prints it, in whatever order."""
    return _name_parts(one) == _name_parts(other)


def _name_parts(text: str) -> list[str]:
    parts = (part.strip().replace('"', "").replace("\\", "").casefold() for part in _NOT_IN_QUOTES.split(text))
    return sorted("st=" + part[2:] if part.startswith("s=") else part for part in parts if part)


def issuer_and_subject(text: str) -> tuple[str, str]:
    """The two names of ``<I>issuer<S>subject``, as a connector names its certificate; raises ``ValueError``."""
    found = _ISSUER_SUBJECT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"'{text}' where '<I>issuer<S>subject' was expected")
    return found["issuer"], found["subject"]
