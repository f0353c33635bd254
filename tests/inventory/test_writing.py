"""What is written gives the same environment back; what probes may be sent to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from muster import inventory
from muster.model import Authentication, Endpoint, Environment

Read = Callable[[str], Environment]
Mistakes = Callable[[str], list[str]]

EVERYTHING = """\
organisation: Contoso
forest:
  root: contoso.local
  domains:
    emea.contoso.local: [dc3]
    contoso.local: [dc1, {name: dc2, site: London}]
sites: {Seattle: {internet_facing: true}, London: {}}
dags: [DAG02, DAG01]
servers:
  - {name: ex01.contoso.local, site: Seattle, dag: DAG01, product: Exchange Server 2019 CU15}
  - {name: ex02.emea.contoso.local, endpoints: {windows: {jea: MusterAudit}, exchange: {serialization: full}}}
  - {name: edge01.contoso.com, roles: [Edge]}
public_names:
  mail.contoso.com: [ex01]
  mx.contoso.com: {servers: [edge01], mail_exchanger: true}
upgrade: {in_progress: [DAG01], account: 'CONTOSO\\installer', media: 'D:\\SE'}
authentication: {ldap: {method: simple, user: a, secret: env:A}}
probes: {"EX01.contoso.local:443": 127.0.0.1:40443, "mail.contoso.com:25": gateway:2525}
"""


def test_what_is_written_gives_the_same_environment_back(read: Read, tmp_path: Path) -> None:
    made = read(EVERYTHING)
    path = inventory.write(made, tmp_path / "again" / "prod", "made by a test")
    assert path.read_text("utf-8").startswith("# made by a test\norganisation: Contoso\n")
    again = inventory.load(path.parent)
    assert replace(again, folder=None) == replace(made, folder=None)
    assert [vars_of(one) for one in again.servers] == [vars_of(one) for one in made.servers]
    assert again.public_names[1].mail_exchanger
    assert again.relocated == made.relocated


def vars_of(server: object) -> list[object]:
    return [
        getattr(server, name) for name in ("name", "fqdn", "roles", "site", "dag", "product", "installer", "media")
    ]


def test_a_lab_is_not_named_and_its_endpoints_are_written_out(read: Read, tmp_path: Path) -> None:
    login = Authentication("basic", "CONTOSO\\muster", "env:LAB")
    here = Endpoint("exchange", "ex01", "127.0.0.1", 40443, "tls", login, configuration="Microsoft.Exchange")
    made = replace(read(EVERYTHING), lab="demo", endpoints=(here,))
    again = inventory.load(inventory.write(made, tmp_path / "lab").parent)
    assert again.lab is None
    (exchange,) = (one for one in again.endpoints if (one.kind, one.name) == ("exchange", "ex01"))
    assert replace(exchange, kerberos_name=None, version=()) == here


def test_probes_are_known_by_the_name_that_is_asked(read: Read) -> None:
    assert read(EVERYTHING).relocated == {
        ("ex01.contoso.local", 443): ("127.0.0.1", 40443),
        ("mail.contoso.com", 25): ("gateway", 2525),
    }


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (
            "probes: {ex09.contoso.local:443: 127.0.0.1:1}",
            "no server and no public name 'ex09.contoso.local'. Did you",
        ),
        (
            "probes: {ex01.contoso.local: 127.0.0.1:1}",
            "'ex01.contoso.local' is no name and port. Write both, like ex01",
        ),
        ("probes: {ex01.contoso.local:443: 127.0.0.1:70000}", "'127.0.0.1:70000' is no name and port."),
        ("probes: {ex01.contoso.local:443: 'https://x:1'}", "this is no name or IP address."),
        ("probes: {ex01.contoso.local:443: 127.0.0.1:1}\nlab: demo", "'probes:' has no meaning beside lab"),
    ],
)
def test_a_probe_goes_to_what_the_inventory_names(mistakes: Mistakes, new: str, says: str) -> None:
    told = mistakes(EVERYTHING[: EVERYTHING.index("authentication:")] + new + "\n")
    assert any(says in line for line in told), told
