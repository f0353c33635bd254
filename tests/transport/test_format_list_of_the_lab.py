"""The lab's own dumps, imported, are what the same lab says over its wire, apart from one table of what cannot be."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from kit.dumped import Beside, Damage, beside, by_key, files, imported, leaves, same, why_unsettled, world
from muster.lab.format_list import Printing
from muster.model import FactUnavailable, Organization, Server
from muster.resolve import book_of, resolve
from muster.transport.old.format_list import Imported, is_unsettled

_BLANK = (None, "", ())

Table = dict[str, Callable[[Beside], bool]]

CANNOT: Table = {
    "nothing is printed for null, an empty text and an unset value": lambda one: (
        one.dump is None and one.live in _BLANK
    ),
    "a session's own: RunspaceId is another one": lambda one: one.name == "RunspaceId",
    "PSComputerName and PSShowComputerName are hidden": lambda one: (
        one.name in {"PSComputerName", "PSShowComputerName"} and one.dump is ...
    ),
    "a list ends at $FormatEnumerationLimit": lambda one: (
        "was cut off behind" in why_unsettled(one) and isinstance(one.live, tuple)
    ),
    "without -ADPropertiesOnly some of it is IIS's": lambda one: "read from IIS" in why_unsettled(one),
    "a full line may have ended in a blank": lambda one: "is full to its end" in why_unsettled(one),
    "a word that would just have fitted without its blank": lambda one: (
        "begins a line of the value is not certain" in why_unsettled(one)
    ),
    "a local time without its UTC twin": lambda one: "in the time zone of who printed it" in why_unsettled(one),
    "the back end is shown with -ShowMailboxVirtualDirectories only": lambda one: (
        not one.name and one.dump is ... and "(Exchange Back End)" in one.object
    ),
}
"""What Format-List cannot express: docs/format-list.md lists the same."""

OTHERS: Table = {
    "other servers are no part of a dump of one": lambda one: (
        not one.name and one.dump is ... and one.fact in {"ExchangeServers", "MailboxDatabases"}
    ),
}
"""What a dump of one server does not tell, and does not claim to."""

EN_US = Printing()


def unexplained(
    came: Imported, table: dict[str, Callable[[Beside], bool]] = CANNOT
) -> tuple[list[Beside], Counter[str]]:
    """What differs and stands in no table; and how often each reason, and each equal value, was met."""
    left: list[Beside] = []
    met: Counter[str] = Counter()
    for one in beside(came, world().partial):
        if one.name and same(one):
            met["same"] += 1
            continue
        reason = next((said for said, holds in table.items() if holds(one)), None)
        met[reason or "unexplained"] += 1
        if reason is None:
            left.append(one)
    return left, met


@pytest.mark.parametrize(
    "printing",
    [
        EN_US,
        Printing(width=79, limit=4, culture="de-DE", minutes_east=60),
        Printing(limit=-1, culture="ru-RU", minutes_east=180),
        Printing(width=79, limit=16, culture="zh-CN", minutes_east=480),
        Printing(width=79, limit=-1, culture="en-GB", minutes_east=-300, keeps_blank=True),
        Printing(culture="cs-CZ", keeps_blank=True),
        Printing(limit=-1, culture="en-AU", minutes_east=570),
        Printing(width=4095, limit=-1, culture="nl-NL"),
    ],
    ids=lambda one: f"{one.width}-{one.limit}-{one.culture}",
)
def test_every_property_of_every_server_is_what_the_wire_says(printing: Printing) -> None:
    left, met = unexplained(imported(files(printing)))
    assert left == []
    assert met["same"] > 30_000


def test_the_best_dump_lacks_next_to_nothing() -> None:
    came = imported(files(Printing(width=4095, limit=-1), ad_only=True, back_end=True))
    left, met = unexplained(came)
    assert left == []
    lists = {one.name for one in beside(came, world().partial) if "was cut off" in why_unsettled(one)}
    assert lists == {"AllowedFileTypes", "BlockedFileTypes"}  # the lab's own elements end in three dots there
    assert not met["a full line may have ended in a blank"]
    assert not met["the back end is shown with -ShowMailboxVirtualDirectories only"]


@pytest.mark.parametrize("server", ["EX01", "EX05"])
def test_a_dump_of_one_server_is_of_that_server_only(server: str) -> None:
    came = imported(files(EN_US, server=server))
    left, met = unexplained(came, CANNOT | OTHERS)
    assert left == []
    assert met["same"] > 2_000
    owned = {"VirtualDirectory", "Connector", "Server", "Service", "OutlookAnywhere"}
    for one in came.observations:
        name = one.question.pipeline[0].name  # type: ignore[union-attr] # an ExchangeCmdlet
        if any(word in name for word in owned) and "Send" not in name:
            assert one.subject == server.casefold()
            assert server.casefold() in one.question.key.casefold()


def test_the_facts_of_a_dump_are_those_of_the_wire() -> None:
    bench = world().partial
    live, dump = book_of(bench.observations), book_of(by_key(imported(files(EN_US, back_end=True))))
    compared = set()
    for fact, _ in leaves():
        for kind in (Server, Organization):
            for subject in bench.environment.subjects(kind):
                try:
                    theirs = resolve(fact, subject, dump).fact
                    ours = resolve(fact, subject, live).fact
                except FactUnavailable:
                    continue
                if fact.__name__ != "OrganizationLevel" and not fact.shape.momentary:  # that from the directory
                    assert theirs == ours, (fact.__name__, subject.name)
                    compared.add(fact.__name__)
    assert {
        "OwaDirectories",
        "MapiDirectories",
        "OutlookAnywheres",
        "ReceiveConnectors",
        "SendConnectors",
    } <= compared
    assert {"ClientAccessServices", "TransportServices", "ActivationSettings", "MailboxDatabases"} <= compared


def test_clixml_holds_everything() -> None:
    for level, bench in (("partial", world().partial), ("full", world().full)):
        came = imported(files(EN_US, clixml=level, ad_only=True, back_end=True))
        different = [
            one
            for one in beside(came, bench)
            if not same(one) and one.name not in {"RunspaceId", "PSComputerName", "OriginatingServer"}
        ]
        # the lab says Low of GzipLevel with -ADPropertiesOnly too, where real servers say Off
        asked_of = {one.fact.removesuffix("InBothViews") for one in different}
        assert asked_of <= {"EwsDirectories", "EcpDirectories", "OwaDirectories"}
        assert all("read from IIS" in why_unsettled(one) for one in different)
        assert {one.answer.serialization for one in came.observations if one.answer} == {level}


def test_clixml_of_the_iis_view_compares_the_directory_only() -> None:
    came = imported({"owa.xml": files(EN_US, clixml="partial")["owavirdir.xml"]})
    (seen,) = came.observations
    assert seen.answer is not None
    assert seen.question.key == "exchange: Get-OwaVirtualDirectory -ADPropertiesOnly"
    assert all(is_unsettled(item.properties["Path"]) for item in seen.answer.objects)
    assert not any(is_unsettled(item.properties["InternalUrl"]) for item in seen.answer.objects)


def test_many_cmdlets_in_one_file_are_what_they_are_in_many() -> None:
    one_by_one = files(EN_US)
    together = b"\xff\xfe" + b"".join(data.removeprefix(b"\xff\xfe") for data in one_by_one.values())
    apart, once = by_key(imported(one_by_one)), by_key(imported({"all.txt": together}))
    assert apart.keys() == once.keys()
    for key, seen in apart.items():
        assert seen.answer == once[key].answer


def test_servers_in_files_of_their_own_are_one_dump() -> None:
    names = [server.name for server in world().partial.environment.servers if "Edge" not in server.roles]
    data: dict[str, bytes] = {}
    for name in names:
        made = files(EN_US, server=name)
        data |= {f"{name}-{file}": made[file] for file in ("ecpvirdir.txt", "receiveconnector.txt")}
    apart, once = by_key(imported(data)), by_key(imported(files(EN_US)))
    for key in ("exchange: Get-EcpVirtualDirectory -ADPropertiesOnly", "exchange: Get-ReceiveConnector"):
        ours, theirs = apart[key].answer, once[key].answer
        assert ours is not None
        assert theirs is not None
        assert set(map(str, ours.objects)) == set(map(str, theirs.objects))
    del data[f"{names[0]}-ecpvirdir.txt"]
    keys = by_key(imported(data)).keys()
    assert "exchange: Get-EcpVirtualDirectory -ADPropertiesOnly" not in keys
    assert f"exchange: Get-EcpVirtualDirectory -ADPropertiesOnly -Server {names[1]}" in keys


def _text(change: Callable[[str], str]) -> Damage:
    return lambda _, data: b"\xff\xfe" + change(data.decode("utf-16")).encode("utf-16-le")


def _each(change: Callable[[str], str]) -> Damage:
    return _text(lambda text: "\r\n".join(change(line) for line in text.split("\r\n")))


DAMAGES: dict[str, tuple[Damage, set[str]]] = {
    "two blanks behind every line": (_each(lambda line: line + "  "), {"trailing blanks"}),
    "padded to the width": (_each(lambda line: f"{line:<119}" if line else ""), {"trailing blanks"}),
    "a blank line behind every line": (_text(lambda text: text.replace("\r\n", "\r\n\r\n")), {"blank lines"}),
    "no blank lines": (_text(lambda text: re.sub(r"(\r\n){2,}", "\r\n", text)), set()),
    "four blanks before every line": (_each(lambda line: f"    {line}"), {"indented"}),
    "back quotes": (_each(lambda line: f"`{line}`" if line else ""), {"back quotes"}),
    "padding collapsed": (_each(lambda line: re.sub(r"^(\w+) +:", r"\1 :", line)), {"hard cut"}),
    "all blanks collapsed": (_each(lambda line: re.sub(r" +", " ", line)), {"hard cut"}),
    "indentation lost": (_each(str.lstrip), {"indentation lost"}),
    "wraps joined": (_text(lambda text: re.sub(r"\r\n(?= {20})", " ", text)), {"joined wraps"}),
    "masked": (_text(lambda text: text.replace("contoso.com", "xxxxxxx.com").replace("EX0", "***0")), {"masked"}),
    "redacted": (_text(lambda text: text.replace("mail.contoso", "[REDACTED]")), {"masked"}),
    "addresses in brackets": (_text(lambda text: re.sub(r"(https://\S+)", r"[\1]", text)), {"bracketed address"}),
    "Markdown names": (_each(lambda line: re.sub(r"^(Ext\w+)( +:)", r"**\1**\2", line)), {"markdown"}),
    "Markdown escapes": (_text(lambda text: text.replace("[", "\\[").replace("_", "\\_")), {"escaped"}),
    "typed again": (_text(lambda text: text.replace("RequireTLS ", "RequireTSL ")), {"unknown name"}),
    "lines left out": (
        _each(lambda line: "" if line.startswith(("RejectReservedSecond", "RejectSingleLabel")) else line),
        {"lines left out"},
    ),
    "cut at the end": (_text(lambda text: text[: len(text) * 9 // 10]), {"cut off"}),
    "one byte a character": (lambda _, data: data.decode("utf-16").encode("cp1252"), set()),
    "UTF-8 with a mark": (lambda _, data: data.decode("utf-16").encode("utf-8-sig"), set()),
    "lines ended as on Linux": (_text(lambda text: text.replace("\r\n", "\n")), set()),
    "two encodings": (lambda _, data: data + data.decode("utf-16").encode(), {"mixed encodings"}),
    "two encodings, the other way round": (
        lambda _, data: data.decode("utf-16").encode() + data[2:],
        {"mixed encodings"},
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_never_gives_a_wrong_value(name: str) -> None:
    damage, kinds = DAMAGES[name]
    wanted = (
        "owavirdir.txt",
        "receiveconnector.txt",
        "sendconnector.txt",
        "outlookanywhere.txt",
        "transportconfig.txt",
    )
    data = {file: content for file, content in files(EN_US, damage).items() if file in wanted}
    came = imported(data)
    assert kinds <= {note.kind for note in came.notes}
    wrong = [
        one
        for one in beside(came, world().partial)
        if one.name and one.live is not ... and one.dump is not ... and not same(one) and not is_unsettled(one.dump)
        if not any(holds(one) for holds in CANNOT.values())
    ]
    assert wrong == []
    assert sum(1 for one in beside(came, world().partial) if one.name and same(one)) > 500 or name == "masked"
