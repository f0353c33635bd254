"""The registry of a server: keys that are there, and values that are not."""

from kit.played import played
from muster.facts.upgrade.registry import ExchangeRegistry
from muster.model import WindowsCmdlet
from muster.resolve import book_of, resolve
from muster.transport.readonly.allowed import refusal

_V15 = r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15"


def registry(name: str) -> ExchangeRegistry:
    one = played("demo-clean", more=True).partial
    server = next(server for server in one.environment.servers if server.name == name)
    return resolve(ExchangeRegistry, server, book_of(one.observations)).fact


def test_values_are_known_by_key() -> None:
    keys = {row.key: row for row in registry("ex01")}
    assert keys[rf"{_V15}\Diagnostics"].enable_ecc_certificate_support == "1"
    tls = r"HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server"
    assert (keys[tls].enabled, keys[tls].disabled_by_default) == ("0", "1")
    assert keys[rf"{_V15}\Setup"].disable_preservation == ""
    assert keys[rf"{_V15}\Setup"].msi_install_path.endswith("V15\\")
    assert keys[r"HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"].keep_alive_time == "900000"


def test_a_key_that_is_not_there_is_no_shortfall() -> None:
    found = registry("ex02")
    assert rf"{_V15}\Diagnostics" not in {row.key for row in found}
    found.must_be_whole()


def test_other_keys_are_refused() -> None:
    assert refusal(WindowsCmdlet("Get-ItemProperty", Path=(r"HKLM:\SECURITY\*",), server="EX01"))
    assert refusal(WindowsCmdlet("Get-ItemProperty", Path=(rf"{_V15}\*",), server="EX01"))
