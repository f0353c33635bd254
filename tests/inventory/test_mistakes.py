"""Bad inventories: every mistake at once, each with its place and what would be right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muster.inventory import InventoryMistakes, load
from muster.model import Environment

Read = Callable[[str], Environment]
Mistakes = Callable[[str], list[str]]
ToldOf = Callable[[str, str], list[str]]


def test_everything_wrong_is_told_at_once_with_its_place(mistakes: Mistakes) -> None:
    told = mistakes("""\
        organization: Contoso
        forest:
          domains:
            contoso.local: [dc1, {name: dc2, site: Londn}]
        sites: {Seattle: {internet_facing: no}, London: {}}
        servers:
          - {site: Seattle}
          - {name: "ex[01-04]", site: Seatle, roles: [Mailbx]}
          - {name: ex05.contoso.lokal, sitte: London}
          - {name: ex01}
        public_names:
          mail.contoso.com: [ex01]
        upgrade: {in_progress: [DAG01]}
        """)
    assert [line.split(" ")[0].rstrip(":") for line in told] == [
        "1:1",
        "1:1",
        "4:44",
        "5:36",
        "7:5",
        "8:31",
        "8:47",
        "9:12",
        "9:32",
        "10:5",
        "13:25",
    ]
    assert [line.split(" ")[1].rstrip(":") for line in told[2:]] == [
        'forest.domains."contoso.local"[1].site',
        "sites.Seattle.internet_facing",
        "servers[0]",
        "servers[1].site",
        "servers[1].roles[0]",
        "servers[2].name",
        "servers[2].sitte",
        "servers[3]",
        "upgrade.in_progress[0]",
    ]


def place_of(text: str, what: str) -> str:
    """``line:column`` of the last place where something stands."""
    position = text.rindex(what)
    return f"{text.count(chr(10), 0, position) + 1}:{position - text.rfind(chr(10), 0, position)}"


BASIC = "{method: basic, user: a, secret: env:A}"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("organisation:", "organization:", "organization:", "'organisation:' is missing"),
        ("organisation:", "organization:", "organization:", "unknown key 'organization'. Did you mean"),
        ("site: Seattle", "site: Seatle", "Seatle", "no site 'Seatle' in sites:. Did you mean 'Seattle'?"),
        ("site: Seattle", "site: Berlin", "Berlin", "Known: Seattle, London."),
        ("site: Seattle", "site: 12", "12", "'12' where text (in quotes if it looks like a number)"),
        ("site: Seattle", "site: [Seattle]", "[Seattle", "a list where text"),
        ("product: 2019 cu15", "product: Exchange 2010", "Exchange 2010", "'Exchange 2010' is no product"),
        ('"ex[01-02]"', '"ex[02-01]"', '"ex[', "runs backwards. Write [01-02]."),
        ('"ex[01-02]"', '"ex[a-b]"', '"ex[', "is no pattern"),
        ('"ex[01-02]"', '"ex[1-99999]"', '"ex[', "At most 2000"),
        ('"ex[01-02]"', "192.0.2.1", "192", "its address belongs to its endpoints"),
        ('"ex[01-02]"', "ex_1!", "ex_1!", "is no server name"),
        ('"ex[01-02]"', '""', '""', "is no server name"),
        ("ex03,", "ex02,", "{name: ex02", "the server 'ex02.contoso.local' stands twice (first in line 7)"),
        ("ex03,", "EX01.contoso.local,", "{name: EX01", "stands twice"),
        ("ex03,", "ex03.contoso.lokal,", "ex03", "in no declared domain ('contoso.lokal'). Did you mean"),
        ("ex03,", "ex03, domain: contoso.lcl,", "contoso.lcl", "no domain 'contoso.lcl' in forest: domains:"),
        ("[dc1,", "[dc1, DC1,", "DC1", "the controller 'DC1.contoso.local' stands twice"),
        ("[dc1,", "[dc1.other.local,", "dc1.other", "does not lie in contoso.local. Write dc1"),
        ("  domains:", "  root: contoso.com\n  domains:", "contoso.com\n  domains", "no domain 'contoso.com'"),
        ("[ex01,", "[ex1,", "ex1,", "no server 'ex1' in servers:. Did you mean 'ex01'?"),
        ("mail.contoso.com:", "mail:", "mail:", "is no public DNS name"),
        ("com: [ex01, ex02.contoso.local]", "com: []", "[]", "is empty"),
        ("London: {}}", "London: {}}\ndags: [DAG02]", "DAG01", "Did you mean 'DAG02'?"),
        ("London: {}}", "London: {}}\nupgrade: {in_progress: [DAG1]}", "DAG1]", "Did you mean 'DAG01'?"),
        ("London: {}}", "London: {}}\nendpoints: {exchange: {port: 022}}", "022", "no leading zero"),
        ("London: {}}", "London: {}}\nendpoints: {exchange: {port: 22:25}}", "22:25", "where a whole number"),
        ("London: {}}", "London: {}}\nendpoints: {exchange: {port: 70000}}", "70000", "at most 65535"),
        ("London: {}}", "London: {}}\nendpoints: {exchange: {tls: yes}}", "yes", "'yes' where true or false"),
        ("London: {}}", "London: {}}\nendpoints: {ldap: {tls: none}}", "none", "is none of tls, starttls"),
        ("London: {}}", "London: {}}\nendpoints: {ldap: {ca_file: no.pem}}", "no.pem", "no file 'no.pem'"),
        ("London: {}}", "London: {}}\nendpoints: {ldap: {ca: x}}", "ca: x", "Did you mean 'ca_file'?"),
        ("London: {}}", "London: {}}\nauthentication: {ldap: ntlm}", "ntlm", "ntlm is no way into ldap endpoints"),
        ("London: {}}", "London: {}}\nauthentication: {exchange: ntlm}", "ntlm", "ntlm is no way into exchange"),
        (
            "London: {}}",
            f"London: {{}}}}\nendpoints: {{exchange: {{tls: false}}}}\nauthentication: {{exchange: {BASIC}}}",
            "{method",
            "basic without TLS would show the password",
        ),
        ("London: {}}", "London: {}}\nauthentication: {ldap: simple}", "simple", "simple needs user and secret"),
        ("London: {}}", "London: {}}\nlab: demo\nendpoints: {}", "endpoints: {}", "has no meaning beside lab"),
        ("ex03, site: London,", "ex03, roles: [Edge],", "DAG01", "an Edge is in no DAG"),
        (
            "ex03, site: London, dag: DAG01",
            "ex03, roles: [Edge], endpoints: {windows: {port: 5986}}",
            "{port: 5986",
            "an Edge in a workgroup knows no Kerberos",
        ),
        (
            "ex03, site: London, dag: DAG01",
            "ex03, roles: [Edge], endpoints: {exchange: {serialization: full}}",
            "{serialization",
            "an Edge has no Exchange endpoint",
        ),
    ],
)  # fmt: skip
def test_one_mistake(mistakes: Mistakes, ten_lines: str, *, old: str, new: str, at: str, says: str) -> None:
    assert old in ten_lines
    text = ten_lines.replace(old, new)
    told = mistakes(text)
    assert any(line.startswith(f"{place_of(text, at)}:") and says in line for line in told), told


@pytest.mark.parametrize(
    ("new", "at"),
    [
        ("mail.contoso.com, domain: contoso.local,", "mail.contoso.com,"),
        ("mail,", "mail,"),  # that is mail.contoso.local, while mail.contoso.com is a name of other servers
        ("autodiscover,", "autodiscover,"),
        ("ex03, endpoints: {exchange: {address: MAIL.contoso.com}},", "MAIL"),
        ("ex03, endpoints: {windows: {kerberos_name: mail.contoso.com}},", "mail.contoso.com}"),
    ],
)
def test_a_load_balanced_name_is_no_server(mistakes: Mistakes, ten_lines: str, new: str, at: str) -> None:
    text = ten_lines.replace("ex03,", new)
    (told,) = [line for line in mistakes(text) if "load-balanced" in line]
    assert told.startswith(f"{place_of(text, at)}:")
    assert "wrong SPN" in told
    assert "no affinity" in told


@pytest.mark.parametrize("new", ["mail.contoso.com,", "autodiscover.contoso.com,"])
def test_a_load_balanced_name_outside_the_forest_is_told_once_and_what_is_right(
    mistakes: Mistakes, ten_lines: str, new: str
) -> None:
    (told,) = mistakes(ten_lines.replace("ex03,", new))
    assert "load-balanced" in told
    assert told.endswith("List it under public_names: only, and here the machines behind it (ex01.contoso.local).")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("organisation: Contoso", 'organisation: ""', "organisation: 'organisation:' is empty. The Exchange organ"),
        (
            "    contoso.local: [dc1, {name: dc2, site: London}]",
            "    {}",
            "forest.domains: 'domains:' is empty. Each domain's DNS name",
        ),
        ("dag: DAG01,", "roles: [],", "roles: 'roles:' is empty. [Mailbox] (default) or [Edge]."),
    ],
)
def test_what_is_empty_is_told_in_our_own_words(
    mistakes: Mistakes, ten_lines: str, old: str, new: str, says: str
) -> None:
    assert any(says in line for line in mistakes(ten_lines.replace(old, new, 1)))


def test_no_servers_at_all(mistakes: Mistakes, ten_lines: str) -> None:
    head, _, rest = ten_lines.partition("servers:\n")
    told = mistakes(f"{head}servers: []\n{rest[rest.index('public_names') :]}")
    assert any("servers: 'servers:' is empty. Every Exchange server." in line for line in told)
    assert not any("List should" in line for line in told)


def test_a_server_that_is_behind_its_public_name_may_share_its_label(read: Read, ten_lines: str) -> None:
    made = read(ten_lines.replace("ex03", "mail").replace("[ex01,", "[mail,"))
    assert made.servers[2].fqdn == "mail.contoso.local"


SECRET = "Sommer2025!"


@pytest.mark.parametrize(
    "new",
    [
        f"London: {{}}}}\nauthentication: {{ldap: {{method: simple, user: a, password: '{SECRET}'}}}}",
        f"London: {{}}}}\nauthentication: {{ldap: {{method: simple, user: a, secret: '{SECRET}'}}}}",
        f"London: {{}}}}\nauthentication: {{ldap: {{method: simple, user: a, secret: 'env:{SECRET}'}}}}",
        f"London: {{}}}}\nauthentication: {{ldap: '{SECRET}'}}",
        f"London: {{}}}}\nauthentication: {{ldap: {{method: '{SECRET}'}}}}",
        f"London: {{}}}}\nauthentication: {{ldap: {{key: '{SECRET}', method: certificate}}}}",
        f"London: {{}}}}\nadmin_password: '{SECRET}'",
        f"London: {{}}}}\npwd: '{SECRET}'",
        f"London: {{}}}}\nendpoints: {{exchange: {{token: '{SECRET}'}}}}",
        f"London: {{}}}}\nauthentication: {{ldap: {{secret: {SECRET}: x}}}}",  # broken YAML
        f"London: {{}}}}\nauthentication: {{ldap: {{secret: '{SECRET}}}}}",
        f"London: {{}}}}\nauthentication: {{ldap: {{secret: !{SECRET} x}}}}",
    ],
)
def test_a_secret_in_clear_is_refused_and_not_repeated(told_of: ToldOf, new: str) -> None:
    told = told_of("London: {}}", new)
    assert told
    assert SECRET not in "\n".join(told)


def test_a_password_key_is_told_as_such(told_of: ToldOf) -> None:
    (told,) = told_of("London: {}}", "London: {}}\npassword: x")
    assert told.startswith("6:1: password: a secret in clear does not belong in this file.")


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("a: [1\nb: 2", "2:2", "broken YAML"),
        ("a:\n\tb: 1", "2:1", "Indent with spaces"),
        ("servers:\n  - {name: ex[01-04]}", "2:14", "a pattern needs quotes"),
        ("a: b: c", "1:5", "Check the indentation"),
        ('user: "CORP\\svc"', "1:12", "backslash"),
        ("a: *unknown", "1:4", "broken YAML"),
        ("a: 1\n---\nb: 2", "2:1", "broken YAML"),
        ("a: x\x01y", "1:5", "a character that YAML does not allow"),
    ],
)  # fmt: skip
def test_broken_yaml_has_line_and_column(mistakes: Mistakes, text: str, place: str, says: str) -> None:
    (told,) = mistakes(text)
    assert told.startswith(f"{place}:")
    assert says in told


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file(mistakes: Mistakes, text: str) -> None:
    (told,) = mistakes(text)
    assert "the file is empty. It needs organisation:, forest:, servers:." in told


@pytest.mark.parametrize("text", ["- a\n- b\n", "just text\n", "42\n"])
def test_a_file_that_is_no_mapping(mistakes: Mistakes, text: str) -> None:
    (told,) = mistakes(text)
    assert told.startswith("1:1: the file is no mapping")


def test_a_key_that_stands_twice(told_of: ToldOf) -> None:
    (told,) = told_of("public_names:", "organisation: Fabrikam\npublic_names:")
    assert told == "9:1: organisation: the key 'organisation' stands twice (first in line 1). Keep one of them."


def test_a_key_that_stands_twice_inside(told_of: ToldOf) -> None:
    (told,) = told_of("{name: ex03, site: London,", "{name: ex03, site: London, site: Seattle,")
    assert told.startswith("8:32: servers[1].site: the key 'site' stands twice (first in line 8)")


@pytest.mark.parametrize(
    "text",
    ["a: &a [*a]", "a: &a {b: *a}", "<<: {a: 1}", "a: !!python/object:os.system {}", "[a]: 1", "a: !!binary aaaa"],
)
def test_what_plain_yaml_does_not_need(mistakes: Mistakes, text: str) -> None:
    assert any("Write" in line or "Remove" in line or "Keys are plain" in line for line in mistakes(text))


def test_aliases_do_not_blow_up(mistakes: Mistakes) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert any("too large" in line for line in mistakes("\n".join(lines)))


def test_text_that_is_not_utf8(folder: Path) -> None:
    (folder / "inventory.yaml").write_bytes("organisation: Contoso\nsites: {Zürich: {}}".encode("latin-1"))
    with pytest.raises(InventoryMistakes, match=r"inventory\.yaml:2:1: this is not UTF-8"):
        load(folder)


def test_one_broken_server_is_no_reason_for_others(told_of: ToldOf) -> None:
    told = told_of("{name: ex03,", "{nam: ex03,")
    assert [line.split(" ")[0] for line in told] == ["8:5:", "8:6:"]


def test_a_site_with_a_wrong_body_is_still_a_site(told_of: ToldOf) -> None:
    (told,) = told_of("London: {}", "London: 5")
    assert told.startswith("5:51: sites.London: '5' where a mapping")


def test_several_domains_want_to_know_which(told_of: ToldOf) -> None:
    told = told_of("  domains:", "  domains:\n    emea.contoso.local: [dc3]")
    assert any(
        "which domain is 'ex03' in? Write ex03.emea.contoso.local or ex03.contoso.local" in line for line in told
    )


def test_a_missing_environment_lists_those_that_exist(tmp_path: Path, folder: Path) -> None:
    (folder / "inventory.yaml").touch()
    with pytest.raises(InventoryMistakes, match=r"no environment 'prd'.*Did you mean 'prod'\? There are: prod"):
        load(tmp_path / "prd")
    with pytest.raises(InventoryMistakes, match="Known: prod"):
        load(tmp_path / "somethingelse")


def test_mistakes_carry_data(folder: Path) -> None:
    text = "organisation: Contoso\nforest: {domains: {c.local: [dc1]}}\nservers: [{name: ex01, site: X}]\n"
    (folder / "inventory.yaml").write_text(text)
    with pytest.raises(InventoryMistakes) as caught:
        load(folder)
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.column, mistake.path) == (3, 30, "servers[0].site")
    assert (mistake.wrong, mistake.right) == ("no site 'X' in sites:.", "No site is declared.")
