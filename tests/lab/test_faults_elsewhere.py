"""The demo's faults on other servers, objects and values, over the real wire: no check knows the demo by name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kit.judged import CHECKS, Bench, checks, nightly, subjects_of
from kit.recorded import INVENTORIES, observed
from muster import inventory, lab, policy
from muster.lab.description import Expected, load_description
from muster.model import PublicName, Severity
from muster.pytest import collecting
from muster.pytest.judging import Judgement

ELSEWHERE = Path(__file__).with_name("faults_elsewhere.yaml")
EXPECTED = load_description(ELSEWHERE).expected


@cache
def bench() -> Bench:
    """The organisation in order's inventory with a second mail exchanger, asked while every fault is planted."""
    folder = INVENTORIES / "demo-clean"
    environment = inventory.load(folder)
    behind = tuple(server for server in environment.servers if server.name == "ex06")
    second = PublicName("mx2.contoso.com", behind, mail_exchanger=True)
    environment = replace(environment, public_names=(*environment.public_names, second))
    with lab.start(ELSEWHERE) as started:
        return observed(lab.attach(environment, started), policy.load(folder))


@cache
def found() -> dict[tuple[str, str], Judgement]:
    """Everything that did not pass and counts, by control and subject."""
    verdicts: dict[tuple[str, str], Judgement] = {}
    for control in nightly():
        check = checks()[control]
        made = collecting.control_of(check)
        if made is None or made.severity < Severity.MEDIUM:
            continue
        for subject in subjects_of(control, bench().environment):
            judgement = bench().judged(control, subject.name)
            if judgement.outcome not in {"pass", "not applicable"}:
                verdicts[control, subject.name] = judgement
    return verdicts


def test_every_fault_is_planted_elsewhere() -> None:
    demo, here = load_description("demo"), load_description(ELSEWHERE)
    assert here.patches.keys() == demo.patches.keys()
    assert {(one.fault, one.control) for one in here.expected} == {(one.fault, one.control) for one in demo.expected}
    known = {(one.control, one.subject, one.object) for one in demo.expected}
    assert not known & {(one.control, one.subject, one.object) for one in here.expected}


@pytest.mark.parametrize("wanted", EXPECTED, ids=lambda one: f"{one.fault}: {one.control}")
def test_the_same_check_fires(wanted: Expected) -> None:
    judgement = found().get((wanted.control, wanted.subject))
    assert judgement is not None, f"{wanted.control} did not fire on {wanted.subject}"
    assert judgement.outcome == "fail", judgement.reason
    if wanted.object is not None:
        assert wanted.object in {one.object for one in judgement.objects}, judgement.reason


UNPREPARED = {("build.known-vulnerable", name) for name in ("ex01", "ex02", "ex03", "ex05", "ex06")}
"""Every server of the domain that fault 2 leaves unprepared carries CVE-2022-21978."""

AT_THE_GATE = {("upgrade.copies-elsewhere", "ex06"), ("upgrade.protection-on-server", "ex02")}
"""What faults 18 and 8 mean for whoever wants to upgrade: judged at the gate only."""


def test_nothing_else_fires() -> None:
    planted = {(one.control, one.subject) for one in EXPECTED} | UNPREPARED | AT_THE_GATE
    assert {key: one.reason for key, one in found().items() if key not in planted} == {}


def names_of_the_demo() -> Iterator[str]:
    """What the demo calls its own things; keys of the plan and names that Exchange gives are not among them."""
    plan = load_description("demo").patched_plan()
    yield plan["organisation"]
    for section in ("servers", "sites", "dags", "databases", "domains", "public_names", "accepted_domains"):
        yield from plan[section]
    for section in ("receive_connectors", "send_connectors"):
        yield from plan[section]
    for domain in plan["domains"].values():
        yield from domain["controllers"]
    for dag in plan["dags"].values():
        yield dag["witness"].split(".")[0]
    for connector in plan["send_connectors"].values():
        yield from (host.split(".")[-2] for host in connector["smart_hosts"])
    for certificate in plan["certificates"].values():
        yield from (name for name in certificate.get("names", ()) if "{" not in name)


@pytest.mark.parametrize("name", sorted(set(names_of_the_demo()) - {"*"}))
def test_no_check_contains_a_name_of_the_demo(name: str) -> None:
    spelled = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    assert [file.name for file in CHECKS.glob("*.py") if spelled.search(file.read_text(encoding="utf-8"))] == []
