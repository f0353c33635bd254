"""Examples for the checks of virtual directories."""

from kit.certificates import made
from kit.changes import both, copy, drop, partial, put, remove
from kit.examples import Examples

OWA, ECP, EWS = "Get-OwaVirtualDirectory", "Get-EcpVirtualDirectory", "Get-WebServicesVirtualDirectory"
MAPI, OAB, SYNC = "Get-MapiVirtualDirectory", "Get-OabVirtualDirectory", "Get-ActiveSyncVirtualDirectory"
ANYWHERE = "Get-OutlookAnywhere"

EXAMPLES = {
    "virtual-directories.names-in-certificate": Examples(
        "ex02",
        says=("the certificate served on 443 holds",),
        failing={
            "the server's own name": put(OAB, "EX02", InternalUrl="https://ex02.contoso.local/OAB"),
            "a name that was moved": put(ANYWHERE, "EX02", ExternalHostname="outlook.contoso.com"),
            "a URL without a host": put(SYNC, "EX02", ExternalUrl="/Microsoft-Server-ActiveSync"),
            "another certificate": put("tls ex02.contoso.local:443", Chain=(made("webmail.contoso.com"),)),
        },
        undetermined={
            "a URL": drop(SYNC, "ExternalUrl", where="EX02"),
            "a host name": drop(ANYWHERE, "InternalHostname", where="EX02"),
            "a kind that was not shown": remove(MAPI, "EX02"),
            "part of a kind": partial(OAB),
            "no certificate came": drop("tls ex02.contoso.local:443", "Chain"),
        },
    ),
    "virtual-directories.owa-urls-https": Examples(
        "ex04",
        says=("where an https URL was expected",),
        failing={
            "inside": put(OWA, "EX04", InternalUrl="http://mail.contoso.com/owa"),
            "outside": put(OWA, "EX04", ExternalUrl="http://mail.contoso.com/owa"),
        },
        undetermined={
            "a URL": drop(OWA, "InternalUrl", where="EX04"),
            "part of the directories": partial(OWA),
        },
    ),
    "virtual-directories.ews-urls-https": Examples(
        "ex04",
        says=("where an https URL was expected",),
        failing={
            "inside": put(EWS, "EX04", InternalUrl="http://mail.contoso.com/EWS/Exchange.asmx"),
            "outside": put(EWS, "EX04", ExternalUrl="http://mail.contoso.com/EWS/Exchange.asmx"),
        },
        undetermined={
            "a URL": drop(EWS, "ExternalUrl", where="EX04"),
            "part of the directories": partial(EWS),
        },
    ),
    "virtual-directories.urls-https": Examples(
        "ex06",
        says=("where an https URL was expected",),
        failing={
            "the admin center": put(ECP, "EX06", ExternalUrl="http://mail.contoso.com/ecp"),
            "MAPI": put(MAPI, "EX06", InternalUrl="http://mail.contoso.com/mapi"),
            "the address book": put(OAB, "EX06", InternalUrl="http://mail.contoso.com/OAB"),
            "ActiveSync": put(SYNC, "EX06", ExternalUrl="http://mail.contoso.com/Microsoft-Server-ActiveSync"),
        },
        undetermined={
            "a URL": drop(OAB, "InternalUrl", where="EX06"),
            "a kind that was not shown": remove(ECP, "EX06"),
            "part of a kind": partial(MAPI),
        },
    ),
    "virtual-directories.internal-urls-set": Examples(
        "ex06",
        says=("InternalUrl is blank",),
        failing={
            "the address book": put(OAB, "EX06", InternalUrl=None),
            "MAPI": put(MAPI, "EX06", InternalUrl=""),
        },
        undetermined={
            "a URL": drop(MAPI, "InternalUrl", where="EX06"),
            "a kind that was not shown": remove(OWA, "EX06"),
        },
    ),
    "virtual-directories.external-names-public": Examples(
        "ex04",
        says=("sends clients to",),
        failing={
            "the server's own name": put(MAPI, "EX04", ExternalUrl="https://ex04.contoso.local/mapi"),
            "a name that nobody declared": put(ANYWHERE, "EX04", ExternalHostname="outlook.contoso.com"),
            "the mail exchanger's": put(OAB, "EX04", ExternalUrl="https://mx.contoso.com/OAB"),
        },
        undetermined={
            "a URL": drop(MAPI, "ExternalUrl", where="EX04"),
            "a host name": drop(ANYWHERE, "ExternalHostname", where="EX04"),
            "part of a kind": partial(OAB),
        },
    ),
    "virtual-directories.owa-ecp-authentication": Examples(
        "ex03",
        says=("ECP authenticates with",),
        failing={
            "Outlook on the web alone was changed": put(
                OWA, "EX03", InternalAuthenticationMethods=("Ntlm", "WindowsIntegrated")
            ),
            "the admin center lacks forms": put(ECP, "EX03", InternalAuthenticationMethods=("Basic",)),
            "the admin center takes more": put(
                ECP, "EX03", InternalAuthenticationMethods=("Basic", "Fba", "WindowsIntegrated")
            ),
        },
        undetermined={
            "Outlook on the web's front end is not shown": remove(OWA, r"EX03\owa (Default Web Site)"),
            "the admin center's front end is not shown": remove(ECP, r"EX03\ecp (Default Web Site)"),
            "the admin center's methods": drop(ECP, "InternalAuthenticationMethods", where="EX03"),
            "Outlook on the web's methods": drop(OWA, "InternalAuthenticationMethods", where="EX03"),
            "part of the directories": partial(OWA),
        },
    ),
    "virtual-directories.mapi-authentication": Examples(
        "ex03",
        says=("where Negotiate and OAuth were expected", "Basic hands the password"),
        failing={
            "no Kerberos": put(MAPI, "EX03", IISAuthenticationMethods=("Ntlm", "OAuth")),
            "no OAuth": put(MAPI, "EX03", IISAuthenticationMethods=("Ntlm", "Negotiate")),
            "Basic": put(MAPI, "EX03", IISAuthenticationMethods=("Basic", "Ntlm", "OAuth", "Negotiate")),
            "nothing": put(MAPI, "EX03", IISAuthenticationMethods=()),
        },
        undetermined={
            "what IIS takes": drop(MAPI, "IISAuthenticationMethods", where="EX03"),
            "part of the directories": partial(MAPI),
        },
    ),
    "virtual-directories.ews-authentication": Examples(
        "ex02",
        says=("where OAuth was expected", "where Windows was expected", "Basic hands the password"),
        failing={
            "no OAuth": put(EWS, "EX02", InternalAuthenticationMethods=("Ntlm", "WindowsIntegrated")),
            "no Windows": put(EWS, "EX02", InternalAuthenticationMethods=("WSSecurity", "OAuth")),
            "Basic": put(EWS, "EX02", InternalAuthenticationMethods=("Basic", "WindowsIntegrated", "OAuth")),
        },
        undetermined={
            "its methods": drop(EWS, "InternalAuthenticationMethods", where="EX02"),
            "part of the directories": partial(EWS),
        },
    ),
    "virtual-directories.mrs-proxy-off": Examples(
        "ex05",
        says=("MRSProxyEnabled is True",),
        failing={"left on": put(EWS, "EX05", MRSProxyEnabled=True)},
        undetermined={"whether it is on": drop(EWS, "MRSProxyEnabled", where="EX05")},
    ),
    "virtual-directories.consistent-in-site": Examples(
        "London",
        says=("differs: ",),
        failing={
            "a URL": put(OAB, "EX04", InternalUrl="https://autodiscover.contoso.com/OAB"),
            "Extended Protection": put(SYNC, "EX06", ExtendedProtectionTokenChecking="None"),
            "offloading": put(ANYWHERE, "EX04", SSLOffloading=True),
            "authentication": put(OWA, "EX06", ExternalAuthenticationMethods=("Fba",)),
            "a default web site hidden behind another": both(
                put(OAB, "EX04", InternalUrl="https://autodiscover.contoso.com/OAB"),
                copy(OAB, "EX04", Identity="EX04\\OAB (Partners)", InternalUrl="https://mail.contoso.com/OAB"),
            ),
        },
        undetermined={
            "a URL of one server": drop(OAB, "InternalUrl", where="EX04"),
            "one server's directory": remove(EWS, "EX06"),
            "part of a kind": partial(ECP),
        },
    ),
}
