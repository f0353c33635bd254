"""IIS and the files of Outlook on the web: what somebody set there, and which folder counts."""

from typing import TypeVar

import pytest

from kit.facts import SRV1, item
from kit.played import played
from muster.facts.upgrade.owa_files import OwaFiles
from muster.facts.upgrade.web_settings import (
    ApplicationPools,
    SitesHsts,
    WebAccesses,
    WebAddressRestrictions,
    WebBindings,
    WebHeaders,
    WebLogs,
    WebRedirects,
    WebRewriteRules,
)
from muster.model import Answer, Fact, WindowsCmdlet
from muster.reading.build_folders import without_build
from muster.resolve import book_of, resolve
from muster.transport.readonly.allowed import refusal

F = TypeVar("F", bound=Fact)
AUTH = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\"


def of(fact: type[F], name: str) -> F:
    one = played("demo-clean", more=True).partial
    server = next(server for server in one.environment.servers if server.name == name)
    return resolve(fact, server, book_of(one.observations)).fact


def test_a_redirect_says_where_it_holds() -> None:
    found = {row.place: (row.enabled, row.destination) for row in of(WebRedirects, "ex01")}
    assert found["Default Web Site"] == ("True", "/owa")
    assert found["Default Web Site/ecp"] == ("False", "")
    assert len(of(WebRedirects, "ex02")) == 0


def test_headers_and_hsts() -> None:
    headers = {(row.place, row.name): row.value for row in of(WebHeaders, "ex01")}
    assert headers["Default Web Site", "Strict-Transport-Security"] == "max-age=31536000"
    assert headers["IIS", "X-Powered-By"] == "ASP.NET"
    (site,) = of(SitesHsts, "ex01")
    assert (site.enabled, site.max_age) == ("True", "31536000")


def test_addresses_rules_access_logs_pools_and_bindings() -> None:
    addresses = {row.identity: (row.ip_address, row.allow_unlisted) for row in of(WebAddressRestrictions, "ex01")}
    assert ("10.20.0.0", "") in addresses.values()
    assert ("", "False") in addresses.values()
    assert {row.type for row in of(WebRewriteRules, "ex01")} == {"", "AbortRequest"}
    assert {row.place: row.ssl_flags for row in of(WebAccesses, "ex01")}["Default Web Site/owa"] == "Ssl,Ssl128"
    assert {row.directory for row in of(WebLogs, "ex01")} == {r"E:\Logs\IIS", r"%SystemDrive%\inetpub\logs\LogFiles"}
    assert "1.05:00:00" in {row.time for row in of(ApplicationPools, "ex01")}
    served = {row.binding_information: row.certificate_hash for row in of(WebBindings, "ex01")}
    assert served["*:443:"] != served["*:444:"]
    assert all(served[there] for there in ("*:443:", "*:444:"))


def test_a_folder_of_a_build_says_nothing() -> None:
    found = of(OwaFiles, "ex01")
    assert r"FrontEnd\HttpProxy\owa\auth\<build>\themes\resources\contoso_logo.png" in {row.file for row in found}
    assert r"FrontEnd\HttpProxy\owa\auth\logon.aspx" in {row.file for row in found}


def test_the_newest_folder_is_served() -> None:
    names = ["15.2.986\\themes\\resources\\logon.css", "15.2.1748\\themes\\resources\\logon.css", "logon.aspx"]
    rows = tuple(item("Selected", Path=f"{AUTH}{name}", Hash=str(place)) for place, name in enumerate(names))
    found = OwaFiles.read(SRV1, {"hashes": Answer(rows)})
    assert [row.hash for row in found.served] == ["1", "2"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\V15\owa\auth\15.2.1748\a.css", (r"C:\V15\owa\auth\<build>\a.css", (15, 2, 1748))),
        (r"C:\V15\owa\auth\15.2.1748.10\a.css", (r"C:\V15\owa\auth\<build>\a.css", (15, 2, 1748, 10))),
        (r"C:\V15\owa\auth\logon.aspx", (r"C:\V15\owa\auth\logon.aspx", ())),
    ],
)
def test_without_build(path: str, expected: tuple[str, tuple[int, ...]]) -> None:
    assert without_build(path) == expected


@pytest.mark.parametrize(
    "asked",
    [
        WindowsCmdlet(
            "Get-WebConfiguration",
            Filter="/system.applicationHost/applicationPools/add/processModel",
            PSPath="MACHINE/WEBROOT/APPHOST",
            server="SRV1",
        ),
        WindowsCmdlet(
            "Get-WebConfiguration", Filter="/system.webServer/httpRedirect", PSPath="IIS:\\", server="SRV1"
        ),
        WindowsCmdlet("Get-FileHash", Path=("C:\\Windows\\*",), Algorithm="SHA256", server="SRV1"),
        WindowsCmdlet("Get-FileHash", Path=(f"{AUTH}..\\*.aspx",), Algorithm="SHA256", server="SRV1"),
    ],
    ids=str,
)
def test_other_places_are_refused(asked: WindowsCmdlet) -> None:
    assert refusal(asked)
