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
    Question,
    Run,
    Severity,
    TlsHandshake,
    Verdict,
    WindowsCmdlet,
)

Build = Callable[..., Run]
BuildVerdict = Callable[..., Verdict]


def unanswered(question: Question, subject: str, problem: Problem) -> Observation:
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
    assert cause.why == "ex03:5985 refused the connection"
    assert set(cause.messages) == {
        "ex03:5985 refused the connection. WinRM is off",
        "ex03:443 did not answer within 60 s",
        "RPC to EX03 failed",
    }


def test_a_dead_server_is_told_by_its_own_ports_and_with_their_cure(
    make_run: Build, make_verdict: BuildVerdict, environment: Environment
) -> None:
    peer = Problem("unreachable", "the name ex01 was not found", "DNS", "Correct the name")
    refused = Problem("unreachable", "ex03:5985 refuses connections", "nothing listens", "Start the service")
    pool = [unanswered(ExchangeCmdlet(f"Get-{n}", about="EX03", Server="EX03"), "EX03", peer) for n in range(3)]
    own = [
        unanswered(WindowsCmdlet("Get-CimInstance", server="EX03"), "EX03", refused),
        unanswered(TlsHandshake("ex03.contoso.local", 443), "ex03.contoso.local", refused),
    ]
    verdicts = tuple(open_because(make_verdict, one, "EX03", f"area.c{n}") for n, one in enumerate((*pool, *own)))
    (cause,) = causes(account_of(make_run(verdicts, (*pool, *own)), environment))
    assert (cause.title, cause.why, cause.cure) == (
        "EX03 did not answer",
        "ex03:5985 refuses connections",
        "Start the service",
    )
    assert len(cause.verdicts) == 5


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
    keys = [f"exchange: Get-{n:02}" for n in range(30)]
    verdicts = tuple(
        make_verdict(
            "undetermined", "EX01", reason=f"Thing of EX01: not captured: {key}", questions=("other", keys[0], key)
        )
        for key in keys[1:]
    )
    held = replace(unanswered(ExchangeCmdlet("Get-00"), "EX01", Problem("failed", "no")), problem=None)
    (cause,) = causes(account_of(make_run(verdicts, (held,))))
    assert cause.title == "Not captured"
    assert cause.lacking == ("other", *keys[1:])
    assert cause.messages == ()
    assert cause.why == "30 questions, such as other"
    assert "Record what is missing" in cause.cure


def test_a_file_that_a_capture_lists_and_lacks_is_another_cause(make_run: Build, make_verdict: BuildVerdict) -> None:
    gone = Problem("not captured", "queues.xml is not in the capture", "capture.yaml lists it", "Bring the file")
    seen = unanswered(ExchangeCmdlet("Get-Queue"), "EX01", gone)
    never = make_verdict("undetermined", "EX01", reason="Thing of EX01: not captured: exchange: Get-A")
    verdicts = (open_because(make_verdict, seen, "EX01", "queues.drained"), never)
    found = {cause.title: cause for cause in causes(account_of(make_run(verdicts, (seen,))))}
    assert set(found) == {"Not captured", "The capture lists files that are not there"}
    missing = found["The capture lists files that are not there"]
    assert missing.why == "queues.xml is not in the capture"
    assert missing.cure == "Bring the file"


def test_a_broken_file_is_named(make_run: Build, make_verdict: BuildVerdict) -> None:
    broken = Problem(
        "failed", "windows/services.xml: line 3 is cut off", "the file is not whole clixml", "Make it again"
    )
    seen = unanswered(WindowsCmdlet("Get-CimInstance", server="EX01"), "EX01", broken)
    (cause,) = causes(account_of(make_run((open_because(make_verdict, seen, "EX01", "services.running"),), (seen,))))
    assert cause.title == "windows/services.xml: line 3 is cut off"
    assert cause.messages == ("The file is not whole clixml",)


def test_a_variable_that_is_not_set_is_no_refused_login_and_one_cause(
    make_run: Build, make_verdict: BuildVerdict
) -> None:
    unset = Problem("no secret", "the environment variable X is not set", "muster has no secret", "Set X")
    refused = Problem("login", "ex03:443 answered HTTP 401", "the password is wrong", "Check it")
    seen = [
        unanswered(WindowsCmdlet("Get-CimInstance", server=name), name, problem)
        for name, problem in (("EX01", unset), ("EX02", unset), ("EX03", refused))
    ]
    verdicts = tuple(open_because(make_verdict, one, one.subject, "services.running") for one in seen)
    silent = Problem("unreachable", "ex02:443 refuses connections")
    seen.append(unanswered(TlsHandshake("EX02", 443), "EX02", silent))  # another trouble of the same server
    assert [
        (one.title, one.why, len(one.verdicts)) for one in causes(account_of(make_run(verdicts, tuple(seen))))
    ] == [
        ("There is nothing to log in with", "the environment variable X is not set", 2),
        ("EX03: logging in failed", "the password is wrong", 1),
    ]


def test_no_cause_repeats_its_heading(make_run: Build, make_verdict: BuildVerdict) -> None:
    verdicts = tuple(
        make_verdict("undetermined", name, reason=said)
        for name, said in (
            ("EX01", "nothing was asserted: the check looked at nothing"),
            ("EX02", "not run: the run ended before this check"),
            ("EX03", "Version was not sent. The account may not see it"),
        )
    )
    assert {one.title: (one.why, one.messages) for one in causes(account_of(make_run(verdicts)))} == {
        "Nothing was asserted: the check looked at nothing": ("", ()),
        "Not run": ("The run ended before this check", ("The run ended before this check",)),
        "Version was not sent": ("", ("The account may not see it",)),
    }


def test_a_reason_reads_as_sentences() -> None:
    problem = Problem("unreachable", "ex01:443 is gone", "no route to it", "ca_file: is to be named:")
    assert str(problem) == "ex01:443 is gone. No route to it. ca_file: is to be named"
    assert (
        str(Problem("failed", "what?", "muster cannot know", "exchange: ask"))
        == "what? muster cannot know. exchange: ask"
    )


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
        ("Partial", high, 1),
        ("Nothing was asserted", low, 5),
    ]
