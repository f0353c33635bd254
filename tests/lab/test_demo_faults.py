"""What is planted comes off the wire, and what is a decoy is there."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import ldap3
import pytest
from cryptography import x509

from muster.lab.addresses import Addresses
from muster.lab.description import load_description
from muster.lab.serving import Running


def exchange(running: Running, client: Any, cmdlet: str, **parameters: Any) -> list[Any]:
    said = client(running, "exchange", "ex04").ask((cmdlet, parameters))
    assert not said.errors
    return list(said.output)


def only(rows: list[Any], **wanted: Any) -> dict[str, Any]:
    (row,) = [
        row.adapted_properties
        for row in rows
        if all(row.adapted_properties[name] == value for name, value in wanted.items())
    ]
    return dict(row)


def texts(value: Any) -> list[str]:
    """A list of strings: pypsrp leaves the XML of a list whose type it does not know."""
    (written,) = value.property_sets
    return [item.text or "" for item in ET.fromstring(written)]


def port_of(addresses: Addresses, name: str, port: int) -> int:
    return next(there for known, logical, _, there in addresses.relocated if (known, logical) == (name, port))


def served(running: Running, name: str, port: int) -> x509.Certificate:
    pem = ssl.get_server_certificate(("127.0.0.1", port_of(running.addresses, name, port)))
    return x509.load_pem_x509_certificate(pem.encode())


def search(running: Running, controller: str, password: str, base: str, query: str, *names: str) -> list[Any]:
    places = running.addresses.places
    place = next(one for one in places if (one.kind, one.name, one.tls) == ("ldap", controller, "tls"))
    tls = ldap3.Tls(validate=ssl.CERT_NONE)  # ldap3 checks names with a function that Python gave up
    server = ldap3.Server("127.0.0.1", port=place.port, use_ssl=True, tls=tls, get_info=ldap3.NONE)
    with ldap3.Connection(server, running.addresses.upn, password) as connection:
        connection.search(base, query, attributes=list(names))
        return [entry for entry in connection.response or [] if entry["type"] == "searchResEntry"]


def test_1_the_file_is_old_the_directory_shows_nothing(demo: Running, client: Any) -> None:
    question = {"ClassName": "CIM_DataFile", "Filter": "FileName='exsetup'", "Property": ["Version"]}
    (file,) = client(demo, "windows", "ex02").ask(("Get-CimInstance", question)).output
    assert file.adapted_properties["Version"] == "15.2.1748.10"
    server = only(exchange(demo, client, "Get-ExchangeServer"), Name="EX02")
    assert server["AdminDisplayVersion"] == "Version 15.2 (Build 1748.10)"


def test_2_and_3_the_directory(demo: Running, client: Any) -> None:
    from_lab = client(demo, "exchange", "ex01").password
    meso = "(objectClass=msExchSystemObjectsContainer)"
    (entry,) = search(demo, "dc3", from_lab, "DC=emea,DC=contoso,DC=local", meso, "objectVersion")
    assert entry["attributes"]["objectVersion"] == ["13242"]
    versions = {}
    for controller in ("dc1", "dc2", "dc3"):
        base = "CN=Schema,CN=Configuration,DC=contoso,DC=local"
        (found,) = search(demo, controller, from_lab, base, "(cn=ms-Exch-Schema-Version-Pt)", "rangeUpper")
        versions[controller] = found["attributes"]["rangeUpper"]
    assert versions == {"dc1": ["17003"], "dc2": ["17002"], "dc3": ["17003"]}


def test_4_to_9_client_access(demo: Running, client: Any) -> None:
    ews = only(exchange(demo, client, "Get-WebServicesVirtualDirectory", ADPropertiesOnly=True), Server="EX03")
    assert ews["ExternalUrl"] == "https://ex03.contoso.local/EWS/Exchange.asmx"
    access = only(exchange(demo, client, "Get-ClientAccessService"), Name="EX04")
    assert access["AutoDiscoverServiceInternalUri"].startswith("https://ex04.contoso.local/")
    ecp = only(exchange(demo, client, "Get-EcpVirtualDirectory", ADPropertiesOnly=True), Server="EX01")
    assert texts(ecp["InternalAuthenticationMethods"]) == ["Ntlm"]
    mapi = only(exchange(demo, client, "Get-MapiVirtualDirectory", ADPropertiesOnly=True), Server="EX02")
    assert "OAuth" not in texts(mapi["IISAuthenticationMethods"])
    anywhere = only(exchange(demo, client, "Get-OutlookAnywhere", ADPropertiesOnly=True), Server="EX03")
    assert (anywhere["SSLOffloading"], anywhere["ExtendedProtectionTokenChecking"]) == (True, "Require")
    oab = {
        row.adapted_properties["Server"]: row.adapted_properties["ExtendedProtectionTokenChecking"]
        for row in exchange(demo, client, "Get-OabVirtualDirectory", ADPropertiesOnly=True)
    }
    assert oab.pop("EX01") == "None"
    assert set(oab.values()) == {"Require"}


def test_10_and_11_connectors(demo: Running, client: Any) -> None:
    connectors = exchange(demo, client, "Get-ReceiveConnector")
    scanner = only(connectors, Name="Scanner Relay")
    assert texts(scanner["RemoteIPRanges"]) == ["0.0.0.0-255.255.255.255"]
    app = only(connectors, Name="App")
    assert (app["TransportRole"], texts(app["Bindings"])) == ("HubTransport", ["0.0.0.0:25"])


def test_12_no_tls_offered_in_word_and_deed(demo: Running, clean: Running, client: Any) -> None:
    connector = only(exchange(demo, client, "Get-ReceiveConnector"), Name="Default Frontend EX04")
    assert "Tls" not in connector["AuthMechanism"]
    offers = {}
    for running, name in ((demo, "ex04.contoso.local"), (clean, "ex04.contoso.local"), (demo, "ex03.contoso.local")):
        with smtplib.SMTP("127.0.0.1", port_of(running.addresses, name, 25), timeout=10) as smtp:
            smtp.ehlo()
            offers[running is demo, name] = smtp.has_extn("starttls")
            assert smtp.esmtp_features["size"] == "36700160"
    assert list(offers.values()) == [False, True, True]


def test_13_and_14_the_way_out(demo: Running, client: Any) -> None:
    outbound = only(exchange(demo, client, "Get-SendConnector"), Name="Outbound")
    assert texts(outbound["SourceTransportServers"]) == ["EX01"]
    assert (outbound["RequireTLS"], outbound["TlsDomain"]) == (False, None)
    assert outbound["MaxMessageSize"] == "10 MB (10,485,760 bytes)"


def test_15_certificates_in_exchange_and_on_the_wire(demo: Running, client: Any) -> None:
    now = datetime.now(UTC)
    assert served(demo, "ex02.contoso.local", 443).not_valid_after_utc < now
    stored = exchange(demo, client, "Get-ExchangeCertificate", Server="EX02")
    expired = only(stored, Status="DateInvalid")
    assert expired["Services"] == "IMAP, POP, IIS, SMTP"
    der = x509.load_der_x509_certificate(expired["RawData"])
    assert der.not_valid_after_utc == served(demo, "ex02.contoso.local", 443).not_valid_after_utc
    renewed = {row.adapted_properties["RawData"] for row in exchange(demo, client, "Get-ExchangeCertificate")}
    shown = served(demo, "ex04.contoso.local", 443)
    assert shown == served(demo, "ex03.contoso.local", 443)
    assert all(x509.load_der_x509_certificate(raw) != shown for raw in renewed)


def test_16_the_auth_certificate(demo: Running, client: Any) -> None:
    (config,) = exchange(demo, client, "Get-AuthConfig")
    current = config.adapted_properties["CurrentCertificateThumbprint"]
    assert config.adapted_properties["NextCertificateThumbprint"] == ""
    holders = {
        server
        for server in ("EX01", "EX02", "EX03", "EX04", "EX05", "EX06")
        for row in exchange(demo, client, "Get-ExchangeCertificate", Server=server)
        if row.adapted_properties["Thumbprint"] == current
    }
    assert holders == {"EX01", "EX02", "EX03", "EX04", "EX05"}


def test_17_a_component_held_by_a_second_requester(demo: Running, client: Any) -> None:
    component = only(exchange(demo, client, "Get-ServerComponentState", Identity="EX03"), Component="HubTransport")
    assert component["State"] == "Inactive"
    assert texts(component["RemoteStates"]) == [
        "Requestor:Functional; State:Inactive; Timestamp:9/2/2025 4:11:09 AM",
        "Requestor:Maintenance; State:Active; Timestamp:9/2/2025 6:40:51 AM",
    ]


def test_18_and_19_availability(demo: Running, client: Any) -> None:
    mailbox = only(exchange(demo, client, "Get-MailboxServer"), Name="EX01")
    assert mailbox["DatabaseCopyAutoActivationPolicy"] == "Blocked"
    assert mailbox["DatabaseCopyActivationDisabledAndMoveNow"] is True
    copy = only(exchange(demo, client, "Get-MailboxDatabaseCopyStatus", Server="EX04"), DatabaseName="DB02")
    assert (copy["Identity"], copy["Status"], copy["CopyQueueLength"]) == ("DB02\\EX04", "FailedAndSuspended", 8417)
    copies = exchange(demo, client, "Get-MailboxDatabaseCopyStatus", Identity="DB01")
    mounted = only(copies, Status="Mounted")
    assert (mounted["MailboxServer"], mounted["ActivationPreference"]) == ("EX03", 3)
    checks = exchange(demo, client, "Test-ReplicationHealth", Identity="EX04")
    assert only(checks, Check="DBCopySuspended")["Result"] == "*FAILED*"


def test_20_services_and_what_exchange_says_of_them(demo: Running, client: Any) -> None:
    question = {"ClassName": "Win32_Service", "Filter": "StartMode='Disabled' AND Name LIKE 'MSExchange%'"}
    services = client(demo, "windows", "ex05").ask(("Get-CimInstance", question)).output
    names = {"MSExchangeTransportLogSearch", "MSExchangeFrontEndTransport"}
    assert {row.adapted_properties["Name"] for row in services} == names
    health = only(exchange(demo, client, "Test-ServiceHealth", Server="EX05"), Role="Hub Transport Server Role")
    assert health["RequiredServicesRunning"] is False
    assert texts(health["ServicesNotRunning"]) == ["MSExchangeTransportLogSearch"]


def test_extras(demo: Running, client: Any) -> None:
    with smtplib.SMTP("127.0.0.1", port_of(demo.addresses, "mx.contoso.com", 25), timeout=10) as smtp:
        smtp.starttls(context=ssl._create_unverified_context())  # noqa: S323 - looked at, not trusted
        assert isinstance(smtp.sock, ssl.SSLSocket)
        shown = x509.load_der_x509_certificate(smtp.sock.getpeercert(binary_form=True) or b"")
    assert shown.issuer == shown.subject
    wildcard = only(exchange(demo, client, "Get-AcceptedDomain"), DomainName="*")
    assert wildcard["DomainType"] == "InternalRelay"


def test_decoys(clean: Running, client: Any) -> None:
    powershell = exchange(clean, client, "Get-PowerShellVirtualDirectory", ADPropertiesOnly=True)
    assert only(powershell, Server="EX01")["InternalUrl"] == "http://ex01.contoso.local/powershell"
    autodiscover = exchange(clean, client, "Get-AutodiscoverVirtualDirectory", ADPropertiesOnly=True)
    assert only(autodiscover, Server="EX01")["InternalUrl"] is None
    ews = only(exchange(clean, client, "Get-WebServicesVirtualDirectory", ADPropertiesOnly=True), Server="EX01")
    assert "WSSecurity" in texts(ews["InternalAuthenticationMethods"])
    components = exchange(clean, client, "Get-ServerComponentState", Identity="EX01")
    inactive = {
        row.adapted_properties["Component"] for row in components if row.adapted_properties["State"] != "Active"
    }
    assert inactive == {"ForwardSyncDaemon", "ProvisioningRps"}
    question = {"ClassName": "Win32_Service", "Filter": "Name='MSExchangePop3' OR Name='MSExchangeImap4'"}
    services = client(clean, "windows", "ex02").ask(("Get-CimInstance", question)).output
    assert {row.adapted_properties["StartMode"] for row in services} == {"Manual"}
    back_end = served(clean, "ex01.contoso.local", 444)
    assert back_end.issuer == back_end.subject
    bindings = {
        row.adapted_properties["Name"]: row.adapted_properties["TransportRole"]
        for row in exchange(clean, client, "Get-ReceiveConnector", Server="EX06")
        if "0.0.0.0:25" in texts(row.adapted_properties["Bindings"])
    }
    assert bindings == {"Default Frontend EX06": "FrontendTransport", "App": "FrontendTransport"}


def test_a_restricted_account_sees_no_receive_connector(play: Callable[..., Any], client: Any) -> None:
    with play(load_description("demo-restricted")) as running:
        assert exchange(running, client, "Get-ReceiveConnector") == []
        assert exchange(running, client, "Get-SendConnector")
        password = client(running, "exchange", "ex01").password
        base = "CN=Configuration,DC=contoso,DC=local"
        assert search(running, "dc1", password, base, "(objectClass=msExchSmtpReceiveConnector)", "cn") == []
        assert len(search(running, "dc1", password, base, "(objectClass=msExchExchangeServer)", "cn")) == 7


@pytest.mark.parametrize("name", ["demo", "demo-clean", "demo-restricted"])
def test_what_is_expected_is_planted(name: str) -> None:
    description = load_description(name)
    assert {entry.fault for entry in description.expected} == set(description.patches)
