"""Objects are matched by what they are, not by where they stand."""

from kit.drifted import BY_IDENTITY, answer, connector, drift, said
from muster.model import Object, Shape

GUID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"
OTHER = "7f9619ff-8b86-d011-b42d-00c04fc964ff"


def test_gone_and_new_objects_are_said_once_each() -> None:
    before = answer(connector("A", Port=25), connector("B"))
    after = answer(connector("C"), connector("a", Port=25))
    assert said(before, after) == ["A: Identity: was A, is a", "B is gone", "C is new"]
    found = {(each.object, each.how) for each in drift(before, after).differences if not each.path}
    assert found == {("B", "gone"), ("C", "new")}


def test_a_renamed_object_has_moved_and_is_neither_gone_nor_new() -> None:
    before = answer(connector("EX01\\Relay", Guid=GUID, Port=25), connector("EX01\\B", Guid=OTHER))
    after = answer(connector("EX01\\B", Guid=OTHER), connector("EX01\\Scanner", Guid=GUID.upper(), Port=2525))
    assert said(before, after) == ["EX01\\Relay is called EX01\\Scanner now", "EX01\\Relay: Port: was 25, is 2525"]
    moved = drift(before, after).differences[0]
    assert (moved.how, moved.was, moved.now, moved.path) == ("moved", "EX01\\Relay", "EX01\\Scanner", ())
    assert moved.after is not None
    assert moved.after.properties["Port"] == 2525


def test_a_guid_of_zeros_or_of_two_objects_is_nobodys() -> None:
    zeros = "00000000-0000-0000-0000-000000000000"
    for guid in (zeros, GUID):
        twin = connector("T", Guid=guid)
        found = drift(answer(connector("A", Guid=guid), twin), answer(connector("B", Guid=guid), twin)).differences
        hows = [each.how for each in found]
        assert hows == (["gone", "new"] if guid == zeros else ["moved"]), guid
    double = drift(
        answer(connector("A", Guid=GUID), connector("B", Guid=GUID)),
        answer(connector("C", Guid=GUID), connector("D", Guid=GUID)),
    )
    assert sorted(each.how for each in double.differences) == ["gone", "gone", "new", "new"]


def test_an_object_that_lies_elsewhere_has_moved() -> None:
    def lies(place: str) -> Object:
        return connector("DB01", DistinguishedName=f"CN=DB01,CN={place},DC=contoso,DC=local", Guid=GUID)

    (found,) = drift(answer(lies("Databases")), answer(lies("Elsewhere"))).differences
    assert (found.how, found.path) == ("moved", ())
    assert said(answer(lies("Databases")), answer(lies("Elsewhere"))) == [
        "DB01 is CN=DB01,CN=Elsewhere,DC=contoso,DC=local now, and was CN=DB01,CN=Databases,DC=contoso,DC=local"
    ]


def test_none_of_several_objects_with_one_identity_is_lost() -> None:
    twins = (connector("A", Port=25), connector("A", Port=26), connector("A", Port=27))
    assert said(answer(*twins), answer(*reversed(twins))) == []
    assert [each.how for each in drift(answer(*twins), answer(*twins[1:])).differences] == ["gone"]
    (changed,) = drift(answer(*twins), answer(twins[2], connector("A", Port=99), twins[0])).differences
    assert (changed.was, changed.now) == (26, 99)
    assert [each.how for each in drift(answer(twins[0]), answer(twins[0], twins[0])).differences] == ["new"]


def test_without_its_identity_an_object_is_known_by_what_came() -> None:
    thumbprints = Shape(identity=("Thumbprint",))

    def certificate(data: bytes, **more: str) -> Object:
        return Object("Certificate", "Certificate", {"RawData": data, **more})

    sha1 = "86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8"  # of b"a"
    before = answer(certificate(b"a", Thumbprint=sha1), certificate(b"b", Thumbprint="E9D7"))
    found = drift(before, answer(certificate(b"b"), certificate(b"a"), level="full"), thumbprints)
    assert not found.differences
    assert {each.object for each in found.incomparable} == {sha1, "E9D71F5EE7C92D6DC9E92FFDAD17B8BD49418F98"}
    alone = (Object("Config", None, {"Port": 25}), Object("Config", "other text", {"Port": 26}))
    found = drift(answer(alone[0]), answer(alone[1]), Shape())
    assert [each.object for each in found.differences if each.path == ("Port",)] == [""]


def test_what_did_not_come_beside_an_error_is_not_gone() -> None:
    both, single = (connector("A"), connector("B")), connector("A")
    assert said(answer(*both), answer(single, lacks="RPC to EX02 failed")) == [
        "B: cannot be compared, because it did not come now, and that answer was not whole: RPC to EX02 failed"
    ]
    assert not drift(answer(single, lacks="RPC to EX02 failed"), answer(*both)).differences
    assert said(answer(*both), answer(single)) == ["B is gone"]


def test_a_property_that_no_longer_comes_is_gone_through_the_same_door_only() -> None:
    has, lacks = answer(connector("A", Port=25)), answer(connector("A"))
    assert said(has, lacks) == ["A: Port: is gone, was 25"]
    assert said(lacks, has) == ["A: Port: is new, 25"]
    (sentence,) = said(has, answer(connector("A"), level="full"))
    assert "did not come now" in sentence
    (sentence,) = said(has, answer(connector("A"), lacks="The operation timed out"))
    assert "The operation timed out" in sentence


def test_every_value_but_the_volatile_is_counted() -> None:
    item = connector("A", Port=25, Count=7, RunspaceId="1")
    assert drift(answer(item), answer(item), BY_IDENTITY).compared == 2
