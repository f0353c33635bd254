"""One answer, many doors: every fact of every subject is the same whichever way its answers came.

One world of the lab answers over its wire (Partial and Full), and is written into files by the lab's own CLIXML
writer and as Windows PowerShell's JSON; muster's ordinary doors read all of it. Nothing lists the facts: a new one is
compared as soon as it has a fixture.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.captured import write_capture
from kit.played import every_fact, played
from kit.recorded import INVENTORIES
from muster import inventory
from muster.facts.builds import Build
from muster.facts.certificates import ExchangeCertificate, ExchangeCertificates
from muster.facts.directory import OrganizationLevel
from muster.facts.services import WindowsServices
from muster.model import (
    Answer,
    Chained,
    ExchangeCmdlet,
    Fact,
    FactUnavailable,
    HttpsRequest,
    LdapSearch,
    Need,
    Object,
    Observation,
    Question,
    SmtpDialogue,
    Subject,
    TlsHandshake,
    Value,
    WindowsCmdlet,
)
from muster.reading.records import Record, Records
from muster.reading.several import Several
from muster.resolve import book_of, needs_of, resolve
from muster.transport.old import capture
from muster.transport.old.json_answers import may_be_json

Observations = Mapping[str, Observation]
Books = Mapping[str, Observations]

CARRIED_BY: Mapping[type, frozenset[str]] = {
    ExchangeCmdlet: frozenset({"full", "clixml", "clixml full", "json", "json wrapped"}),
    WindowsCmdlet: frozenset({"clixml", "json", "json wrapped"}),
    LdapSearch: frozenset({"clixml"}),  # an [adsisearcher]'s results; JSON of them is not taken
}
"""The doors beside the Partial wire that can bring an answer to each kind of question. A probe's answer (TLS, SMTP,
HTTPS) is what muster itself saw on the wire: no file of another program's holds it, so it has one door only."""


def doors_of(fact: type[Fact]) -> frozenset[str]:
    """The doors that can bring everything the fact needs."""

    def of(need: Need) -> frozenset[str]:
        return frozenset().union(*(carried(one) for one in need.alternatives))

    def carried(question: Question) -> frozenset[str]:
        """What brings the question, and the earlier ones that it is built from."""
        after = question.after if isinstance(question, Chained) else None
        own = CARRIED_BY.get(type(question), frozenset())
        if isinstance(question, WindowsCmdlet) and not may_be_json("windows", question.pipeline[0].name, "partial"):
            own = own & {"clixml"}  # its enumerations would be numbers
        return own & carried(after.question) if after else own

    return frozenset.intersection(*map(of, needs_of(fact)))


FACTS: dict[type[Fact], list[Subject]] = {}
for _fact, _subject in dict.fromkeys(every_fact(inventory.load(INVENTORIES / "demo-clean"))):
    FACTS.setdefault(_fact, []).append(_subject)
PAIRS = [(fact, door) for fact in FACTS for door in sorted(doors_of(fact))]
ONE_DOOR = [fact for fact in FACTS if not doors_of(fact)]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    one = played("demo-clean", more=True)
    asked = [observation.question for observation in one.partial.observations.values()]
    names = [server.name for server in one.partial.environment.servers]

    def brought(name: str, **how: Any) -> Observations:
        folder = write_capture(tmp_path_factory.mktemp("captures") / name, one.world, asked, servers=names, **how)
        return by_key(capture.load(folder).observations)

    return {
        "partial": one.partial.observations,
        "full": one.full.observations,
        "clixml": brought("clixml"),
        "clixml full": brought("clixml-full", level="full"),
        "json": brought("json", form="json"),
        "json wrapped": brought("json-wrapped", form="json", wrapped=True),
    }


def by_key(observations: Iterable[Observation]) -> Observations:
    return {observation.question.key: observation for observation in observations}


def name_of(value: object) -> str:
    return value.__name__ if isinstance(value, type) else str(value)


@pytest.mark.parametrize(("fact", "door"), PAIRS, ids=name_of)
def test_a_fact_is_the_same_through_every_door(fact: type[Fact], door: str, books: Books) -> None:
    for subject in FACTS[fact]:
        expected = resolve(fact, subject, book_of(books["partial"])).fact
        found = resolve(fact, subject, book_of(books[door])).fact
        assert not unread(expected), "equal because nobody can read it"
        if fact is ExchangeCertificates and "full" in door:
            assert known_of_raw_data(found) == known_of_raw_data(expected), f"{subject.name} through {door}"
        else:
            assert found == expected, f"{subject.name} through {door}: {unlike(expected, found)}"


def unread(fact: Any) -> list[str]:
    """What no record of the fact could read, parts of a fact of several included."""
    parts = fact.known.values() if isinstance(fact, Several) else (fact,)
    records = [row for part in parts for row in getattr(part, "rows", (part,)) if isinstance(row, Record)]
    return [f"{row!r}: {problem}" for row in records for problem in row._missing.values()]


ONLY_EXCHANGE_KNOWS = ("services", "status", "root_ca_type", "has_private_key", "private_key_exportable")
"""The one difference that is meant: Full sends a certificate as its DER alone, which does not hold these."""


def known_of_raw_data(certificates: Any) -> list[dict[str, object]]:
    return [
        {name: getattr(row, name) for name in ExchangeCertificate.model_fields if name not in ONLY_EXCHANGE_KNOWS}
        for row in certificates
    ]


