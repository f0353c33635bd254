"""Which values mean the same, and which only look alike."""

from datetime import UTC, datetime

import pytest

from kit.drifted import BY_IDENTITY, PLACE, answer, connector, drift, one, said
from muster.drift import compare, unsettled
from muster.model import EnumValue, Object, Shape, Value

NINE = datetime(2022, 3, 14, 9, 26, 53, tzinfo=UTC)


def rich(text: str | None, kind: str = "Rich", **properties: Value) -> Object:
    return Object(kind, text, properties)


SAME: list[tuple[Value, Value]] = [
    ("36 MB (37,748,736 bytes)", "36 MB (37.748.736 Bytes)"),
    ("36 MB (37,748,736 bytes)", 37748736),
    ("36 MB (37,748,736 bytes)", rich("36 MB (37,748,736 bytes)", Value=37748736)),
    ("00:10:00", rich("00:10:00", "Microsoft.Exchange.Data.EnhancedTimeSpan")),
    ("00:10:00", "0.00:10:00.0000000"),
    ("Version 15.2 (Build 986.5)", rich("Version 15.2 (Build 986.5)", Major=15, Minor=2)),
    ("Version 15.2 (Build 986.5)", "15.2.986.5"),
    ("6F9619FF-8B86-D011-B42D-00C04FC964FF", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}"),
    ("CN=EX01, CN=Servers, DC=contoso,DC=local", "cn=ex01,CN=Servers,DC=contoso,DC=local"),
    (EnumValue(2, "Require", "Mode"), "Require"),
    (EnumValue(2, "Require", "Mode"), 2),
    (EnumValue(3, "Tls, Integrated", "Flags"), "Integrated, Tls"),
    (True, "True"),
    (25, "25"),
    (NINE, "2022-03-14T10:26:53+01:00"),
    (("one",), "one"),
    (b"\x01\x02", (1, 2)),
    (("Basic", "Fba"), (EnumValue(0, "Basic", "Method"), EnumValue(3, "Fba", "Method"))),
    (float("nan"), float("nan")),
    (rich(None, Host="a", Port=25), rich(None, Port=25, Host="a")),
]
UNLIKE: list[tuple[Value, Value]] = [
    ("36 MB (37,748,736 bytes)", "36 MB (37,748,737 bytes)"),
    ("36 MB (37,748,736 bytes)", "Unlimited"),
    ("00:10:00", "00:10:00.0000001"),
    ("1.00:00:00", "10:00:00"),
    ("Version 15.2 (Build 986.5)", "Version 15.2 (Build 986.50)"),
    ("Mail.contoso.com", "mail.contoso.com"),  # not a name of the directory: exactly as printed
    ("Meyer, Hans", "Hans, Meyer"),
    ("01", "1"),
    (EnumValue(2, "Require", "Mode"), EnumValue(1, "Require", "Mode")),
    (EnumValue(2, "Require", "Mode"), "Allow"),
    (True, "False"),
    (True, False),
    (None, ""),
    ("", ()),
    (None, False),
    (0, None),
    (("a", "b"), ("b", "a")),
    (("a", "a"), ("a",)),
    (b"\x01", b"\x02"),
    (b"\x01", ()),
    (NINE, NINE.replace(microsecond=1)),
    (NINE, "Monday"),
    ("contoso.local/Configuration/Sites/A", "contoso.local/Other/A"),
]


@pytest.mark.parametrize(("was", "now"), SAME)
def test_the_same_in_another_form_is_no_difference(was: Value, now: Value) -> None:
    for before, after in ((was, now), (now, was)):
        found = drift(one(Thing=before), one(Thing=after), across=False)
        assert (found.differences, found.incomparable) == ((), ())


@pytest.mark.parametrize(("was", "now"), UNLIKE)
def test_another_value_is_a_difference_from_either_side(was: Value, now: Value) -> None:
    for before, after in ((was, now), (now, was)):
        (found,) = drift(one(Thing=before), one(Thing=after), across=False).differences
        assert (found.path, found.how, found.object) == (("Thing",), "changed", "A")
        assert found.was is before
        assert found.now is after
        assert found.before is not None
        assert found.before.properties["Thing"] is before


@pytest.mark.parametrize("text", [None, "same"])
def test_a_difference_inside_an_object_is_told_where_it_is(text: str | None) -> None:
    before, after = (one(Thing=rich(text, Host="a", Inner=rich(text, Port=port))) for port in (25, 26))
    assert said(before, after) == ["A: Thing, Inner, Port: was 25, is 26"]


