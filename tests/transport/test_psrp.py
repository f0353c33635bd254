"""The PowerShell doors against an endpoint on loopback: what is sent, what comes back, and how it goes wrong."""

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from muster.lab.certificates import CertificateOrder
from muster.lab.faults import Fault
from muster.lab.listener import Connection, Listener
from muster.lab.powershell.pipelines import ErrorSaid, Invocation, Produced, Terminated
from muster.lab.powershell.wsman import EndpointFault
from muster.lab.rows import Output, Row
from muster.lab.shapes import load_shapes
from muster.model import Authentication, Endpoint, ExchangeCmdlet, LdapSearch, WindowsCmdlet, command
from muster.transport.powershell import psrp
from muster.transport.session import Unanswered

SECONDS = 20.0
QUESTION = ExchangeCmdlet("Get-OrganizationConfig")


def unanswered(endpoint: Endpoint, seconds: float = SECONDS) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        psrp.connect(endpoint, seconds)
    return caught.value


def ask(endpoint: Endpoint, question: ExchangeCmdlet | WindowsCmdlet = QUESTION, seconds: float = SECONDS) -> Any:
    session = psrp.connect(endpoint, seconds)
    try:
        return session.ask(question, seconds)
    finally:
        session.close()


# --- what is sent and what comes back


@pytest.mark.parametrize("tls", [False, True], ids=["ntlm, encrypted messages", "basic over TLS"])
def test_an_answer_comes_back(host: Any, tls: bool) -> None:
    row = Row(load_shapes()["Get-OrganizationConfig"], {"Name": "Contoso ü \U0001f600"})
    served = host.start(host.says("Get-OrganizationConfig", row), tls=tls)
    answer = ask(served.endpoint)
    (made,) = answer.objects
    assert made.type == "Microsoft.Exchange.Data.Directory.Management.OrganizationConfig"
    assert made.properties["Name"] == "Contoso ü \U0001f600"
    assert answer.serialization == "partial"
    assert answer.shortfalls == ()
    assert served.wsman.open_shells == 0


def test_parameters_arrive_as_they_were_meant(host: Any) -> None:
    cmdlet = host.says("Get-ExchangeServer", "EX01", parameters="Identity Status")
    select = host.acts("Select-Object", lambda _invocation, given: Produced(given), "Property")
    served = host.start(cmdlet, select)
    projected = command("Select-Object", Property=("Name", "Fqdn"))
    ask(served.endpoint, ExchangeCmdlet("Get-ExchangeServer", projected, Identity="EX01 (ü)", Status=True))
    (invocations,) = served.asked
    assert [(step.name, step.parameters, step.script, step.module) for step in invocations] == [
        ("Get-ExchangeServer", (("Identity", "EX01 (ü)"), ("Status", True)), False, ""),
        ("Select-Object", (("Property", ["Name", "Fqdn"]),), False, ""),
    ]


def test_full_serialization_is_asked_for_in_the_address(host: Any) -> None:
    row = Row(load_shapes()["Get-OrganizationConfig"], {})
    served = host.start(host.says("Get-OrganizationConfig", row), serialization="full")
    answer = ask(served.endpoint)
    assert answer.serialization == "full"
    assert isinstance(answer.objects[0].properties["SerializationData"], bytes)


def test_many_objects_come_whole_and_in_order(host: Any) -> None:
    names = [f"object {number} " + "x" * 500 for number in range(700)]
    served = host.start(host.says("Get-AcceptedDomain", *names))
    answer = ask(served.endpoint, ExchangeCmdlet("Get-AcceptedDomain"))
    assert [item.text for item in answer.objects] == names


def test_nothing_is_an_empty_answer(host: Any) -> None:
    served = host.start(host.says("Get-EdgeSubscription"))
    assert ask(served.endpoint, ExchangeCmdlet("Get-EdgeSubscription")).objects == ()


def test_under_jea_the_real_select_object_is_named(host: Any) -> None:
    served = host.start(
        host.says("Get-CimInstance", "x", parameters="ClassName"),
        host.acts(
            "Microsoft.PowerShell.Utility\\Select-Object", lambda _invocation, given: Produced(given), "Property"
        ),
        kind="windows",
        configuration="muster.jea",
        jea=True,
    )
    question = WindowsCmdlet("Get-CimInstance", command("Select-Object", Property="Name"), ClassName="Win32_Volume")
    ask(served.endpoint, question)
    assert [step.module for step in served.asked[0]] == ["", "Microsoft.PowerShell.Utility"]


