"""Format-List text by hand: invented names, in the forms that operators and forums have it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.dumped import leaves
from muster.facts.web.virtual_directories import OwaDirectories
from muster.model import (
    Domain,
    Environment,
    ExchangeCmdlet,
    FactUnavailable,
    Forest,
    Need,
    Object,
    Observation,
    Organization,
    Problem,
    Server,
)
from muster.resolve import book_of, bound, resolve, satisfies
from muster.transport.old.format_list import Imported, is_unsettled, read_files
from muster.transport.old.format_list.commands import command_line
from muster.transport.old.format_list.dates import culture_of, printed_date
from muster.transport.old.format_list.decoding import decode
from muster.transport.old.format_list.questions import ASKED
from muster.transport.old.format_list.shapes import printables

MAIL1, MAIL2 = Server("MAIL1", "mail1.corp.example"), Server("MAIL2", "mail2.corp.example")
EDGE = Server("EDGE1", "edge1.corp.example", frozenset({"Edge"}))


def environment(*servers: Server) -> Environment:
    return Environment("corp", Organization("Corp", servers), Forest("corp.example", (Domain("corp.example"),)))


def fl(*printed: tuple[str, ...]) -> str:
    """Names and the lines of their values, as Format-List prints them."""
    column = max(len(name) for name, *_ in printed)
    lines = []
    for name, value, *more in printed:
        lines += [f"{name:<{column}} : {value}", *(" " * (column + 3) + line for line in more)]
    return "\n\n" + "\n".join(lines) + "\n\n\n"


Reading = Callable[..., Imported]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    def reading(text: str | bytes, *servers: Server, name: str = "dump.txt", **more: str) -> Imported:
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / name).write_bytes(data)
        for other, content in more.items():
            (tmp_path / f"{other}.txt").write_text(content)
        return read_files(sorted(tmp_path.iterdir()), environment(*(servers or (MAIL1, MAIL2))))

    return reading


CONNECTOR = fl(
    ("Identity", "MAIL1\\Default Frontend MAIL1"),
    ("Server", "MAIL1"),
    ("Bindings", "{[::]:25, 0.0.0.0:25}"),
    ("RemoteIPRanges", "{10.0.0.0/8}"),
    ("AuthMechanism", "Tls, Integrated, BasicAuth"),
    ("PermissionGroups", "AnonymousUsers"),
    ("RequireTLS", "False"),
    ("MaxMessageSize", "36 MB (37,748,736 bytes)"),
    ("TransportRole", "FrontendTransport"),
    ("ExtendedProtectionPolicy", "None"),
)


def only(came: Imported) -> Object:
    (seen,) = came.observations
    assert seen.answer is not None
    (item,) = seen.answer.objects
    return item


def shortfalls(seen: Observation) -> tuple[Problem, ...]:
    assert seen.answer is not None
    return seen.answer.shortfalls


def test_values_are_typed_as_far_as_the_text_allows(read: Reading) -> None:
    item = only(read(CONNECTOR))
    assert item.properties["Bindings"] == ("[::]:25", "0.0.0.0:25")
    assert item.properties["AuthMechanism"] == "Tls, Integrated, BasicAuth"
    assert item.properties["RequireTLS"] is False
    assert item.properties["MaxMessageSize"] == "36 MB (37,748,736 bytes)"
    assert item.type == "Microsoft.Exchange.Data.Directory.SystemConfiguration.ReceiveConnector"


def test_a_dump_of_one_server_answers_for_that_server_only(read: Reading) -> None:
    (seen,) = read(CONNECTOR).observations
    assert seen.question.key == "exchange: Get-ReceiveConnector -Server MAIL1"
    asked = ExchangeCmdlet("Get-ReceiveConnector")
    assert satisfies(seen.question, asked, MAIL1)
    assert not satisfies(seen.question, asked, MAIL2)
    assert not satisfies(seen.question, asked, Organization("Corp"))
    assert seen.subject == "MAIL1"
    assert seen.taken is None


def test_a_server_that_the_inventory_lacks_is_told_and_not_used(read: Reading) -> None:
    came = read(CONNECTOR.replace("MAIL1", "MAIL9"))
    assert came.observations == ()
    assert "'MAIL9', which is no server of corp" in came.unused[0].sentence


def test_an_edge_is_asked_itself(read: Reading) -> None:
    (seen,) = read(CONNECTOR.replace("MAIL1", "EDGE1"), MAIL1, EDGE).observations
    assert seen.question.key == bound(ExchangeCmdlet("Get-ReceiveConnector"), EDGE).key


def test_every_question_is_one_that_a_fact_asks() -> None:
    asked: dict[str, list[tuple[Need, ExchangeCmdlet]]] = {}
    for _, wanted in leaves():
        for one in wanted.alternatives:
            if isinstance(one, ExchangeCmdlet):
                asked.setdefault(one.pipeline[0].name, []).append((wanted, one))
    for cmdlet, how in ASKED.items():
        questions = [how.question(cmdlet, "MAIL1" if how.alone or how.owners else None)]
        if how.owners and not how.alone:
            questions.append(how.question(cmdlet, None))
        if how.back_end:
            questions.append(how.question(cmdlet, "MAIL1", back_end=True))
        for question in questions:
            found = [wanted for wanted, one in asked.get(cmdlet, []) if satisfies(question, bound(one, MAIL1), MAIL1)]
            assert found or cmdlet == "Get-EdgeSubscription", f"no fact finds {question.key}"
            split = {name for wanted in found for name in wanted.split_by}
            assert how.alone or not split or set(how.owners[:2]) <= split, f"{cmdlet} is split by {split}"
    assert set(ASKED) <= set(printables())


def test_the_facts_find_a_partial_selection_and_say_what_is_missing(read: Reading) -> None:
    text = """
