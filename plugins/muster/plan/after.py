"""What is left when every server is there."""

from muster.plan.commands import quoted
from muster.plan.paths import Path
from muster.plan.situation import Situation
from muster.plan.steps import Note, Phase, Step
from muster.plan.target import Target


def balance(situation: Situation, names: tuple[str, ...]) -> tuple[Step, ...]:
    """After the last member of a DAG: databases back to their preferred servers."""
    steps = []
    for group in situation.groups:
        worked = tuple(name for name in group.members if name in names)
        if worked:
            steps.append(
                Step(
                    "balance",
                    f"{group.name}: databases back to their preferred servers",
                    "Exchange Management Shell of a member",
                    ("Organization Management (or Database Copies)",),
                    (
                        f"& $exscripts\\RedistributeActiveDatabases.ps1 -DagName {quoted(group.name)} "
                        "-BalanceDbsByActivationPreference",
                    ),
                    (
                        Note(
                            "Every copy healthy first. Servers with different builds in a DAG are a passing state only."
                        ),
                    ),
                    worked,
                )
            )
    return tuple(steps)


def finish(situation: Situation, target: Target, paths: tuple[Path, ...]) -> Phase:
    """The last look at everything, and rights that are given back."""
    notes = [
        Note(
            "What is expected to differ: build, Extended Protection, TLS and security defaults, DataCollectionEnabled."
        ),
        Note("What must not differ: connectors with their rights, URLs, authentication, agents, own *.config keys."),
    ]
    left = [path.server.name for path in paths if path.kind in {"blocked", "unknown"}]
    if left:
        notes.append(Note(f"Still without a way: {', '.join(left)}."))
    return Phase(
        "After the last server",
        (
            Step(
                "final check",
                f"Everything at {target.update}, and nothing else changed",
                "your workstation",
                ("View-Only Organization Management and read access, as for every run",),
                (f"pytest --env {quoted(situation.environment)}",),
                tuple(notes),
            ),
            Step(
                "give back rights",
                "Take the installing account out of Schema Admins and Enterprise Admins",
                "a domain controller",
                ("Enterprise Admins",),
                tuple(
                    f'Remove-ADGroupMember "{group}" -Members {quoted((situation.account or "<account>").rpartition(chr(92))[2])}'
                    for group in ("Schema Admins", "Enterprise Admins")
                ),
                (
                    Note(
                        "Start antivirus, monitoring and backup again; link the ExecutionPolicy object again if it was taken off."
                    ),
                ),
            ),
        ),
    )
