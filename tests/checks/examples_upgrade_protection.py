"""Examples: Extended Protection's prerequisites, and keys that can be saved."""

from kit.certificates import made
from kit.changes import both, drop, partial, put, remove, unanswered
from kit.examples import Examples

ANYWHERE = "Get-OutlookAnywhere"
KEYS = {
    one: f"windows {one}: Get-ItemProperty -Path 'HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v1[5]'"
    for one in ("ex05", "ex06")
}
LSA, DOTNET = {"PSPath": r"Control\Lsa"}, {"PSPath": r"Microsoft\.NETFramework\v4.0.30319"}
SUPPRESSED = "Select-Object -Property SuppressExtendedProtection"
CERTIFICATES = "Get-ExchangeCertificate -Server ex05"
MAIL = {"Services": "IIS"}
PUBLIC, EX01 = "tls mail.contoso.com:443", "tls ex01.contoso.local:443"

EXAMPLES = {
    "upgrade.protection-on-server": Examples(
        subject="ex05",
        failing={
            "TLS ends before the server": put(ANYWHERE, r"EX05\Rpc (Default", SSLOffloading=True),
            "NTLMv1": put(KEYS["ex05"], LSA, LmCompatibilityLevel=2),
            "suppressed": put(SUPPRESSED, SuppressExtendedProtection=1),
        },
        undetermined={
            "offloading was not sent": drop(ANYWHERE, "SSLOffloading"),
            "the level was not sent": drop(KEYS["ex05"], "LmCompatibilityLevel", where=LSA),
            "no number": put(KEYS["ex05"], LSA, LmCompatibilityLevel="high"),
            "the key did not come": remove(KEYS["ex05"], LSA),
            "nobody answered": unanswered(KEYS["ex05"]),
        },
        passing={"nothing is set, which is NTLMv2": put(KEYS["ex05"], LSA, LmCompatibilityLevel=None)},
        says=("SSLOffloading is True", "NTLMv1", "it is set"),
    ),
    "upgrade.protection-same-tls": Examples(
        subject="Contoso",
        failing={"one server differs": put(KEYS["ex06"], DOTNET, SystemDefaultTlsVersions=0)},
        undetermined={
            "not sent": drop(KEYS["ex06"], "SystemDefaultTlsVersions"),
            "one server did not answer": unanswered(KEYS["ex06"]),
            "came with an error": partial(KEYS["ex06"]),
        },
        says=("EX06: ", "ex06: "),
    ),
    "upgrade.protection-same-certificate": Examples(
        subject="mail.contoso.com",
        failing={"the load balancer has another one": put(PUBLIC, Chain=(made("mail.contoso.com"),))},
        undetermined={
            "the name does not answer": unanswered(PUBLIC),
            "a server behind it does not answer": unanswered(EX01),
            "no certificate was served": drop(EX01, "Chain"),
        },
        says=("mail.contoso.com shows",),
    ),
    "upgrade.keys-exportable": Examples(
        subject="ex05",
        failing={"not": put(CERTIFICATES, MAIL, PrivateKeyExportable=False)},
        undetermined={
            "not sent": drop(CERTIFICATES, "PrivateKeyExportable"),
            "services were not sent": drop(CERTIFICATES, "Services"),
            "came with an error": both(partial(CERTIFICATES)),
        },
        says=("its key cannot be exported",),
    ),
}
