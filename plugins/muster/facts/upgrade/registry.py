r"""Values in a server's registry that somebody set for Exchange, and that Setup or a restored policy may change.

One question has all keys. Of a key that is not there nothing comes, because the last letter of its name is written as
a wildcard that fits nothing else; ``SCHANNEL\Protocols\*\*`` are the sides of the protocols that somebody configured.
"""

from typing import ClassVar

import pytest
from pydantic import Field

from muster.model import Facts, Server, Shape, WindowsCmdlet, command, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text

_EXCHANGE = r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15"
_SYSTEM = r"HKLM:\SYSTEM\CurrentControlSet"
_KEYS = (
    rf"{_EXCHANGE[:-1]}[5]",
    rf"{_EXCHANGE}\Setu[p]",
    rf"{_EXCHANGE}\Diagnostic[s]",
    rf"{_EXCHANGE}\Replay\Parameter[s]",
    rf"{_EXCHANGE}\Search\SystemParameter[s]",
    rf"{_SYSTEM}\Control\SecurityProviders\SCHANNEL\Protocols\*\*",
    r"HKLM:\SOFTWARE\Microsoft\.NETFramework\v4.0.3031[9]",
    r"HKLM:\SOFTWARE\Microsoft\.NETFramework\v2.0.5072[7]",
    r"HKLM:\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.3031[9]",
    r"HKLM:\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.5072[7]",
    rf"{_SYSTEM}\Services\Tcpip\Parameter[s]",
    r"HKLM:\SOFTWARE\Policies\Microsoft\Windows NT\RP[C]",
    rf"{_SYSTEM}\Control\Ls[a]",
    rf"{_SYSTEM}\Control\Lsa\FipsAlgorithmPolic[y]",
)
_VALUES = (
    "MsiInstallPath",
    "DisablePreservation",
    "DisableAsyncNotification",
    "EnableEccCertificateSupport",
    "EnableSerializationDataSigning",
    "DisableBaseTypeCheckForDeserialization",
    "DisableGranularReplication",
    "CtsProcessorAffinityPercentage",
    "Enabled",
    "DisabledByDefault",
    "SchUseStrongCrypto",
    "SystemDefaultTlsVersions",
    "KeepAliveTime",
    "MinimumConnectionTimeout",
    "SuppressExtendedProtection",
    "LmCompatibilityLevel",
)


class RegistryKey(Record):
    """One key with the values that were asked for; ``""`` is what it does not have, numbers are in digits."""

    path: Text = Field(alias="PSPath")
    msi_install_path: Text
    disable_preservation: Text
    disable_async_notification: Text
    enable_ecc_certificate_support: Text
    enable_serialization_data_signing: Text
    disable_base_type_check_for_deserialization: Text
    disable_granular_replication: Text
    cts_processor_affinity_percentage: Text
    enabled: Text
    disabled_by_default: Text
    sch_use_strong_crypto: Text
    system_default_tls_versions: Text
    keep_alive_time: Text
    minimum_connection_timeout: Text
    suppress_extended_protection: Text
    lm_compatibility_level: Text

    @property
    def key(self) -> str:
        r"""The key as a person writes it: ``HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Setup``."""
        return self.path.partition("::")[2].replace("HKEY_LOCAL_MACHINE", "HKLM:", 1)

    @property
    def identity(self) -> str:
        """The key."""
        return self.key


class ExchangeRegistry(Records[RegistryKey]):
    """The keys of one server that Exchange's behaviour, its TLS and its connections hang on."""

    record = RegistryKey
    needs: ClassVar[Needs] = {
        "keys": need(
            WindowsCmdlet("Get-ItemProperty", command("Select-Object", Property=("PSPath", *_VALUES)), Path=_KEYS)
        )
    }
    shape = Shape(identity=("PSPath",))


@pytest.fixture
def exchange_registry(server: Server, facts: Facts) -> ExchangeRegistry:
    """The registry values of one server that an upgrade or a restored policy may change."""
    return facts.get(ExchangeRegistry, server)
