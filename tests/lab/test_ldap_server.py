"""The directory's port, asked by ldap3 as any client would."""

import ssl
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ldap3
import pytest
from ldap3.core.exceptions import LDAPException, LDAPSocketOpenError
from ldap3.protocol.microsoft import security_descriptor_control

from muster.lab.certificates import Authority, CertificateOrder
from muster.lab.directory.security_descriptors import AccessEntry, SecurityDescriptor, extended_right
from muster.lab.directory.server import Account, LdapServer, Limits
from muster.lab.directory.tree import DirectoryContents, DirectoryTree, Elsewhere, Entry
from muster.lab.faults import Fault

ROOT = "DC=contoso,DC=local"
CONFIGURATION = f"CN=Configuration,{ROOT}"
SCHEMA = f"CN=Schema,{CONFIGURATION}"
CONNECTORS = f"CN=Connectors,{CONFIGURATION}"
CHILD = f"DC=emea,{ROOT}"
GUID = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0").bytes_le
DESCRIPTOR = SecurityDescriptor(
    "S-1-5-32-544",
    (
        extended_right("S-1-5-7", "ab721a55-1e2f-11d0-9819-00aa0040529b"),
        AccessEntry("S-1-5-32-544", 0xF01FF),
    ),
)


def connector(name: str, number: int, **more: Any) -> Entry:
    return Entry(
        f"CN={name},{CONNECTORS}",
        {
            "objectClass": ("top", "msExchSmtpReceiveConnector"),
            "objectCategory": (f"CN=ms-Exch-Smtp-Receive-Connector,{SCHEMA}",),
            "cn": (name,),
            "msExchSmtpReceiveMaxMessageSize": (str(number),),
            "msExchSmtpReceiveProtocolLoggingLevel": (str(number % 8),),
            "objectGUID": (GUID,) if number == 1 else (uuid.UUID(int=number).bytes,),
        },
        constructed={"canonicalName": (f"contoso.local/{name}",)},
        security=DESCRIPTOR,
        **more,
    )


CONTENTS = DirectoryContents(
    entries=(
        Entry(
            "",
            {
                "defaultNamingContext": (ROOT,),
                "configurationNamingContext": (CONFIGURATION,),
                "dnsHostName": ("dc01.contoso.local",),
            },
        ),
        Entry(ROOT, {"objectClass": ("top", "domainDNS")}),
        Entry(f"CN=Users,{ROOT}", {"objectClass": ("top", "container")}),
        Entry(
            f"CN=Müller\\, Anna,CN=Users,{ROOT}",
            {"objectClass": ("top", "person", "user"), "displayName": ("Müller, Anna",)},
        ),
        Entry(
            f"CN=Big Group,CN=Users,{ROOT}",
            {
                "objectClass": ("top", "group"),
                "member": tuple(f"CN=u{number},CN=Users,{ROOT}" for number in range(25)),
            },
        ),
        Entry(CONFIGURATION, {"objectClass": ("top", "configuration")}),
        Entry(CONNECTORS, {"objectClass": ("top", "container")}),
        *(connector(f"Default EX{number:02}", number) for number in range(1, 31)),
        connector("Secret", 99, visible_to=frozenset({"admin"})),
        Entry(f"CN=Locked,{CONFIGURATION}", {"objectClass": ("top", "container")}),
        Entry(SCHEMA, {"objectClass": ("top", "dMD")}),
        Entry(
            f"CN=ms-Exch-Schema-Version-Pt,{SCHEMA}",
            {"objectClass": ("top", "attributeSchema"), "rangeUpper": ("17003",)},
        ),
    ),
    naming_contexts=(ROOT, CONFIGURATION, SCHEMA),
    elsewhere=(Elsewhere(CHILD, "dc03.emea.contoso.local"),),
    denied=(f"CN=Locked,{CONFIGURATION}",),
)
ACCOUNTS = (
    Account("auditor", ("svc-muster@contoso.local", "CONTOSO\\svc-muster"), "pa55"),
    Account("admin", ("admin@contoso.local",), "pa55"),
    Account("gone", ("gone@contoso.local",), "pa55", refused="locked"),
)

Start = Callable[..., LdapServer]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"), datetime.now(UTC))


@pytest.fixture
def start(authority: Authority) -> Iterator[Start]:
    certificate = authority.issue(
        CertificateOrder(subject="CN=dc01.contoso.local", names=("dc01.contoso.local", "127.0.0.1"))
    )
    started: list[LdapServer] = []

    def started_with(**options: Any) -> LdapServer:
        server = LdapServer(
            DirectoryTree(CONTENTS),
            accounts=ACCOUNTS,
            limits=Limits(max_page_size=10, max_val_range=10),
            **{"certificate": certificate, "implicit_tls": True, **options},
        )
        started.append(server)
        return server

    yield started_with
    for server in started:
        server.close()


