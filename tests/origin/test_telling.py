"""Who and when, from stamps and entries written by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from kit.drifted import connector
from muster.drift import Difference, Place
from muster.model import Answer, Object, Value
from muster.origin import Entry, Looked, entries, tell
from muster.reading.replication_metadata import Stamp

DN = "CN=Default EX01,CN=EX01,CN=Services,CN=Configuration,DC=contoso,DC=local"
WHO = r"EX01\Default EX01"
MADE = datetime(2026, 11, 24, 12, tzinfo=UTC)
THEN = datetime(2026, 11, 24, 21, 10, tzinfo=UTC)
ADMIN = "contoso.local/Users/Admin"
PORTS = Stamp("msExchSmtpReceiveBindings", THEN, 7, "DC1")
OTHER = Stamp("msExchSmtpReceiveBanner", THEN + timedelta(hours=1), 2, "DC2")


def changed(name: str = "Bindings", how: str = "changed", subject_kind: str = "Server") -> Difference:
    item = connector(WHO, DistinguishedName=DN, Name="Default EX01")
    place = Place("EX01", subject_kind, "ReceiveConnectors", "exchange: Get-ReceiveConnector")
    path = (name,) if name else ()
    after = None if how == "gone" and not path else item
    return Difference(place, WHO, "X", path, how, before=item, after=after)


def ran(
    cmdlet: str = "Set-ReceiveConnector",
    what: str = WHO,
    when: datetime = THEN,
    parameters: Sequence[str] = (),
    caller: str = ADMIN,
) -> Entry:
    return Entry(when, cmdlet, caller, what, frozenset(parameters))


def told(difference: Difference, stamps: Sequence[Stamp] = (PORTS, OTHER), log: Sequence[Entry] = ()) -> str:
    return tell(difference, Looked({DN.casefold(): stamps}, log, MADE))


def test_the_attribute_behind_the_property_counts_not_the_newest() -> None:
    assert told(changed()) == "changed on 2026-11-24 21:10 UTC at DC1 (version 7)"


def test_the_command_is_told_beside_it() -> None:
    assert told(changed(), log=[ran()]) == (
        "changed on 2026-11-24 21:10 UTC at DC1 (version 7), "
        "Set-ReceiveConnector by contoso.local/Users/Admin at 21:10"
    )


@pytest.mark.parametrize(
    "entry",
    [
        ran(when=THEN + timedelta(minutes=6)),
        ran(when=THEN - timedelta(hours=3)),
        ran(what=r"EX02\Default EX01"),
        ran(what="Default EX01"),
        ran(what=""),
    ],
    ids=["later", "earlier", "another server's", "a name that others have too", "nothing"],
)
def test_a_command_at_another_time_or_on_another_object_is_not_it(entry: Entry) -> None:
    assert "by contoso" not in told(changed(), log=[entry])


@pytest.mark.parametrize("name", [WHO.upper(), DN, "contoso.local/Configuration/Services/EX01/Default EX01"])
def test_the_log_may_call_an_object_by_any_of_its_names(name: str) -> None:
    assert "by contoso" in told(changed(), log=[ran(what=name)])


def test_an_object_of_the_organisation_goes_by_its_bare_name() -> None:
    assert "by contoso" in told(changed(subject_kind="Organization"), log=[ran(what="Default EX01")])


def test_of_several_commands_the_one_that_names_the_property() -> None:
    log = [ran(parameters=["bindings"]), ran(parameters=["banner"], when=THEN + timedelta(minutes=1), caller="Kim")]
    assert ADMIN in told(changed(), log=log)
    assert "the last command on it was Set-ReceiveConnector by Kim at 21:11, without -Bindings" in told(
        changed(), log=log[1:]
    )


def test_where_nobody_knows_the_attribute_the_objects_newest_change_is_told_as_that() -> None:
    assert told(changed("TransportRole")) == (
        "the object was changed on 2026-11-24 22:10 UTC at DC2 (version 2), in msExchSmtpReceiveBanner; "
        "the attribute of TransportRole is not known"
    )


def test_a_change_from_before_the_baseline_is_no_explanation() -> None:
    old = Stamp("msExchSmtpReceiveBindings", MADE - timedelta(days=9), 3, "")
    assert told(changed(), [old], [ran(when=MADE - timedelta(days=9))]) == (
        "msExchSmtpReceiveBindings was last changed on 2026-11-15 12:00 UTC at a controller that is gone (version 3), "
        "before the baseline: the difference lies elsewhere"
    )


def test_of_what_is_gone_only_the_log_tells() -> None:
    assert told(changed("", "gone")) == ""
    assert told(changed("", "gone"), log=[ran("Remove-ReceiveConnector")]) == (
        f"Remove-ReceiveConnector by {ADMIN} on 2026-11-24 21:10 UTC"
    )


def test_of_what_is_new_its_beginning_is_told() -> None:
    assert told(changed("", "new"), [Stamp("objectClass", THEN, 1, "DC1"), OTHER]).startswith("changed on 2026-11-24")


def logged(**more: Value) -> Answer:
    said: dict[str, Value] = {
        "CmdletName": "Set-ReceiveConnector",
        "Caller": ADMIN,
        "ObjectModified": WHO,
        "RunDate": THEN,
        "Succeeded": True,
    }
    return Answer((Object("AdminAuditLogEvent", None, {**said, **more}),), "partial", ())


def test_an_entry_is_read_at_both_levels() -> None:
    rich = (Object("Parameter", None, {"Name": "Bindings", "Value": "…"}),)
    assert entries(logged(CmdletParameters=rich)) == (ran(parameters=["bindings"]),)
    assert entries(logged(CmdletParameters=("Bindings",))) == (ran(parameters=["bindings"]),)


def test_what_failed_changed_nothing() -> None:
    assert entries(logged(Succeeded=False)) == ()


def test_an_entry_without_a_time_is_said_to_be_unreadable() -> None:
    with pytest.raises(ValueError, match="RunDate"):
        entries(logged(RunDate="11/24/2026 9:10 PM"))
