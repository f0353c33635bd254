"""Every form that CLIXML has, as the value it becomes; and what is refused."""

import pytest

from muster.model import EnumValue, Object, Value
from muster.transport.clixml import UnreadableClixml, decode, read_clixml, read_objects
from muster.transport.dotnet import time_span

OBJS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{}</Objs>'


def one(xml: str) -> Value:
    (value,) = read_clixml(OBJS.format(xml))
    return value


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ("<Nil />", None),
        ("<S>plain</S>", "plain"),
        ("<S />", ""),
        ("<S>a_x000D__x000A_b</S>", "a\r\nb"),
        ("<S>_x005F_x000A_</S>", "_x000A_"),
        ("<S>_xD83D__xDE00_</S>", "\U0001f600"),
        ("<S>_xD83D_</S>", "\ud83d"),
        ("<S>&lt;b&gt; &#252;</S>", "<b> ü"),
        ("<C>65</C>", "A"),
        ("<B>true</B>", True),
        ("<B>false</B>", False),
        ("<By>255</By>", 255),
        ("<SB>-1</SB>", -1),
        ("<I16>-300</I16>", -300),
        ("<U32>4294967295</U32>", 4294967295),
        ("<I64>-9223372036854775808</I64>", -(2**63)),
        ("<U64>18446744073709551615</U64>", 2**64 - 1),
        ("<Db>1.5</Db>", 1.5),
        ("<Sg>-INF</Sg>", float("-inf")),
        ("<D>12</D>", 12),
        ("<D>0.5</D>", 0.5),
        ("<D>0.1234567890123456789012345678</D>", "0.1234567890123456789012345678"),
        ("<BA>AAEC</BA>", b"\x00\x01\x02"),
        ("<BA />", b""),
        ("<G>59ce2f71-eaa2-4ddf-a4fa-f25069d0b324</G>", "59ce2f71-eaa2-4ddf-a4fa-f25069d0b324"),
        ("<Version>15.1.2375.7</Version>", "15.1.2375.7"),
        ("<URI>https://mail.contoso.com/owa</URI>", "https://mail.contoso.com/owa"),
        ("<XD>&lt;a /&gt;</XD>", "<a />"),
        ("<SBK>Get-Date</SBK>", "Get-Date"),
        ("<TS>PT30M</TS>", Object("System.TimeSpan", "00:30:00", {})),
        ("<SS>secret</SS>", Object("System.Security.SecureString", None, {})),
        ("<DT>2021-10-07T22:28:48</DT>", Object("System.DateTime", "2021-10-07T22:28:48", {})),
        (
            "<DT>9999-12-31T23:59:59.9999999-06:00</DT>",
            Object("System.DateTime", "9999-12-31T23:59:59.9999999-06:00", {}),
        ),
    ],
)
def test_a_primitive(xml: str, value: Value) -> None:
    made = one(xml)
    assert made == value
    assert type(made) is type(value)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2018-11-23T18:34:03-06:00", "2018-11-24T00:34:03+00:00"),
        ("2018-11-24T00:34:03Z", "2018-11-24T00:34:03+00:00"),
        ("2021-09-28T17:20:23.4772745Z", "2021-09-28T17:20:23.477274+00:00"),
    ],
)
def test_a_time_with_an_offset_is_in_utc(text: str, utc: str) -> None:
    made = one(f"<DT>{text}</DT>")
    assert made.isoformat() == utc  # type: ignore[union-attr] # a datetime, or the test fails


@pytest.mark.parametrize(
    ("duration", "printed"),
    [
        ("PT0S", "00:00:00"),
        ("PT30M", "00:30:00"),
        ("P1D", "1.00:00:00"),
        ("-PT1H2M3S", "-01:02:03"),
        ("P1DT1.5S", "1.00:00:01.5000000"),
        ("P10675199DT2H48M5.4775807S", "10675199.02:48:05.4775807"),
        ("PT0.0000001S", "00:00:00.0000001"),
        ("PT90M", "01:30:00"),
    ],
)
def test_a_time_span_is_printed_as_dotnet_prints_it(duration: str, printed: str) -> None:
    assert time_span(duration) == printed