Identity                      : MAIL1\\owa (Default Web Site)
Server                        : MAIL1
InternalUrl                   : https://mail.corp.example/owa
ExternalUrl                   :
InternalAuthenticationMethods : {Basic, Fba}
ObjectClass                   : {top, msExchVirtualDirectory, msExchOWAVirtualDirectory}

"""
    came = read(text)
    book = book_of({one.question.key: one for one in came.observations})
    (row,) = resolve(OwaDirectories, MAIL1, book).fact
    assert row.internal_url == "https://mail.corp.example/owa"
    assert row.external_url == ""
    with pytest.raises(FactUnavailable, match="ExtendedProtectionTokenChecking was not sent"):
        _ = row.extended_protection_token_checking


def test_an_unsettled_value_is_not_readable_for_a_fact(read: Reading) -> None:
    text = """
Identity    : MAIL1\\owa (Default Web Site)
Server      : MAIL1
InternalUrl : https://mail.xxxxxxx.example/owa
ObjectClass : {top, msExchVirtualDirectory, msExchOWAVirtualDirectory}

"""
    came = read(text)
    book = book_of({one.question.key: one for one in came.observations})
    (row,) = resolve(OwaDirectories, MAIL1, book).fact
    with pytest.raises(FactUnavailable, match="was masked by somebody"):
        _ = row.internal_url


def test_prompts_name_the_cmdlet_and_text_around_is_told(read: Reading) -> None:
    text = """**********************
Windows PowerShell transcript start
**********************
[PS] C:\\Windows\\system32>Get-OutlookAnywhere -Server MAIL1 | fl Identity,SSLOffloading


Identity      : MAIL1\\Rpc (Default Web Site)
SSLOffloading : False


[PS] C:\\Windows\\system32>
"""
    came = read(text)
    (seen,) = came.observations
    assert seen.question.key == "exchange: Get-OutlookAnywhere -ADPropertiesOnly -Server MAIL1"
    assert only(came).properties["SSLOffloading"] is False
    assert {note.kind for note in came.notes} == {"not a list"}


def test_a_command_line_that_contradicts_what_is_printed_is_told(read: Reading) -> None:
    text = """