def test_an_edge_gets_the_exchange_cmdlets_once_per_session(host: Any) -> None:
    served = host.start(
        host.says("Add-PSSnapin", parameters="Name"),
        host.says("Get-ReceiveConnector", "from the internet"),
        kind="windows",
        configuration="Microsoft.PowerShell",
    )
    session = psrp.connect(served.endpoint, SECONDS)
    for _ in range(2):
        session.ask(ExchangeCmdlet("Get-ReceiveConnector", about="EDGE01", at="EDGE01"), SECONDS)
    session.close()
    assert [steps[0].name for steps in served.asked] == [
        "Add-PSSnapin",
        "Get-ReceiveConnector",
        "Get-ReceiveConnector",
    ]
    assert dict(served.asked[0][0].parameters) == {"Name": "Microsoft.Exchange.Management.PowerShell.E2010"}


def test_an_edge_without_the_snap_in_has_no_exchange_endpoint(host: Any) -> None:
    def missing(_invocation: Invocation, _given: Sequence[Output]) -> Produced:
        said = "The Windows PowerShell snap-in is not installed on this computer."
        raise Terminated(ErrorSaid(said, "System.Management.Automation.PSArgumentException", "AddPSSnapInRead,x"))

    served = host.start(
        host.acts("Add-PSSnapin", missing, "Name"), kind="windows", configuration="Microsoft.PowerShell"
    )
    with pytest.raises(Unanswered) as caught:
        ask(served.endpoint, ExchangeCmdlet("Get-ReceiveConnector", at="EDGE01"))
    assert caught.value.problem.kind == "no endpoint"


def test_a_refused_question_is_never_sent(host: Any) -> None:
    served = host.start(host.says("Set-OrganizationConfig"))
    with pytest.raises(Unanswered) as caught:
        ask(served.endpoint, ExchangeCmdlet("Set-OrganizationConfig"))
    assert caught.value.problem.kind == "not allowed"
    assert not caught.value.lost
    assert served.asked == []


def test_a_directory_search_is_no_question_for_powershell(host: Any) -> None:
    served = host.start()
    session = psrp.connect(served.endpoint, SECONDS)
    with pytest.raises(TypeError):
        session.ask(LdapSearch(base=""), SECONDS)
    session.close()


def test_a_session_is_reused_and_opened_anew_before_it_is_worn_out(
    host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psrp, "RECYCLE_AFTER", 2)
    opened: list[int] = []
    served = host.start(host.says("Get-OrganizationConfig", "x"))
    configuration = served.wsman.configurations["microsoft.exchange"]

    def count() -> Any:
        opened.append(1)
        return configuration.open()

    counted = replace(configuration, open=count)
    served.wsman.configurations = {"microsoft.exchange": counted}
    session = psrp.connect(served.endpoint, SECONDS)
    for _ in range(5):
        session.ask(QUESTION, SECONDS)
        assert served.wsman.open_shells == 1
    session.close()
    assert (len(opened), len(served.asked), served.wsman.open_shells) == (3, 5, 0)


def test_a_session_that_the_server_forgot_is_opened_again(host: Any) -> None:
    served = host.start(host.says("Get-OrganizationConfig", "x"))
    session = psrp.connect(served.endpoint, SECONDS)
    session.ask(QUESTION, SECONDS)
    served.wsman._shells.clear()
    assert session.ask(QUESTION, SECONDS).objects
    session.close()


def test_closing_twice_and_closing_the_dead_is_harmless(host: Any) -> None:
    served = host.start()
    session = psrp.connect(served.endpoint, SECONDS)
    served.listener.close()
    session.close()
    session.close()


# --- errors of cmdlets


