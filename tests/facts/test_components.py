"""Component states by requester: objects and printed text, and whose newest word counts."""

from datetime import UTC, datetime

import pytest

from kit.facts import SRV1, item, member, read
from muster.facts.components import ServerComponent, ServerComponents
from muster.model import ExchangeCmdlet, FactUnavailable, Object, Value

ASKED = ExchangeCmdlet("Get-ServerComponentState", Identity="SRV1", about="SRV1")
SEPTEMBER = datetime(2025, 9, 28, 17, 20, 23, 477274, tzinfo=UTC)
OCTOBER = datetime(2025, 10, 13, 8, 0, 0, tzinfo=UTC)


def component(state: Value, remote: Value = (), local: Value = ()) -> Object:
    return item(
        "ServerComponentStatePresentationObject",
        None,
        ServerFqdn=SRV1.fqdn or SRV1.name,
        Component="HubTransport",
        State=state,
        RemoteStates=remote,
        LocalStates=local,
    )


def word(requester: str, state: str, when: datetime) -> Object:
    printed = f"Requestor:{requester}; State:{state}; Timestamp:{when:%m/%d/%Y %I:%M:%S %p}"
    return item(
        "RequesterDetails", printed, Requester=requester, State=state, Timestamp=when, Component="HubTransport"
    )


def text(requester: str, state: str, when: str) -> str:
    return f"Requestor:{requester}; State:{state}; Timestamp:{when}"


def held(*, remote: Value = (), local: Value = ()) -> tuple[str, ...]:
    (found,) = read(ServerComponents, SRV1, (ASKED, (component("Inactive", remote, local),)))
    return found.held_inactive_by


def test_objects_and_printed_text_read_the_same() -> None:
    rich = component(
        member("ServiceState", 0, "Inactive"),
        (word("Functional", "Inactive", SEPTEMBER), word("Maintenance", "Active", OCTOBER)),
    )
    partial = component(
        "Inactive",
        (
            text("Functional", "Inactive", "9/28/2025 5:20:23 PM"),
            text("Maintenance", "Active", "10/13/2025 8:00:00 AM"),
        ),
    )
    assert read(ServerComponents, SRV1, (ASKED, (rich,))) == read(ServerComponents, SRV1, (ASKED, (partial,)))
    (found,) = read(ServerComponents, SRV1, (ASKED, (partial,)))
    assert (found.identity, found.state, found.held_inactive_by) == ("HubTransport", "Inactive", ("Functional",))


def test_any_requester_holds_it_and_all_are_named() -> None:
    states = [text(name, "Inactive", "28.09.2025 17:20:23") for name in ("Sidelined", "Deployment")]
    assert held(remote=tuple(states)) == ("Deployment", "Sidelined")


def test_draining_is_not_active() -> None:
    assert held(local=(text("Maintenance", "Draining", "28.09.2025 17:20:23"),)) == ("Maintenance",)


@pytest.mark.parametrize("older_is_remote", [True, False])
def test_the_newest_word_of_a_requester_counts(*, older_is_remote: bool) -> None:
    inactive, active = word("Maintenance", "Inactive", SEPTEMBER), word("Maintenance", "Active", OCTOBER)
    if older_is_remote:
        assert held(remote=(inactive,), local=(active,)) == ()
    else:
        assert held(remote=(active,), local=(inactive,)) == ()
    late = word("Maintenance", "Inactive", OCTOBER)
    early = word("Maintenance", "Active", SEPTEMBER)
    assert held(remote=(late,), local=(early,)) == ("Maintenance",)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("9/28/2025 5:20:23 PM", "10/13/2025 8:00:00 AM"),
        ("28.09.2025 17:20:23", "13.10.2025 08:00:00"),
        ("28/09/2025 17:20:23", "13/10/2025 08:00:00"),
        ("2025-09-28 17:20:23", "2025-10-13 08:00:00"),
        ("3/4/2025 5:20:23 PM", "3/5/2025 8:00:00 AM"),
    ],
)
def test_printed_times_order_words_where_every_culture_agrees(older: str, newer: str) -> None:
    assert held(remote=(text("M", "Inactive", older),), local=(text("M", "Active", newer),)) == ()
    assert held(remote=(text("M", "Inactive", newer),), local=(text("M", "Active", older),)) == ("M",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("9/5/2025 5:20:23 PM", "10/2/2025 8:00:00 AM"),  # September before October, or May after February
        ("10/2/2025 8:00:00 AM", "10/2/2025 8:00:00 AM"),
        ("gestern", "heute"),
    ],
)
def test_times_that_do_not_tell_leave_it_undetermined(one: str, other: str) -> None:
    with pytest.raises(FactUnavailable, match=f"'{one}' and '{other}' do not tell which is newer"):
        held(remote=(text("M", "Inactive", one),), local=(text("M", "Active", other),))


def test_words_that_agree_need_no_time() -> None:
    assert held(remote=(text("M", "Inactive", "gestern"),), local=(text("M", "Inactive", "heute"),)) == ("M",)


def test_a_word_in_another_form_is_unreadable() -> None:
    (found,) = read(ServerComponents, SRV1, (ASKED, (component("Active", ("Functional=Active",)),)))
    assert isinstance(found, ServerComponent)
    with pytest.raises(FactUnavailable, match="RemoteStates came in no readable form"):
        _ = found.held_inactive_by
