"""Errors from below, as an operator should read them: kind, cause and cure, whatever language the server speaks."""

import errno
import socket

import pytest
import requests
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
from spnego.exceptions import NativeError, SpnegoError

from muster.model import PROBLEM_KINDS, Authentication, Endpoint, Object, Problem
from muster.transport.connecting import connection_problem
from muster.transport.powershell.diagnosis import diagnose, network_problem, shell_is_gone
from muster.transport.powershell.error_records import MEANINGS, problem_of
from muster.transport.powershell.wsman_faults import (
    EXCHANGE_FAULTS,
    HTTP,
    KERBEROS,
    KERBEROS_BASE,
    UNAUTHORIZED,
    WSMAN,
    Advice,
)

EXCHANGE = Endpoint("exchange", "EX01", "ex01.contoso.local", 80)
NTLM = Endpoint("windows", "EDGE01", "edge01", 5985, authentication=Authentication("ntlm", "audit", "env:X"))


def test_every_line_of_advice_has_a_known_kind_a_cause_and_a_cure() -> None:
    tables: list[Advice] = [*WSMAN.values(), *HTTP.values(), *KERBEROS.values(), *UNAUTHORIZED.values()]
    tables += [advice for _, advice in EXCHANGE_FAULTS]
    tables += [Advice(meaning.kind, meaning.cause, meaning.cure) for meaning in MEANINGS]
    for line in tables:
        assert line.kind in PROBLEM_KINDS, line
        assert line.cause, line
        assert line.cure, line
        assert "\n" not in line.cause + line.cure


def _kerberos(minor: int, text: str = "Unspecified GSS failure") -> SpnegoError:
    native = NativeError(f"Major (851968): {text}, Minor ({KERBEROS_BASE + minor}): x", maj_code=851968)
    return SpnegoError(base_error=native)


@pytest.mark.parametrize(
    ("minor", "kind", "cause"),
    [
        (7, "login", "does not know the server"),
        (37, "login", "clocks"),
        (195, "no secret", "no Kerberos ticket"),
        (156, "unreachable", "no domain controller answers"),
        (24, "login", "password is wrong"),
        (18, "login", "locked"),
    ],
)
def test_kerberos_errors_are_known_by_their_number(minor: int, kind: str, cause: str) -> None:
    problem = diagnose(_kerberos(minor), EXCHANGE)
    assert problem.kind == kind
    assert cause in problem.cause
    assert "ex01.contoso.local:80" in problem.message


def test_kerberos_errors_are_known_by_their_sentence_where_the_number_is_mapped() -> None:
    native = NativeError("Minor (100004): Server not found in Kerberos database", maj_code=851968)
    assert "does not know the server" in diagnose(SpnegoError(base_error=native), EXCHANGE).cause


def test_no_credential_at_all() -> None:
    fault = SpnegoError(base_error=NativeError("none", maj_code=458752))
    assert "kinit" in diagnose(fault, EXCHANGE).cure
    assert "user" in diagnose(fault, NTLM).cause


@pytest.mark.parametrize(
    ("provider", "kind", "cause"),
    [
        (
            "[AuthZRequestId=1][FailureCategory=AuthZ-CmdletAccessDeniedException] Der Benutzer ist nicht zugewiesen",
            "permission",
            "no Exchange management role",
        ),
        (
            "[FailureCategory=AuthZ-AuthorizationException] Fail … policy party : MaxConcurrency",
            "failed",
            "as many remote sessions",
        ),
    ],
)
def test_what_exchange_found_outranks_the_number(provider: str, kind: str, cause: str) -> None:
    problem = diagnose(WSManFaultError(2152992672, "EX01", "", "PowerShellplugin", "", provider), EXCHANGE)
    assert problem.kind == kind
    assert cause in problem.cause
    assert provider in problem.message


def test_an_unknown_fault_gives_its_number_in_both_notations() -> None:
    problem = diagnose(WSManFaultError(2150859999, None, None, None, None, None), EXCHANGE)
    assert "2150859999 (0x803384DF)" in problem.cause


