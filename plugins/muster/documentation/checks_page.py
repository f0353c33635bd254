"""``docs/checks.md``: every control by area, with why, remedy, references and what it asks."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from muster.documentation.markdown import GENERATED, anchor, code, link, plain, table
from muster.documentation.usage import KINDS, Usage, chain, typed
from muster.model import Need, Severity
from muster.pytest import gates
from muster.pytest.options import GATES

_INTRODUCTION = """\
Every control that comes with muster, by area. *Asks* names what must be answered before it can be judged: the first
way, and those that are tried only where the first had a problem. [questions.md](questions.md) tells the same the
other way round, [outcomes.md](outcomes.md) what a verdict means.
"""

_AT_THE_GATES = """\
[upgrade-night.md](upgrade-night.md) says when each is for. What is *nowhere else* is judged only where `-m` names its
gate. `-m post_upgrade` also holds everything that `--against` compares.
"""

_SUBJECTS = {
    "Server": "each server",
    "DatabaseAvailabilityGroup": "each DAG",
    "Site": "each site",
    "Organization": "the organisation",
    "DomainController": "each domain controller",
    "Domain": "each domain",
    "Forest": "the forest",
    "PublicName": "each public name",
}


def checks_page(used: Sequence[Usage]) -> str:
    """The whole page."""
    areas = [(area, list(group)) for area, group in groupby(used, key=lambda one: one.listed.control.area)]
    parts = [GENERATED, "# Checks\n", _INTRODUCTION, f"{len(used)} controls.\n", _overview(areas), _gates(used)]
    for area, group in areas:
        parts.append(f"## {area}\n")
        parts += [_entry(one) for one in group]
    return "\n".join(parts)


def _overview(areas: Sequence[tuple[str, list[Usage]]]) -> str:
    severities = sorted(Severity, reverse=True)
    rows = []
    for area, group in areas:
        counted = Counter(one.listed.control.severity for one in group)
        rows.append([f"[{area}](#{anchor(area)})", str(len(group)), *(str(counted[one] or "") for one in severities)])
    return table(["area", "controls", *map(str, severities)], rows)


def _gates(used: Sequence[Usage]) -> str:
    """Which controls each gate of an upgrade holds."""
    rows = []
    for one in used:
        held = gates.gates_of(one.listed.check)
        if held:
            name = one.listed.control.id
            only = "yes" if gates.judged_at_gates_only(one.listed.check) else ""
            marks = ("x" if gate in held else "" for gate in GATES)
            rows.append([f"[{code(name)}](#{anchor(name)})", *marks, only])
    headings = ["control", *(f"`-m {gate}`" for gate in GATES), "nowhere else"]
    return f"## At the gates of an upgrade\n\n{_AT_THE_GATES}\n{table(headings, rows)}"


def _entry(one: Usage) -> str:
    control = one.listed.control
    judged = _SUBJECTS[one.subject.__name__] + (f" ({', '.join(sorted(control.roles))})" if control.roles else "")
    lines = [
        f"### {code(control.id)}\n",
        f"**{plain(control.title)}.** Severity {control.severity}; judged for {judged}.\n",
    ]
    lines += [f"{plain(paragraph)}\n" for paragraph in one.listed.why.split("\n\n")]
    lines.append(f"*Remedy.* {plain(control.remediation)}\n")
    lines += ["*Asks.*\n", *_asks(one), ""]
    lines.append("*References.* " + " · ".join(map(link, control.references)) + "\n")
    return "\n".join(lines)


def _asks(one: Usage) -> Iterator[str]:
    if not one.needs:
        yield "- nothing: it is judged from the inventory alone"
    for wanted in dict.fromkeys(wanted for wanted, _ in one.needs):
        yield from _ways(wanted)


def _ways(wanted: Need) -> Iterator[str]:
    for place, alternative in enumerate(wanted.alternatives):
        text = ", then ".join(code(typed(step)) for step in chain(alternative))
        kind = KINDS[type(alternative)]
        yield f"- {kind}: {text}" if place == 0 else f"  - otherwise {kind}: {text}"
