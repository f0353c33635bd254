"""A folder of old answers: what each file becomes, what it tells about the site, and what is wrong with it."""

import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.model import EnumValue, Object, Observation, Server
from muster.resolve import book_of
from muster.transport.old import capture

OBJS = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{}</Objs>'
SERVER_ROW = """
<Obj RefId="0"><TN RefId="0"><T>Deserialized.Microsoft.Exchange.Data.Directory.Management.ExchangeServer</T></TN>
<ToString>{name}</ToString><Props><S N="Name">{name}</S><S N="Fqdn">{name}.Contoso.local</S>
<S N="Site">contoso.local/Configuration/Sites/Zurich</S><S N="ServerRole">{role}</S>
<S N="DistinguishedName">CN={name},CN=Servers,CN=Configuration,DC=root,DC=local</S></Props></Obj>
"""

HEAD = """
format: 1
name: brought-home
serialization_level: partial
taken: 2025-09-15T12:00:00+02:00
servers: [EX01, EDGE01]
answers:
"""
EXCHANGE = """\
- subject: organization
  endpoint: exchange
  pipeline: [{cmdlet: Get-OrganizationConfig}]
  file: answers/organization.xml
"""


def folder(tmp_path: Path, index: str, **files: str | bytes) -> Path:
    (tmp_path / "answers").mkdir()
    (tmp_path / "capture.yaml").write_text(textwrap.dedent(index), encoding="utf-8")
    for name, content in files.items():
        path = tmp_path / "answers" / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def only(tmp_path: Path, index: str, **files: str | bytes) -> Observation:
    (found,) = capture.load(folder(tmp_path, HEAD + index, **files)).observations
    return found


def test_an_answer_is_an_observation_with_its_question_and_time(tmp_path: Path) -> None:
    row = OBJS.format('<Obj RefId="0"><MS><S N="Name">Contoso</S></MS></Obj>')
    taken = capture.load(folder(tmp_path, HEAD + EXCHANGE, organization__xml=row.encode("utf-16")))
    (found,) = taken.observations
    assert found.question.key == "exchange: Get-OrganizationConfig"
    assert found.subject == "organization"
    assert found.taken == taken.taken == datetime(2025, 9, 15, 10, 0, tzinfo=UTC)
    assert found.answer is not None
    assert found.answer.serialization == "partial"
    assert found.answer.objects == (Object("System.Object", None, {"Name": "Contoso"}),)
    assert taken.environment.organization.name == "Contoso"


def test_without_a_time_there_is_none(tmp_path: Path) -> None:
    taken = capture.load(folder(tmp_path, HEAD.replace("taken: 2025-09-15T12:00:00+02:00", "taken: null") + EXCHANGE))
    assert taken.taken is None
    assert taken.observations[0].taken is None


def test_the_environment_comes_from_the_answers(tmp_path: Path) -> None:
    index = """
    - subject: organization
      endpoint: exchange
      pipeline: [{cmdlet: Get-ExchangeServer}]
      file: answers/servers.xml
    - subject: organization
      endpoint: exchange
      pipeline: [{cmdlet: Get-DatabaseAvailabilityGroup}]
      file: answers/dags.xml
    """
    rows = SERVER_ROW.format(name="EX01", role="Mailbox, ClientAccess") + SERVER_ROW.format(
        name="EDGE01", role="Edge"
    )
    dag = '<Obj RefId="0"><MS><S N="Name">DAG01</S><Obj N="Servers" RefId="1"><LST><S>EX01</S></LST></Obj></MS></Obj>'
    found = capture.load(
        folder(
            tmp_path,
            HEAD + textwrap.dedent(index),
            servers__xml=OBJS.format(rows),
            dags__xml=OBJS.format(dag),
        )
    ).environment
    ex01 = Server("EX01", "ex01.contoso.local", frozenset({"Mailbox"}), "Zurich", "DAG01")
    edge = Server("EDGE01", "edge01.contoso.local", frozenset({"Edge"}), "Zurich")
    assert repr(found.servers) == repr((ex01, edge))
    assert [(dag.name, dag.members) for dag in found.dags] == [("DAG01", (ex01,))]
    assert found.forest.name == "root.local"
    assert {domain.name for domain in found.domains} == {"root.local", "contoso.local"}
    assert [site.name for site in found.sites] == ["Zurich"]
    assert found.organization.name == "brought-home"