def client(
    server: LdapServer, trusted: Path | None, login: str | None = "svc-muster@contoso.local"
) -> ldap3.Connection:
    """An unopened client; ``trusted`` means TLS from the start."""
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(trusted)) if trusted else None
    at = ldap3.Server(
        "127.0.0.1", server.port, use_ssl=trusted is not None, tls=tls, get_info=ldap3.NONE, connect_timeout=10
    )
    # referrals are looked at, never followed: they name servers that do not exist
    return ldap3.Connection(
        at, login, "pa55" if login else None, auto_referrals=False, return_empty_attributes=False, receive_timeout=10
    )


@pytest.fixture
def directory(start: Start, authority: Authority) -> Iterator[ldap3.Connection]:
    connection = client(start(), authority.root_file)
    assert connection.bind()
    yield connection
    connection.unbind()


def responses(connection: ldap3.Connection) -> list[dict[str, Any]]:
    return connection.response or []


def names(connection: ldap3.Connection) -> list[str]:
    return [item["dn"].partition(",")[0] for item in responses(connection) if item["type"] == "searchResEntry"]


def found(connection: ldap3.Connection, filter_: str) -> list[str]:
    connection.search(CONNECTORS, filter_, attributes=["cn"])
    assert connection.result["result"] == 0
    return [name.removeprefix("CN=Default ") for name in names(connection)]


# Who gets in


def test_everybody_reads_the_root(start: Start, authority: Authority) -> None:
    with client(start(), authority.root_file, None) as connection:
        connection.search("", "(objectClass=*)", ldap3.BASE, attributes=["*"])
        assert responses(connection)[0]["attributes"]["defaultNamingContext"] == [ROOT]
        connection.search(ROOT, "(objectClass=*)", ldap3.BASE)
        assert connection.result["result"] == 1
        assert "successful bind must be completed" in connection.result["message"]


def test_the_root_is_read_without_tls_and_a_password_is_not_taken(start: Start) -> None:
    connection = client(start(implicit_tls=False), None)
    assert not connection.bind()
    assert connection.result["result"] == 8
    connection.search("", "(objectClass=*)", ldap3.BASE, attributes=["dnsHostName"])
    assert responses(connection)[0]["attributes"]["dnsHostName"] == ["dc01.contoso.local"]
    connection.unbind()


def test_starttls_then_login(start: Start, authority: Authority) -> None:
    connection = client(start(implicit_tls=False), None)
    connection.server.tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(authority.root_file))
    connection.open()
    assert connection.start_tls()
    assert connection.bind()
    assert connection.extend.standard.who_am_i() == "u:auditor"
    connection.unbind()


def test_starttls_without_a_certificate_is_unavailable(start: Start) -> None:
    connection = client(start(implicit_tls=False, certificate=None), None)
    connection.open()
    with pytest.raises(LDAPException):
        connection.start_tls()
    assert connection.result["result"] == 52
    connection.unbind()


def test_ldaps_without_a_certificate_resets(start: Start, authority: Authority) -> None:
    with pytest.raises(LDAPSocketOpenError):
        client(start(certificate=None), authority.root_file).open()


def test_another_root_is_not_trusted(start: Start, tmp_path: Path) -> None:
    other = Authority(tmp_path, datetime.now(UTC))
    with pytest.raises(LDAPSocketOpenError, match="CERTIFICATE_VERIFY_FAILED"):
        client(start(), other.root_file).open()


@pytest.mark.parametrize(
    ("login", "password", "data"),
    [
        ("svc-muster@contoso.local", "wrong", "data 52e,"),
        ("nobody@contoso.local", "pa55", "data 52e,"),
        ("gone@contoso.local", "pa55", "data 775,"),
    ],
)
def test_a_refused_login_says_why(start: Start, authority: Authority, login: str, password: str, data: str) -> None:
    connection = client(start(), authority.root_file, login)
    connection.password = password
    assert not connection.bind()
    assert connection.result["result"] == 49
    assert data in connection.result["message"]
    connection.search(ROOT, "(objectClass=*)", ldap3.BASE)
    assert connection.result["result"] == 1  # still nobody
    connection.unbind()


def test_a_second_bind_replaces_the_first(directory: ldap3.Connection) -> None:
    directory.user = directory.password = None
    directory.authentication = ldap3.ANONYMOUS
    assert directory.bind()
    directory.search(ROOT, "(objectClass=*)", ldap3.BASE)
    assert directory.result["result"] == 1