[PS] C:\\>Get-OwaVirtualDirectory | fl

Identity          : MAIL1\\EWS (Default Web Site)
Server            : MAIL1
MRSProxyEnabled   : True
ObjectClass       : {top, msExchVirtualDirectory, msExchWebServicesVirtualDirectory}

"""
    came = read(text)
    assert came.observations == ()
    assert came.unused[0].kind == "contradiction"
    assert "is of Get-WebServicesVirtualDirectory" in came.unused[0].sentence


def test_a_filter_in_the_command_line_makes_a_part(read: Reading) -> None:
    text = CONNECTOR.replace("\n\nId", "[PS] C:\\>Get-ReceiveConnector | ? {$_.Enabled} | fl\n\nId", 1)
    (seen,) = read(text).observations
    assert [one.kind for one in shortfalls(seen)] == ["partial"]
    (whole,) = read(text.replace(" | ? {$_.Enabled}", "")).observations
    assert shortfalls(whole) == ()


@pytest.mark.parametrize(
    ("typed", "cmdlet", "server", "part"),
    [
        ("[PS] C:\\>Get-OwaVirtualDirectory | fl", "Get-OwaVirtualDirectory", None, False),
        ("PS C:\\Users\\op> Get-MailboxServer -Identity MAIL1 | fl > x.txt", "Get-MailboxServer", None, True),
        ("Get-EcpVirtualDirectory -Server 'MAIL1' | Format-List *", "Get-EcpVirtualDirectory", "MAIL1", False),
        ("[PS] C:\\>Get-SendConnector | select -First 1 | fl", "Get-SendConnector", None, True),
        ("[PS] C:\\>Get-OwaVirtualDirectory -Server $server | fl", "Get-OwaVirtualDirectory", None, True),
        ("[PS] C:\\>$a; Get-OwaVirtualDirectory | fl", "", None, False),
    ],
)
def test_command_lines(typed: str, cmdlet: str, server: str | None, part: bool) -> None:
    found = command_line(typed, 1)
    assert found is not None
    assert (found.cmdlet, found.server, found.part_only) == (cmdlet, server, part)


def test_unknown_names_are_refused_with_what_is_nearest(read: Reading) -> None:
    came = read("\nColour : green\nWeight : 3\n\n")
    assert came.observations == ()
    assert came.unused[0].sentence == "no cmdlet prints any of these names"
    came = read("\nIdentity : MAIL1\nBindings : {[::]:25}\nColour   : green\nWeight   : 3\n\n")
    assert "nearest is Get-ReceiveConnector, which prints 2 of its 4 names and not Colour, Weight" in str(came.unused)


def test_a_selection_that_fits_several_cmdlets_is_not_guessed(read: Reading) -> None:
    came = read("\nIdentity    : MAIL1\\x\nServer      : MAIL1\nInternalUrl : https://a.example/x\n\n")
    assert came.observations == ()
    assert "fit several cmdlets" in came.unused[0].sentence


def test_a_name_typed_again_is_not_repaired(read: Reading) -> None:
    came = read(CONNECTOR.replace("RequireTLS ", "RequireTSL "))
    assert "RequireTSL" not in only(came).properties
    assert "RequireTLS" not in only(came).properties
    assert "RequireTLS is missing: typed by hand?" in str(came.notes[0])


def test_a_property_that_muster_does_not_know_stays(read: Reading) -> None:
    item = only(read(CONNECTOR.replace("TransportRole   ", "BrandNewProperty")))
    assert item.properties["BrandNewProperty"] == "FrontendTransport"


def test_a_repeated_name_is_no_new_object(read: Reading) -> None:
    text = CONNECTOR.replace("TransportRole", "RequireTLS   ").replace("FrontendTransport", "False")
    came = read(text)
    assert only(came).properties["RequireTLS"] is False
    assert [note.kind for note in came.notes] == ["repeated name"]
    item = only(read(text.replace("False\nExt", "True\nExt")))
    assert is_unsettled(item.properties["RequireTLS"])


def test_a_first_name_that_comes_again_too_early_is_ambiguous(read: Reading) -> None:
    again = CONNECTOR.replace("Default Frontend", "Client Proxy")
    text = CONNECTOR + again.replace("RequireTLS      ", "Identity        ").replace(
        ": False", ": MAIL1\\Client Proxy MAIL1"
    )
    came = read(text)
    assert "ambiguous border" in {note.kind for note in came.notes}
    assert shortfalls(came.observations[0])  # nothing may be concluded from what is not there


OWA_CLASS = ("ObjectClass", "{top, msExchVirtualDirectory,", "msExchOWAVirtualDirectory}")
DN = (
    "CN=owa (Default Web Site),CN=HTTP,CN=Protocols,C",
    "N=MAIL1,CN=Servers,CN=Exchange Administrative",
    "Group (FYDIBOHF23SPDLT),CN=Administrative",
    "Groups,CN=Corp,CN=Microsoft Exchange,CN=Services",
    ",CN=Configuration,DC=corp,DC=example",
)
WRAPPED = fl(
    ("LogonPageLightSelectionEnabl", "True"),  # 28 letters: 79 characters a line leave 48 for the value
    ("Identity", "MAIL1\\owa (Default Web Site)"),
    ("Server", "MAIL1"),
    OWA_CLASS,
    ("AllowedMimeTypes", "{image/jpeg, image/png, image/gif, image/bmp,", "application/pdf}"),
    ("DistinguishedName", *DN),
    ("ExternalUrl", "https://mail.corp.example/a-very-long-address-of", "-owa"),
)


def test_wraps_are_joined_where_it_is_certain(read: Reading) -> None:
    properties = only(read(WRAPPED)).properties
    assert properties["ObjectClass"] == ("top", "msExchVirtualDirectory", "msExchOWAVirtualDirectory")
    assert properties["AllowedMimeTypes"] == ("image/jpeg", "image/png", "image/gif", "image/bmp", "application/pdf")
    assert properties["ExternalUrl"] == "https://mail.corp.example/a-very-long-address-of-owa"
    assert properties["DistinguishedName"] == (
        "CN=owa (Default Web Site),CN=HTTP,CN=Protocols,CN=MAIL1,CN=Servers,CN=Exchange Administrative Group "
        "(FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Corp,CN=Microsoft Exchange,CN=Services,CN=Configuration,"
        "DC=corp,DC=example"
    )


def test_a_line_that_is_full_to_its_end_is_not_certain(read: Reading) -> None:
    banner = ("the name of our house with a word of such-length", "-that-it-does-not-fit-on-a-line-of-its-own-here")
    text = WRAPPED.replace("\n\n\n", "\n") + fl(("LogonPageLightSelectionEnabl", "x"), ("DefaultTheme", *banner))
    text = text.replace("\n\nLogonPageLightSelectionEnabl : x\n", "", 1)
    properties = only(read(text)).properties
    assert is_unsettled(properties["DefaultTheme"])
    assert not is_unsettled(properties["ExternalUrl"])


def test_a_line_that_could_have_taken_more_is_no_break_of_powershells(read: Reading) -> None:
    text = WRAPPED.replace("CN=Protocols,C\n", "CN=Protocols,CN\n")  # longer than every other line
    properties = only(read(text)).properties
    assert is_unsettled(properties["DistinguishedName"])
    assert is_unsettled(properties["ExternalUrl"])


def test_powershell_2_cuts_at_the_width_whatever_stands_there(read: Reading) -> None:
    text = """