def test_a_server_that_no_answer_describes_has_only_its_name(tmp_path: Path) -> None:
    found = capture.load(folder(tmp_path, HEAD + EXCHANGE)).environment
    assert repr(found.servers) == repr((Server("EX01"), Server("EDGE01")))


def test_what_an_edge_said_was_asked_of_the_edge(tmp_path: Path) -> None:
    index = """
    - subject: edge01
      endpoint: exchange
      pipeline: [{cmdlet: Get-ExchangeServer, parameters: {Identity: EDGE01}}]
      file: answers/edge.xml
    - subject: edge01
      endpoint: exchange
      pipeline: [{cmdlet: Get-ReceiveConnector}]
      file: answers/connectors.xml
    """
    taken = capture.load(
        folder(
            tmp_path,
            HEAD + textwrap.dedent(index),
            edge__xml=OBJS.format(SERVER_ROW.format(name="EDGE01", role="Edge")),
            connectors__xml=OBJS.format(""),
        )
    )
    assert [each.question.key for each in taken.observations] == [
        "exchange EDGE01: Get-ExchangeServer -Identity EDGE01",
        "exchange EDGE01: Get-ReceiveConnector",
    ]


def test_the_organisation_and_its_edge_may_be_asked_the_same(tmp_path: Path) -> None:
    index = """
    - {subject: organization, endpoint: exchange, pipeline: [{cmdlet: Get-ExchangeServer}], file: answers/all.xml}
    - {subject: edge01, endpoint: exchange, pipeline: [{cmdlet: Get-ExchangeServer}], file: answers/edge.xml}
    """
    edge = SERVER_ROW.format(name="EDGE01", role="Edge")
    both = SERVER_ROW.format(name="EX01", role="Mailbox") + edge
    taken = capture.load(
        folder(tmp_path, HEAD + textwrap.dedent(index), all__xml=OBJS.format(both), edge__xml=OBJS.format(edge))
    )
    assert [each.question.key for each in taken.observations] == [
        "exchange: Get-ExchangeServer",
        "exchange EDGE01: Get-ExchangeServer",
    ]


def test_a_domain_that_was_searched_is_one_of_the_forest(tmp_path: Path) -> None:
    index = """
    - subject: emea.contoso.local
      endpoint: ldap
      pipeline: [{cmdlet: search, parameters: {base: "DC=emea,DC=contoso,DC=local", domain: emea.contoso.local}}]
      file: answers/containers.xml
    """
    found = capture.load(folder(tmp_path, HEAD + textwrap.dedent(index), containers__xml=OBJS.format("")))
    assert [domain.name for domain in found.environment.domains] == ["emea.contoso.local"]


ASKED = "{{cmdlet: search, parameters: {{base: {base}, controller: {controller}}}}}"
ROOT_DSE = """
<Obj RefId="0"><TN RefId="0"><T>System.DirectoryServices.SearchResult</T></TN><Props>
<Obj N="Properties" RefId="1"><DCT>
<En><S N="Key">defaultnamingcontext</S><S N="Value">DC=emea,DC=contoso,DC=local</S></En>
<En><S N="Key">dnshostname</S><S N="Value">DC3.emea.contoso.local</S></En>
</DCT></Obj></Props></Obj>
"""


