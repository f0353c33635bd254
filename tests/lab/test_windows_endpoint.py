"""A server's Windows endpoint: plain, JEA, and an Edge's."""

from typing import Any

import pytest
import requests
from pypsrp.exceptions import AuthenticationError, WinRMTransportError

from muster.lab.addresses import JEA, JEA_SELECT
from muster.lab.serving import Running

SETUP = r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\Setup"
EXSETUP = r"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin\\ExSetup.exe"
FILE = {"ClassName": "CIM_DataFile", "Filter": f"Name='{EXSETUP}'", "Property": ["Name", "Version"]}
SNAP_IN = "Microsoft.Exchange.Management.PowerShell.E2010"


def test_the_build_by_path_and_file(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex02")
    (path,) = asked.ask(("Get-ItemProperty", {"Path": SETUP, "Name": "MsiInstallPath"})).output
    assert path.extended_properties["MsiInstallPath"] == "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
    (file,) = asked.ask(("Get-CimInstance", FILE)).output
    assert file.adapted_properties["Version"] == "15.2.1748.37"
    assert file.adapted_properties["Manufacturer"] is None  # not chosen: there, and null


def test_the_build_by_the_command(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex05")
    command = ("Get-Command", {"Name": "ExSetup.exe"})
    (info,) = asked.ask(command, ("Select-Object", {"ExpandProperty": "FileVersionInfo"})).output
    assert info.adapted_properties["FileVersion"] == "15.01.2507.059"
    assert info.adapted_properties["FilePrivatePart"] == 59
    assert "System.Diagnostics.FileVersionInfo" in info.types


def test_services_by_filter(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex01")
    question = {"ClassName": "Win32_Service", "Filter": "Name LIKE 'MSExchange%' OR Name='W3SVC'"}
    names = {row.adapted_properties["Name"] for row in asked.ask(("Get-CimInstance", question)).output}
    assert {"MSExchangeIS", "MSExchangePop3", "W3SVC"} <= names
    assert "Spooler" not in names
    said = asked.ask(("Get-CimInstance", {"ClassName": "Win32_Service", "Filter": "Name LIKE"}))
    assert said.errors
    assert not said.output


def test_one_value_of_the_registry(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex01")
    key = r"HKLM:\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full"
    assert asked.ask(("Get-ItemPropertyValue", {"Path": key, "Name": "Release"})).output == [528449]
    assert "PathNotFound" in asked.ask(("Get-ItemProperty", {"Path": r"HKLM:\SOFTWARE\None"})).error.fq_error
    assert asked.ask(("Get-ItemPropertyValue", {"Path": key, "Name": "Nonsense"})).errors


LSA = r"HKLM:\SYSTEM\CurrentControlSet\Control\Lsa"
ENGINES = r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\FIP-FS"


def test_a_value_that_is_not_there_is_null_of_a_key_that_is(clean: Running, client: Any) -> None:
    chosen = ("Select-Object", {"Property": ["SuppressExtendedProtection"]})
    for server in ("ex01", "edge01"):
        (value,) = client(clean, "windows", server).ask(("Get-ItemProperty", {"Path": LSA}), chosen).output
        assert value.extended_properties["SuppressExtendedProtection"] is None
    said = client(clean, "windows", "ex01").ask(("Get-ItemProperty", {"Path": LSA + "x"}), chosen)
    assert said.errors
    assert not said.output


def test_files_of_windows_and_modules_of_iis(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex05")  # on Windows Server 2016
    file = r"C:\\Windows\\System32\\inetsrv\\cachtokn.dll"
    question = {"ClassName": "CIM_DataFile", "Filter": f"Name='{file}'", "Property": ["Version", "LastModified"]}
    (found,) = asked.ask(("Get-CimInstance", question)).output
    assert found.adapted_properties["Version"].startswith("10.0.14393.")
    assert found.adapted_properties["LastModified"] is not None
    names = [row.adapted_properties["name"] for row in asked.ask(("Get-WebGlobalModule", {})).output]
    assert "TokenCacheModule" in names
    assert len(names) > 1
    (one,) = asked.ask(("Get-WebGlobalModule", {"Name": "TokenCacheModule"})).output
    assert one.adapted_properties["image"] == "%windir%\\System32\\inetsrv\\cachtokn.dll"
    assert not client(clean, "windows", "edge01").ask(("Get-WebGlobalModule", {})).output


@pytest.mark.parametrize("configuration", [None, JEA])
def test_a_file_is_searched_for_one_text(clean: Running, client: Any, configuration: str | None) -> None:
    asked = client(clean, "windows", "ex03", **({"configuration": configuration} if configuration else {}))
    (key,) = asked.ask(("Get-ItemProperty", {"Path": ENGINES, "Name": "DatabasePath"})).output
    path = key.extended_properties["DatabasePath"] + "\\Configuration.xml"
    how = {"Pattern": "|NO", "SimpleMatch": True, "List": True}
    nothing = asked.ask(("Select-String", {"LiteralPath": path, **how}))
    assert (nothing.output, nothing.errors) == ([], [])
    said = asked.ask(("Select-String", {"LiteralPath": path + "x", **how}))
    assert said.error.fq_error.startswith("FileNotFound")
    assert asked.ask(("Get-ItemProperty", {"Path": ENGINES + "x"})).errors


def test_cluster_volumes_and_bindings(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex01")
    (node,) = asked.ask(("Get-ClusterNode", {"Name": "EX01"})).output
    assert node.adapted_properties["State"].to_string == "Up"
    cluster = {"ClassName": "MSCluster_Node", "Namespace": "root\\MSCluster"}
    assert len(asked.ask(("Get-CimInstance", cluster)).output) == 4
    assert asked.ask(("Get-CimInstance", {"ClassName": "MSCluster_Node"})).errors
    volumes = asked.ask(("Get-CimInstance", {"ClassName": "Win32_Volume", "Filter": "DriveType=3"})).output
    assert {row.adapted_properties["Label"] for row in volumes} == {"System", "DB01", "DB02", "DB04"}
    bindings = asked.ask(("Get-WebBinding", {"Protocol": "https", "Port": 443})).output
    shown = clean.world.wire["EX01", 443].certificate
    assert shown is not None
    assert {row.adapted_properties["certificateHash"] for row in bindings} == {shown.thumbprint}


def test_jea_restricts_select_object(clean: Running, client: Any) -> None:
    asked = client(clean, "windows", "ex01", configuration=JEA)
    (file,) = asked.ask(("Get-CimInstance", FILE)).output
    assert file.adapted_properties["Version"] == "15.2.1544.34"
    said = asked.ask(("Get-CimInstance", FILE), ("Select-Object", {"Property": ["Version"]}))
    assert said.error.fq_error == "ParameterArgumentValidationError,Select-Object"
    assert asked.ask(("Get-CimInstance", FILE), ("Select-Object", {"Property": ["Name"]})).output
    said = asked.ask(("Get-CimInstance", FILE), ("Select-Object", {"ExpandProperty": "Version"}))
    assert said.error.fq_error == "NamedParameterNotFound,Select-Object"
    qualified = ("Microsoft.PowerShell.Utility\\Select-Object", {"ExpandProperty": "Version"})
    assert asked.ask(("Get-CimInstance", FILE), qualified).error.fq_error == "CommandNotFoundException"
    exposing = client(clean, "windows", "ex01", configuration=JEA_SELECT)
    assert exposing.ask(("Get-CimInstance", FILE), qualified).output == ["15.2.1544.34"]


@pytest.mark.parametrize("cmdlet", ["Get-Command", "Add-PSSnapin", "Invoke-CimMethod"])
def test_jea_shows_only_what_reads(clean: Running, client: Any, cmdlet: str) -> None:
    said = client(clean, "windows", "ex01", configuration=JEA).ask((cmdlet, {"Name": "ExSetup.exe"}))
    assert said.error.fq_error == "CommandNotFoundException"


def test_an_edge_answers_for_itself_after_its_snap_in(clean: Running, client: Any, ask: Any) -> None:
    with client(clean, "windows", "edge01").pool() as pool:
        assert ask(pool, ("Get-ReceiveConnector", {})).failed
        assert not ask(pool, ("Add-PSSnapin", {"Name": SNAP_IN})).errors
        (connector,) = ask(pool, ("Get-ReceiveConnector", {})).output
        assert connector.to_string == "EDGE01\\Default internal receive connector EDGE01"
        (server,) = ask(pool, ("Get-ExchangeServer", {})).output
        assert server.adapted_properties["Name"] == "EDGE01"
        assert ask(pool, ("Get-OrganizationConfig", {})).failed


def test_messages_must_be_encrypted_without_tls(clean: Running, client: Any) -> None:
    assert client(clean, "windows", "ex01").place.tls == ""
    with pytest.raises(WinRMTransportError):
        client(clean, "windows", "ex01", options={"encryption": "never"}).ask(("Get-ClusterNode", {}))


def test_logins(clean: Running, client: Any) -> None:
    with pytest.raises(AuthenticationError):
        client(clean, "windows", "ex01", password="wrong").ask(("Get-ClusterNode", {}))
    place = client(clean, "windows", "ex01").place
    url = f"http://127.0.0.1:{place.port}/wsman"
    assert requests.post(url, timeout=10).headers["WWW-Authenticate"] == "Negotiate, NTLM"
    garbage = requests.post(url, headers={"Authorization": "Negotiate AAAA"}, timeout=10)
    assert garbage.status_code == 401
