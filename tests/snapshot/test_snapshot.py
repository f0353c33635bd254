"""Round trips are exact, every leaf shows in the text, and what is not in the form is refused with its place."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum

import pytest

from muster import snapshot
from muster.model import (
    After,
    Answer,
    Authentication,
    DatabaseAvailabilityGroup,
    Domain,
    DomainController,
    Endpoint,
    EnumValue,
    Environment,
    ExchangeCmdlet,
    Forest,
    HttpsRequest,
    LdapSearch,
    Object,
    Observation,
    Organization,
    Problem,
    PublicName,
    Question,
    Server,
    Site,
    SmtpDialogue,
    TlsHandshake,
    Upgrade,
    Value,
    WindowsCmdlet,
    command,
)

MOMENT = datetime(2025, 9, 15, 10, 30, 0, 123456, tzinfo=UTC)
NESTED = Object(
    "Microsoft.Exchange.Data.ByteQuantifiedSize",
    "36 MB (37,748,736 bytes)",
    {"Value": 37748736, "Nothing": None, "$time": "a property that looks like a tag", "$$type": 2, "$": (True, 1.5)},
)
VALUES: list[Value] = [
    None,
    True,
    False,
    0,
    1,
    -(2**63),
    2**64,
    0.0,
    1.0,
    -1e-300,
    1e300,
    math.inf,
    -math.inf,
    "",
    "1",
    "$time",
    "line\r\nline\u2028\U0001f600 ü",
    "half a character: \ud83d",
    b"",
    b"\x00\xff",
    MOMENT,
    datetime(1, 1, 1, tzinfo=UTC),
    EnumValue(1, "Full", "System.Management.Automation.PSLanguageMode"),
    NESTED,
    Object("", None, {}),
    (),
    ((),),
    (1, (2.0, "3"), NESTED, None),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was(value: Value) -> None:
    text = snapshot.dumps(snapshot.dump_value(value))
    back = snapshot.load_value(snapshot.loads(text.encode().decode()))
    assert back == value
    assert type(back) is type(value)
    assert snapshot.dumps(snapshot.dump_value(back)) == text


def test_no_two_values_share_a_text() -> None:
    texts = {snapshot.dumps(snapshot.dump_value(value)) for value in VALUES}
    assert len(texts) == len(VALUES)


def test_nan_comes_back_as_nan() -> None:
    back = snapshot.load_value(snapshot.dump_value(math.nan))
    assert isinstance(back, float)
    assert math.isnan(back)


def test_times_are_written_in_utc() -> None:
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=-5)))
    assert snapshot.dump_value(elsewhere) == {"$time": "2025-09-15T10:30:00.123456Z"}


def test_the_order_of_properties_does_not_show() -> None:
    one, other = Object("T", "t", {"A": 1, "B": 2}), Object("T", "t", {"B": 2, "A": 1})
    assert snapshot.dumps(snapshot.dump_value(one)) == snapshot.dumps(snapshot.dump_value(other))


def test_text_is_canonical() -> None:
    text = snapshot.dumps({"b": [1, "ü"], "a": None})
    assert text == '{\n  "a": null,\n  "b": [\n    1,\n    "ü"\n  ]\n}\n'


class _Level(IntEnum):
    ONE = 1


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, [1], {"a": 1}, 1j, datetime(2025, 1, 1), _Level.ONE, (1, [2])],  # noqa: DTZ001 - the point
    ids=lambda value: type(value).__name__,
)
def test_an_unknown_type_raises(value: object) -> None:
    with pytest.raises(TypeError):
        snapshot.dump_value(value)  # type: ignore[arg-type] # the point


@pytest.mark.parametrize(
    ("data", "at"),
    [
        ({}, "$"),
        ({"a": 1}, "$"),
        ({"$time": "yesterday"}, "$.$time"),
        ({"$time": "2025-01-01T00:00:00"}, "$.$time"),
        ({"$bytes": "!"}, "$.$bytes"),
        ({"$float": "1"}, "$.$float"),
        ({"$enum": "T", "number": True, "text": "x"}, "$.number"),
        ({"$enum": "T", "$type": "T"}, "$"),
        ({"$type": "T"}, "$.$text"),
        ({"$type": "T", "$text": None, "$new": 1}, "$"),
        ([1, {"$type": "T", "$text": None, "A": [{"$time": 5}]}], "$[1].A[0].$time"),
        ({1, 2}, "$"),
    ],
    ids=repr,
)
def test_what_is_not_in_the_form_is_refused_with_its_place(data: object, at: str) -> None:
    with pytest.raises(snapshot.UnreadableSnapshot) as caught:
        snapshot.load_value(data)
    assert caught.value.at == at
    assert f"at {at}," in str(caught.value)


def test_broken_json_names_line_and_column() -> None:
    with pytest.raises(snapshot.UnreadableSnapshot, match="line 2, column 1"):
        snapshot.loads('{"a":\n}')


SETUP = WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\SOFTWARE\\X", Name="MsiInstallPath", server="EX01")
QUESTIONS: list[Question] = [
    ExchangeCmdlet("Get-OrganizationConfig"),
    ExchangeCmdlet(
        "Get-Queue",
        command("Select-Object", Property=("Identity", "MessageCount"), First=3),
        about="EX01",
        at="EDGE01",
        Server="EX01",
        Verbose=False,
        Force=True,
    ),
    SETUP,
    WindowsCmdlet(
        "Get-CimInstance",
        server="EX01",
        after=After(SETUP, "MsiInstallPath", "wql"),
        ClassName="CIM_DataFile",
        Filter="Name='{after}ExSetup.exe'",
    ),
    LdapSearch(base=""),
    LdapSearch(
        base="CN=Microsoft Exchange,{configurationNamingContext}",
        filter="(objectClass=x)",
        scope="base",
        attributes=("a", "b"),
        security_descriptor=True,
        controller="DC01",
        domain="contoso.local",
    ),
    TlsHandshake("EX01", 25, "smtp"),
    TlsHandshake("EX01", 443),
    SmtpDialogue("EX01"),
    HttpsRequest("mail.contoso.com", "/owa/healthcheck.htm"),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_comes_back_as_it_was(question: Question) -> None:
    back = snapshot.load_question(json.loads(snapshot.dumps(snapshot.dump_question(question))))
    assert back == question
    assert back.key == question.key


def test_the_order_of_parameters_is_kept() -> None:
    question = ExchangeCmdlet("Get-X", Zeta="1", Alpha="2")
    assert snapshot.load_question(snapshot.dump_question(question)).key == "exchange: Get-X -Zeta 1 -Alpha 2"


def test_an_unknown_kind_of_question_is_refused() -> None:
    with pytest.raises(snapshot.UnreadableSnapshot, match=r"'telnet' came"):
        snapshot.load_question({"ask": "telnet"})


def _observation() -> Observation:
    shortfall = Problem("partial", "The operation couldn't be performed", "the cause", "the cure")
    answer = Answer((NESTED, Object("T", None, {"All": tuple(VALUES)})), "full", (shortfall,))
    return Observation(QUESTIONS[1], "EX01", MOMENT, 0.25, "EX02", answer)


@pytest.mark.parametrize(
    "observation",
    [
        _observation(),
        Observation(QUESTIONS[5], "forest", None, 0.0, "", None, Problem("timeout", "no answer within 30 s")),
    ],
    ids=["answer", "problem"],
)
def test_an_observation_comes_back_as_it_was(observation: Observation) -> None:
    text = snapshot.dumps(snapshot.dump_observation(observation))
    assert snapshot.load_observation(snapshot.loads(text)) == observation


@pytest.mark.parametrize("which", ["neither", "both"])
def test_an_observation_has_either_an_answer_or_a_problem(which: str) -> None:
    broken = replace(_observation(), answer=None)
    if which == "both":
        broken = replace(_observation(), problem=Problem("failed", "x"))
    with pytest.raises(snapshot.UnreadableSnapshot, match=which):
        snapshot.load_observation(snapshot.dump_observation(broken))


def test_a_problem_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(snapshot.UnreadableSnapshot, match="'odd' came"):
        snapshot.load_problem({"kind": "odd", "message": "", "cause": "", "cure": ""})


def _leaves(data: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, (*path, name))
    elif isinstance(data, list) and data:
        for position, value in enumerate(data):
            yield from _leaves(value, (*path, position))
    else:
        yield path


def _changed(data: object, path: tuple[object, ...]) -> object:
    if not path:
        return "changed" if data != "changed" else "changed again"
    first, *rest = path
    if isinstance(data, dict):
        return {name: _changed(value, tuple(rest)) if name == first else value for name, value in data.items()}
    assert isinstance(data, list)
    return [_changed(value, tuple(rest)) if at == first else value for at, value in enumerate(data)]


def test_any_changed_leaf_changes_the_text() -> None:
    dumped = snapshot.dump_observation(_observation())
    whole = snapshot.dumps(dumped)
    leaves = list(_leaves(dumped))
    assert len(leaves) > 60
    for path in leaves:
        assert snapshot.dumps(_changed(dumped, path)) != whole, path  # type: ignore[arg-type] # JSON as before


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ("subject", "EX02"),
        ("taken", None),
        ("seconds", 0.5),
        ("answered_by", "EX03"),
        ("question", QUESTIONS[0]),
        ("answer", Answer((NESTED,), "partial")),
    ],
)
def test_any_changed_field_of_an_observation_shows(changed: str, value: object) -> None:
    before = snapshot.dumps(snapshot.dump_observation(_observation()))
    fields: dict[str, object] = {changed: value}
    after = snapshot.dumps(snapshot.dump_observation(replace(_observation(), **fields)))  # type: ignore[arg-type]
    assert after != before


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("EX01", "ex01.json"),
        ("organization", "organization.json"),
        ("dc1.contoso.local", "dc1.contoso.local.json"),
        ("CON", "%63on.json"),
        ("con.fig", "%63on.fig.json"),
        ("console", "console.json"),
        ("LPT1", "%6cpt1.json"),
        ("a/b\\c:d*", "a%2fb%5cc%3ad%2a.json"),
        ("..", "%2e..json"),
        ("", "%.json"),
        ("%2f", "%252f.json"),
        ("Zürich", "z%c3%bcrich.json"),
        ("Zu\u0308rich", "z%c3%bcrich.json"),
        ("trailing ", "trailing%20.json"),
    ],
)
def test_file_names_are_safe_everywhere(subject: str, expected: str) -> None:
    assert snapshot.file_name(subject) == expected


def test_long_names_stay_apart() -> None:
    one, other = snapshot.file_name("x" * 300), snapshot.file_name("x" * 301)
    assert one != other
    assert len(one) < 255


def test_an_environment_comes_back_without_its_secrets() -> None:
    ex01 = Server("EX01", "ex01.contoso.local", frozenset({"Mailbox"}), "Zurich", "DAG01", "2019")
    edge = Server("EDGE01", "edge01.contoso.com", frozenset({"Edge"}))
    controller = DomainController("DC01", "dc01.contoso.local", "contoso.local", "Zurich")
    endpoint = Endpoint(
        "windows",
        "EX01",
        "10.0.0.1",
        5986,
        tls="tls",
        authentication=Authentication("ntlm", "svc-muster", "env:SECRET_NAME", "cert.pem", "key.pem"),
        configuration="muster.jea",
        jea=True,
        kerberos_name="ex01.contoso.local",
        ca_file="/etc/ca.pem",
        version=(15, 2),
    )
    environment = Environment(
        "prod",
        Organization("Contoso", (ex01, edge)),
        Forest("contoso.local", (Domain("contoso.local", (controller,)),), "contoso\\installer"),
        (Site("Zurich", internet_facing=True, members=(ex01,)),),
        (DatabaseAvailabilityGroup("DAG01", (ex01,)),),
        (PublicName("mail.contoso.com", (ex01,), mail_exchanger=True),),
        (endpoint,),
        {("EX01", 443): ("127.0.0.1", 40443)},
        Upgrade(frozenset({"DAG01"}), "contoso\\installer", media="D:\\SE"),
        lab="demo.yaml",
    )
    text = snapshot.dumps(snapshot.dump_environment(environment))
    back = snapshot.load_environment(snapshot.loads(text))

    for secret in ("SECRET_NAME", "svc-muster", "cert.pem", "key.pem", "ca.pem", "demo.yaml"):
        assert secret not in text
    # every field of every subject, those outside a subject's equality included
    assert repr(back.organization) == repr(environment.organization)
    assert repr(back.forest) == repr(environment.forest)
    assert repr((back.sites, back.dags, back.public_names)) == repr(
        (environment.sites, environment.dags, environment.public_names)
    )
    assert back.endpoints == (replace(endpoint, authentication=Authentication("ntlm"), ca_file=None),)
    assert back.relocated == environment.relocated
    assert back.upgrade == environment.upgrade
    assert back.lab is None


def test_a_member_that_is_no_server_is_refused() -> None:
    dumped = snapshot.dump_environment(Environment("e", Organization("o"), Forest("f")))
    assert isinstance(dumped, dict)
    dumped["dags"] = [{"name": "DAG01", "members": ["EX09"]}]
    with pytest.raises(snapshot.UnreadableSnapshot, match=r"at \$\.dags\[0\]\.members\[0\], 'EX09' came"):
        snapshot.load_environment(dumped)
