"""What-if changes stored answers as Setup would, and nothing else."""

from kit.differences import CU13, CU14, CU15_SU, thing, word
from muster.catalogue import Release, published
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
    WindowsCmdlet,
)
from muster.upgrade.what_if import what_if

SERVERS = (Server("EX01", "ex01.contoso.com"), Server("EX02", "ex02.contoso.com"), Server("EX05", "ex05.contoso.com"))
ENVIRONMENT = Environment("demo", Organization("Contoso", SERVERS), Forest("contoso.com"))


def target(build: str = CU15_SU) -> Release:
    found = published().release_of(build)
    assert isinstance(found, Release)
    return found


def seen(question: Question, *objects: Object, subject: str = "organization") -> Observation:
    return Observation(question, subject, None, 0.1, "EX01", Answer(objects))


def build(server: str, version: str) -> Observation:
    question = WindowsCmdlet(
        "Get-CimInstance", ClassName="CIM_DataFile", Filter="Name='C:\\ExSetup.exe'", server=server
    )
    return seen(question, thing("", Name="C:\\ExSetup.exe", Version=version), subject=server)


def played(*observations: Observation, to: str = CU15_SU) -> list[dict[str, object]]:
    after = what_if(observations, ENVIRONMENT, published(), target(to))
    return [dict(item.properties) for one in after if one.answer for item in one.answer.objects]


def test_builds_go_to_the_target_where_setup_can_go_there() -> None:
    found = played(build("EX01", CU14), build("EX02", "15.2.2562.17"), build("EX05", "15.1.2507.59"))
    assert [one["Version"] for one in found] == [CU15_SU, "15.2.2562.17", "15.1.2507.59"]


def test_the_directory_goes_to_what_the_target_needs_and_never_back() -> None:
    schema = LdapSearch(base="CN=Schema", attributes=("rangeUpper",))
    organization = LdapSearch(base="CN=Config", filter="(objectClass=msExchOrganizationContainer)")
    domain = LdapSearch(base="DC=x", filter="(objectClass=msExchSystemObjectsContainer)")
    found = played(
        build("EX01", CU13),
        seen(schema, thing("", rangeUpper="17001")),
        seen(organization, thing("", objectVersion=(16760,))),
        seen(domain, thing("", objectVersion=99999)),
        seen(ExchangeCmdlet("Get-OrganizationConfig"), thing("", ObjectVersion=16760)),
    )
    assert [found[1]["rangeUpper"], found[2]["objectVersion"], found[3]["objectVersion"]] == [
        "17003",
        (16763,),
        99999,
    ]
    assert found[4]["ObjectVersion"] == 16763


def test_what_prints_the_cu_prints_the_targets_for_that_server_only() -> None:
    servers = seen(
        ExchangeCmdlet("Get-ExchangeServer"),
        thing("EX01", Name="EX01", AdminDisplayVersion="Version 15.2 (Build 1544.4)"),
        thing("EX02", Name="EX02", AdminDisplayVersion="Version 15.2 (Build 1544.4)"),
    )
    found = played(build("EX01", CU14), servers)
    assert [one["AdminDisplayVersion"] for one in found[1:]] == [
        "Version 15.2 (Build 1748.10)",
        "Version 15.2 (Build 1544.4)",
    ]


def test_extended_protection_is_switched_on_as_the_table_says() -> None:
    def directory(cmdlet: str, identity: str, **more: object) -> Observation:
        values = {"Identity": identity, "ExtendedProtectionTokenChecking": word("None"), **more}
        return seen(ExchangeCmdlet(cmdlet), thing("", values))  # type: ignore[arg-type] # a test's own values

    rows = (
        directory("Get-OwaVirtualDirectory", r"EX01\owa (Default Web Site)"),
        directory("Get-WebServicesVirtualDirectory", r"EX01\EWS (Default Web Site)"),
        directory("Get-OutlookAnywhere", r"EX01\Rpc (Default Web Site)", SSLOffloading=True),
        directory("Get-OwaVirtualDirectory", r"EX02\owa (Default Web Site)"),
    )
    found = played(build("EX01", CU13), *rows)[1:]
    assert [one["ExtendedProtectionTokenChecking"] for one in found] == [
        word("Require", 2), word("Allow", 1), word("Require", 2), word("None"),
    ]  # fmt: skip
    assert found[2]["SSLOffloading"] is False
    before = played(build("EX01", "15.2.1118.7"), *rows, to=CU13)[1:]
    assert {str(one["ExtendedProtectionTokenChecking"]) for one in before} == {str(word("None"))}


def test_without_an_upgrade_everything_is_as_it_was() -> None:
    rows = (
        build("EX01", CU15_SU),
        seen(LdapSearch(base="CN=Schema"), thing("", rangeUpper="17001")),
        Observation(ExchangeCmdlet("Get-X"), "organization", None, 0, "", problem=Problem("timeout", "late")),
    )
    assert what_if(rows, ENVIRONMENT, published(), target()) == rows
