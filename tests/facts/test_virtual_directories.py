"""Virtual directories and the client access service."""

from typing import TypeVar

import pytest

from kit.forms import EX01, Case, Row, asked, enum, rich, same_through_both, unsent_is_unknown
from muster.facts.web.client_access import ClientAccessServices
from muster.facts.web.virtual_directories import (
    EwsDirectories,
    MapiDirectories,
    OutlookAnywheres,
    OwaDirectories,
    PowerShellDirectories,
    VirtualDirectories,
)
from muster.model import Fact, FactUnavailable, PerServer, Problem, Subject, Value
from muster.resolve import resolve

_DIRECTORY = {"ExtendedProtectionTokenChecking": "Require", "Server": "EX01"}
_URLS = {"InternalUrl": "https://mail.example.com/x", "ExternalUrl": None}
_RICH_DIRECTORY: dict[str, Value] = {
    "ExtendedProtectionTokenChecking": enum(2, "Require", "ExtendedProtectionTokenCheckingMode"),
    "Server": rich("EX01", DistinguishedName="CN=EX01,CN=Servers,CN=X"),
}


def methods(*names: str) -> tuple[Value, ...]:
    return tuple(enum(number, name, "AuthenticationMethod") for number, name in enumerate(names))


F = TypeVar("F", bound=Fact)
CASES: list[Case] = [
    (
        OwaDirectories,
        EX01,
        {
            **_DIRECTORY,
            **_URLS,
            "Identity": r"EX01\owa (Default Web Site)",
            "InternalAuthenticationMethods": ("Basic", "Fba"),
            "ExternalAuthenticationMethods": ("Fba",),
            "InternalDownloadHostName": "download.example.com",
            "ExternalDownloadHostName": "",
        },
        {
            **_RICH_DIRECTORY,
            **_URLS,
            "Identity": rich(r"EX01\owa (Default Web Site)"),
            "InternalAuthenticationMethods": methods("Basic", "Fba"),
            "ExternalAuthenticationMethods": methods("Fba"),
            "InternalDownloadHostName": "download.example.com",
            "ExternalDownloadHostName": None,
        },
        {
            "internal_authentication_methods": frozenset({"Basic", "Fba"}),
            "internal_download_host_name": "download.example.com",
            "external_download_host_name": "",
            "extended_protection_token_checking": "Require",
            "urls": (("InternalUrl", "https://mail.example.com/x"),),
            "front_end": True,
        },
    ),
    (
        EwsDirectories,
        EX01,
        {
            **_DIRECTORY,
            **_URLS,
            "Identity": r"EX01\EWS (Exchange Back End)",
            "InternalAuthenticationMethods": ("Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth"),
            "ExternalAuthenticationMethods": (),
            "MRSProxyEnabled": False,
        },
        {
            **_RICH_DIRECTORY,
            **_URLS,
            "Identity": rich(r"EX01\EWS (Exchange Back End)"),
            "InternalAuthenticationMethods": methods("Ntlm", "WindowsIntegrated", "WSSecurity", "OAuth"),
            "ExternalAuthenticationMethods": (),
            "MRSProxyEnabled": False,
        },
        {"front_end": False, "mrs_proxy_enabled": False, "external_authentication_methods": frozenset()},
    ),
    (
        MapiDirectories,
        EX01,
        {
            **_DIRECTORY,
            **_URLS,
            "Identity": r"EX01\mapi (Default Web Site)",
            "IISAuthenticationMethods": ("Ntlm", "OAuth", "Negotiate"),
            "InternalAuthenticationMethods": ("Ntlm", "OAuth", "Negotiate"),
            "ExternalAuthenticationMethods": ("Ntlm", "OAuth", "Negotiate"),
        },
        {
            **_RICH_DIRECTORY,
            **_URLS,
            "Identity": rich(r"EX01\mapi (Default Web Site)"),
            "IISAuthenticationMethods": methods("Ntlm", "OAuth", "Negotiate"),
            "InternalAuthenticationMethods": methods("Ntlm", "OAuth", "Negotiate"),
            "ExternalAuthenticationMethods": methods("Ntlm", "OAuth", "Negotiate"),
        },
        {"iis_authentication_methods": frozenset({"Ntlm", "OAuth", "Negotiate"})},
    ),
    (
        PowerShellDirectories,
        EX01,
        {
            **_DIRECTORY,
            "InternalUrl": "http://ex01.example.com/powershell",
            "ExternalUrl": "",
            "Identity": r"EX01\PowerShell (Default Web Site)",
            "InternalAuthenticationMethods": (),
            "ExternalAuthenticationMethods": (),
        },
        {
            **_RICH_DIRECTORY,
            "InternalUrl": "http://ex01.example.com/powershell",
            "ExternalUrl": None,
            "Identity": rich(r"EX01\PowerShell (Default Web Site)"),
            "InternalAuthenticationMethods": (),
            "ExternalAuthenticationMethods": (),
        },
        {"client_names": ()},
    ),
    (
        OutlookAnywheres,
        EX01,
        {
            **_DIRECTORY,
            "Identity": r"EX01\Rpc (Default Web Site)",
            "InternalHostname": "Mail.example.com",
            "ExternalHostname": None,
            "InternalClientsRequireSsl": True,
            "ExternalClientsRequireSsl": "True",
            "SSLOffloading": False,
            "IISAuthenticationMethods": ("Ntlm",),
            "InternalClientAuthenticationMethod": "Ntlm",
            "ExternalClientAuthenticationMethod": "Negotiate",
        },
        {
            **_RICH_DIRECTORY,
            "Identity": rich(r"EX01\Rpc (Default Web Site)"),
            "InternalHostname": rich("Mail.example.com", "Hostname"),
            "ExternalHostname": None,
            "InternalClientsRequireSsl": True,
            "ExternalClientsRequireSsl": True,
            "SSLOffloading": False,
            "IISAuthenticationMethods": methods("Ntlm"),
            "InternalClientAuthenticationMethod": enum(3, "Ntlm"),
            "ExternalClientAuthenticationMethod": enum(5, "Negotiate"),
        },
        {"client_names": (("InternalHostname", "mail.example.com"),), "ssl_offloading": False},
    ),
    (
        ClientAccessServices,
        EX01,
        {"Identity": "EX01", "AutoDiscoverServiceInternalUri": "https://autodiscover.example.com/a.xml"},
        {"Identity": rich("EX01"), "AutoDiscoverServiceInternalUri": "https://autodiscover.example.com/a.xml"},
        {"auto_discover_service_internal_uri": "https://autodiscover.example.com/a.xml"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_a_fact_is_the_same_through_partial_and_full(case: Case) -> None:
    same_through_both(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_what_was_not_sent_is_unknown_and_never_a_default(case: Case) -> None:
    unsent_is_unknown(case)


def test_a_row_of_another_server_is_not_this_server_s() -> None:
    theirs = {"Identity": "EX02", "AutoDiscoverServiceInternalUri": "https://x.example.com/a.xml"}
    with pytest.raises(FactUnavailable, match="none of this subject"):
        resolve(ClientAccessServices, EX01, asked(ClientAccessServices, EX01, theirs))


def test_a_blank_extended_protection_is_no_value() -> None:
    row: dict[str, Value] = {**CASES[0][2], "ExtendedProtectionTokenChecking": None}
    (directory,) = resolve(OwaDirectories, EX01, asked(OwaDirectories, EX01, row)).fact
    with pytest.raises(FactUnavailable, match="no readable form"):
        _ = directory.extended_protection_token_checking


class Had:
    """Facts of which only some could be had."""

    def __init__(self, *known: tuple[type[Fact], Row]) -> None:
        self.rows = dict(known)

    def get(self, fact: type[F], subject: Subject) -> F:
        if fact not in self.rows:
            raise FactUnavailable(subject.name, fact.__name__, Problem("not captured", "it was not captured"))
        return resolve(fact, subject, asked(fact, subject, self.rows[fact])).fact

    def per_server(self, fact: type[F], members: tuple[Subject, ...]) -> PerServer[F]:
        raise NotImplementedError


def test_a_kind_that_could_not_be_had_takes_no_other_with_it() -> None:
    had = VirtualDirectories.gathered(Had((OwaDirectories, CASES[0][2])), EX01)
    (owa,) = had.of("OWA")
    assert owa.identity == r"EX01\owa (Default Web Site)"
    with pytest.raises(FactUnavailable, match="not captured"):
        had.of("ECP")


def test_extended_protection_is_off_only_when_every_kind_says_so() -> None:
    off: Row = {**CASES[0][2], "ExtendedProtectionTokenChecking": "None"}
    with pytest.raises(FactUnavailable, match="not captured"):
        VirtualDirectories.gathered(Had((OwaDirectories, off)), EX01).extended_protection_in_use()
    assert VirtualDirectories.gathered(Had((OwaDirectories, CASES[0][2])), EX01).extended_protection_in_use()


def test_the_back_end_is_not_what_clients_connect_to() -> None:
    had = VirtualDirectories.gathered(Had((EwsDirectories, CASES[1][2])), EX01)
    with pytest.raises(FactUnavailable, match="no EWS directory of a front end"):
        had.of("EWS")
