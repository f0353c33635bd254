"""Synthetic runs for the tests of every writer: small ones by hand, the demo's shape, and a very large one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from muster.model import (
    Answer,
    Control,
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Environment,
    ExchangeCmdlet,
    Forest,
    Object,
    ObjectVerdict,
    Observation,
    Organization,
    Problem,
    PublicName,
    Run,
    Server,
    Severity,
    Site,
    Verdict,
    WindowsCmdlet,
)

STARTED = datetime(2025, 9, 15, 10, 11, 12, tzinfo=UTC)
AREAS = (
    "autodiscover", "build", "certificates", "components", "connectors", "dag", "directory", "services", "smtp",
    "transport", "virtual-directories",
)  # fmt: skip

RunBuilder = Callable[..., Run]


def control(
    identifier: str = "connectors.no-anonymous-relay", severity: Severity = Severity.HIGH, **more: str
) -> Control:
    return Control(
        identifier,
        more.get("title", "No receive connector relays for anonymous senders"),
        severity,
        ("https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors", "STIG EX19-MB-000105"),
        more.get("remediation", "Remove Ms-Exch-SMTP-Accept-Any-Recipient from ANONYMOUS LOGON on the connector."),
    )


def server(name: str, site: str = "Seattle", dag: str | None = "DAG01") -> Server:
    return Server(name, f"{name.lower()}.contoso.local", site=site, dag=dag, product="Exchange Server 2019 CU15")


def environment_of(servers: tuple[Server, ...]) -> Environment:
    controllers = (
        DomainController("DC1", "dc1.contoso.local", "contoso.local", "Seattle"),
        DomainController("DC2", "dc2.contoso.local", "contoso.local", "London"),
    )
    root = Domain("contoso.local", controllers)
    child = Domain("emea.contoso.local", (DomainController("DC3", "dc3.emea.contoso.local", "emea.contoso.local"),))
    sites = sorted({one.site for one in servers if one.site})
    dags = sorted({one.dag for one in servers if one.dag})
    return Environment(
        "demo",
        Organization("Contoso", servers),
        Forest("contoso.local", (root, child)),
        tuple(Site(name, members=tuple(one for one in servers if one.site == name)) for name in sites),
        tuple(DatabaseAvailabilityGroup(name, tuple(one for one in servers if one.dag == name)) for name in dags),
        (
            PublicName("mail.contoso.com", servers[:2]),
            PublicName("mx.contoso.com", servers[-1:], mail_exchanger=True),
        ),
    )


@pytest.fixture
def environment() -> Environment:
    return environment_of((server("EX01"), server("EX02"), server("EX03", "London"), server("EX04", "London")))


def observation(cmdlet: str, subject: str, seconds: float = 0.4, problem: Problem | None = None) -> Observation:
    answer = Answer((Object("Thing", subject, {"Name": subject, "Enabled": True}),), "partial")
    question = ExchangeCmdlet(cmdlet, about=None if subject == "organization" else subject)
    if subject != "organization":
        question = ExchangeCmdlet(cmdlet, about=subject, Server=subject)
    return Observation(
        question, subject, STARTED, seconds, "" if problem else "EX02", None if problem else answer, problem
    )


def verdict(outcome: str = "pass", subject: str = "EX01", **more: object) -> Verdict:
    reason = {"fail": "accepts any recipient from anybody", "pass": "", "undetermined": "not captured"}.get(
        outcome, ""
    )
    made = Verdict(control(), subject, "Server", outcome, reason, held=("not True",) if outcome == "pass" else ())
    return replace(made, **more)  # type: ignore[arg-type] # a test names fields of Verdict


def run_of(verdicts: tuple[Verdict, ...], observations: tuple[Observation, ...] = (), **more: object) -> Run:
    made = Run(
        "demo",
        "Contoso",
        STARTED,
        STARTED + timedelta(seconds=8.25),
        date(2025, 9, 15),
        verdicts,
        observations,
        versions={"muster": "0.1.0", "python": "3.11.7", "catalogue": "2025-09-10"},
    )
    return replace(made, **more)  # type: ignore[arg-type] # a test names fields of Run


@pytest.fixture
def make_run() -> RunBuilder:
    """Build a run of these verdicts and observations; other fields of ``Run`` by name."""
    return run_of


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    """Build a verdict: outcome, subject, other fields of ``Verdict`` by name."""
    return verdict


@pytest.fixture
def make_control() -> Callable[..., Control]:
    """Build a control: id, severity, title, remediation."""
    return control


@pytest.fixture
def make_observation() -> Callable[..., Observation]:
    """Build an observation: cmdlet, subject, seconds, problem."""
    return observation


DEAD = Problem(
    "unreachable",
    "ex03.contoso.local:5985 did not answer",
    "the connection was refused",
    "Start WinRM on EX03, or open TCP 5985 from this machine",
)


@pytest.fixture
def small_run(make_run: RunBuilder) -> Run:
    """One verdict of every outcome, a partial answer and a dead server."""
    asked = observation("Get-ReceiveConnector", "organization")
    dead = Observation(WindowsCmdlet("Get-CimInstance", server="EX03"), "EX03", STARTED, 30.0, "", None, DEAD)
    relay = ObjectVerdict("EX01\\Scanner Relay", "fail", "accepts any recipient from anybody")
    return make_run(
        (
            verdict("fail", "EX01", objects=(relay,), questions=(asked.question.key,), doc="An open relay.\n\nMore."),
            verdict("pass", "EX02", questions=(asked.question.key,)),
            verdict(
                "undetermined",
                "EX03",
                reason=f"Services of EX03: {DEAD}",
                questions=(dead.question.key,),
            ),
            verdict("not applicable", "EX04", reason="an Edge has none"),
            verdict("waived", "EX04", control=control("services.running", Severity.LOW), reason="accepted until May"),
        ),
        (asked, dead),
    )


def large_run(
    servers: int = 500, controls: int = 40, fail: float = 0.04, undetermined: float = 0.0
) -> tuple[Run, Environment]:
    """Servers × controls verdicts; every 1/fail-th fails, and the first servers of a share never answered."""
    members = tuple(server(f"EX{number:03}", ("Seattle", "London")[number % 2], None) for number in range(servers))
    known = [
        control(f"{AREAS[n % len(AREAS)]}.control-{n:02}", Severity(n % 4), title=f"Setting {n} is as it should be")
        for n in range(controls)
    ]
    dead = int(servers * undetermined)
    observations = [
        observation(f"Get-Thing{n}", one.name, 0.1 + n / 10, replace(DEAD, message=f"{one.fqdn} did not answer"))
        if number < dead
        else observation(f"Get-Thing{n}", one.name, 0.1 + n / 10)
        for number, one in enumerate(members)
        for n in range(3)
    ]
    keys = {(seen.subject, n % 3): seen for n, seen in enumerate(observations)}
    verdicts = []
    every = int(1 / fail) if fail else 0
    for number, one in enumerate(members):
        for n, each in enumerate(known):
            seen = keys[one.name, n % 3]
            made = verdict("pass", one.name, control=each, held=(f"'value {n}' == 'value {n}'",))
            if number < dead:
                made = verdict("undetermined", one.name, control=each, reason=f"Things of {one.name}: {seen.problem}")
            elif every and (number * controls + n) % every == 0:
                made = verdict("fail", one.name, control=each, reason=f"value {number} where value {n} was expected")
            verdicts.append(replace(made, questions=(seen.question.key,), doc="Why it matters."))
    return run_of(tuple(verdicts), tuple(observations)), environment_of(members)


@pytest.fixture
def make_large_run() -> Callable[..., tuple[Run, Environment]]:
    """Build servers × controls verdicts with their environment."""
    return large_run