@pytest.mark.parametrize("door", ["full", "clixml full"])
def test_what_only_exchange_knows_of_a_certificate_is_missing_at_full_by_name(door: str, books: Books) -> None:
    subject = FACTS[ExchangeCertificates][0]
    for row in resolve(ExchangeCertificates, subject, book_of(books[door])).fact:
        missing = {field: problem.kind for field, problem in row._missing.items()}
        assert missing == dict.fromkeys(ONLY_EXCHANGE_KNOWS, "not readable")


def test_only_what_a_probe_saw_has_one_door() -> None:
    """A fact that mixes both, or a new kind of question, has to be given its doors here."""
    assert ONE_DOOR
    for fact in ONE_DOOR:
        asked = {type(one) for need in needs_of(fact) for one in need.alternatives}
        assert asked <= {TlsHandshake, SmtpDialogue, HttpsRequest}, f"{fact.__name__} is compared through no door"


SECOND_WAYS: dict[type[Fact], Callable[[str], WindowsCmdlet | ExchangeCmdlet]] = {
    Build: lambda name: WindowsCmdlet(Build.needs["ExSetup"].alternatives[1].pipeline, server=name),  # type: ignore[union-attr]
    WindowsServices: lambda name: WindowsCmdlet("Get-Service", server=name),
    OrganizationLevel: lambda _: ExchangeCmdlet("Get-OrganizationConfig"),
}


@pytest.mark.parametrize("fact", SECOND_WAYS, ids=name_of)
def test_another_question_for_the_same_fact_tells_the_same(fact: type[Fact], books: Books, tmp_path: Any) -> None:
    world = played("demo-clean", more=True).world
    for subject in FACTS[fact]:
        only = SECOND_WAYS[fact](subject.name)
        folder = write_capture(tmp_path / subject.name, world, [only], servers=[subject.name])
        found = resolve(fact, subject, book_of(by_key(capture.load(folder).observations))).fact
        expected = resolve(fact, subject, book_of(books["partial"])).fact
        if isinstance(found, WindowsServices) and isinstance(expected, WindowsServices):
            assert all(not row.has("start_name") for row in found), "Get-Service does not tell the account"
            assert [(row.name, row.state, row.start_mode) for row in found] == [
                (row.name, row.state, row.start_mode) for row in expected
            ]
        else:
            assert found == expected


@pytest.mark.parametrize("fact", FACTS, ids=name_of)
def test_another_answer_is_another_fact(fact: type[Fact], books: Books) -> None:
    """Without this the test above would hold for facts that are all equal."""
    subject = FACTS[fact][0]
    observations = books["partial"]
    whole = resolve(fact, subject, book_of(observations))

    def after(key: str, name: str, edit: Callable[[dict[str, Value], str], None]) -> Fact | None:
        try:
            return resolve(fact, subject, book_of(altered(observations, key, name, edit))).fact
        except FactUnavailable:
            return None

    for key in whole.questions:
        names = sent(observations[key])
        read = [name for name in names if name in read_by(fact)]
        for name in read:
            assert after(key, name, left_out) != whole.fact, f"{name} may be missing without notice"
            assert after(key, name, another) != whole.fact, f"{name} may be anything"
        assert read or any(after(key, name, another) != whole.fact for name in names), f"{key} makes no difference"


def read_by(fact: type[Fact]) -> set[str]:
    """The names of the properties that a fact's record reads, where they are the properties' own."""
    record = fact.record if issubclass(fact, Records) else fact
    if record is ExchangeCertificate:
        return {"RawData", "Services", "Status", "RootCAType", "HasPrivateKey", "PrivateKeyExportable"}
    return {str(info.alias) for info in record.model_fields.values()} if issubclass(record, Record) else set()


def sent(observation: Observation) -> list[str]:
    assert observation.answer is not None
    return list(dict.fromkeys(name for item in observation.answer.objects for name in item.properties))


def altered(
    observations: Observations, key: str, name: str, edit: Callable[[dict[str, Value], str], None]
) -> Observations:
    """The observations with one property of every object of one answer edited."""

    def changed(item: Object) -> Object:
        properties = dict(item.properties)
        if name in properties:
            edit(properties, name)
        return replace(item, properties=properties)

    old = observations[key]
    assert old.answer is not None
    answer = Answer(tuple(map(changed, old.answer.objects)), old.answer.serialization)
    return {**observations, key: replace(old, answer=answer)}


def left_out(properties: dict[str, Value], name: str) -> None:
    del properties[name]


def another(properties: dict[str, Value], name: str) -> None:
    match properties[name]:
        case bool(value):
            properties[name] = not value
        case int(number):
            properties[name] = number + 1
        case str(text):
            properties[name] = f"{text}~"
        case bytes(data):
            properties[name] = data + b"~"
        case datetime() as moment:
            properties[name] = moment + timedelta(days=1)
        case tuple(items):
            properties[name] = (*items, items[-1] if items and isinstance(items[0], bytes) else "~")
        case None:
            properties[name] = "~"
        case other:
            properties[name] = Object("Another", str(other), {})


def unlike(expected: Fact, found: Fact) -> str:
    """What differs, of the first row that does."""
    rows = zip(getattr(expected, "rows", (expected,)), getattr(found, "rows", (found,)), strict=False)
    for one, other in rows:
        if one != other and isinstance(one, Record):
            names = [name for name in type(one).model_fields if one.__dict__.get(name) != other.__dict__.get(name)]
            return "; ".join(
                f"{name}: {one.__dict__.get(name)!r}, not {other.__dict__.get(name)!r}" for name in names
            )
        if one != other:
            return f"{one!r}, not {other!r}"
    return "another number of rows"
