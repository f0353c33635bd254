from collections.abc import Callable
from dataclasses import replace

import pytest

from muster.evidence import account_of
from muster.evidence.causes import causes
from muster.model import (
    Environment,
    ExchangeCmdlet,
    FactUnavailable,
    ObjectVerdict,
    Observation,
    Problem,
    Run,
    Severity,
    Verdict,
    WindowsCmdlet,
)

Build = Callable[..., Run]
BuildVerdict = Callable[..., Verdict]


def unanswered(question: WindowsCmdlet | ExchangeCmdlet, subject: str, problem: Problem) -> Observation:
    return Observation(question, subject, None, 1.0, "", problem=problem)


def open_because(make_verdict: BuildVerdict, seen: Observation, subject: str, control: str) -> Verdict:
    assert seen.problem
    reason = str(FactUnavailable(subject, "Services", seen.problem))
    made = make_verdict("undetermined", subject, reason=reason, questions=(seen.question.key,))
    return replace(made, control=replace(made.control, id=control))


def test_one_dead_server_is_one_cause(make_run: Build, make_verdict: BuildVerdict) -> None:
    refused = Problem("unreachable", "ex03:5985 refused the connection", "WinRM is off", "Start WinRM on EX03")
    silent = Problem("timeout", "ex03:443 did not answer within 60 s")
    rpc = Problem("failed", "RPC to EX03 failed")
    seen = [
        unanswered(WindowsCmdlet("Get-CimInstance", server="EX03"), "EX03", refused),
        unanswered(ExchangeCmdlet("Get-ExchangeCertificate", about="EX03", Server="EX03"), "EX03", silent),
        unanswered(ExchangeCmdlet("Get-Queue", about="EX03", Server="EX03"), "EX03", rpc),
    ]
    verdicts = [open_because(make_verdict, one, "EX03", f"area.c{n}") for n, one in enumerate(seen * 10)]
    dag = make_verdict(
        "undetermined",
        "DAG01",
        reason=f"what is known holds, but EX03 could not be asked: {refused}",
        questions=(seen[0].question.key,),
    )
    (cause,) = causes(account_of(make_run((*verdicts, dag), tuple(seen))))
    assert cause.title == "EX03 did not answer"
    assert len(cause.verdicts) == 31
    assert cause.cure == "Start WinRM on EX03"
    assert set(cause.messages) == {
        "ex03:5985 refused the connection: WinRM is off",
        "ex03:443 did not answer within 60 s",
        "RPC to EX03 failed",
    }


def test_two_dead_servers_are_two_causes_but_a_dead_network_is_one(
    make_large_run: Callable[..., tuple[Run, Environment]],
) -> None:
    run, environment = make_large_run(servers=10, controls=4, fail=0, undetermined=0.2)
    assert [cause.title for cause in causes(account_of(run, environment))] == [
        "EX000 did not answer",
        "EX001 did not answer",
    ]
    run, environment = make_large_run(servers=20, controls=4, fail=0, undetermined=0.9)
    (cause,) = causes(account_of(run, environment))
    assert cause.title == "18 subjects did not answer"
    assert len(cause.verdicts) == 72


def test_an_unanswered_alternative_is_not_the_cause(make_run: Build, make_verdict: BuildVerdict) -> None:
    seen = unanswered(ExchangeCmdlet("Get-X"), "organization", Problem("unknown cmdlet", "there is no Get-X"))
    verdict = make_verdict(
        "undetermined",
        "EX01",
        reason="ReceiveConnector.bindings of EX01\\App on EX01: Bindings was not sent",
        questions=(seen.question.key, "ldap forest: …"),
    )
    (cause,) = causes(account_of(make_run((verdict,), (seen,))))
    assert cause.title == "Bindings was not sent"


def test_the_same_trouble_on_two_servers_is_one_cause(make_run: Build, make_verdict: BuildVerdict) -> None:
    verdicts = tuple(
        make_verdict("undetermined", name, reason=f"Build of {name}: Version of {name} was not sent")
        for name in ("EX01", "EX02")
    )
    (cause,) = causes(account_of(make_run(verdicts)))
    assert len(cause.verdicts) == 2


def test_what_a_capture_lacks_is_one_cause(make_run: Build, make_verdict: BuildVerdict) -> None:
    verdicts = tuple(
        make_verdict("undetermined", "EX01", reason=f"Thing of EX01: not captured: exchange: Get-{n}") for n in "AB"
    )
    (cause,) = causes(account_of(make_run(verdicts)))
    assert cause.title == "Not captured"
    assert cause.messages == ("not captured: exchange: Get-A", "not captured: exchange: Get-B")


def test_an_object_says_more_than_the_verdict(make_run: Build, make_verdict: BuildVerdict) -> None:
    objects = (ObjectVerdict("A", "undetermined", "Cert.services of A on EX01: Services came in no readable form"),)
    verdict = make_verdict("undetermined", "EX01", reason="1 of 2: A: …", objects=objects)
    (cause,) = causes(account_of(make_run((verdict,))))
    assert cause.title == "Services came in no readable form"


@pytest.mark.parametrize(("low", "high"), [(Severity.LOW, Severity.HIGH)])
def test_the_gravest_comes_first(make_run: Build, make_verdict: BuildVerdict, low: Severity, high: Severity) -> None:
    several = make_verdict("undetermined", "EX01", reason="nothing was asserted")
    low_ones = [replace(several, subject=f"EX0{n}", control=replace(several.control, severity=low)) for n in range(5)]
    grave = replace(several, reason="partial", control=replace(several.control, severity=high))
    found = causes(account_of(make_run((*low_ones, grave))))
    assert [(cause.title, cause.severity, len(cause.verdicts)) for cause in found] == [
        ("partial", high, 1),
        ("nothing was asserted", low, 5),
    ]
