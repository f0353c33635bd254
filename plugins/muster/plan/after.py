"""What is left when every server is there."""

from muster.naming.target import Target
from muster.plan.commands import quoted
from muster.plan.paths import Path
from muster.plan.situation import Situation
from muster.plan.steps import Note, Phase, Step

_BALANCES = "$exscripts\\RedistributeActiveDatabases.ps1"


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
                    (f"& {_BALANCES} -DagName {quoted(group.name)} -BalanceDbsByActivationPreference",),
                    (Note("Every copy healthy first. Different builds in a DAG are a passing state only."),),
                    worked,
                )
            )
    return tuple(steps)


def finish(situation: Situation, target: Target, paths: tuple[Path, ...]) -> Phase:
    """The last look at everything, and rights that are given back."""
    notes = [
        Note("May differ: build, Extended Protection, TLS and other security defaults, DataCollectionEnabled."),
        Note("Must not differ: connectors with their rights, URLs, authentication, agents, own *.config keys."),
    ]
    left = [path.server.name for path in paths if path.kind in {"blocked", "unknown"}]
    if left:
        notes.append(Note(f"Still without a way: {', '.join(left)}."))
    account = quoted((situation.account or "<account>").rpartition("\\")[2])
    again = "Start antivirus, monitoring and backup again; link the ExecutionPolicy object again if it was taken off."
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
                    f'Remove-ADGroupMember "{group}" -Members {account}'
                    for group in ("Schema Admins", "Enterprise Admins")
                ),
                (Note(again),),
            ),
        ),
    )
