"""A lab in this very process: one world that answers over its wire at both levels, and can be written into files."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kit.judged import Bench, fact_fixtures
from kit.recorded import INVENTORIES, every_want
from muster import inventory, lab, policy
from muster.lab.description import load_description
from muster.lab.process import PASSWORD
from muster.lab.serving import serving
from muster.lab.world.making import World
from muster.model import SUBJECT_FIXTURES, Environment, ExchangeCmdlet, concerns
from muster.observe import Doors, Observing, Want
from muster.pytest import collecting
from muster.resolve import needs_of
from muster.transport import doors

OVERRIDE: Mapping[str, Any] = {
    "output": "Get-SettingOverride",
    "add": {
        "Name": "Signing",
        "ComponentName": "Data",
        "SectionName": "EnableSerializationDataSigning",
        "Parameters": ["Enabled=true"],
        "MinVersion": "15.2.1544.4",
        "Server": ["EX01", "EX02"],
        "Status": "Accepted",
    },
}
"""What no organisation in order has, and a fact tells of: bound to a version below, unbound above."""
SCAN_ENGINES: Mapping[str, Any] = {
    "windows": "ex01",
    "class": "Select-String",
    "add": {
        "Path": "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FIP-FS\\Data\\Configuration.xml",
        "Filename": "Configuration.xml",
        "LineNumber": 214,
        "Line": "      <Type>XLSB|NO</Type>",
    },
}
"""A line that nobody has whose scan engines are as they came."""
UNEXPANDED: Mapping[str, Any] = {
    "windows": "ex01",
    "class": "Select-String",
    "add": {
        "Path": "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\Owa\\web.config",
        "Filename": "web.config",
        "LineNumber": 31,
        "Line": '      <codeBase href="file:///%ExchangeInstallDir%bin\\Microsoft.Exchange.Common.dll" />',
    },
}
"""A line that a security update leaves that was not started from an elevated prompt."""

GROUP_POLICY: Mapping[str, Any] = {
    "windows": "ex01",
    "class": "RSOP_RegistryPolicySetting",
    "add": {
        "registryKey": "Software\\Policies\\Microsoft\\Windows\\PowerShell",
        "valueName": "ExecutionPolicy",
        "GPOID": "cn={31B2F340-016D-11D2-945F-00C04FB984F9},cn=policies,cn=system,DC=contoso,DC=local",
    },
}
"""A group policy that nobody has who is ready for an upgrade."""


@dataclass(frozen=True)
class Played:
    """A world, and what it said over its wire: to Partial and to Full sessions."""

    world: World
    partial: Bench
    full: Bench


@cache
def played(name: str, *, more: bool = False) -> Played:
    """Play a description of the lab and ask it everything that any check reads; ``more`` adds what none has."""
    folder = INVENTORIES / name
    environment, decided = inventory.load(folder), policy.load(folder)
    description = load_description(name)
    if more:
        description = description.with_patches("more", OVERRIDE, SCAN_ENGINES, GROUP_POLICY, UNEXPANDED)
    before = os.environ.get(PASSWORD)
    os.environ[PASSWORD] = "correct horse"
    try:
        with (
            tempfile.TemporaryDirectory() as keys,
            serving(description, os.environ[PASSWORD], Path(keys)) as running,
        ):
            wants = list(every_fact(environment))
            partial = _asked(lab.attach(environment, running.addresses), decided, wants)
            exchange = [want for want in wants if _has_levels(want)]
            full = _asked(lab.attach(environment, running.addresses, serialization="full"), decided, exchange)
            return Played(running.world, partial, full)
    finally:
        if before is None:
            del os.environ[PASSWORD]
        else:
            os.environ[PASSWORD] = before


def every_fact(environment: Environment) -> Iterator[Want]:
    """Every fact of every subject that a check reads, and the facts that no check reads yet."""
    read = dict.fromkeys(every_want(environment))
    yield from read
    known = {fact for fact, _ in read}
    for fixture in fact_fixtures().values():
        use = collecting.fact_of_fixture(fixture)
        if use is not None and use.fact not in known and use.of in SUBJECT_FIXTURES:
            subjects = environment.subjects(SUBJECT_FIXTURES[use.of])
            yield from ((use.fact, subject) for subject in subjects if concerns(use.fact, subject))


def _asked(environment: Environment, decided: policy.Policy, wants: list[Want]) -> Bench:
    found = Observing(environment, Doors(doors.connect, doors.probe)).run(wants)
    return Bench(environment, found, decided.as_of or date(2026, 1, 15), decided)


def _has_levels(want: Want) -> bool:
    return any(isinstance(one, ExchangeCmdlet) for need in needs_of(want[0]) for one in need.alternatives)
