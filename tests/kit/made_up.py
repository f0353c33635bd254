"""A made-up organisation and run folders of it, for tests of the machine that need no lab."""

from datetime import UTC, date, datetime
from pathlib import Path

from muster import evidence, policy, waivers
from muster.model import (
    Answer,
    DatabaseAvailabilityGroup,
    Environment,
    ExchangeCmdlet,
    Forest,
    Object,
    Observation,
    Organization,
    Problem,
    Run,
    Server,
)
from muster.waivers import Waiver

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
EX01 = Server("EX01", "ex01.contoso.local", dag="DAG01")
EX02 = Server("EX02", "ex02.contoso.local", dag="DAG01")
EDGE = Server("EDGE01", "edge01.contoso.local", roles=frozenset({"Edge"}))
MEMBERS = (EX01, EX02, EDGE)

ENVIRONMENT = Environment(
    name="made-up",
    organization=Organization("Contoso", MEMBERS),
    forest=Forest("contoso.local"),
    dags=(DatabaseAvailabilityGroup("DAG01", (EX01, EX02)),),
)


def asked(
    question: ExchangeCmdlet, *objects: Object, problem: Problem | None = None, partial: bool = False
) -> Observation:
    """One observation of the made-up organisation."""
    subject = question.at or question.about or "organization"
    if problem is not None:
        return Observation(question, subject, NOON, 0.1, "EX01", problem=problem)
    shortfalls = (Problem("partial", "RPC to EX02 failed"),) if partial else ()
    return Observation(question, subject, NOON, 0.1, "EX01", Answer(objects, "partial", shortfalls))


def run_folder(folder: Path, *observations: Observation, accepted: tuple[Waiver, ...] = ()) -> Path:
    """A run folder below ``folder`` that holds these observations and no verdict."""
    decisions = {"policy": policy.dump(policy.Policy()), "waivers": waivers.dump(accepted)}
    run = Run("made-up", "Contoso", NOON, NOON, date(2026, 1, 15), (), observations, decisions=decisions)
    return evidence.write(run, ENVIRONMENT, folder)
