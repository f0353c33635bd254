from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from muster.lab.powershell.clixml import FULL, PARTIAL, Sender, serialized
from muster.lab.rows import Bare, Projected, Row
from muster.lab.shapes import Kind, load_shapes

SENDER = Sender("ex01.contoso.local", "00000000-0000-0000-0000-000000000001")


def parsed(text: bytes) -> ET.Element:
    return ET.fromstring(text)


def connector(**values: object) -> Row:
    return Row(load_shapes()["Get-ReceiveConnector"], {"Identity": "EX01\\App", **values})  # type: ignore[dict-item]


def named(element: ET.Element, name: str) -> ET.Element:
    return next(child for child in element.iter() if child.get("N") == name)


def test_partial_is_strings_and_lists_of_strings() -> None:
    root = parsed(serialized(connector(Bindings=["0.0.0.0:25"], AuthMechanism="Tls"), PARTIAL, SENDER))
    assert named(root, "AuthMechanism").tag == "S"
    assert named(root, "MaxMessageSize").text == "36 MB (37,748,736 bytes)"
    assert [item.tag for item in named(root, "Bindings").iter()][-1] == "S"
    assert "SerializationData" not in ET.tostring(root, "unicode")
    assert next(root.iter("T")).text == (
        "Deserialized.Microsoft.Exchange.Data.Directory.SystemConfiguration.ReceiveConnector"
    )


def test_full_is_objects_with_numbers_and_serialization_data() -> None:
    root = parsed(serialized(connector(Bindings=["0.0.0.0:25"], AuthMechanism="Tls, BasicAuth"), FULL, SENDER))
    mechanism = named(root, "AuthMechanism")
    assert (mechanism.findtext("ToString"), mechanism.findtext("I32")) == ("Tls, BasicAuth", "5")
    assert named(root, "Bindings").findtext("LST/Obj/ToString") == "0.0.0.0:25"
    assert root.find("MS/BA[@N='SerializationData']") is not None
    assert next(root.iter("T")).text == "Microsoft.Exchange.Data.Directory.SystemConfiguration.ReceiveConnector"


def test_full_certificates_bring_only_their_bytes() -> None:
    row = Row(load_shapes()["Get-ExchangeCertificate"], {"Services": "IIS", "RawData": b"\x30"})
    full = parsed(serialized(row, FULL, SENDER))
    assert [child.get("N") for child in full.findall("Props/*")] == ["RawData"]
    partial = parsed(serialized(row, PARTIAL, SENDER))
    assert named(partial, "Services").text == "IIS"


def test_component_states_print_as_one_culture_prints_them() -> None:
    said = {"Requester": "Functional", "State": "Active", "Timestamp": datetime(2021, 9, 28, 17, 20, 23, tzinfo=UTC)}
    row = Row(load_shapes()["Get-ServerComponentState"], {"RemoteStates": [said]})
    partial = parsed(serialized(row, PARTIAL, SENDER))
    printed = "Requestor:Functional; State:Active; Timestamp:9/28/2021 5:20:23 PM"
    assert named(partial, "RemoteStates").findtext("LST/S") == printed
    full = parsed(serialized(row, FULL, SENDER))
    assert named(full, "RemoteStates").findtext("LST/Obj/Props/DT") == "2021-09-28T17:20:23Z"
    midnight = {**said, "Timestamp": datetime(2021, 10, 3, 0, 5, 9, tzinfo=UTC)}
    row.values["RemoteStates"] = [midnight]
    assert b"10/3/2021 12:05:09 AM" in serialized(row, PARTIAL, SENDER)


def test_control_characters_and_markup_are_escaped() -> None:
    written = serialized(Bare(Kind("text"), "a\r\n<b> & _x000A_"), PARTIAL, SENDER)
    assert written == b"<S>a_x000D__x000A_&lt;b&gt; &amp; _x005F_x000A_</S>"


def test_a_selected_object_has_note_properties_and_null_for_what_is_not_there() -> None:
    root = parsed(serialized(Projected(connector(), ("Identity", "Nonsense")), PARTIAL, SENDER))
    assert root.findtext("MS/S[@N='Identity']") == "EX01\\App"
    assert root.find("MS/Nil[@N='Nonsense']") is not None
    assert "Selected." in (next(root.iter("T")).text or "")
