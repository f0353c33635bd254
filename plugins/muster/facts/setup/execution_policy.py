"""PowerShell's execution policy in its five scopes, and which group policy sets it."""

from typing import ClassVar

import pytest

from muster.model import Facts, FactUnavailable, Problem, Server, Shape, WindowsCmdlet, command, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.several import Several
from muster.reading.values import Text, Word

BY_POLICY = ("MachinePolicy", "UserPolicy")
"""The scopes that only a group policy sets and nothing on the server overrides."""
HARMLESS = ("Undefined", "Unrestricted", "Bypass")


class ScopePolicy(Record):
    """What one scope says. ``UserPolicy`` and ``CurrentUser`` are those of the account that muster logs in with."""

    scope: Word
    execution_policy: Word

    @property
    def identity(self) -> str:
        """The scope."""
        return self.shown("scope")


class ExecutionPolicies(Records[ScopePolicy]):
    """``Get-ExecutionPolicy -List``."""

    record = ScopePolicy
    needs: ClassVar[Needs] = {
        "policies": need(
            WindowsCmdlet(
                "Get-ExecutionPolicy", command("Select-Object", Property=("Scope", "ExecutionPolicy")), List=True
            ),
            WindowsCmdlet("Get-ExecutionPolicy", List=True),
        )
    }
    shape = Shape(identity=("Scope",))

    def by_policy(self) -> tuple[ScopePolicy, ...]:
        """The scopes that group policy sets; raises where one of them did not come."""
        found = tuple(one for one in self if one.scope in BY_POLICY)
        if len(found) < len(BY_POLICY):
            self.must_be_whole()
            problem = Problem("not sent", f"not every one of {', '.join(BY_POLICY)} came")
            raise FactUnavailable(self._whose, "ExecutionPolicies", problem)
        return found


class PolicySetting(Record):
    """One registry value that a group policy sets on the computer; ``gpo_id`` is the policy's DN."""

    value_name: Text
    gpo_id: Text


class PolicySettings(Records[PolicySetting]):
    """The group policies that set PowerShell's execution policy on the computer; often none.

    Source: the resultant set of policy in WMI (unverified on a real server).
    """

    record = PolicySetting
    needs: ClassVar[Needs] = {
        "settings": need(
            WindowsCmdlet(
                "Get-CimInstance",
                Namespace=r"root\rsop\computer",
                ClassName="RSOP_RegistryPolicySetting",
                Filter=r"registryKey='Software\\Policies\\Microsoft\\Windows\\PowerShell'",
                Property=("valueName", "GPOID", "precedence"),
            ),
            may_be_empty=True,
        )
    }
    shape = Shape(identity=("valueName", "GPOID"))


class GroupPolicy(Record):
    """One group policy that applies to the computer: its DN and its name."""

    id: Text
    name: Text


class GroupPolicies(Records[GroupPolicy]):
    """The group policies that apply to the computer."""

    record = GroupPolicy
    needs: ClassVar[Needs] = {
        "policies": need(
            WindowsCmdlet(
                "Get-CimInstance", Namespace=r"root\rsop\computer", ClassName="RSOP_GPO", Property=("id", "name")
            )
        )
    }
    shape = Shape(identity=("id",))


class PolicySources(Several):
    """What names the group policy behind an execution policy; a server that does not tell is judged all the same."""

    needs: ClassVar[Needs] = {"settings": PolicySettings, "policies": GroupPolicies}

    def of_execution_policy(self) -> str:
        """The names of the group policies that set it on the computer, or how to find out."""
        if self.unknown:
            return "gpresult /h names the group policy, muster could not read it"
        settings, policies = self["settings"], self["policies"]
        assert isinstance(settings, PolicySettings)  # noqa: S101 - for the type checker: `needs` says so
        assert isinstance(policies, GroupPolicies)  # noqa: S101 - for the type checker: `needs` says so
        names = {one.id.casefold(): one.name for one in policies if one.has("id") and one.has("name")}
        found = {
            one.gpo_id: names.get(one.gpo_id.casefold(), one.gpo_id)
            for one in settings
            if one.has("gpo_id") and one.has("value_name") and one.value_name == "ExecutionPolicy"
        }
        if not found:
            return "gpresult /h names the group policy"
        return f"set by group policy {', '.join(sorted(found.values()))}"


@pytest.fixture
def execution_policies(server: Server, facts: Facts) -> ExecutionPolicies:
    """PowerShell's execution policy on one server, scope by scope."""
    return facts.get(ExecutionPolicies, server)


@pytest.fixture
def policy_sources(server: Server, facts: Facts) -> PolicySources:
    """Which group policy sets the execution policy of one server."""
    return PolicySources.gathered(facts, server)
