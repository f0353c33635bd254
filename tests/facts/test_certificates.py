"""Certificates in their three shapes, and the time they are judged at."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kit.facts import NOON, SRV1, item, member, read
from muster.facts.certificates import ExchangeCertificate, ExchangeCertificates
from muster.model import ExchangeCmdlet, FactUnavailable, Object, Value

ASKED = ExchangeCmdlet("Get-ExchangeCertificate", Server="SRV1", about="SRV1")
TYPE = "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeCertificate"
BLOB = b"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01"


def der(common_name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    names = x509.SubjectAlternativeName([x509.DNSName(common_name), x509.DNSName("*.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example CA")]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOON - timedelta(days=30))
        .not_valid_after(NOON + timedelta(days=60))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


DER = der("mail.example.com")
THUMBPRINT = x509.load_der_x509_certificate(DER).fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - as printed


def shown(services: Value, **more: Value) -> Object:
    return item(
        TYPE,
        "[Subject]…",
        Thumbprint=THUMBPRINT,
        RawData=DER,
        Services=services,
        Status=more.pop("Status", "Valid"),
        RootCAType=more.pop("RootCAType", "ThirdParty"),
        HasPrivateKey=True,
        **more,
    )


def only(sent: Object) -> ExchangeCertificate:
    (found,) = read(ExchangeCertificates, SRV1, (ASKED, (sent,)))
    return found


def test_both_levels_read_the_same() -> None:
    partial = only(shown("IIS, SMTP", NotAfter="16.03.2026 12:00:00"))
    rich = only(
        shown(
            member("AllowedServices", 12, "IIS, SMTP"),
            Status=member("CertificateStatus", 1, "Valid"),
            RootCAType=member("CertificateAuthorityType", 3, "ThirdParty"),
            NotAfter=datetime(2026, 3, 16, 12, tzinfo=UTC),
        )
    )
    assert partial == rich
    assert (rich.services, rich.status, rich.root_ca_type) == (frozenset({"IIS", "SMTP"}), "Valid", "ThirdParty")
    assert (rich.not_after, rich.key_kind, rich.key_bits) == (NOON + timedelta(days=60), "EC", 256)
    assert (rich.signature_hash, rich.self_signed) == ("sha256", False)
    assert rich.covers("MAIL.example.com")
    assert rich.covers("owa.example.org")
    assert not rich.covers("example.com")
    assert rich.identity == f"CN=mail.example.com {THUMBPRINT}"


def test_raw_data_alone_gives_what_the_certificate_says_and_nothing_else() -> None:
    found = only(item(TYPE, "[Subject]…", RawData=DER, SerializationData=BLOB))
    assert (found.thumbprint, found.not_after) == (THUMBPRINT, NOON + timedelta(days=60))
    for field in ("services", "status", "root_ca_type", "has_private_key"):
        with pytest.raises(FactUnavailable, match="not in a readable form") as missing:
            getattr(found, field)
        assert missing.value.problem.kind == "not readable"
        assert "no readable form" in str(missing.value)


def test_text_alone_gives_what_every_culture_prints_alike() -> None:
    printed = (
        f"[Subject]\r\n  CN=mail.example.com\r\n\r\n[Issuer]\r\n  CN=Example CA\r\n\r\n[Not After]\r\n  16.03.2026"
        f"\r\n\r\n[Thumbprint]\r\n  {THUMBPRINT}\r\n\r\n"
    )
    found = only(item("System.String", printed))
    assert (found.subject, found.issuer, found.thumbprint) == ("CN=mail.example.com", "CN=Example CA", THUMBPRINT)
    with pytest.raises(FactUnavailable, match="NotAfter was not sent"):
        _ = found.not_after
    with pytest.raises(FactUnavailable, match="not in a readable form"):
        _ = found.services


def test_properties_without_the_der_give_dates_only_as_times() -> None:
    properties: dict[str, Value] = {
        "Thumbprint": THUMBPRINT,
        "CertificateDomains": ("mail.example.com",),
        "Services": "None",
    }
    found = only(Object(TYPE, None, {**properties, "NotAfter": "16.03.2026 12:00:00", "NotBefore": NOON}))
    assert (found.names, found.services, found.not_before) == (("mail.example.com",), frozenset(), NOON)
    with pytest.raises(FactUnavailable, match="NotAfter came in no readable form"):
        _ = found.not_after
    with pytest.raises(FactUnavailable, match="KeyBits was not sent"):
        _ = found.key_bits


def test_broken_der_is_not_believed() -> None:
    found = only(item(TYPE, None, RawData=DER[:100], Services="IIS"))
    assert found.services == frozenset({"IIS"})
    with pytest.raises(FactUnavailable):
        _ = found.not_after


def test_by_service_and_by_thumbprint() -> None:
    other = item(TYPE, None, RawData=der("other.example.com"), Services="None")
    found = read(ExchangeCertificates, SRV1, (ASKED, (other, shown("IIS, SMTP"))))
    assert [row.subject for row in found.bound_to("SMTP")] == ["CN=mail.example.com"]
    assert found.bound_to("POP") == ()
    assert found.with_thumbprint(THUMBPRINT.lower()) is found.rows[1]
    assert found.with_thumbprint("00" * 20) is None


def test_the_time_of_the_observation_is_the_time_of_judgement() -> None:
    answered = (ASKED, (shown("IIS"),))
    assert read(ExchangeCertificates, SRV1, answered, taken=NOON).taken == NOON
    timeless = read(ExchangeCertificates, SRV1, answered, taken=None)
    with pytest.raises(FactUnavailable, match="--at") as missing:
        _ = timeless.taken
    assert missing.value.problem.kind == "no time"
    assert timeless == read(ExchangeCertificates, SRV1, answered, taken=NOON)
