"""``--what-if``: stored answers changed as an upgrade would change them, judged beside the unchanged ones.

Every check on every subject is there twice: once on the changed answers, which gives the verdict, and once on the
answers as they are, by the same checks, policy and catalogue. So nothing but the upgrade can make a difference, and
the checks of the gate before an upgrade, which an ordinary run does not judge, can be judged too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster import inventory
from muster.catalogue import Release
from muster.model import Environment, FactUnavailable, Otherwise, Verdict, WhatIf
from muster.naming.target import UnknownTarget, read_target
from muster.pytest.opening import MISTAKES, Imagining, Opened, folder_of_inventories, old_answers, say_environments
from muster.pytest.options import AS_IT_IS
from muster.transport.old.newest import NoRun, newest
from muster.upgrade.what_if import NobodyGoes, what_if


@dataclass(frozen=True, slots=True)
class AsItIs:
    """The verdict on the unchanged answers; ``gate``: the check belongs to the gate before an upgrade."""

    verdict: Verdict
    gate: bool


def is_as_it_is(item: pytest.Item) -> bool:
    """Whether an item judges the unchanged answers of a what-if run."""
    return item.get_closest_marker(AS_IT_IS) is not None


def opened(config: pytest.Config) -> Opened:
    """The stored answers, changed; raises ``pytest.UsageError`` for what cannot be imagined."""
    _refuse(config)
    try:
        stored = old_answers(_folder(config), config.option.at, datetime.now(UTC))
    except (*MISTAKES, NoRun) as wrong:
        raise pytest.UsageError(str(wrong)) from None
    _servers_exist(config, stored.environment)
    try:
        target = _release(config.option.what_if, stored)
        found = what_if(
            stored.environment,
            (stored.observations or {}).values(),
            stored.catalogue,
            target,
            config.option.server,
        )
    except (UnknownTarget, NobodyGoes, FactUnavailable) as wrong:
        raise pytest.UsageError(f"--what-if {config.option.what_if}: {wrong}") from None
    who = ", ".join(found.servers)
    sentence = f"What if: {target} were installed on {who}, from the answers of {stored.facts_from}"
    if stored.what_if:
        sentence += f" (which were not what was seen either. {stored.what_if})"
    return replace(
        stored,
        environment=found.environment,
        observations={one.question.key: one for one in found.observations},
        what_if=sentence,
        imagined=Imagining(
            found.before,
            stored.observations or {},
            (*_on_top(target, stored, config.option.what_if), *found.told),
            frozenset(found.servers),
        ),
    )


def _refuse(config: pytest.Config) -> None:
    for option, why in (
        ("save_baseline", "a baseline holds what was seen, --what-if imagines"),
        ("against", "drift compares what was seen, --what-if imagines: name one of them"),
        ("in_upgrade", "--what-if asks nobody, so nobody has to be left alone"),
        ("explain", "--what-if asks nobody: there is nothing to explain"),
    ):
        if getattr(config.option, option):
            raise pytest.UsageError(f"--{option.replace('_', '-')} and --what-if: {why}")
    if config.option.env and config.option.facts:
        raise pytest.UsageError(
            "--what-if takes the newest run of --env, or the answers of --facts: name one of them"
        )


def _folder(config: pytest.Config) -> Path:
    """Where the answers are from: ``--facts``, else the newest complete run of the environment."""
    if config.option.facts:
        return Path(config.option.facts)
    name: str = config.option.env
    reports = Path(config.option.reports or config.rootpath / "reports")
    known = inventory.environments(folder_of_inventories(config))
    if name not in known:
        raise pytest.UsageError(f"there is no environment '{name}'. {say_environments(config)}")
    try:
        return newest(reports, name)
    except NoRun as none:
        raise pytest.UsageError(f"{none}; or name the answers with --facts FOLDER in place of --env") from None


def _servers_exist(config: pytest.Config, environment: Environment) -> None:
    known = {server.name.casefold() for server in environment.servers}
    for name in config.option.server:
        if name.casefold() not in known:
            raise pytest.UsageError(f"--server {name}: these answers are of no such server")


def _release(text: str, stored: Opened) -> Release:
    """What Setup installs: of a CU its own build, of a build just that one."""
    on = stored.today or stored.started.date()
    target = read_target(text, stored.catalogue, on)
    if "." in text:
        return target.update
    return stored.catalogue.releases_of(*target.pair)[0]


def _on_top(target: Release, stored: Opened, text: str) -> tuple[str, ...]:
    """That a CU comes without the updates that belong on top of it."""
    if target.su is not None or "." in text:
        return ()
    last = stored.catalogue.newest(target.product, target.cu, stored.today)
    if last == target:
        return ()
    return (f"Setup installs the CU itself: for its state with {last} installed on top, name that build",)


def seen(
    imagined: Imagining, sentence: str, after: Mapping[str, Verdict], before: Mapping[str, AsItIs], selection: str
) -> WhatIf:
    """What would be another verdict, and what stands in the way of Setup."""
    was = {_key(one.verdict): one.verdict for one in before.values()}
    rows = [
        _otherwise(verdict, was[_key(verdict)].outcome, verdict.outcome, verdict.reason)
        for verdict in after.values()
        if _key(verdict) in was and was[_key(verdict)].outcome != verdict.outcome
    ]
    gate = [one.verdict for one in before.values() if one.gate and _concerns(one.verdict, imagined)]
    told = list(imagined.told)
    if not gate:
        said = f" ({selection})" if selection else ""
        told.append(f"What stands in the way of Setup was not judged: none of its checks was selected{said}")
    return WhatIf(
        sentence,
        tuple(told),
        tuple(sorted(rows, key=_order)),
        tuple(sorted((_as_it_is(one) for one in gate if one.outcome == "fail"), key=_order)),
        tuple(sorted((_as_it_is(one) for one in gate if one.outcome == "undetermined"), key=_order)),
    )


def _concerns(verdict: Verdict, imagined: Imagining) -> bool:
    """Of servers only those that would be upgraded."""
    return verdict.subject_kind != "Server" or verdict.subject in imagined.servers


def _key(verdict: Verdict) -> tuple[str, str, str]:
    return verdict.control.id, verdict.subject_kind, verdict.subject


def _as_it_is(verdict: Verdict) -> Otherwise:
    return _otherwise(verdict, verdict.outcome, "", verdict.reason)


def _otherwise(verdict: Verdict, before: str, after: str, reason: str) -> Otherwise:
    control = verdict.control
    return Otherwise(
        control.id, control.title, control.severity, verdict.subject, verdict.subject_kind, before, after, reason
    )


def _order(row: Otherwise) -> tuple[int, str, str]:
    return -row.severity, row.control, row.subject