def test_logins_are_not_case_sensitive(start: Start, authority: Authority) -> None:
    with client(start(), authority.root_file, "contoso\\SVC-Muster") as connection:
        assert connection.extend.standard.who_am_i() == "u:auditor"


def test_sasl_is_not_offered(start: Start, authority: Authority) -> None:
    connection = client(start(), authority.root_file)
    connection.authentication = ldap3.SASL
    connection.sasl_mechanism = ldap3.EXTERNAL
    connection.sasl_credentials = b"u:somebody"
    assert not connection.bind()
    assert connection.result["result"] == 7
    connection.unbind()


# What is found


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ("(cn=default ex01)", ["EX01"]),
        ("(CN=Default EX0*)", [f"EX0{number}" for number in range(1, 10)]),
        ("(cn=*ault*X*7)", ["EX07", "EX17", "EX27"]),
        ("(cn=*07)", ["EX07"]),
        ("(&(objectClass=msExchSmtpReceiveConnector)(msExchSmtpReceiveMaxMessageSize>=29))", ["EX29", "EX30"]),
        ("(&(msExchSmtpReceiveMaxMessageSize=*)(msExchSmtpReceiveMaxMessageSize<=2))", ["EX01", "EX02"]),
        ("(|(cn=Default EX03)(cn=Default EX04))", ["EX03", "EX04"]),
        ("(&(cn=Default EX0*)(!(cn=*EX01))(!(msExchSmtpReceiveMaxMessageSize>=3)))", ["EX02"]),
        ("(&(cn=Default EX0*)(nothing=*))", []),
        ("(&(cn=Default EX01)(!(nothing=x)))", ["EX01"]),
        ("(msExchSmtpReceiveProtocolLoggingLevel:1.2.840.113556.1.4.803:=7)", ["EX07", "EX15", "EX23"]),
        ("(&(cn=*EX01)(msExchSmtpReceiveProtocolLoggingLevel:1.2.840.113556.1.4.804:=3))", ["EX01"]),
        ("(&(objectCategory=msExchSmtpReceiveConnector)(cn=*EX05))", ["EX05"]),
        (f"(&(objectCategory=cn=ms-exch-smtp-receive-connector, {SCHEMA})(cn=*EX06))", ["EX06"]),
        ("(objectGUID=" + "".join(f"\\{byte:02x}" for byte in GUID) + ")", ["EX01"]),
        (f"(distinguishedName=CN=Default EX08,{CONNECTORS})", ["EX08"]),
        ("(canonicalName=contoso.local/Default EX09)", ["EX09"]),
    ],
)
def test_filters(directory: ldap3.Connection, filter_: str, expected: list[str]) -> None:
    assert found(directory, filter_) == expected


def test_scopes(directory: ldap3.Connection) -> None:
    users = f"CN=Users,{ROOT}"
    directory.search(users, "(objectClass=*)", ldap3.BASE)
    assert names(directory) == ["CN=Users"]
    directory.search(users, "(objectClass=*)", ldap3.LEVEL)
    assert names(directory) == ["CN=Müller\\", "CN=Big Group"]
    directory.search(f"cn=users,{ROOT.lower()}", "(objectClass=*)", ldap3.SUBTREE)
    assert len(names(directory)) == 3


def test_an_escaped_name_is_found_by_its_dn(directory: ldap3.Connection) -> None:
    directory.search(f"CN=Müller\\, Anna,CN=Users,{ROOT}", "(displayName=müller*)", ldap3.BASE, attributes=["*"])
    assert responses(directory)[0]["attributes"]["displayName"] == ["Müller, Anna"]


def test_attributes_are_sent_as_asked_and_spelled_as_the_schema_does(directory: ldap3.Connection) -> None:
    def sent(*wanted: str) -> set[str]:
        directory.search(CONNECTORS, "(cn=Default EX01)", attributes=list(wanted))
        return set(responses(directory)[0]["raw_attributes"])

    everything = set(connector("x", 1).attributes) | {"distinguishedName"}
    assert sent("*") == everything
    assert sent("*", "canonicalname") == everything | {"canonicalName"}
    assert sent("CN", "nothing") == {"cn"}
    assert sent("1.1") == set()


def test_binary_values_stay_bytes(directory: ldap3.Connection) -> None:
    directory.search(CONNECTORS, "(cn=Default EX01)", attributes=["objectGUID"])
    assert responses(directory)[0]["raw_attributes"]["objectGUID"] == [GUID]


# Limits