@pytest.mark.parametrize("text", ["", "P", "PT", "30", "00:30:00", "P1Y"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        time_span(text)


SERVER = """
<Obj RefId="0">
  <TN RefId="0"><T>Deserialized.Microsoft.Exchange.Server</T><T>Deserialized.System.Object</T></TN>
  <ToString>EX01</ToString>
  <Props>
    <S N="Name">EX01</S>
    <Obj N="State" RefId="1">
      <TN RefId="1"><T>Microsoft.Exchange.Data.ServiceState</T><T>System.Enum</T><T>System.Object</T></TN>
      <ToString>Active</ToString><I32>1</I32>
    </Obj>
    <Obj N="Previous" RefId="2"><TNRef RefId="1" /><ToString>Inactive</ToString><I32>0</I32></Obj>
    <Obj N="Urls" RefId="3">
      <TN RefId="2"><T>Microsoft.Exchange.Data.MultiValuedProperty`1[[System.String]]</T></TN>
      <LST><S>a</S><S>b</S></LST>
      <Props><I32 N="Count">2</I32><B N="IsReadOnly">false</B></Props>
    </Obj>
    <Ref N="SameUrls" RefId="3" />
    <Nil N="Nothing" />
    <S N="odd_x002D_name">x</S>
  </Props>
  <MS><G N="RunspaceId">59ce2f71-eaa2-4ddf-a4fa-f25069d0b324</G><BA N="SerializationData">AAEC</BA></MS>
</Obj>
"""


def test_an_object_keeps_everything() -> None:
    assert one(SERVER) == Object(
        "Microsoft.Exchange.Server",
        "EX01",
        {
            "Name": "EX01",
            "State": EnumValue(1, "Active", "Microsoft.Exchange.Data.ServiceState"),
            "Previous": EnumValue(0, "Inactive", "Microsoft.Exchange.Data.ServiceState"),
            "Urls": ("a", "b"),
            "SameUrls": ("a", "b"),
            "Nothing": None,
            "odd-name": "x",
            "RunspaceId": "59ce2f71-eaa2-4ddf-a4fa-f25069d0b324",
            "SerializationData": b"\x00\x01\x02",
        },
    )


def test_properties_keep_the_order_they_came_in() -> None:
    made = one(SERVER)
    assert isinstance(made, Object)
    assert list(made.properties)[:3] == ["Name", "State", "Previous"]


def test_a_dictionary_is_an_object_with_its_entries() -> None:
    made = one(
        '<Obj RefId="0"><TN RefId="0"><T>System.Collections.Hashtable</T></TN><DCT>'
        '<En><S N="Key">name</S><I32 N="Value">1</I32></En>'
        '<En><I32 N="Key">5</I32><Obj N="Value" RefId="1"><LST /></Obj></En>'
        "</DCT></Obj>"
    )
    assert made == Object("System.Collections.Hashtable", None, {"name": 1, "5": ()})


@pytest.mark.parametrize("tag", ["LST", "IE", "QUE", "STK"])
def test_every_kind_of_list_is_a_tuple(tag: str) -> None:
    assert one(f'<Obj RefId="0"><{tag}><I32>1</I32><Nil /></{tag}></Obj>') == (1, None)


def test_a_list_with_properties_of_its_own_keeps_them() -> None:
    made = one('<Obj RefId="0"><TN RefId="0"><T>T</T></TN><IE><S>a</S></IE><Props><S N="Schema">s</S></Props></Obj>')
    assert made == Object("T", None, {"Schema": "s", "Items": ("a",)})


def test_a_wrapped_text_is_the_text_unless_it_has_properties() -> None:
    wrapped = '<Obj RefId="0"><TN RefId="0"><T>System.String</T></TN><S>x</S>{}</Obj>'
    assert one(wrapped.format("")) == "x"
    assert one(wrapped.format('<MS><S N="PSPath">p</S></MS>')) == Object("System.String", "x", {"PSPath": "p"})


def test_an_object_that_holds_itself_is_cut_off_there() -> None:
    made = one('<Obj RefId="0"><ToString>me</ToString><Props><Ref N="Self" RefId="0" /></Props></Obj>')
    assert made == Object("System.Object", "me", {"Self": Object("System.Object", "me", {})})


def test_references_do_not_reach_from_one_message_into_another() -> None:
    read_clixml(OBJS.format('<Obj RefId="0"><LST /></Obj>'))
    with pytest.raises(UnreadableClixml, match="<Ref> to object 0"):
        read_clixml(OBJS.format('<Ref RefId="0" />'))


def test_a_single_message_has_no_wrapper() -> None:
    assert read_clixml('<Obj RefId="0"><MS><S N="A">1</S></MS></Obj>') == (Object("System.Object", None, {"A": "1"}),)


def test_a_pipeline_unrolls_lists_and_drops_nulls() -> None:
    xml = OBJS.format('<Obj RefId="0"><LST><S>a</S><I32>2</I32></LST></Obj><Nil /><B>true</B>')
    assert [(item.type, item.text) for item in read_objects(xml)] == [
        ("System.String", "a"),
        ("System.Int32", "2"),
        ("System.Boolean", "True"),
    ]


def test_nothing_is_no_objects() -> None:
    assert read_objects(OBJS.format("")) == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="utf-16"?>'])
def test_files_come_in_several_encodings(encoding: str, declaration: str) -> None:
    data = (declaration + OBJS.format("<S>ü</S>")).encode(encoding)
    assert read_clixml(decode(data)) == ("ü",)


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(UnreadableClixml, match="neither UTF-8 nor UTF-16"):
        decode("ü".encode("cp1252"))


def _bomb(levels: int) -> str:
    xml = '<Obj RefId="0"><LST>' + "<S>x</S>" * 10 + "</LST></Obj>"
    for level in range(1, levels):
        xml += f'<Obj RefId="{level}"><LST>' + f'<Ref RefId="{level - 1}" />' * 10 + "</LST></Obj>"
    return xml


@pytest.mark.parametrize(
    ("xml", "complaint"),
    [
        ("", "not XML, or cut off"),
        ("[PS] C:\\>Get-ExchangeServer", "not XML, or cut off, at line 1"),
        (OBJS.format("<S>cut")[:-9], "cut off"),
        ('<!DOCTYPE a [<!ENTITY e "x">]>' + OBJS.format("<S>&e;</S>"), "DOCTYPE"),
        (OBJS.format("<Ref RefId='7' />"), "<Ref> to object 7"),
        (OBJS.format("<Obj RefId='0'><TNRef RefId='9' /></Obj>"), "<TNRef> to type names 9"),
        (OBJS.format("<I32>many</I32>"), "<I32> holds 'many'"),
        (OBJS.format("<BA>A</BA>"), "<BA> holds 'A'"),
        (OBJS.format("<DT>10/7/2021 10:28 PM</DT>"), "<DT> holds"),
        (OBJS.format("<D>x</D>"), "<D> holds 'x'"),
        (OBJS.format("<html />"), "<html> is not an element"),
        (OBJS.format("<Obj><Props><S>x</S></Props></Obj>"), "without a name"),
        (OBJS.format("<Obj><DCT><En><S N='Key'>x</S></En></DCT></Obj>"), "without a key or a value"),
        (OBJS.format("<Obj><LST>" * 70 + "</LST></Obj>" * 70), "nested more than"),
        (OBJS.format(_bomb(8)), "more than 5,000,000 values"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_not_clixml_is_refused(xml: str, complaint: str) -> None:
    with pytest.raises(UnreadableClixml, match=complaint):
        read_clixml(xml)
