"""The Exchange endpoint, driven by the real client library."""

from collections.abc import Callable
from typing import Any

import pypsrp.exceptions
import pytest
import requests
from pypsrp.complex_objects import GenericComplexObject
from pypsrp.powershell import PowerShell

from muster.lab.description import Description, load_description
from muster.lab.serving import Running


def rows(said: Any) -> list[dict[str, Any]]:
    return [row.adapted_properties for row in said.output]


def test_any_endpoint_answers_for_the_organisation(clean: Running, client: Any) -> None:
    for name in ("ex01", "ex06"):
        said = client(clean, "exchange", name).ask(("Get-ExchangeServer", {}))
        assert {row["Name"] for row in rows(said)} == {"EX01", "EX02", "EX03", "EX04", "EX05", "EX06", "EDGE01"}
        assert not said.errors


def test_partial_by_default_full_when_asked(clean: Running, client: Any) -> None:
    partial = client(clean, "exchange", "ex01").ask(("Get-ExchangeServer", {"Identity": "EX02"})).output[0]
    full = client(clean, "exchange", "ex01", full=True).ask(("Get-ExchangeServer", {"Identity": "EX02"})).output[0]
    assert partial.adapted_properties["AdminDisplayVersion"] == "Version 15.2 (Build 1748.10)"
    version = full.adapted_properties["AdminDisplayVersion"]
    assert isinstance(version, GenericComplexObject)
    assert (version.to_string, version.adapted_properties["Build"]) == ("Version 15.2 (Build 1748.10)", 1748)
    assert "SerializationData" in full.extended_properties
    assert list(partial.adapted_properties) == list(full.adapted_properties)


def test_more_than_an_envelope_comes_whole(clean: Running, client: Any) -> None:
    for full in (False, True):
        said = client(clean, "exchange", "ex01", full=full).ask(("Get-ReceiveConnector", {}))
        assert len(said.output) == 6 * 5 + 3


def test_no_language(clean: Running, client: Any) -> None:
    with client(clean, "exchange", "ex01").pool() as pool:
        pipeline = PowerShell(pool)
        pipeline.add_script("Get-ExchangeServer | Where-Object Name -like 'EX*'")
        assert pipeline.invoke() == []
        assert pipeline.had_errors
        assert pipeline.streams.error[0].fq_error == "ScriptsNotAllowed"


@pytest.mark.parametrize("cmdlet", ["Get-Process", "Where-Object", "Set-ReceiveConnector", "Format-List"])
def test_unknown_cmdlets_are_refused(clean: Running, client: Any, cmdlet: str) -> None:
    said = client(clean, "exchange", "ex01").ask((cmdlet, {}))
    assert said.failed
    assert said.error.fq_error == "CommandNotFoundException"
    assert f"'{cmdlet}'" in str(said.error)


def test_unknown_parameters_are_refused(clean: Running, client: Any) -> None:
    said = client(clean, "exchange", "ex01").ask(("Get-ExchangeServer", {"Sever": "EX01"}))
    assert said.failed
    assert said.error.fq_error == "NamedParameterNotFound,Get-ExchangeServer"