def test_without_pages_a_long_answer_is_cut_and_says_so(directory: ldap3.Connection) -> None:
    directory.search(CONNECTORS, "(objectClass=msExchSmtpReceiveConnector)")
    assert directory.result["result"] == 4
    assert len(names(directory)) == 10


def test_the_client_may_want_less(directory: ldap3.Connection) -> None:
    directory.search(CONNECTORS, "(cn=Default*)", size_limit=3)
    assert (directory.result["result"], len(names(directory))) == (4, 3)


@pytest.mark.parametrize("page", [7, 10, 1000])
def test_pages_bring_everything_once(directory: ldap3.Connection, page: int) -> None:
    answers = directory.extend.standard.paged_search(
        CONNECTORS, "(objectClass=msExchSmtpReceiveConnector)", attributes=["cn"], paged_size=page, generator=False
    )
    brought = sorted(item["attributes"]["cn"][0] for item in answers)  # ldap3 turns each page around
    assert brought == [f"Default EX{number:02}" for number in range(1, 31)]


def test_a_page_is_never_longer_than_the_servers(directory: ldap3.Connection) -> None:
    directory.search(CONNECTORS, "(cn=*)", paged_size=1000)
    assert (directory.result["result"], len(names(directory))) == (0, 10)


def test_a_cookie_of_another_connection_is_no_good(
    directory: ldap3.Connection, start: Start, authority: Authority
) -> None:
    directory.search(CONNECTORS, "(cn=*)", paged_size=5)
    cookie = directory.result["controls"]["1.2.840.113556.1.4.319"]["value"]["cookie"]
    assert cookie
    with client(start(), authority.root_file) as other:
        other.search(CONNECTORS, "(cn=*)", paged_size=5, paged_cookie=cookie)
        assert other.result["result"] == 12


def test_many_values_come_in_ranges(directory: ldap3.Connection) -> None:
    directory.auto_range = False
    directory.search(f"CN=Users,{ROOT}", "(objectClass=group)", attributes=["member"])
    first = responses(directory)[0]["raw_attributes"]
    assert not first.get("member")
    assert len(first["member;range=0-9"]) == 10
    directory.search(f"CN=Users,{ROOT}", "(objectClass=group)", attributes=["member;range=20-*"])
    last = responses(directory)[0]["raw_attributes"]
    assert [value.partition(b",")[0] for value in last["member;range=20-*"]] == [b"CN=u%d" % n for n in range(20, 25)]
    directory.search(f"CN=Users,{ROOT}", "(objectClass=group)", attributes=["member;range=3-5"])
    assert len(responses(directory)[0]["raw_attributes"]["member;range=3-5"]) == 3


def test_a_client_that_knows_ranges_gets_every_value(directory: ldap3.Connection) -> None:
    directory.auto_range = True
    directory.search(f"CN=Users,{ROOT}", "(objectClass=group)", attributes=["member"])
    assert len(set(responses(directory)[0]["attributes"]["member"])) == 25


# Rights


def descriptor(connection: ldap3.Connection, attributes: list[str], flags: int | None) -> list[bytes] | None:
    controls = security_descriptor_control(sdflags=flags) if flags is not None else None
    connection.search(CONNECTORS, "(cn=Default EX01)", attributes=attributes, controls=controls)
    values: list[bytes] | None = responses(connection)[0]["raw_attributes"].get("nTSecurityDescriptor")
    return values


def test_a_security_descriptor_comes_only_to_those_who_ask_for_what_they_may_read(
    directory: ldap3.Connection,
) -> None:
    assert descriptor(directory, ["nTSecurityDescriptor"], 4) == [DESCRIPTOR.packed(4)]
    assert descriptor(directory, ["*"], 4) == [DESCRIPTOR.packed(4)]
    assert descriptor(directory, ["nTSecurityDescriptor"], 7) == [DESCRIPTOR.packed(7)]
    assert descriptor(directory, ["nTSecurityDescriptor"], None) is None
    assert descriptor(directory, ["nTSecurityDescriptor"], 15) is None
    assert descriptor(directory, ["cn"], 4) is None


def test_an_entry_that_the_account_may_not_see_does_not_exist(start: Start, authority: Authority) -> None:
    server = start()
    with client(server, authority.root_file) as connection:
        assert found(connection, "(cn=Secret)") == []
        connection.search(f"CN=Secret,{CONNECTORS}", "(objectClass=*)", ldap3.BASE)
        assert connection.result["result"] == 32
    with client(server, authority.root_file, "admin@contoso.local") as connection:
        connection.search(CONNECTORS, "(cn=Secret)")
        assert names(connection) == ["CN=Secret"]