@pytest.mark.parametrize(("code", "gone"), [(2150858843, True), (5, False), ("w:InternalError", False)])
def test_a_lost_shell_is_told_from_other_faults(code: object, gone: bool) -> None:
    assert shell_is_gone(WSManFaultError(code, None, None, None, None, None)) is gone


@pytest.mark.parametrize(
    ("status", "kind"), [(403, "permission"), (404, "no endpoint"), (413, "failed"), (418, "failed"), (599, "failed")]
)
def test_every_http_status_has_an_answer(status: int, kind: str) -> None:
    problem = diagnose(WinRMTransportError("http", status, "<html>"), EXCHANGE)
    assert problem.kind == kind
    assert f"HTTP {status}" in problem.message


def test_a_busy_service_that_requests_gives_up_on() -> None:
    problem = diagnose(requests.exceptions.RetryError("too many 503 error responses"), EXCHANGE)
    assert (problem.kind, "503" in problem.message) == ("unreachable", True)


def test_the_cause_of_a_refused_login_depends_on_the_method() -> None:
    fault = AuthenticationError("Failed to authenticate the user None with kerberos")
    assert "ticket" in diagnose(fault, EXCHANGE).cause
    assert "password" in diagnose(fault, NTLM).cause


def test_missing_kerberos_support_says_what_to_install() -> None:
    problem = diagnose(ImportError("GSSAPIProxy requires the Python gssapi library"), EXCHANGE)
    assert "muster[kerberos]" in problem.cure


def test_what_nobody_foresaw_is_still_a_problem_with_everything_said() -> None:
    problem = diagnose(WinRMError("something odd"), EXCHANGE)
    assert problem.kind == "failed"
    assert "something odd" in problem.message
    assert "WinRMError" in problem.cause


def _wrapped(error: Exception) -> requests.ConnectionError:
    """As requests has it: the real error inside urllib3's, inside its arguments."""
    outer = requests.ConnectionError()
    inner = Exception("max retries")
    inner.reason = error  # type: ignore[attr-defined] # urllib3's MaxRetryError has it
    outer.args = (inner,)
    return outer


@pytest.mark.parametrize(
    ("error", "kind", "cause"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "unreachable", "DNS here does not know it"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Verbindungsaufbau abgelehnt"), "unreachable", "nothing listens"),
        (OSError(errno.EHOSTUNREACH, "x"), "unreachable", "no route"),
        (TimeoutError("timed out"), "timeout", "drops the packets"),
    ],
)
def test_network_errors_are_found_however_deep_they_are(error: Exception, kind: str, cause: str) -> None:
    problem = network_problem(_wrapped(error), EXCHANGE)
    assert problem is not None
    assert problem.kind == kind
    assert cause in problem.cause
    assert "ex01.contoso.local" in problem.message


def test_what_is_no_network_error_is_left_to_others() -> None:
    assert network_problem(ValueError("x"), EXCHANGE) is None


def test_a_chain_that_bites_its_tail_ends() -> None:
    error = ValueError("x")
    error.args = (error,)
    assert network_problem(error, EXCHANGE) is None


def test_the_class_of_the_cmdlet_says_nothing_about_the_error() -> None:
    record = Object("System.Management.Automation.ErrorRecord", "kaputt", {
        "FullyQualifiedErrorId": "Oops,Microsoft.Exchange.Management.GetDomainControllerAccessDenied",
        "ErrorCategory_Reason": "OddException",
        "ErrorCategory_Category": 0,
    })  # fmt: skip
    assert problem_of(record) == Problem(
        "failed",
        "kaputt",
        "the cmdlet ended with OddException",
        "Run the same cmdlet in the Exchange Management Shell",
    )


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        TimeoutError(),
        ConnectionRefusedError(),
        ConnectionResetError(),
        OSError(113, "No route to host"),
    ],
)
def test_every_advice_is_whole_sentences(error: OSError) -> None:
    problem = connection_problem(error, "ex01.contoso.local", 443, 60)
    for part in (problem.message, problem.cause, problem.cure):
        assert part
        assert part[-1] not in ":,;"
