"""What Extended Protection asks of TLS and logins, which Setup switches on by itself from 2019 CU14 on."""

from collections.abc import Mapping

import pytest

from muster.facts.servers import mailbox_servers
from muster.facts.upgrade.registry import ExchangeRegistry
from muster.facts.wire import HttpsServed
from muster.model import Facts, FactUnavailable, PerServer, Problem, Subject

NTLM_2 = 3
"""``LmCompatibilityLevel`` from which on a computer sends NTLMv2 only, which is how Windows comes since 2008."""
_LSA = r"\control\lsa"
_TLS = (r"\securityproviders\schannel\protocols" + "\\", r"\.netframework" + "\\")


def lm_compatibility(registry: ExchangeRegistry, whose: str) -> int:
    """The level that counts on a server; raises ``FactUnavailable`` where the LSA's key did not come."""
    key = next((row for row in registry if row.key.casefold().endswith(_LSA)), None)
    if key is None:
        registry.must_be_whole()
        raise FactUnavailable(whose, "LmCompatibilityLevel", Problem("empty", "the LSA's key did not come"))
    text = key.lm_compatibility_level.strip()
    if text and not text.isdecimal():
        raise FactUnavailable(whose, "LmCompatibilityLevel", Problem("not readable", f"'{text}' is no number"))
    return int(text) if text else NTLM_2


def tls_settings(registry: ExchangeRegistry) -> Mapping[str, str]:
    """Key → the TLS settings of it that somebody made, of SCHANNEL's protocols and of .NET; others count nothing."""
    found: dict[str, str] = {}
    for row in registry:
        key = row.key.casefold()
        if any(part in key for part in _TLS):
            made = {
                "Enabled": row.enabled,
                "DisabledByDefault": row.disabled_by_default,
                "SchUseStrongCrypto": row.sch_use_strong_crypto,
                "SystemDefaultTlsVersions": row.system_default_tls_versions,
            }
            said = ", ".join(f"{name} {value}" for name, value in made.items() if value)
            if said:
                found[row.key] = said
    return found


@pytest.fixture
def registry_of_members(members: tuple[Subject, ...], facts: Facts) -> PerServer[ExchangeRegistry]:
    """The registry values of those members that are Mailbox servers."""
    return facts.per_server(ExchangeRegistry, mailbox_servers(members))


@pytest.fixture
def https_of_members(members: tuple[Subject, ...], facts: Facts) -> PerServer[HttpsServed]:
    """What each Mailbox server behind a public name serves on 443."""
    return facts.per_server(HttpsServed, mailbox_servers(members))