def error(reason: str, identity: str = "", message: str = "it failed", category: str = "NotSpecified") -> ErrorSaid:
    return ErrorSaid(message, reason, identity, category)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (error("System.Management.Automation.CommandNotFoundException"), "unknown cmdlet"),
        (
            error("System.Management.Automation.ParameterBindingException", "NamedParameterNotFound,x"),
            "unknown cmdlet",
        ),
        (error("Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException"), "permission"),
        (error("System.UnauthorizedAccessException"), "permission"),
        (error("Microsoft.Management.Infrastructure.CimException", "HRESULT 0x80041003,Microsoft.x"), "permission"),
        (error("Some.OddException", category="PermissionDenied"), "permission"),
        (
            error(
                "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
                "[Server=EX01,RequestId=1] [FailureCategory=Cmdlet-ManagementObjectNotFoundException] 1,x",
                category="InvalidData",
            ),
            "failed",
        ),
        (error("Microsoft.Management.Infrastructure.CimException", "HRESULT 0x8004100e,x"), "failed"),
        (error("Some.OddException"), "failed"),
    ],
    ids=lambda part: part.exception.rpartition(".")[2] if isinstance(part, ErrorSaid) else part,
)
@pytest.mark.parametrize("ends", [True, False], ids=["terminating", "beside no output"])
def test_an_error_without_output_is_a_problem_with_cause_and_cure(
    host: Any, said: ErrorSaid, kind: str, ends: bool
) -> None:
    def fail(_invocation: Invocation, _given: Sequence[Output]) -> Produced:
        if ends:
            raise Terminated(said)
        return Produced(errors=[said])

    served = host.start(host.acts("Get-OrganizationConfig", fail))
    with pytest.raises(Unanswered) as caught:
        ask(served.endpoint)
    problem = caught.value.problem
    assert (problem.kind, problem.message) == (kind, "it failed")
    assert problem.cause
    assert problem.cure
    assert not caught.value.lost


def test_a_cmdlet_that_the_endpoint_does_not_offer(host: Any) -> None:
    with pytest.raises(Unanswered) as caught:
        ask(host.start().endpoint)
    assert caught.value.problem.kind == "unknown cmdlet"


def test_a_parameter_that_the_endpoint_does_not_offer(host: Any) -> None:
    served = host.start(host.says("Get-OwaVirtualDirectory", "x", parameters="ADPropertiesOnly"))
    asked = ExchangeCmdlet("Get-OwaVirtualDirectory", ADPropertiesOnly=True, ShowMailboxVirtualDirectories=True)
    with pytest.raises(Unanswered) as caught:
        ask(served.endpoint, asked)
    assert caught.value.problem.kind == "unknown cmdlet"
    assert "ShowMailboxVirtualDirectories" in caught.value.problem.message


def test_output_with_an_error_beside_it_is_partial(host: Any) -> None:
    said = error("Microsoft.Exchange.Rpc.RpcException", message="RPC to target failed")
    served = host.start(host.says("Get-OrganizationConfig", "x", errors=[said]))
    answer = ask(served.endpoint)
    assert len(answer.objects) == 1
    (shortfall,) = answer.shortfalls
    assert (shortfall.kind, shortfall.message) == ("partial", "RPC to target failed")
    assert "RPC" in shortfall.cause


@pytest.mark.parametrize(
    ("warning", "counts"),
    [
        ("By default, only the first 1000 items are returned. Use the ResultSize parameter to specify …", True),
        ("There are more results available than are currently displayed.", True),
        ("The server EX02 did not respond; its objects are missing from the output.", True),
        ("Irgendetwas fehlt hier.", True),
        ("The object EX01 has been corrupted, and it's in an inconsistent state.", False),
    ],
)
def test_a_warning_makes_an_answer_partial_unless_known_as_harmless(host: Any, warning: str, counts: bool) -> None:
    served = host.start(host.says("Get-OrganizationConfig", "x", warnings=[warning]))
    answer = ask(served.endpoint)
    assert [problem.message for problem in answer.shortfalls] == ([warning] if counts else [])


# --- endpoints that do not answer


def test_nothing_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        endpoint = Endpoint("exchange", "EX01", "127.0.0.1", held.getsockname()[1])
        found = unanswered(endpoint)
    assert found.problem.kind == "unreachable"
    assert "nothing listens" in found.problem.cause
    assert found.problem.cure
    assert found.lost


