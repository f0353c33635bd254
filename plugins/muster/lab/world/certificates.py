"""Which certificates are installed where, and which are served on which port."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from muster.lab.certificates import Authority, Certificate, CertificateOrder
from muster.lab.rows import Row
from muster.lab.shapes import load_shapes
from muster.lab.world.plans import Plans, ServerPlan


@dataclass(frozen=True, slots=True)
class Installed:
    """A certificate in one server's store: under which key it is planned, and what Exchange uses it for."""

    key: str
    server: str
    certificate: Certificate
    services: str
    friendly_name: str
    serves: frozenset[int]


@dataclass(frozen=True, slots=True)
class CertificateStore:
    """Every server's certificates."""

    installed: tuple[Installed, ...]
    thumbprints: Mapping[str, str]
    issued: Mapping[str, Certificate]

    def served(self, server: str, port: int) -> Certificate | None:
        """What a server serves on a logical port."""
        mine = (one for one in self.installed if one.server == server and port in one.serves)
        return next((one.certificate for one in mine), None)


def install_certificates(plans: Plans, authority: Authority) -> CertificateStore:
    """Issue every planned certificate. One that ``replaces`` another takes its place on its servers."""
    written: Mapping[str, Mapping[str, Any]] = plans.written["certificates"]
    installed: dict[tuple[str, str], Installed] = {}
    thumbprints: dict[str, str] = {}
    issued: dict[str, Certificate] = {}
    cache: dict[CertificateOrder, Certificate] = {}
    for key, entry in written.items():
        entry = _like(written, entry)  # noqa: PLW2901 - the same entry, completed
        for name in entry["installed"]:
            server = plans.server(name)
            order = _order(entry, server)
            certificate = cache.get(order) or cache.setdefault(order, authority.issue(order))
            issued.setdefault(key, certificate)
            thumbprints.setdefault(key, certificate.thumbprint)
            installed.pop((entry.get("replaces", ""), server.name), None)
            installed[key, server.name] = Installed(
                key,
                server.name,
                certificate,
                entry.get("services", "None"),
                entry.get("friendly_name", key),
                frozenset(entry.get("serves", ())),
            )
    return CertificateStore(tuple(installed.values()), thumbprints, issued)


def certificate_rows(store: CertificateStore) -> list[Row]:
    """What Get-ExchangeCertificate prints of them."""
    return [_row(one) for one in store.installed]


def connector_name(certificate: Certificate) -> str:
    """``TlsCertificateName`` of a connector that uses the certificate."""
    return f"<I>{certificate.issuer}<S>{certificate.subject}"


def _like(written: Mapping[str, Mapping[str, Any]], entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**written[entry["like"]], **entry} if "like" in entry else entry


def _order(entry: Mapping[str, Any], server: ServerPlan) -> CertificateOrder:
    def fill(text: str) -> str:
        return text.format(name=server.name.casefold(), NAME=server.name, fqdn=server.fqdn)

    return CertificateOrder(
        subject=fill(entry["subject"]),
        names=tuple(fill(name) for name in entry.get("names", ())),
        valid_from=entry.get("valid_from", -65),
        valid_to=entry.get("valid_to", 300),
        self_signed=entry.get("self_signed", False),
    )


def _row(one: Installed) -> Row:
    certificate = one.certificate
    row = Row(load_shapes()["Get-ExchangeCertificate"], server=one.server)
    expired = certificate.not_after < datetime.now(UTC)
    row.set(
        {
            "AccessRules": ["System.Security.AccessControl.CryptoKeyAccessRule"] * 3,
            "CertificateDomains": list(certificate.names),
            "IsSelfSigned": certificate.self_signed,
            "Issuer": certificate.issuer,
            "NotAfter": certificate.not_after,
            "NotBefore": certificate.not_before,
            "PublicKeySize": certificate.key_bits,
            "RootCAType": "None" if certificate.self_signed else "Enterprise",
            "SerialNumber": certificate.serial_number,
            "Services": one.services,
            "Status": "DateInvalid" if expired else "Valid",
            "Subject": certificate.subject,
            "SubjectName": certificate.subject,
            "Thumbprint": certificate.thumbprint,
            "FriendlyName": one.friendly_name,
            "RawData": certificate.der,
            "Identity": f"{one.server}\\{certificate.thumbprint}",
        }
    )
    return row