def test_a_controller_that_was_asked_is_one_of_the_domain_that_it_tells(tmp_path: Path) -> None:
    index = f"""
    - subject: organization
      endpoint: exchange
      pipeline: [{{cmdlet: Get-ExchangeServer}}]
      file: answers/servers.xml
    - {{subject: dc3, endpoint: ldap, pipeline: [{ASKED.format(base='""', controller="dc3")}], file: answers/r.xml}}
    - {{subject: dc9, endpoint: ldap, pipeline: [{ASKED.format(base="x", controller="dc9")}], file: answers/no.xml}}
    """
    servers = OBJS.format(SERVER_ROW.format(name="EX01", role="Mailbox"))
    found = capture.load(
        folder(
            tmp_path,
            HEAD + textwrap.dedent(index),
            servers__xml=servers,
            r__xml=OBJS.format(ROOT_DSE),
            no__xml=OBJS.format(""),
        )
    ).environment
    (controller,) = found.domain_controllers  # of dc9 nobody knows the domain: it may be either
    assert (controller.name, controller.fqdn, controller.domain) == (
        "dc3",
        "dc3.emea.contoso.local",
        "emea.contoso.local",
    )
    assert {domain.name for domain in found.domains} == {"root.local", "contoso.local", "emea.contoso.local"}


def test_a_windows_pipeline_is_the_question_of_that_server(tmp_path: Path) -> None:
    index = """
    - subject: ex01
      endpoint: windows
      pipeline:
      - cmdlet: Get-CimInstance
        parameters: {ClassName: Win32_Volume, Property: [Name, FreeSpace]}
      file: answers/volumes.xml
    """
    found = only(tmp_path, textwrap.dedent(index), volumes__xml=OBJS.format(""))
    assert found.question.key == "windows EX01: Get-CimInstance -ClassName Win32_Volume -Property Name,FreeSpace"
    assert found.subject == "EX01"


def test_a_directory_search_becomes_ldap_entries(tmp_path: Path) -> None:
    index = """
    - subject: forest
      endpoint: ldap
      pipeline:
      - cmdlet: search
        parameters: {base: "CN=Services,configurationNamingContext", filter: (cn=x), scope: onelevel}
      file: answers/search.xml
    """
    row = """
    <Obj RefId="0"><TN RefId="0"><T>Deserialized.System.DirectoryServices.SearchResult</T></TN><Props>
    <S N="Path">LDAP://CN=x,DC=contoso,DC=local</S><Obj N="Properties" RefId="1"><DCT>
    <En><S N="Key">adspath</S><Obj N="Value" RefId="2"><LST><S>LDAP://…</S></LST></Obj></En>
    <En><S N="Key">rangeupper</S><Obj N="Value" RefId="3"><LST><I32>17003</I32></LST></Obj></En>
    <En><S N="Key">issinglevalued</S><Obj N="Value" RefId="4"><LST><B>true</B></LST></Obj></En>
    <En><S N="Key">objectguid</S><Obj N="Value" RefId="5"><LST><BA>AAEC</BA></LST></Obj></En>
    <En><S N="Key">whenchanged</S><Obj N="Value" RefId="6"><LST><DT>2021-10-07T22:28:48</DT></LST></Obj></En>
    </DCT></Obj></Props></Obj>
    """
    found = only(tmp_path, textwrap.dedent(index), search__xml=OBJS.format(row))
    assert found.question.key == "ldap forest: onelevel of 'CN=Services,{configurationNamingContext}' (cn=x) []"
    assert found.answer is not None
    assert found.answer.serialization == "none"
    assert found.answer.objects == (
        Object(
            "LdapEntry",
            "CN=x,DC=contoso,DC=local",
            {
                "rangeupper": ("17003",),
                "issinglevalued": ("TRUE",),
                "objectguid": (b"\x00\x01\x02",),
                "whenchanged": ("20211007222848.0Z",),
            },
        ),
    )


TEXT = """
- subject: EX01
  endpoint: windows
  pipeline: [{{cmdlet: {cmdlet}}}]
  format: {form}
  file: answers/it.txt
"""


