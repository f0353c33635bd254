"""Registry values that TLS and long connections hang on, as an organisation in order has them."""

from muster.lab.world.windows import Registry

_PROTOCOLS = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\"
_STRONG = {"SchUseStrongCrypto": 1, "SystemDefaultTlsVersions": 1}


def upgrade_registry() -> Registry:
    """The keys that are the same on every server."""
    registry: Registry = {
        f"{_PROTOCOLS}TLS {version}\\{side}": {"Enabled": on, "DisabledByDefault": 1 - on}
        for version, on in (("1.0", 0), ("1.1", 0), ("1.2", 1))
        for side in ("Client", "Server")
    }
    for bits in ("", "Wow6432Node\\"):
        for version in ("v2.0.50727", "v4.0.30319"):
            registry[f"HKLM:\\SOFTWARE\\{bits}Microsoft\\.NETFramework\\{version}"] = dict(_STRONG)
    registry["HKLM:\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"] = {"KeepAliveTime": 1800000}
    registry["HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\RPC"] = {"MinimumConnectionTimeout": 120}
    return registry