Name              : Default MAIL1
Server            : MAIL1
Bindings          : {0.0.0.0:25, 0.0.0.
                    0:587, 0.0.0.0:2525
                    , 0.0.0.0:26}
AuthMechanism     : Tls, Integrated, Ba
                    sicAuth, ExchangeSe
                    rver
RemoteIPRanges    : {0.0.0.0-255.255.25
                    5.255}
TransportRole     : HubTransport

"""
    properties = only(read(text)).properties
    assert properties["AuthMechanism"] == "Tls, Integrated, BasicAuth, ExchangeServer"
    assert properties["Bindings"] == ("0.0.0.0:25", "0.0.0.0:587", "0.0.0.0:2525", "0.0.0.0:26")


def test_a_list_that_was_cut_off_is_unsettled_as_a_whole(read: Reading) -> None:
    for mark in ("...", "\u2026"):
        came = read(CONNECTOR.replace("{10.0.0.0/8}", f"{{10.0.0.0/8, 10.1.0.0/16{mark}}}"))
        value = only(came).properties["RemoteIPRanges"]
        assert is_unsettled(value)
        assert "cut off behind 2 of its elements" in str(value)


def test_elements_with_commas_inside_are_not_split(read: Reading) -> None:
    item = only(read(CONNECTOR.replace("{10.0.0.0/8}", '{<I>CN=x, O="A, Inc."<S>CN=y}')))
    assert is_unsettled(item.properties["RemoteIPRanges"])


DATES = fl(
    ("Identity", "MAIL1\\x"),
    ("Server", "MAIL1"),
    ("Bindings", "{[::]:25}"),
    ("RemoteIPRanges", "{10.0.0.0/8}"),
    ("WhenChanged", "{0}"),
    ("WhenChangedUTC", "{1}"),
)


@pytest.mark.parametrize(
    ("local", "utc", "day"),
    [
        ("9/29/2022 12:10:42 PM", "9/29/2022 10:10:42 AM", datetime(2022, 9, 29, 10, 10, 42, tzinfo=UTC)),
        ("13.02.2028 4:22:23", "13.02.2028 1:22:23", datetime(2028, 2, 13, 1, 22, 23, tzinfo=UTC)),
        ("2019/11/4 13:31:03", "2019/11/4 5:31:03", datetime(2019, 11, 4, 5, 31, 3, tzinfo=UTC)),
        ("11. 5. 2019 18:45:51", "11. 5. 2019 16:45:51", None),
        ("1/2/2020 12:30:00 AM", "12/31/2019 10:30:00 PM", None),  # no offset that there is: nothing fits
        ("2/1/2020 12:30:00 AM", "1/31/2020 10:30:00 PM", datetime(2020, 1, 31, 22, 30, tzinfo=UTC)),
        ("3/4/2020 1:00:00 AM", "2/4/2020 11:00:00 PM", datetime(2020, 4, 2, 23, 0, tzinfo=UTC)),  # only as day first
        ("30.11.2016 00:00:22", "29.11.2016 23:00:22", datetime(2016, 11, 29, 23, 0, 22, tzinfo=UTC)),
    ],
)
def test_dates_are_settled_inside_one_file_or_left_open(
    read: Reading, local: str, utc: str, day: datetime | None
) -> None:
    came = read(DATES.replace("{0}", local).replace("{1}", utc))
    properties = only(came).properties
    if day is None:
        assert is_unsettled(properties["WhenChanged"])
        assert is_unsettled(properties["WhenChangedUTC"])
        assert "dates" in {note.kind for note in came.notes}
    else:
        assert properties["WhenChanged"] == properties["WhenChangedUTC"] == day


def test_a_telling_date_of_another_object_settles_the_file() -> None:
    early, telling = printed_date("12/02/2018 1:53:00 PM"), printed_date("18/02/2016 1:53:00 PM")
    assert early is not None
    assert telling is not None
    assert culture_of([early], []).order is None
    assert culture_of([early, telling], []).order == "day first"
    assert printed_date("0.00:10:00") is None


def test_bytes_of_every_kind(read: Reading) -> None:
    umlaut = CONNECTOR.replace("Default Frontend", "Empfang f\u00fcr")
    for data, encoding in (
        (umlaut.encode("utf-16"), "UTF-16LE"),
        (umlaut.encode("utf-8"), "UTF-8"),
        (umlaut.encode("utf-8-sig"), "UTF-8 with a mark"),
        (umlaut.encode("cp1252"), "Windows-1252"),
        (umlaut.encode("utf-16-be"), "UTF-16BE"),
    ):
        marked = b"\xfe\xff" + data if encoding == "UTF-16BE" else data
        assert decode(marked, "x").encoding == encoding
        assert only(read(marked)).properties["Identity"] == "MAIL1\\Empfang f\u00fcr MAIL1"
    assert [note.kind for note in read(umlaut.encode("cp1252")).notes] == ["encoding"]


def test_text_of_the_far_east_is_not_taken_for_two_encodings() -> None:
    text = CONNECTOR.replace("Default Frontend", "\u4fe1\u983c\u3055\u308c\u305f" * 6)
    found = decode(text.encode("utf-16"), "x")
    assert (found.text, found.encoding) == (text, "UTF-16LE")


def test_two_files_that_contradict_are_told_and_neither_counts(read: Reading) -> None:
    came = read(CONNECTOR, other=CONNECTOR.replace("36 MB (37,748,736 bytes)", "10 MB (10,485,760 bytes)"))
    item = only(came)
    assert is_unsettled(item.properties["MaxMessageSize"])
    assert item.properties["RequireTLS"] is False
    assert {note.kind for note in came.notes} == {"conflict"}


def test_what_comes_from_iis_is_not_compared_with_the_directory(read: Reading) -> None:
    text = """