def test_server_and_identity_choose(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    said = asked.ask(("Get-ReceiveConnector", {"Server": "ex05.contoso.local"}))
    assert {row["Server"] for row in rows(said)} == {"EX05"}
    said = asked.ask(("Get-ReceiveConnector", {"Identity": "EX05\\Scanner Relay"}))
    assert [row["Name"] for row in rows(said)] == ["Scanner Relay"]
    said = asked.ask(("Get-MailboxDatabase", {"Server": "EX06"}))
    assert {row["Name"] for row in rows(said)} == {"DB05", "DB06"}


def test_what_is_not_there_is_an_error_record(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    said = asked.ask(("Get-ExchangeServer", {"Identity": "EX99"}))
    assert (said.output, said.failed) == ([], False)
    assert "object 'EX99' couldn't be found" in str(said.error)
    quiet = asked.ask(("Get-ExchangeServer", {"Identity": "EX99", "ErrorAction": "SilentlyContinue"}))
    assert (quiet.output, quiet.errors) == ([], [])
    stopped = asked.ask(("Get-ExchangeServer", {"Identity": "EX99", "ErrorAction": "Stop"}))
    assert stopped.failed


def test_component_states_want_a_server(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    said = asked.ask(("Get-ServerComponentState", {}))
    assert said.error.fq_error == "MissingMandatoryParameter,Get-ServerComponentState"
    said = asked.ask(("Get-ServerComponentState", {"Identity": "EX05"}))
    assert len(said.output) == 35
    assert {row["ServerFqdn"] for row in rows(said)} == {"ex05.contoso.local"}


def test_directory_properties_know_nothing_of_iis(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    (thin,) = rows(asked.ask(("Get-OwaVirtualDirectory", {"Server": "EX01", "ADPropertiesOnly": True})))
    (whole,) = rows(asked.ask(("Get-OwaVirtualDirectory", {"Server": "EX01"})))
    assert (thin["FormsAuthentication"], thin["WebSite"]) == (False, None)
    assert (whole["FormsAuthentication"], whole["WebSite"]) == (True, "Default Web Site")
    methods = thin["InternalAuthenticationMethods"].property_sets
    assert methods == whole["InternalAuthenticationMethods"].property_sets


def test_attachments_have_a_host_name_of_their_own(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    (organization,) = asked.ask(("Get-OrganizationConfig", {})).output
    assert organization.adapted_properties["EnableDownloadDomains"] is True
    for row in asked.ask(("Get-OwaVirtualDirectory", {"ADPropertiesOnly": True})).output:
        properties = row.adapted_properties
        for side in ("Internal", "External"):
            assert properties[f"{side}DownloadHostName"] == "download.contoso.com"
            assert "download.contoso.com" not in str(properties[f"{side}Url"])


def test_the_back_end_shows_itself_only_when_asked(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    switches = {"ADPropertiesOnly": True, "ShowMailboxVirtualDirectories": True, "Server": "EX01"}
    assert len(asked.ask(("Get-OwaVirtualDirectory", switches)).output) == 2
    assert asked.ask(("Get-MapiVirtualDirectory", switches)).error.fq_error.startswith("NamedParameterNotFound")


def test_status_is_a_question_of_its_own(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    (plain,) = rows(asked.ask(("Get-MailboxDatabase", {"Identity": "DB01"})))
    (status,) = rows(asked.ask(("Get-MailboxDatabase", {"Identity": "DB01", "Status": True})))
    assert (plain["Mounted"], plain["LastFullBackup"]) == (None, None)
    assert status["Mounted"] is True
    assert status["LastFullBackup"]


def test_select_object(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    server = ("Get-ExchangeServer", {"Identity": "EX01"})
    (row,) = asked.ask(server, ("Select-Object", {"Property": ["Name", "fqdn"]})).output
    noted = {name for name in row.extended_properties if not name.startswith(("PS", "Runspace"))}
    assert noted == {"Name", "Fqdn"}
    assert asked.ask(server, ("Select-Object", {"ExpandProperty": "Fqdn"})).output == ["ex01.contoso.local"]
    said = asked.ask(server, ("Select-Object", {"ExpandProperty": "Nonsense"}))
    assert said.error.fq_error.startswith("ExpandPropertyNotFound")


def test_get_command_shows_what_is_offered(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    names = {row.adapted_properties["Name"] for row in asked.ask(("Get-Command", {})).output}
    assert {"Get-ExchangeServer", "Select-Object"} <= names
    assert not any(name.startswith(("Set-", "New-", "Remove-")) for name in names)
    assert asked.ask(("Get-Command", {"Name": "Set-Mailbox"})).errors


def test_an_edge_is_not_asked_through_others(clean: Running, client: Any) -> None:
    asked = client(clean, "exchange", "ex01")
    said = asked.ask(("Get-ExchangeCertificate", {"Server": "EDGE01"}))
    assert (said.output, len(said.errors)) == ([], 1)
    assert "EDGE01" not in {row["Server"] for row in rows(asked.ask(("Get-ReceiveConnector", {})))}


def test_shells_are_closed(clean: Running, client: Any) -> None:
    endpoint = clean.endpoints["exchange", "ex02"]
    with client(clean, "exchange", "ex02").pool():
        assert endpoint.open_shells == 1
    assert endpoint.open_shells == 0


def test_a_wrong_password_is_refused(clean: Running, client: Any) -> None:
    with pytest.raises(pypsrp.exceptions.AuthenticationError):
        client(clean, "exchange", "ex01", password="wrong").ask(("Get-ExchangeServer", {}))


def test_only_this_path_and_configuration(clean: Running, client: Any) -> None:
    with pytest.raises(pypsrp.exceptions.WSManFaultError, match="Cannot find the Other session configuration"):
        client(clean, "exchange", "ex01", configuration="Other").ask(("Get-ExchangeServer", {}))
    place = client(clean, "exchange", "ex01").place
    reply = requests.post(
        f"https://127.0.0.1:{place.port}/wsman", verify=clean.addresses.ca_file, auth=("muster", "x"), timeout=10
    )
    assert reply.status_code == 404


def planted(key: str, *patches: dict[str, Any]) -> Description:
    return load_description("demo-clean").with_patches(key, *patches)


def test_a_target_that_is_down(play: Callable[[Description], Any], client: Any) -> None:
    with play(planted("down", {"down": ["ex03"]})) as running:
        asked = client(running, "exchange", "ex01")
        said = asked.ask(("Get-ExchangeCertificate", {"Server": "EX03"}))
        assert "The RPC to target ex03.contoso.local failed" in str(said.error)
        assert len(asked.ask(("Get-ExchangeCertificate", {"Server": "EX04"})).output) == 4
        walked = asked.ask(("Get-OabVirtualDirectory", {}))
        assert (len(walked.output), len(walked.errors)) == (5, 1)
        assert len(asked.ask(("Get-OabVirtualDirectory", {"ADPropertiesOnly": True})).output) == 6


def test_what_comes_beside_output(play: Callable[[Description], Any], client: Any) -> None:
    description = planted(
        "beside",
        {"answer": "Get-SendConnector", "set": {"error": "The connector 'Old' is corrupted."}},
        {"answer": "Get-ReceiveConnector", "set": {"warning": "There are more results available."}},
        {"answer": "Get-AcceptedDomain", "set": {"zero": True}},
    )
    with play(description) as running:
        asked = client(running, "exchange", "ex01")
        said = asked.ask(("Get-SendConnector", {}))
        assert (len(said.output), str(said.error)) == (1, "The connector 'Old' is corrupted.")
        said = asked.ask(("Get-ReceiveConnector", {}))
        assert (len(said.output), said.warnings) == (33, ["There are more results available."])
        said = asked.ask(("Get-AcceptedDomain", {}))
        assert (said.output, said.errors) == ([], [])


@pytest.mark.parametrize(
    ("written", "raised"),
    [
        ({"mode": "refuse"}, requests.ConnectionError),
        ({"mode": "reset"}, requests.ConnectionError),
        ({"status": 401}, pypsrp.exceptions.AuthenticationError),
        ({"status": 403}, pypsrp.exceptions.WinRMTransportError),
        ({"status": 503}, pypsrp.exceptions.WinRMTransportError),
        ({"wsman_fault": 2150859173, "wsman_message": "too many shells"}, pypsrp.exceptions.WSManFaultError),
    ],
)
def test_an_endpoint_that_misbehaves(
    clean: Running, client: Any, written: dict[str, Any], raised: type[Exception]
) -> None:
    clean.misbehave("exchange", "EX03", written)
    try:
        with pytest.raises(raised):
            client(clean, "exchange", "ex03").ask(("Get-ExchangeServer", {}))
    finally:
        clean.misbehave("exchange", "EX03", {})
    assert client(clean, "exchange", "ex03").ask(("Get-ExchangeServer", {})).output


def test_an_endpoint_that_hangs_or_stalls(clean: Running, client: Any) -> None:
    impatient = {"read_timeout": 1, "operation_timeout": 1, "connection_timeout": 1}
    asked = client(clean, "exchange", "ex03", options=impatient)
    clean.misbehave("exchange", "EX03", {"mode": "hang"})
    try:
        with pytest.raises(requests.exceptions.RequestException):
            asked.ask(("Get-ExchangeServer", {}))
        clean.misbehave("exchange", "EX03", {"mode": "stall"})
        with client(clean, "exchange", "ex03").pool() as pool:  # the login works, the question is never answered
            pipeline = PowerShell(pool)
            pipeline.add_cmdlet("Get-ExchangeServer")
            pipeline.begin_invoke()
            pipeline.poll_invoke(timeout=1)
            assert pipeline.output == []
            pipeline.stop()
    finally:
        clean.misbehave("exchange", "EX03", {})


def test_a_slow_answer_still_comes(clean: Running, client: Any) -> None:
    clean.misbehave("exchange", "EX03", {"latency_seconds": 3})
    try:
        with client(clean, "exchange", "ex03").pool() as pool:
            pipeline = PowerShell(pool)
            pipeline.add_cmdlet("Get-ExchangeServer")
            pipeline.begin_invoke()
            pipeline.poll_invoke(timeout=1)  # the server says "nothing yet, ask again"
            assert pipeline.output == []
            assert len(pipeline.end_invoke()) == 7
            pipeline.close()
    finally:
        clean.misbehave("exchange", "EX03", {})