def test_a_name_that_does_not_exist() -> None:
    found = unanswered(Endpoint("exchange", "EX01", "ex01.invalid", 80))
    assert found.problem.kind == "unreachable"
    assert "ex01.invalid was not found" in found.problem.message
    assert found.lost


@pytest.mark.parametrize("tls", [False, True])
def test_a_server_that_accepts_and_says_nothing_costs_its_deadline_once(host: Any, tls: bool) -> None:
    served = host.start(tls=tls, fault=EndpointFault(Fault(mode="hang")))
    found = unanswered(served.endpoint, 1.0)
    assert found.problem.kind == "timeout"
    assert found.lost


def test_a_cmdlet_that_takes_too_long_does_not_lose_the_endpoint(host: Any) -> None:
    served = host.start(host.says("Get-OrganizationConfig", "x"))
    session = psrp.connect(served.endpoint, SECONDS)
    served.misbehave(connection=Fault(latency_seconds=60))
    with pytest.raises(Unanswered) as caught:
        session.ask(QUESTION, 2.5)
    assert caught.value.problem.kind == "timeout"
    assert not caught.value.lost
    served.misbehave()
    assert session.ask(QUESTION, SECONDS).objects
    session.close()


def test_a_connection_that_is_reset(host: Any) -> None:
    found = unanswered(host.start(fault=EndpointFault(Fault(mode="reset"))).endpoint)
    assert "closed the connection" in found.problem.message
    assert found.lost


@pytest.mark.parametrize(
    ("order", "cause"),
    [
        (CertificateOrder(subject="CN=x", names=("127.0.0.1",), valid_to=-3), "has expired"),
        (CertificateOrder(subject="CN=x", names=("127.0.0.1",), valid_from=3), "not valid yet"),
        (CertificateOrder(subject="CN=x", names=("other.contoso.com",)), "not made out to 127.0.0.1"),
        (CertificateOrder(subject="CN=x", names=("127.0.0.1",), self_signed=True), "not issued by an authority"),
    ],
)
def test_a_wrong_certificate_is_named(host: Any, order: CertificateOrder, cause: str) -> None:
    found = unanswered(host.start(tls=True, certificate=order).endpoint)
    assert found.problem.kind == "certificate"
    assert cause in found.problem.cause
    assert found.problem.cure
    assert found.lost


def test_an_authority_that_this_machine_does_not_know(host: Any) -> None:
    served = host.start(tls=True)
    found = unanswered(replace(served.endpoint, ca_file=None))
    assert found.problem.kind == "certificate"
    assert "ca_file" in found.problem.cure


def test_an_authority_file_that_does_not_exist(host: Any) -> None:
    found = unanswered(replace(host.start(tls=True).endpoint, ca_file="/nowhere/root.pem"))
    assert found.problem.kind == "certificate"
    assert "/nowhere/root.pem" in found.problem.message


@pytest.fixture
def web_server() -> Iterator[Callable[[bytes], Endpoint]]:
    """A port that answers everything with the same bytes."""
    listeners: list[Listener] = []

    def serve(reply: bytes) -> Endpoint:
        def talk(connection: Connection, _listener: Listener) -> None:
            while connection.receive():
                connection.send(reply)

        listeners.append(Listener(talk))
        who = Authentication("ntlm", "auditor", "env:HOME")
        return Endpoint("exchange", "EX01", "127.0.0.1", listeners[-1].port, authentication=who)

    yield serve
    for listener in listeners:
        listener.close()


def test_tls_to_a_port_that_speaks_none(web_server: Callable[[bytes], Endpoint]) -> None:
    found = unanswered(replace(web_server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), tls="tls"))
    assert found.problem.kind == "certificate"
    assert "does not speak TLS" in found.problem.cause


@pytest.mark.parametrize(
    ("reply", "kind", "cause"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>", "failed", "something else than PowerShell"),
        (b"HTTP/1.1 302 Found\r\nLocation: /owa\r\nContent-Length: 0\r\n\r\n", "no endpoint", "redirect"),
        (b"220 ex01 Microsoft ESMTP MAIL Service ready\r\n", "failed", "something else than PowerShell"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "unreachable", "load balancer"),
    ],
    ids=["a web page", "a redirect", "no web server at all", "a load balancer"],
)
def test_a_port_that_is_something_else(
    web_server: Callable[[bytes], Endpoint], reply: bytes, kind: str, cause: str
) -> None:
    found = unanswered(web_server(reply))
    assert found.problem.kind == kind
    assert cause in found.problem.cause
    assert found.lost