WAYS = ["CN=Seattle,CN=Sites,DC=contoso,DC=local", "contoso.local/Configuration/Sites/Seattle"]


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_compared_by_what_both_doors_give(way: str) -> None:
    assert said(one(Site="Seattle"), one("full", Site=way)) == []
    assert said(one(Site="Denver"), one("full", Site=way)) == [f"A: Site: was Denver, is {way}"]
    assert said(one(Site="Seattle"), one(Site=way)), "the same door prints the same way"


def test_flags_have_no_order_where_they_are_known_to_be_flags() -> None:
    assert said(one(AuthMechanism="Tls, Integrated"), one(AuthMechanism="Integrated, Tls")) == []
    assert said(one(AuthMechanism="Tls, Integrated"), one(AuthMechanism="Tls")) != []


def test_format_list_cannot_tell_blanks_apart() -> None:
    blanks: list[Value] = [None, "", (), ("",)]
    for was in blanks:
        for now in blanks:
            assert said(one(Thing=was), one(Thing=now), blank_is_blank=True) == []
        assert said(one(Thing=was), one(), blank_is_blank=True) == [], "and may not have printed it at all"
        assert said(one(Thing=was), one(Thing="x"), blank_is_blank=True) != []


def test_what_a_door_does_not_know_is_incomparable_with_its_own_words() -> None:
    cut = ("a", "b", unsettled("the list was cut off after 16 elements"))
    expected = "A: Types: cannot be compared, because the list was cut off after 16 elements"
    assert said(one(Types=cut), one(Types=("a",))) == [expected]
    assert said(one(Types=cut[-1]), one(Types=cut)) == [expected], "nor where both know as little"
    assert said(one(), one(Types=cut)) == [expected]


def test_a_date_of_some_culture_is_not_guessed() -> None:
    (sentence,) = said(one(Since=NINE), one(Since="3/14/2022 9:26:53 AM"))
    assert "'3/14/2022 9:26:53 AM' is a date of an unknown culture and zone" in sentence


def test_rows_of_a_list_are_compared_by_their_keys() -> None:
    states = Shape(identity=("Identity",), unordered=frozenset({"States"}), volatile={"States.Timestamp": "when"})

    def printed(*said_by: tuple[str, str], when: str = "9:00:00") -> tuple[Value, ...]:
        return tuple(f"Requestor:{who}; State:{state}; Timestamp:{when}" for who, state in said_by)

    before = one(States=printed(("Functional", "Active"), ("Maintenance", "Active")))
    after = one(States=printed(("Maintenance", "Active"), ("Functional", "Inactive"), when="10:00:00"))
    (found,) = drift(before, after, states).differences
    assert (found.path, found.was, found.now) == (("States", "Functional", "State"), "Active", "Inactive")
    state = EnumValue(1, "Active", "ServiceState")
    rich_row = Object("Row", None, {"Requester": "Functional", "State": state, "Timestamp": NINE})
    assert said(one(States=printed(("Functional", "Active"))), one("full", States=(rich_row,)), states) == []
    (gone,) = drift(before, one(States=printed(("Functional", "Active"))), states).differences
    assert (gone.path, gone.how) == (("States", "Maintenance"), "gone")
    later = one(States=printed(("Functional", "Active"), ("Maintenance", "Active"), when="8"))
    assert said(before, later, states) == []
    assert said(before, later) != [], "only where the shape says so"


def test_what_remoting_adds_is_never_drift() -> None:
    wire = Object("Bytes", "x", {"SerializationData": b"1", "Port": 25})
    other = Object("Bytes", "x", {"SerializationData": b"2", "Port": 25})
    assert said(one(RunspaceId="1", Binding=wire), one(RunspaceId="2", PSComputerName="ex02", Binding=other)) == []


def test_the_attributes_of_a_directory_entry_are_sets() -> None:
    def entry(*classes: str) -> Object:
        return Object("LdapEntry", "CN=a,DC=contoso,DC=local", {"cn": ("a",), "objectClass": classes})

    shape = Shape(identity=("cn",))
    assert said(answer(entry("top", "server")), answer(entry("server", "top")), shape) == []
    (found,) = drift(answer(entry("top", "server")), answer(entry("top")), shape).differences
    assert found.removed == ("server",)


def test_a_hook_reads_what_is_compared() -> None:
    def entries(value: Value) -> Value:
        return tuple(sorted(str(each) for each in value)) if isinstance(value, bytes) else value

    hooks = {"nTSecurityDescriptor": entries}
    before, after = (answer(connector("A", nTSecurityDescriptor=data)) for data in (b"ab", b"ba"))
    assert compare(before, after, BY_IDENTITY, PLACE).differences
    assert not compare(before, after, BY_IDENTITY, PLACE, hooks=hooks).differences