def test_a_text_file_is_its_content(tmp_path: Path) -> None:
    found = only(tmp_path, TEXT.format(cmdlet="Get-Content", form="text"), it__txt="\ufeff<configuration />\r\n")
    assert found.answer is not None
    assert found.answer.objects == (Object("TextFile", None, {"Content": "<configuration />\r\n"}),)


def test_json_as_powershell_writes_it(tmp_path: Path) -> None:
    data = """[{"Name": "W3SVC", "Started": true, "Time": "\\/Date(1757930400000)\\/", "Nested": {"A": 1},
                "Wrapped": {"value": ["a", "b"], "Count": 2}, "When": {"value": "\\/Date(0)\\/", "DateTime": "x"},
                "Version": {"Major": 15, "Minor": 2, "Build": 1748, "Revision": -1, "MajorRevision": -1,
                            "MinorRevision": -1}}]"""
    found = only(tmp_path, TEXT.format(cmdlet="Get-CimInstance", form="json"), it__txt=data)
    assert found.answer is not None
    (made,) = found.answer.objects
    assert dict(made.properties) == {
        "Name": "W3SVC",
        "Started": True,
        "Time": datetime(2025, 9, 15, 10, 0, tzinfo=UTC),
        "Nested": Object("System.Management.Automation.PSCustomObject", None, {"A": 1}),
        "Wrapped": ("a", "b"),
        "When": datetime(1970, 1, 1, tzinfo=UTC),
        "Version": "15.2.1748",
    }


def test_json_is_not_believed_where_enumerations_have_become_numbers(tmp_path: Path) -> None:
    found = only(tmp_path, TEXT.format(cmdlet="Get-Service", form="json"), it__txt='[{"Name": "W3SVC", "Status": 4}]')
    assert found.problem is not None
    assert found.problem.kind == "not readable"
    assert "it.txt" in found.problem.message


def test_full_exchange_answers_as_json_are_not_believed(tmp_path: Path) -> None:
    index = HEAD.replace("partial", "full") + EXCHANGE.replace("file:", "format: json\n  file:")
    (found,) = capture.load(folder(tmp_path, index, organization__xml="[]")).observations
    assert found.problem is not None
    assert found.problem.kind == "not readable"


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (None, "not captured", "answers/organization.xml is not in the capture"),
        ("", "failed", "answers/organization.xml: it is not XML, or cut off"),
        (OBJS.format("<S>whole</S>")[:-20], "failed", "answers/organization.xml: it is not XML, or cut off"),
        ("Name : Contoso", "failed", "answers/organization.xml: it is not XML"),
        (b"\xff\xff\x00", "failed", "answers/organization.xml: it is neither UTF-8 nor UTF-16"),
        ("<html></html>", "failed", "answers/organization.xml: <html> is not an element of CLIXML"),
    ],
    ids=["missing", "empty", "truncated", "text", "bytes", "web page"],
)
def test_a_file_that_is_no_answer_is_named(tmp_path: Path, content: str | bytes | None, kind: str, said: str) -> None:
    found = only(tmp_path, EXCHANGE, **({} if content is None else {"organization__xml": content}))
    assert found.answer is None
    assert found.problem is not None
    assert found.problem.kind == kind
    assert said in found.problem.message
    assert found.problem.cure


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml"
    outside.write_text(OBJS.format("<S>x</S>"))
    (tmp_path / "inside").mkdir()
    inside = folder(tmp_path / "inside", HEAD + EXCHANGE)
    (inside / "answers" / "organization.xml").symlink_to(outside)
    (found,) = capture.load(inside).observations
    assert found.problem is not None
    assert "leads out of the capture" in found.problem.message