def test_a_password_is_never_sent_after_a_redirect(web_server: Callable[[bytes], Endpoint], host: Any) -> None:
    elsewhere = host.start()
    place = f"Location: http://127.0.0.1:{elsewhere.endpoint.port}/PowerShell\r\nContent-Length: 0\r\n\r\n"
    found = unanswered(web_server(b"HTTP/1.1 307 Temporary Redirect\r\n" + place.encode()))
    assert found.problem.kind == "no endpoint"
    assert elsewhere.wsman.open_shells == 0


@pytest.mark.parametrize("tls", [False, True], ids=["ntlm", "basic"])
def test_a_wrong_password(host: Any, tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    served = host.start(tls=tls)
    monkeypatch.setenv("MUSTER_TEST_PASSWORD", "wrong battery")
    found = unanswered(served.endpoint)
    assert found.problem.kind == "login"
    assert "password is wrong" in found.problem.cause
    assert "battery" not in f"{found.problem}{found.problem!r}"
    assert found.lost


def test_a_method_that_the_endpoint_does_not_offer(host: Any) -> None:
    served = host.start(tls=True)
    found = unanswered(
        replace(served.endpoint, authentication=Authentication("ntlm", "auditor", "env:MUSTER_TEST_PASSWORD"))
    )
    assert found.problem.kind == "login"
    assert "it offers: Basic" in found.problem.cause


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "login"),
        (403, "permission"),
        (404, "no endpoint"),
        (413, "failed"),
        (500, "failed"),
        (503, "unreachable"),
    ],
)
def test_an_http_status_is_explained(host: Any, status: int, kind: str) -> None:
    found = unanswered(host.start(tls=True, fault=EndpointFault(status=status)).endpoint)
    assert found.problem.kind == kind
    assert str(status) in found.problem.message
    assert found.problem.cause
    assert found.problem.cure
    assert found.lost


@pytest.mark.parametrize(
    ("number", "kind", "cause"),
    [
        (5, "permission", "may not use this endpoint"),
        (2150859173, "failed", "as many remote sessions"),
        (2150858811, "no endpoint", "no session configuration"),
        (123456, "failed", "WSMan fault 123456"),
    ],
)
def test_a_wsman_fault_is_explained(host: Any, number: int, kind: str, cause: str) -> None:
    served = host.start(fault=EndpointFault(wsman_fault=number, wsman_message="Zugriff verweigert."))
    found = unanswered(served.endpoint)
    assert found.problem.kind == kind
    assert cause in found.problem.cause
    assert "Zugriff verweigert." in found.problem.message


def test_the_wrong_address(host: Any) -> None:
    served = host.start()
    found = unanswered(replace(served.endpoint, kind="windows"))
    assert found.problem.kind == "no endpoint"


@pytest.mark.parametrize(
    ("authentication", "tls", "said"),
    [
        (Authentication("basic", "x", "env:HOME"), "", "without TLS"),
        (Authentication("certificate"), "", "without TLS"),
        (Authentication("anonymous"), "tls", "no method 'anonymous'"),
        (Authentication("ntlm", "x", "env:MUSTER_NOT_SET"), "", "MUSTER_NOT_SET is not set"),
        (Authentication("ntlm", "x", "hunter2"), "", "no reference"),
    ],
)
def test_logins_that_must_not_be(authentication: Authentication, tls: str, said: str) -> None:
    found = unanswered(Endpoint("windows", "EX01", "127.0.0.1", 9, tls=tls, authentication=authentication))
    assert found.problem.kind == ("no secret" if authentication.method == "ntlm" else "login")
    assert found.lost
    assert said in found.problem.message
    assert "hunter2" not in str(found.problem)


def test_kerberos_without_its_library_says_what_to_install(host: Any) -> None:
    served = host.start()
    found = unanswered(replace(served.endpoint, authentication=Authentication()))
    assert found.problem.kind == "no secret"
    assert found.problem.cure
