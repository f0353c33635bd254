"""The directory's door, against the lab's domain controller."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from muster.lab.certificates import Authority, Certificate
from muster.lab.directory.security_descriptors import SecurityDescriptor, extended_right
from muster.lab.directory.server import Account, LdapServer, Limits
from muster.lab.directory.tree import DirectoryContents, DirectoryTree, Elsewhere, Entry
from muster.lab.faults import NO_FAULT, Fault
from muster.model import Answer, Authentication, Endpoint, ExchangeCmdlet, LdapSearch
from muster.transport.directory.session import LdapSession, connect
from muster.transport.directory.wire import Rows, Wire
from muster.transport.session import Unanswered

ROOT = "DC=contoso,DC=local"
CONFIGURATION = f"CN=Configuration,{ROOT}"
SCHEMA = f"CN=Schema,{CONFIGURATION}"
CONNECTORS = f"CN=Connectors,{CONFIGURATION}"
CHILD = f"DC=emea,{ROOT}"
GUID = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0")
DESCRIPTOR = SecurityDescriptor("S-1-5-32-544", (extended_right("S-1-5-7", "ab721a55-1e2f-11d0-9819-00aa0040529b"),))
TREE = DirectoryTree(
    DirectoryContents(
        entries=(
            Entry(
                "",
                {
                    "defaultNamingContext": (ROOT,),
                    "rootDomainNamingContext": (ROOT,),
                    "configurationNamingContext": (CONFIGURATION,),
                    "schemaNamingContext": (SCHEMA,),
                },
            ),
            Entry(ROOT, {"objectClass": ("top", "domainDNS")}),
            Entry(f"CN=Users,{ROOT}", {"objectClass": ("top", "container")}),
            Entry(
                f"CN=Müller\\, Anna,CN=Users,{ROOT}",
                {
                    "objectClass": ("top", "person", "user"),
                    "displayName": ("Müller, Anna",),
                    "objectGUID": (GUID.bytes_le,),
                    "ms-Mcs-AdmPwd": ("Sommer2025!",),
                },
            ),
            Entry(
                f"CN=Big Group,CN=Users,{ROOT}",
                {"objectClass": ("top", "group"), "member": tuple(f"CN=u{number},{ROOT}" for number in range(3700))},
            ),
            Entry(CONFIGURATION, {"objectClass": ("top", "configuration")}),
            Entry(CONNECTORS, {"objectClass": ("top", "container")}),
            *(
                Entry(
                    f"CN=Default EX{number:04},{CONNECTORS}",
                    {"objectClass": ("top", "msExchSmtpReceiveConnector"), "cn": (f"Default EX{number:04}",)},
                    security=DESCRIPTOR,
                )
                for number in range(1201)
            ),
            Entry(f"CN=Locked,{CONFIGURATION}", {"objectClass": ("top", "container")}),
            Entry(SCHEMA, {"objectClass": ("top", "dMD")}),
            Entry(
                f"CN=ms-Exch-Schema-Version-Pt,{SCHEMA}",
                {"objectClass": ("top", "attributeSchema"), "rangeUpper": ("17003",)},
            ),
        ),
        naming_contexts=(ROOT, CONFIGURATION, SCHEMA),
        elsewhere=(Elsewhere(CHILD, "dc3.emea.contoso.local"),),
        denied=(f"CN=Locked,{CONFIGURATION}",),
    )
)
DEFAULT_LIMITS = Limits()
REFUSED = {"locked": "locked", "disabled": "disabled", "expired": "password expired"}
ACCOUNTS = (
    Account("auditor", ("muster@contoso.local",), "pa55"),
    *(Account(name, (f"{name}@contoso.local",), "pa55", refused=refused) for name, refused in REFUSED.items()),
)

Start = Callable[..., LdapServer]


@pytest.fixture
def start(certificate: Certificate) -> Iterator[Start]:
    started: list[LdapServer] = []

    def make(
        shown: Certificate | None = certificate,
        *,
        implicit_tls: bool = True,
        limits: Limits = DEFAULT_LIMITS,
        fault: Fault = NO_FAULT,
    ) -> LdapServer:
        server = LdapServer(
            TREE, accounts=ACCOUNTS, certificate=shown, implicit_tls=implicit_tls, limits=limits, fault=fault
        )
        started.append(server)
        return server

    yield make
    for server in started:
        server.close()


@pytest.fixture
def endpoint(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    monkeypatch.setenv("MUSTER_TEST_LDAP", "pa55")
    return Endpoint(
        "ldap",
        "dc1",
        "127.0.0.1",
        0,
        "tls",
        Authentication("simple", "muster@contoso.local", "env:MUSTER_TEST_LDAP"),
        "ldap",
        "dc1.contoso.local",
        ca_file=str(authority.root_file),
    )


Ask = Callable[[LdapSearch], Answer]


@pytest.fixture
def session(start: Start, endpoint: Endpoint) -> Iterator[LdapSession]:
    opened = connect(replace(endpoint, port=start().port), 10)
    yield opened
    opened.close()


def refused(endpoint: Endpoint, seconds: float = 10) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        connect(endpoint, seconds)
    return caught.value


def test_naming_contexts_come_from_the_controller_that_is_asked(session: LdapSession) -> None:
    question = LdapSearch(
        base="CN=ms-Exch-Schema-Version-Pt,{schemaNamingContext}", scope="base", attributes=("rangeUpper",)
    )
    (found,) = session.ask(question, 10).objects
    assert (found.type, found.text) == ("LdapEntry", f"CN=ms-Exch-Schema-Version-Pt,{SCHEMA}")
    assert found.properties == {"rangeUpper": ("17003",)}


def test_the_root_dse_is_one_object_whatever_the_scope(session: LdapSession) -> None:
    (found,) = session.ask(LdapSearch(base=""), 10).objects
    assert found.text == ""
    assert found.properties["configurationNamingContext"] == (CONFIGURATION,)


def test_a_search_goes_on_to_the_last_page(session: LdapSession) -> None:
    question = LdapSearch(base=CONNECTORS, scope="onelevel", attributes=("cn",))
    answer = session.ask(question, 20)
    assert len({item.text for item in answer.objects}) == 1201
    assert answer.shortfalls == ()


def test_an_attribute_of_many_values_comes_whole_under_its_own_name(session: LdapSession) -> None:
    question = LdapSearch(base=f"CN=Users,{ROOT}", filter="(objectClass=group)", attributes=("member",))
    (group,) = session.ask(question, 10).objects
    members = group.properties["member"]
    assert isinstance(members, tuple)
    assert list(group.properties) == ["member"]
    assert members == tuple(f"CN=u{number},{ROOT}" for number in range(3700))


def test_security_descriptors_come_only_when_asked_for(session: LdapSession) -> None:
    base = f"CN=Default EX0001,{CONNECTORS}"
    asked = LdapSearch(base=base, scope="base", attributes=("cn",), security_descriptor=True)
    (with_descriptor,) = session.ask(asked, 10).objects
    (without,) = session.ask(replace(asked, security_descriptor=False), 10).objects
    assert with_descriptor.properties["nTSecurityDescriptor"] == (DESCRIPTOR.packed(0x4),)
    assert "nTSecurityDescriptor" not in without.properties


def test_text_is_text_and_bytes_are_bytes(session: LdapSession) -> None:
    question = LdapSearch(
        base=f"CN=Users,{ROOT}", filter="(objectClass=user)", attributes=("DISPLAYNAME", "objectGUID")
    )
    (user,) = session.ask(question, 10).objects
    assert user.text == f"CN=Müller\\, Anna,CN=Users,{ROOT}"
    assert user.properties == {"DISPLAYNAME": ("Müller, Anna",), "objectGUID": (GUID.bytes_le,)}


def test_a_base_that_does_not_exist_is_an_answer_without_objects(session: LdapSession) -> None:
    assert session.ask(LdapSearch(base=f"CN=Nobody,{ROOT}", scope="base"), 10) == Answer(())


def test_what_may_not_be_read_is_no_empty_answer(session: LdapSession) -> None:
    with pytest.raises(Unanswered) as caught:
        session.ask(LdapSearch(base=f"CN=Locked,{CONFIGURATION}", scope="base"), 10)
    assert caught.value.problem.kind == "permission"
    assert not caught.value.lost


def test_another_domain_is_not_chased(session: LdapSession) -> None:
    with pytest.raises(Unanswered) as caught:
        session.ask(LdapSearch(base=CHILD, scope="base"), 10)
    assert "does not hold" in caught.value.problem.cause


def test_a_subtree_that_touches_another_domain_leaves_it_out(session: LdapSession) -> None:
    answer = session.ask(LdapSearch(base=ROOT, filter="(objectClass=user)", attributes=("cn",)), 20)
    assert len(answer.objects) == 1


@pytest.mark.parametrize(
    "question",
    [
        LdapSearch(base=ROOT, attributes=("unicodePwd",)),
        LdapSearch(base=ROOT, attributes=("MS-MCS-ADMPWD",)),
        LdapSearch(base=ROOT, attributes=("msLAPS-Password;binary",)),
        LdapSearch(base=ROOT, attributes=("1.2.840.113556.1.4.90",)),
        LdapSearch(base=ROOT, filter="(&(objectClass=computer)(ms-Mcs-AdmPwd=S*))"),
        LdapSearch(base=ROOT, filter="(!(  supplementalCredentials:1.2.840.113556.1.4.803:=1))"),
    ],
)
def test_secrets_are_never_asked_for(session: LdapSession, question: LdapSearch) -> None:
    with pytest.raises(Unanswered) as caught:
        session.ask(question, 10)
    assert caught.value.problem.kind == "not allowed"


def test_a_secret_that_comes_with_everything_is_dropped(session: LdapSession) -> None:
    answer = session.ask(LdapSearch(base=f"CN=Users,{ROOT}", filter="(objectClass=user)"), 10)
    assert "displayName" in answer.objects[0].properties
    assert "Sommer2025!" not in repr(answer)


def test_a_broken_filter_is_told_and_the_session_goes_on(session: LdapSession) -> None:
    with pytest.raises(Unanswered) as caught:
        session.ask(LdapSearch(base=ROOT, filter="(cn=x"), 10)
    assert caught.value.problem.kind == "failed"
    assert session.ask(LdapSearch(base=ROOT, scope="base"), 10).objects


def test_only_searches(session: LdapSession) -> None:
    with pytest.raises(TypeError, match="ExchangeCmdlet"):
        session.ask(ExchangeCmdlet("Get-ExchangeServer"), 10)


def test_start_tls(start: Start, endpoint: Endpoint) -> None:
    server = start(implicit_tls=False)
    opened = connect(replace(endpoint, port=server.port, tls="starttls"), 10)
    assert opened.ask(LdapSearch(base=ROOT, scope="base"), 10).objects
    opened.close()


def test_a_controller_without_a_certificate_cannot_start_tls(start: Start, endpoint: Endpoint) -> None:
    server = start(None, implicit_tls=False)
    problem = refused(replace(endpoint, port=server.port, tls="starttls")).problem
    assert problem.kind == "certificate"
    assert "cannot start TLS" in problem.cause


@pytest.mark.parametrize(
    ("user", "cause"),
    [
        ("muster", "user name or the password is wrong"),
        ("nobody", "user name or the password is wrong"),
        ("locked", "locked out"),
        ("disabled", "disabled"),
        ("expired", "password has expired"),
    ],
)
def test_why_a_login_is_refused(
    start: Start, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, user: str, cause: str
) -> None:
    if user == "muster":
        monkeypatch.setenv("MUSTER_TEST_LDAP", "not-the-password")
    login = Authentication("simple", f"{user}@contoso.local", "env:MUSTER_TEST_LDAP")
    answer = refused(replace(endpoint, port=start().port, authentication=login))
    assert answer.problem.kind == "login"
    assert cause in answer.problem.cause
    assert answer.lost
    assert "not-the-password" not in str(answer)


def test_anonymous_sees_the_root_dse_and_is_told_to_log_in_for_more(start: Start, endpoint: Endpoint) -> None:
    opened = connect(replace(endpoint, port=start().port, authentication=Authentication("anonymous")), 10)
    assert opened.ask(LdapSearch(base=""), 10).objects
    with pytest.raises(Unanswered) as caught:
        opened.ask(LdapSearch(base=ROOT, scope="base"), 10)
    assert caught.value.problem.kind == "login"
    opened.close()


def test_a_certificate_for_another_name_is_refused(start: Start, endpoint: Endpoint) -> None:
    problem = refused(replace(endpoint, port=start().port, kerberos_name="dc2.contoso.local")).problem
    assert problem.kind == "certificate"
    assert "not made out to dc2.contoso.local" in problem.cause


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_an_unknown_authority_is_refused(
    start: Start, endpoint: Endpoint, other_authority: Authority, tls: str
) -> None:
    server = start(implicit_tls=tls == "tls")
    problem = refused(replace(endpoint, port=server.port, tls=tls, ca_file=str(other_authority.root_file))).problem
    assert problem.kind == "certificate"
    assert "ca_file" in problem.cure


def test_an_expired_certificate_is_refused(start: Start, endpoint: Endpoint, expired: Certificate) -> None:
    problem = refused(replace(endpoint, port=start(expired).port)).problem
    assert problem.kind == "certificate"
    assert "expired" in problem.cause


def test_a_port_that_refuses(start: Start, endpoint: Endpoint) -> None:
    answer = refused(replace(endpoint, port=start(fault=Fault(mode="refuse")).port))
    assert (answer.problem.kind, answer.lost) == ("unreachable", True)
    assert "refuses" in answer.problem.message


def test_a_name_that_dns_does_not_know(endpoint: Endpoint) -> None:
    answer = refused(replace(endpoint, address="dc1.invalid", port=636))
    assert (answer.problem.kind, answer.lost) == ("unreachable", True)
    assert "dc1.invalid was not found" in answer.problem.message


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_controller_that_hangs_costs_its_deadline(start: Start, endpoint: Endpoint, tls: str) -> None:
    server = start(implicit_tls=tls == "tls", fault=Fault(mode="hang"))
    answer = refused(replace(endpoint, port=server.port, tls=tls), 1)
    assert (answer.problem.kind, answer.lost) == ("timeout", True)


def test_a_controller_that_resets(start: Start, endpoint: Endpoint) -> None:
    answer = refused(replace(endpoint, port=start(fault=Fault(mode="reset")).port))
    assert answer.lost
    assert "closed the connection" in answer.problem.message


def test_a_search_that_never_ends_loses_the_endpoint(start: Start, endpoint: Endpoint) -> None:
    server = start()
    opened = connect(replace(endpoint, port=server.port), 10)
    server.fault = Fault(mode="stall")
    with pytest.raises(Unanswered) as caught:
        opened.ask(LdapSearch(base=ROOT, scope="base"), 1)
    assert (caught.value.problem.kind, caught.value.lost) == ("timeout", True)
    opened.close()


def test_a_busy_controller_says_so(start: Start, endpoint: Endpoint) -> None:
    server = start()
    opened = connect(replace(endpoint, port=server.port), 10)
    server.fault = Fault(mode="busy")
    with pytest.raises(Unanswered) as caught:
        opened.ask(LdapSearch(base=ROOT, scope="base"), 5)
    assert "busy" in caught.value.problem.cause
    opened.close()


def test_without_tls_nothing_is_sent(endpoint: Endpoint) -> None:
    assert refused(replace(endpoint, tls="")).problem.kind == "not allowed"


def test_ntlm_is_refused(endpoint: Endpoint) -> None:
    assert (
        refused(replace(endpoint, authentication=Authentication("ntlm", "x", "env:X"))).problem.kind == "not allowed"
    )


def test_a_secret_that_is_not_there(endpoint: Endpoint) -> None:
    login = Authentication("simple", "muster@contoso.local", "env:MUSTER_TEST_NOT_SET")
    problem = refused(replace(endpoint, authentication=login)).problem
    assert problem.kind == "no secret"
    assert "MUSTER_TEST_NOT_SET" in problem.message


def test_kerberos_without_its_package_says_what_to_install(
    start: Start, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gssapi", None)
    monkeypatch.setitem(__import__("sys").modules, "winkerberos", None)
    problem = refused(replace(endpoint, port=start().port, authentication=Authentication())).problem
    assert problem.kind == "no secret"
    assert "muster[kerberos]" in problem.cure


@dataclass
class Cut:
    """A controller that ends a search early, after these rows."""

    code: int
    rows: Rows
    place: str = "dc1:636"
    asked: list[tuple[str, ...]] = field(default_factory=list)

    diagnosed = staticmethod(Wire.diagnosed)

    def page(self, _base: str, question: LdapSearch, *_: object) -> tuple[dict[str, object], Rows]:
        self.asked.append(question.attributes)
        return {"result": self.code, "description": "named", "message": ""}, self.rows if len(self.asked) == 1 else []


@pytest.mark.parametrize("code", [3, 4, 11])
def test_a_search_that_was_cut_is_a_partial_answer(code: int) -> None:
    wire = Cut(code, [("CN=a", {"cn": [b"a"]})])
    answer = LdapSession(wire).ask(LdapSearch(base=ROOT), 5)  # type: ignore[arg-type] # stands in for a Wire
    assert [item.text for item in answer.objects] == ["CN=a"]
    assert [item.kind for item in answer.shortfalls] == ["partial"]


@pytest.mark.parametrize(("code", "rows"), [(4, []), (52, [("CN=a", {"cn": [b"a"]})])])
def test_a_search_that_failed_is_no_answer(code: int, rows: Rows) -> None:
    with pytest.raises(Unanswered):
        LdapSession(Cut(code, rows)).ask(LdapSearch(base=ROOT), 5)  # type: ignore[arg-type] # stands in for a Wire


def test_values_that_do_not_follow_are_missed() -> None:
    wire = Cut(0, [("CN=a", {"member": [], "member;range=0-1": [b"CN=1", b"CN=2"]})])
    answer = LdapSession(wire).ask(LdapSearch(base=ROOT, attributes=("member",)), 5)  # type: ignore[arg-type] # ditto
    assert answer.objects[0].properties == {"member": ("CN=1", "CN=2")}
    assert wire.asked[1] == ("member;range=2-*",)
    assert "came with 2 values" in answer.shortfalls[0].message