Identity            : MAIL1\\EWS (Default Web Site)
Server              : MAIL1
BasicAuthentication : False
Path                : {0}
MRSProxyEnabled     : True
ObjectClass         : {{top, msExchVirtualDirectory, msExchWebServicesVirtualDirectory}}

"""
    seen = only(read(text.format("C:\\ews")))
    assert is_unsettled(seen.properties["BasicAuthentication"])
    assert seen.properties["MRSProxyEnabled"] is True
    assert only(read(text.format(""))).properties["BasicAuthentication"] is False


def test_rows_that_do_not_say_whose_they_are_need_a_command_line(read: Reading) -> None:
    text = """
Role                    : Mailbox Server Role
RequiredServicesRunning : True
ServicesRunning         : {IISAdmin, MSExchangeADTopology}
ServicesNotRunning      : {}

"""
    came = read(text)
    assert came.observations == ()
    assert "does not say whose it is" in came.unused[0].sentence
    (seen,) = read(f"[PS] C:\\>Test-ServiceHealth -Server MAIL2 | fl\n{text}").observations
    assert seen.question.key == "exchange: Test-ServiceHealth -Server MAIL2"


def test_what_is_no_list_at_all_is_told(read: Reading) -> None:
    came = read("Name   Server\n----   ------\nowa    MAIL1\n")
    assert came.observations == ()
    assert "it was not made with | fl" in came.unused[0].sentence
    came = read("<Objs Version='1.1.0.1'><Obj", name="x.xml")
    assert {note.kind for note in came.unused} >= {"unreadable"}


def test_databases_of_some_servers_are_not_all_databases(read: Reading) -> None:
    text = fl(
        ("Name", "DB01"),
        ("Server", "MAIL1"),
        ("Servers", "{MAIL1}"),
        ("CircularLoggingEnabled", "False"),
        ("MasterServerOrAvailabilityGroup", "DAG01"),
        ("ObjectClass", "{top, msExchMDB, msExchPrivateMDB}"),
    )
    (seen,) = read(text).observations
    assert seen.question.key == "exchange: Get-MailboxDatabase"
    assert [one.message for one in shortfalls(seen)] == ["nothing of MAIL2 was printed: there may be more"]
    (seen,) = read(text.replace("{MAIL1}", "{MAIL1, MAIL2}")).observations
    assert shortfalls(seen) == ()
