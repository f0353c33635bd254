"""What looks wrong to somebody who does not know Exchange, and is right: it is there, and no control fires on it.

Beside each decoy stands its like that is wrong: the control that knows the difference fails on that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest

from kit.certificates import made
from kit.changes import Change, put
from kit.judged import nightly, subjects_of
from kit.recorded import organisation
from muster.catalogue import read_build
from muster.model import Object, Value
from muster.reading.x509 import read_certificate

Properties = Mapping[str, Value]


@dataclass(frozen=True)
class Decoy:
    """Where it is (a question, objects in it), how it shows, and the like of it that is wrong."""

    question: str
    where: Callable[[Properties], bool]
    looks: Callable[[Properties], bool]
    control: str
    subject: str
    wrong: Change


def named(*names: str, by: str = "Name") -> Callable[[Properties], bool]:
    return lambda properties: properties[by] in names


def of_server(name: str) -> Callable[[Properties], bool]:
    return lambda properties: properties["Server"] == name and "Back End" not in str(properties["Name"])


def holds(properties: Properties, name: str, *parts: str) -> bool:
    value = properties[name]
    return isinstance(value, tuple) and set(parts) <= set(value)


def chain(properties: Properties) -> bytes:
    value = properties["Chain"]
    assert isinstance(value, tuple)
    assert isinstance(value[0], bytes)
    return value[0]


BIN = r"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\bin"
SERVICES = "windows ex03: Get-CimInstance -ClassName Win32_Service -Filter 'Name LIKE"
COMPONENTS = "Get-ServerComponentState -Identity ex03"

DECOYS = {
    "PowerShell's internal URL is http, and each server's own": Decoy(
        "Get-PowerShellVirtualDirectory",
        of_server("EX03"),
        lambda one: one["InternalUrl"] == "http://ex03.contoso.local/powershell",
        "virtual-directories.owa-urls-https",
        "ex03",
        put("Get-OwaVirtualDirectory", "EX03", InternalUrl="http://mail.contoso.com/owa"),
    ),
    "POP3 and IMAP4 are manual and stopped": Decoy(
        SERVICES,
        named("MSExchangePop3", "MSExchangePOP3BE", "MSExchangeImap4", "MSExchangeIMAP4BE"),
        lambda one: (one["StartMode"], one["State"]) == ("Manual", "Stopped"),
        "services.running",
        "ex03",
        put(SERVICES, {"Name": "MSExchangePop3"}, StartMode="Auto"),
    ),
    "EWS takes WSSecurity": Decoy(
        "Get-WebServicesVirtualDirectory",
        of_server("EX03"),
        lambda one: holds(one, "InternalAuthenticationMethods", "WSSecurity"),
        "virtual-directories.ews-authentication",
        "ex03",
        put(
            "Get-WebServicesVirtualDirectory", "EX03", InternalAuthenticationMethods=("Basic", "OAuth", "WSSecurity")
        ),
    ),
    "ForwardSyncDaemon and ProvisioningRps are inactive": Decoy(
        COMPONENTS,
        named("ForwardSyncDaemon", "ProvisioningRps", by="Component"),
        lambda one: one["State"] == "Inactive",
        "components.active",
        "ex03",
        put(COMPONENTS, {"Component": "RpsProxy"}, State="Inactive", RemoteStates=(), LocalStates=()),
    ),
    "Autodiscover's own URLs are blank": Decoy(
        "Get-AutodiscoverVirtualDirectory",
        of_server("EX03"),
        lambda one: not one["InternalUrl"] and not one["ExternalUrl"],
        "virtual-directories.internal-urls-set",
        "ex03",
        put("Get-WebServicesVirtualDirectory", "EX03", InternalUrl=None),
    ),
    "the back end's certificate is self-signed": Decoy(
        "tls ex03.contoso.local:444",
        lambda one: bool(one["Chain"]),
        lambda one: read_certificate(chain(one)).self_signed,
        "https.public-certificate",
        "mail.contoso.com",
        put("tls mail.contoso.com:443", Chain=(made("mail.contoso.com", issuer="mail.contoso.com"),)),
    ),
    "AdminDisplayVersion is not ExSetup's": Decoy(
        f"windows ex03: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''{BIN}",
        lambda one: bool(one["Version"]),
        lambda one: shown_build("EX03") not in {"", str(read_build(str(one["Version"])))},
        "build.matches-directory",
        "ex03",
        put("exchange: Get-ExchangeServer", "EX03", AdminDisplayVersion="Version 15.2 (Build 1544.4)"),
    ),
    "two connectors share a port, for other senders": Decoy(
        "exchange: Get-ReceiveConnector",
        named("Scanner Relay"),
        lambda one: holds(one, "Bindings", "0.0.0.0:25") and holds(one, "RemoteIPRanges", "10.20.30.0/24"),
        "connectors.no-binding-conflict",
        "ex05",
        put("exchange: Get-ReceiveConnector", "Scanner Relay", TransportRole="HubTransport"),
    ),
    "authentication switches read False where only the directory was asked": Decoy(
        "Get-OwaVirtualDirectory",
        of_server("EX03"),
        lambda one: (
            one["FormsAuthentication"] is False and holds(one, "InternalAuthenticationMethods", "Basic", "Fba")
        ),
        "virtual-directories.owa-ecp-authentication",
        "ex03",
        put("Get-OwaVirtualDirectory", "EX03", InternalAuthenticationMethods=("Ntlm",)),
    ),
    "content indexes are NotApplicable from 2019 on": Decoy(
        "Get-MailboxDatabaseCopyStatus -Server ex03",
        named("EX03", by="MailboxServer"),
        lambda one: one["ContentIndexState"] == "NotApplicable",
        "dag.content-index",
        "DAG01",
        put("Get-MailboxDatabaseCopyStatus -Server ex03", r"DB01\EX03", ContentIndexState="Failed"),
    ),
}


def shown_build(server: str) -> str:
    (found,) = (one for one in objects("exchange: Get-ExchangeServer") if one.text == server)
    return str(read_build(str(found.properties["AdminDisplayVersion"])))


def objects(question: str) -> tuple[Object, ...]:
    """What a question brought in the organisation that is in order."""
    observations = organisation("demo-clean").observations
    fitting = [key for key in observations if question in key]
    # a server's own view (IIS) beside the organisation's is named as such
    fitting = fitting if "-Server" in question else [key for key in fitting if "-Server" not in key] or fitting
    (chosen,) = [key for key in observations if key == question] or fitting
    answer = observations[chosen].answer
    assert answer is not None, f"{chosen}: {observations[chosen].problem}"
    return answer.objects


@cache
def verdicts() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Control and subject → outcome and reason, of every subject and every control that no gate asks for."""
    base = organisation("demo-clean")
    judged = {
        (control, subject.name): base.judged(control, subject.name)
        for control in nightly()
        for subject in subjects_of(control, base.environment)
    }
    return {key: (one.outcome, one.reason) for key, one in judged.items()}


@pytest.mark.parametrize("name", DECOYS)
def test_the_decoy_is_really_there(name: str) -> None:
    decoy = DECOYS[name]
    found = [one for one in objects(decoy.question) if decoy.where(one.properties)]
    assert found, "nothing to look at"
    assert all(decoy.looks(one.properties) for one in found)


@pytest.mark.parametrize("name", DECOYS)
def test_its_like_that_is_wrong_is_found(name: str) -> None:
    decoy, base = DECOYS[name], organisation("demo-clean")
    assert base.judged(decoy.control, decoy.subject).outcome == "pass"
    wrong = replace(base, observations=decoy.wrong(base.observations))
    assert wrong.judged(decoy.control, decoy.subject).outcome == "fail"


def test_no_control_fires_on_any_of_them() -> None:
    """Nor stays undetermined: an organisation in order, asked in full, leaves nothing open."""
    open_or_failed = {key: said for key, said in verdicts().items() if said[0] not in {"pass", "not applicable"}}
    assert open_or_failed == {}
    assert {"pass"} <= {outcome for outcome, _ in verdicts().values()}