@pytest.mark.parametrize(
    ("index", "place", "said"),
    [
        (HEAD + "  - [", ":9:1:", "broken YAML"),
        (HEAD + EXCHANGE + "  when: now\n", ":12:3:", "unknown key 'when'"),
        (HEAD + EXCHANGE.replace("exchange", "exchnge"), ":9:13:", "Did you mean 'exchange'?"),
        (HEAD.replace("format: 1", "format: 2") + EXCHANGE, ":2:9:", "out of range"),
        (HEAD.replace("+02:00", "") + EXCHANGE, ":5:8:", "no time with its zone"),
        (HEAD + EXCHANGE.replace("answers/", "../"), ":11:9:", "not inside the capture's folder"),
        (HEAD + EXCHANGE.replace("answers/", "C:/"), ":11:9:", "not inside the capture's folder"),
        (HEAD + EXCHANGE.replace("answers/", "/"), ":11:9:", "not inside the capture's folder"),
        (HEAD + EXCHANGE + EXCHANGE, ":12:3:", "already answered by entry 0"),
        (HEAD + EXCHANGE.replace("exchange", "windows"), ":8:12:", "'organization' is none of the servers"),
        (HEAD + EXCHANGE.replace("exchange", "ldap"), ":10:13:", "one command named search"),
        (
            HEAD + EXCHANGE.replace("Config}", "Config, parameters: {A: {b: 1}}}"),
            ":10:",
            "this is no cmdlet argument",
        ),
        ("", "", "the file is empty"),
        ("- a", ":1:1:", "no mapping"),
        (HEAD.replace("name: brought-home", "") + EXCHANGE, "", "'name:' is missing"),
    ],
)
def test_a_mistake_in_the_index_has_its_place(tmp_path: Path, index: str, place: str, said: str) -> None:
    with pytest.raises(capture.CaptureMistakes) as caught:
        capture.load(folder(tmp_path, index))
    assert f"capture.yaml{place}" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_an_index_says_so(tmp_path: Path, exists: bool) -> None:
    with pytest.raises(capture.CaptureMistakes, match=r"capture\.yaml"):
        capture.load(tmp_path if exists else tmp_path / "nowhere")


def test_a_captured_answer_serves_the_organisation_wide_question_of_its_server(tmp_path: Path) -> None:
    from muster.model import ExchangeCmdlet  # noqa: PLC0415 - only here

    index = """
    - subject: EX01
      endpoint: exchange
      pipeline: [{cmdlet: Get-OwaVirtualDirectory, parameters: {Server: EX01, ADPropertiesOnly: true}}]
      file: answers/owa.xml
    """
    taken = capture.load(folder(tmp_path, HEAD + textwrap.dedent(index), owa__xml=OBJS.format("<S>x</S>")))
    book = book_of({each.question.key: each for each in taken.observations})
    asked = ExchangeCmdlet("Get-OwaVirtualDirectory", ADPropertiesOnly=True)
    assert book(asked, taken.environment.servers[0]) is taken.observations[0]
    assert book(asked, taken.environment.servers[1]) is None


def test_an_enumeration_of_a_directory_is_its_number() -> None:
    from muster.transport.old.answers import ldap_entry  # noqa: PLC0415 - only here

    attributes = Object("d", None, {"a": (EnumValue(4, "x", "T"), None), "b": 5})
    found = ldap_entry(Object("SearchResult", None, {"Path": "LDAP://dc1/CN=x", "Properties": attributes}))
    assert found == Object("LdapEntry", "CN=x", {"a": ("4", ""), "b": ("5",)})


@pytest.mark.parametrize(
    "path", ["LDAP://dc1/CN=a\\/b,DC=x", "LDAP://CN=a\\/b,DC=x", "LDAP://dc1.contoso.local:636/CN=a\\/b,DC=x"]
)
def test_an_entry_without_its_name_has_it_from_its_path(path: str) -> None:
    from muster.transport.old.answers import ldap_entry  # noqa: PLC0415 - only here

    assert ldap_entry(Object("SearchResult", None, {"Path": path, "Properties": Object("d", None, {})})).text == (
        "CN=a/b,DC=x"
    )
