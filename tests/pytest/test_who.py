"""What a run asks about its differences, and what it says that it could not tell."""

from datetime import UTC, datetime

from muster.drift import Difference, Place
from muster.model import (
    Answer,
    Environment,
    ExchangeCmdlet,
    Forest,
    LdapSearch,
    Object,
    Observation,
    Organization,
    Problem,
    Question,
    Server,
)
from muster.origin import METADATA, MOST, audit_question, metadata_question
from muster.pytest import who
from muster.pytest.drift_account import Judged
from muster.resolve import needs_of
from muster.upgrade import Crossing, Sorted

MADE = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 22, tzinfo=UTC)
SERVERS = (Server("EX01", "ex01.contoso.local"), Server("EDGE01", "edge01", roles=frozenset({"Edge"})))
ENVIRONMENT = Environment("made-up", Organization("Contoso", SERVERS), Forest("contoso.local"))
STAMP = (
    "<DS_REPL_ATTR_META_DATA><pszAttributeName>msExchSmtpReceiveBindings</pszAttributeName><dwVersion>7</dwVersion>"
    "<ftimeLastOriginatingChange>2026-11-24T21:10:00Z</ftimeLastOriginatingChange>"
    "<pszLastOriginatingDsaDN>CN=NTDS Settings,CN=DC1,CN=Servers</pszLastOriginatingDsaDN>\0"
)


def dn_of(number: int) -> str:
    return f"CN=C{number},CN=Services,CN=Configuration,DC=contoso,DC=local"


def drifted(number: int = 1, subject: str = "EX01", *, gone: bool = False) -> Difference:
    item = Object("ReceiveConnector", None, {"Identity": f"EX01\\C{number}", "DistinguishedName": dn_of(number)})
    place = Place(subject, "Server", "ReceiveConnectors", "exchange: Get-ReceiveConnector")
    if gone:
        return Difference(place, f"EX01\\C{number}", "X", (), "gone", before=item)
    return Difference(place, f"EX01\\C{number}", "X", ("Bindings",), "changed", before=item, after=item)


def judged(*differences: Difference, kind: str = "unexplained") -> Judged:
    rows = tuple(Sorted(one, kind, "", "") for one in differences)
    return Judged(Crossing({}), rows, 0, (), {id(one.difference): one for one in rows}, {})


def asked(*differences: Difference, kind: str = "unexplained") -> list[Question]:
    wants = who.wants(judged(*differences, kind=kind), ENVIRONMENT, MADE, NOW)
    return [need.alternatives[0] for fact, subject in wants for need in needs_of(fact, subject)]


def seen(question: Question, *objects: Object, problem: Problem | None = None) -> dict[str, Observation]:
    answer = None if problem else Answer(objects, "partial", ())
    return {question.key: Observation(question, "forest", NOW, 0.1, "dc1", answer, problem)}


LOG = audit_question(("Set-ReceiveConnector",), MADE, NOW)
METADATA_OF_1 = seen(metadata_question(dn_of(1)), Object("LdapEntry", dn_of(1), {METADATA[0]: (STAMP,)}))


def test_an_object_is_asked_about_once_and_the_log_once() -> None:
    first, second = asked(drifted(), drifted())
    assert isinstance(first, LdapSearch)
    assert isinstance(second, ExchangeCmdlet)
    assert (first.base, second.pipeline[0].name) == (dn_of(1), "Search-AdminAuditLog")


def test_what_was_expected_and_what_is_of_an_edge_is_not_asked_about() -> None:
    assert asked(drifted(), kind="expected") == []
    assert asked(drifted(subject="EDGE01")) == []


def test_what_is_gone_is_looked_for_in_the_log_only() -> None:
    assert [type(one) for one in asked(drifted(gone=True))] == [ExchangeCmdlet]
    told = who.told(judged(drifted(gone=True)), ENVIRONMENT, MADE, seen(LOG))
    assert ["Who removed 1 object is told" in note for note in told.notes] == [True]


def test_no_more_than_so_many_objects_are_looked_up_and_the_rest_is_told() -> None:
    many = [drifted(number) for number in range(MOST + 7)]
    found = [one for one in asked(*many) if isinstance(one, LdapSearch)]
    assert len(found) == MOST
    answers = {key: one for question in found for key, one in seen(question).items()}
    (note,) = who.told(judged(*many), ENVIRONMENT, MADE, answers | seen(LOG)).notes
    assert note == f"When 7 of {MOST + 7} changed objects were changed was not looked up: at most {MOST} are"


def test_what_was_learnt_is_told_of_its_difference() -> None:
    one = drifted()
    told = who.told(judged(one), ENVIRONMENT, MADE, METADATA_OF_1 | seen(LOG))
    assert told == who.Told({id(one): "changed on 2026-11-24 21:10 UTC at DC1 (version 7)"})


def test_without_the_right_the_log_is_missing_in_one_sentence() -> None:
    unknown = seen(LOG, problem=Problem("unknown cmdlet", "The term 'Search-AdminAuditLog' is not recognized"))
    told = who.told(judged(drifted()), ENVIRONMENT, MADE, METADATA_OF_1 | unknown)
    assert told.notes == (who.NO_RIGHT,)
    assert len(told.changed) == 1


def test_what_nobody_could_ask_or_read_is_said() -> None:
    dead = seen(metadata_question(dn_of(1)), problem=Problem("unreachable", "connection refused"))
    broken = seen(LOG, Object("AdminAuditLogEvent", None, {"RunDate": "yesterday"}))
    told = who.told(judged(drifted()), ENVIRONMENT, MADE, dead | broken)
    assert ["connection refused" in told.notes[0], "RunDate" in told.notes[1]] == [True, True]
    assert told.changed == {}


def test_a_run_that_did_not_ask_says_so_and_one_without_drift_says_nothing() -> None:
    (note,) = who.told(judged(drifted()), ENVIRONMENT, MADE, {}).notes
    assert note.endswith("this run did not ask")
    assert who.told(judged(), ENVIRONMENT, MADE, {}) == who.Told({})
