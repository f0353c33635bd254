"""Before an upgrade: what will break when Setup switches Extended Protection on? And could the server be rebuilt?"""

import pytest
from packaging.version import Version

from muster import Environment, Organization, PerServer, PublicName, Server, Severity, about, control, not_applicable
from muster.catalogue import Catalogue
from muster.facts.certificates import ExchangeCertificates
from muster.facts.hardening import ExtendedProtectionSuppressed
from muster.facts.readiness.channel import NTLM_2, lm_compatibility, tls_settings
from muster.facts.upgrade.registry import ExchangeRegistry
from muster.facts.web.virtual_directories import OutlookAnywheres
from muster.facts.wire import HttpsServed, PublicHttpsServed

pytestmark = [pytest.mark.pre_upgrade, pytest.mark.only_at_gates]

GUIDE = (
    "https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/"
    "exchange-extended-protection"
)
RECOVER = "https://learn.microsoft.com/exchange/high-availability/disaster-recovery/recover-exchange-servers"
SWITCHED_ON_FROM = Version("15.2.1544.4")
"""2019 CU14: from here on Setup switches Extended Protection on, unless it is told /DoNotEnableEP."""


def _must_switch_on(environment: Environment, catalogue: Catalogue) -> None:
    """Does not apply where the target is not declared, or leaves Extended Protection alone."""
    if environment.upgrade.to is None:
        not_applicable("the inventory does not say what is going to be installed (upgrade: to:)")
    product, _, cu = environment.upgrade.to.rpartition(" ")
    found = catalogue.releases_of(product, cu)
    if found and found[0].build < SWITCHED_ON_FROM:
        not_applicable(f"Setup of {environment.upgrade.to} leaves Extended Protection as it is")


@control(
    "upgrade.protection-on-server",
    title="Nothing on the server speaks against Extended Protection, which Setup will switch on",
    severity=Severity.HIGH,
    references=(GUIDE,),
    remediation="Set-OutlookAnywhere -SSLOffloading $false; LmCompatibilityLevel 3 or more (5 is recommended); "
    "remove SuppressExtendedProtection; or start Setup with /DoNotEnableEP and prepare it later.",
    roles={"Mailbox"},
)
def check_protection_on_server(
    server: Server,
    environment: Environment,
    outlook_anywheres: OutlookAnywheres,
    exchange_registry: ExchangeRegistry,
    extended_protection_suppressed: ExtendedProtectionSuppressed,
    catalogue: Catalogue,
) -> None:
    """The login is tied to the TLS channel from then on: where TLS ends earlier, or the login is older than NTLMv2,
    clients are asked for their password again and again.
    """  # noqa: D205 - one sentence
    _must_switch_on(environment, catalogue)
    for directory in outlook_anywheres:
        if directory.front_end:
            with about("Outlook Anywhere"):
                assert not directory.ssl_offloading, "SSLOffloading is True: Outlook will not get in through it"
    with about("LmCompatibilityLevel"):
        level = lm_compatibility(exchange_registry, server.name)
        assert level >= NTLM_2, f"it is {level}: this server logs in with NTLMv1, which is refused then"
    with about("SuppressExtendedProtection"):
        assert not extended_protection_suppressed.suppressed, (
            "it is set: Windows does without Extended Protection while IIS asks for it, and logins fail"
        )


@control(
    "upgrade.protection-same-tls",
    title="All servers have the same TLS settings, as Extended Protection needs",
    severity=Severity.HIGH,
    references=(GUIDE,),
    remediation="Bring SCHANNEL's protocols and .NET's SystemDefaultTlsVersions and SchUseStrongCrypto to the same "
    "values on every server, and restart them one by one.",
)
def check_protection_same_tls(
    organization: Organization,
    environment: Environment,
    registry_of_members: PerServer[ExchangeRegistry],
    catalogue: Catalogue,
) -> None:
    """A server passes clients on to the others: where the two sides agree on no version, the client sees an error."""
    _must_switch_on(environment, catalogue)
    settings: dict[str, list[tuple[str, str]]] = {}
    found = {member.name: tls_settings(registry) for member, registry in registry_of_members.items()}
    for registry in registry_of_members.values():
        registry.must_be_whole()
    for key in sorted({key for one in found.values() for key in one}):
        settings[key] = [(name, one.get(key, "not set")) for name, one in sorted(found.items())]
    for key, said in settings.items():
        with about(key):
            assert len({value for _, value in said}) == 1, "; ".join(f"{name}: {value}" for name, value in said)
    assert found, "no server"


@control(
    "upgrade.protection-same-certificate",
    title="The public name shows the very certificate of the servers behind it",
    severity=Severity.HIGH,
    references=(GUIDE,),
    remediation="Install the same certificate on the load balancer and in IIS of every server behind it, or let the "
    "load balancer pass TLS through.",
)
def check_protection_same_certificate(
    public_name: PublicName,
    environment: Environment,
    public_https_served: PublicHttpsServed,
    https_of_members: PerServer[HttpsServed],
    catalogue: Catalogue,
) -> None:
    """The channel is told by its certificate: a load balancer that ends TLS and begins it anew with another one looks
    to Extended Protection like somebody in between, and every login through it is refused.
    """  # noqa: D205 - one sentence
    _must_switch_on(environment, catalogue)
    shown = public_https_served.certificate
    for member, served in https_of_members.items():
        with about(member.name):
            assert served.certificate.thumbprint == shown.thumbprint, (
                f"shows {served.certificate.subject} {served.certificate.thumbprint}, {public_name.name} shows "
                f"{shown.subject} {shown.thumbprint}"
            )


@control(
    "upgrade.keys-exportable",
    title="The keys of the server's certificates can be saved",
    severity=Severity.LOW,
    references=(RECOVER,),
    remediation="Keep the certificate's file with its key from where it was issued, or request it anew with "
    "-PrivateKeyExportable $true; Setup /Mode:RecoverServer brings back no certificate.",
    roles={"Mailbox", "Edge"},
)
def check_keys_exportable(server: Server, exchange_certificates: ExchangeCertificates) -> None:
    """Should the server have to be rebuilt, its certificates come from a file, and a key that cannot be exported is
    in none. Self-signed ones are made anew by Setup.
    """  # noqa: D205 - the first sentence is long
    bound = [one for one in exchange_certificates if one.services and not one.self_signed]
    exchange_certificates.must_be_whole()
    if not bound:
        not_applicable("no certificate of an authority is bound to a service")
    for certificate in bound:
        with about(certificate):
            assert certificate.private_key_exportable, (
                f"its key cannot be exported (bound to {', '.join(sorted(certificate.services))})"
            )
