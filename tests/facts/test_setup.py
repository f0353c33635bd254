"""What Setup will find: readings whose mistakes would let an upgrade begin, or hold it up, for the wrong reason."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from muster.facts.setup.clock import Clocks
from muster.facts.setup.execution_policy import GroupPolicies, PolicySettings, PolicySources
from muster.facts.setup.restarts import RestartKeys
from muster.facts.setup.revocation import InstallerChecks, RevocationChecks, SystemChecks
from muster.facts.windows import Volumes
from muster.model import Answer, Fact, FactUnavailable, Object, Server, Value
from muster.resolve import bound, fields_of

EX01 = Server("EX01", "ex01.contoso.local")
NOON = datetime(2025, 9, 15, 12, tzinfo=UTC)


def answer(*items: Mapping[str, Value], taken: datetime | None = None) -> Answer:
    return Answer(tuple(Object("Thing", None, item) for item in items), taken=taken)


def clocks(server: datetime, asked: timedelta, taken: bool = True) -> Clocks:
    """A controller that was asked at noon and says noon, and a server that was asked later."""
    own = answer({"LocalDateTime": server}, taken=NOON + asked if taken else None)
    theirs = answer({"currentTime": ("20250915120000.0Z",)}, taken=NOON if taken else None)
    return Clocks.read(EX01, {"server": own, "controller": theirs})


def test_what_lies_between_the_questions_is_no_skew() -> None:
    later = timedelta(minutes=20)
    assert clocks(NOON + later, later).difference == timedelta()
    assert clocks(NOON, later).difference == -later


def test_without_the_times_of_asking_nobody_knows_the_skew() -> None:
    with pytest.raises(FactUnavailable, match="when each was asked"):
        _ = clocks(NOON, timedelta(), taken=False).difference


@pytest.mark.parametrize(
    ("state", "checked"),
    [(0x23C00, True), (0x23E00, False), (None, True), (0, True), (0x200, False)],
)
def test_the_publishers_check_is_one_bit(state: int | None, checked: bool) -> None:
    read = SystemChecks.read(EX01, {"publisher": answer({"State": state}), "server": answer({})})
    assert read.publisher_checked is checked
    with pytest.raises(FactUnavailable):
        _ = read.server_checked


@pytest.mark.parametrize(("value", "checked"), [(1, True), (0, False), (None, True)])
def test_the_servers_check_is_on_where_nobody_wrote_it(value: int | None, checked: bool) -> None:
    read: RevocationChecks = SystemChecks.read(
        EX01, {"publisher": answer({"State": 0}), "server": answer({"CertificateRevocation": value})}
    )
    assert read.server_checked is checked


def test_only_a_declared_account_is_asked_about() -> None:
    assert not InstallerChecks.concerns(EX01)
    assert InstallerChecks.concerns(Server("EX01", "ex01.contoso.local", installer="CONTOSO\\setup"))
    edge = Server("EDGE", "edge.contoso.com", frozenset({"Edge"}), installer="CONTOSO\\setup")
    assert not InstallerChecks.concerns(edge)


def test_what_an_inventory_declares_is_safe_inside_a_filter_and_in_wql() -> None:
    fields = fields_of(Server("EX01", installer="CONTOSO\\a*(b)", media="D:\\Exchange SE"))
    assert fields["account_name"] == "a\\2a\\28b\\29"
    assert (fields["media"], fields["media_wql"]) == ("D:\\Exchange SE", "D:\\\\Exchange SE")
    assert (
        "{media}"
        not in bound(
            __import__("muster.facts.setup.media", fromlist=["x"]).SetupSignature.needs["signature"].alternatives[0],
            Server("EX01", media="D:\\SE"),
        ).key
    )


def sources(*settings: dict[str, Value]) -> str:
    policies = answer({"id": "CN={1},CN=POLICIES,DC=X", "name": "Servers"})
    known: dict[str, Fact] = {
        "settings": PolicySettings.read(EX01, {"settings": answer(*settings)}),
        "policies": GroupPolicies.read(EX01, {"policies": policies}),
    }
    return PolicySources(known).of_execution_policy()


def test_the_group_policy_is_named_whatever_its_capitals() -> None:
    assert sources({"valueName": "ExecutionPolicy", "GPOID": "cn={1},cn=policies,dc=x"}) == (
        "set by group policy Servers"
    )
    assert sources({"valueName": "ExecutionPolicy", "GPOID": "cn={2}"}) == "set by group policy cn={2}"
    assert sources({"valueName": "EnableScripts", "GPOID": "cn={1},cn=policies,dc=x"}).startswith("gpresult")
    assert sources().startswith("gpresult")


def test_a_key_tells_by_being_there_and_another_by_its_values() -> None:
    def reasons(*keys: tuple[str, tuple[str, ...]]) -> tuple[str, ...]:
        sent: list[dict[str, Value]] = [{"PSChildName": name, "Property": values} for name, values in keys]
        rows = answer(*sent)
        return RestartKeys.read(EX01, {"keys": rows}).reasons()

    assert reasons(("Session Manager", ("ProtectionMode",)), ("Updates", ())) == ()
    assert len(reasons(("RebootPending", ()), ("RebootRequired", ()))) == 2
    assert reasons(("Session Manager", ("pendingfilerenameoperations",))) == ("PendingFileRenameOperations",)


def test_a_path_lies_on_the_nearest_mount_point() -> None:
    rows = answer(
        *(
            {"Name": name, "Label": "", "Capacity": 1, "FreeSpace": 1}
            for name in ("C:\\", "C:\\Program Files\\Microsoft\\Exchange Server\\")
        )
    )
    volumes = Volumes.read(EX01, {"volumes": rows})
    found = volumes.of("c:\\program files\\microsoft\\exchange server\\V15\\")
    assert found is not None
    assert found.name.endswith("Exchange Server\\")
    assert volumes.of("E:\\Exchange\\") is None