def test_denied_is_said_for_the_base_and_kept_quiet_below_it(directory: ldap3.Connection) -> None:
    directory.search(f"CN=Locked,{CONFIGURATION}", "(objectClass=*)")
    assert directory.result["result"] == 50
    directory.search(CONFIGURATION, "(objectClass=container)")
    assert names(directory) == ["CN=Connectors"]


# Elsewhere


def test_an_unknown_dn_names_the_nearest_known_one(directory: ldap3.Connection) -> None:
    directory.search(f"CN=a,CN=b,CN=Users,{ROOT}", "(objectClass=*)")
    assert directory.result["result"] == 32
    assert directory.result["dn"] == f"CN=Users,{ROOT}"


def test_what_is_no_dn_is_said_to_be_none(directory: ldap3.Connection) -> None:
    directory.check_names = False
    directory.search("Users", "(objectClass=*)")
    assert directory.result["result"] == 34


def test_another_domain_is_referred_to(directory: ldap3.Connection) -> None:
    directory.search(f"CN=Users,{CHILD}", "(objectClass=*)")
    assert directory.result["result"] == 10
    assert directory.result["referrals"] == [f"ldap://dc03.emea.contoso.local/CN=Users,{CHILD}"]
    directory.search("DC=fabrikam,DC=example", "(objectClass=*)")
    assert directory.result["referrals"] == ["ldap://fabrikam.example/DC=fabrikam,DC=example"]


def test_a_search_stays_in_its_naming_context_and_points_at_those_below(directory: ldap3.Connection) -> None:
    def references(base: str, scope: Any = ldap3.SUBTREE) -> list[str]:
        directory.search(base, "(objectClass=domainDNS)", scope)
        return [uri for item in responses(directory) if item["type"] == "searchResRef" for uri in item["uri"]]

    assert references(ROOT) == [f"ldap://contoso.local/{CONFIGURATION}", f"ldap://dc03.emea.contoso.local/{CHILD}"]
    assert references(CONFIGURATION) == [f"ldap://contoso.local/{SCHEMA}"]
    assert references(f"CN=Users,{ROOT}") == []
    assert references(ROOT, ldap3.BASE) == []
    directory.search(CONFIGURATION, "(rangeUpper=*)")
    assert names(directory) == []
    directory.search(SCHEMA, "(rangeUpper=*)", attributes=["rangeUpper"])
    assert names(directory) == ["CN=ms-Exch-Schema-Version-Pt"]


# Faults


def test_busy_and_unavailable_are_said_at_login_and_at_search(start: Start, authority: Authority) -> None:
    server = start()
    connection = client(server, authority.root_file)
    connection.bind()
    server.fault = Fault(mode="busy")
    connection.search(CONNECTORS, "(cn=*)")
    assert connection.result["result"] == 51
    server.fault = Fault(mode="unavailable")
    assert not connection.rebind()
    assert connection.result["result"] == 52
    connection.unbind()


def test_a_stalling_controller_lets_in_and_never_answers(start: Start, authority: Authority) -> None:
    server = start(fault=Fault(mode="stall"))
    connection = client(server, authority.root_file)
    assert connection.bind()
    connection.search("", "(objectClass=*)", ldap3.BASE, attributes=["*"])
    assert connection.response
    connection.receive_timeout = None
    connection.socket.settimeout(0.2)
    with pytest.raises(LDAPException):
        connection.search(CONNECTORS, "(cn=*)")
    connection.unbind()


def test_refuse(start: Start, authority: Authority) -> None:
    with pytest.raises(LDAPSocketOpenError, match="refused"):
        client(start(fault=Fault(mode="refuse")), authority.root_file).open()


def test_what_writes_is_cut_off(start: Start, authority: Authority) -> None:
    connection = client(start(), authority.root_file)
    connection.bind()
    with pytest.raises(LDAPException):
        connection.modify(f"CN=Users,{ROOT}", {"description": [(ldap3.MODIFY_REPLACE, ["x"])]})  # type: ignore[no-untyped-call]
    connection.unbind()


# Mistakes of whoever describes a directory


@pytest.mark.parametrize(
    ("dn", "message"),
    [
        (f"CN=x,CN=missing,{ROOT}", "the parent of"),
        (f"CN=x,{CHILD}", "none of the naming contexts"),
        (f"cn=users, {ROOT}", "two entries are called"),
        ("nonsense", "no relative distinguished name"),
    ],
)
def test_an_impossible_directory_is_refused(dn: str, message: str) -> None:
    entries = (*CONTENTS.entries, Entry(dn, {}))
    with pytest.raises(ValueError, match=message):
        DirectoryTree(DirectoryContents(entries, CONTENTS.naming_contexts, CONTENTS.elsewhere))
