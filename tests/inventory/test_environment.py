"""A good inventory becomes the environment that it describes."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from muster.inventory import environments, load, schema
from muster.inventory.schema import text
from muster.model import Authentication, Domain, DomainController, Endpoint, Environment, Server, Site, Upgrade

Read = Callable[[str], Environment]
ROOT = Path(__file__).parents[2] / "inventory"


def of(environment: Environment, kind: str, name: str) -> Endpoint | None:
    return next((item for item in environment.endpoints if (item.kind, item.name) == (kind, name)), None)


def test_ten_lines_are_a_whole_organisation(read: Read, ten_lines: str) -> None:
    made = read(ten_lines)
    assert made.name == "prod"
    assert made.organization.name == "Contoso"
    assert [server.fqdn for server in made.servers] == [f"ex0{number}.contoso.local" for number in (1, 2, 3)]
    first = made.servers[0]
    assert (first.name, first.site, first.dag, first.product, first.roles) == (
        "ex01",
        "Seattle",
        "DAG01",
        "Exchange Server 2019 CU15",
        frozenset({"Mailbox"}),
    )
    assert made.sites == (Site("Seattle"), Site("London"))
    assert (made.sites[0].internet_facing, made.sites[1].internet_facing) == (True, False)
    assert made.sites[0].members == made.servers[:2]
    assert made.dags[0].members == made.servers
    assert made.public_names[0].members == made.servers[:2]
    assert made.forest.name == "contoso.local"
    assert made.domain_controllers == (DomainController("dc1"), DomainController("dc2"))
    assert made.domain_controllers[1].site == "London"
    assert made.domain_controllers[1].fqdn == "dc2.contoso.local"


def test_every_subject_has_its_endpoints_and_a_ticket_is_enough(read: Read, ten_lines: str) -> None:
    made = read(ten_lines)
    kinds = [(item.kind, item.name) for item in made.endpoints]
    assert sorted(kinds) == [
        *(("exchange", f"ex0{number}") for number in (1, 2, 3)),
        ("ldap", "dc1"),
        ("ldap", "dc2"),
        *(("windows", f"ex0{number}") for number in (1, 2, 3)),
    ]
    assert {item.authentication for item in made.endpoints} == {Authentication()}
    exchange, windows, ldap = of(made, "exchange", "ex01"), of(made, "windows", "ex01"), of(made, "ldap", "dc1")
    assert exchange
    assert windows
    assert ldap
    assert (exchange.address, exchange.port, exchange.tls) == ("ex01.contoso.local", 80, "")
    assert (exchange.service_class, exchange.kerberos_name) == ("HTTP", "ex01.contoso.local")
    assert exchange.configuration == "Microsoft.Exchange"
    assert (windows.port, windows.service_class, windows.configuration) == (5985, "host", "Microsoft.PowerShell")
    assert (ldap.port, ldap.tls, ldap.service_class) == (636, "tls", "ldap")


def test_newer_products_are_greater(read: Read) -> None:
    names = ["Exchange Server 2013 CU23", "Exchange 2016", "2016 CU23", "2019 CU9", "2019 CU14", "SE RTM", "SE CU1"]
    servers = "\n".join(f"  - {{name: ex{index}, product: {name}}}" for index, name in enumerate(names))
    made = read(f"organisation: C\nforest: {{domains: {{c.local: [dc1]}}}}\nservers:\n{servers}\n")
    versions = [item.version for item in made.endpoints if item.kind == "exchange"]
    assert versions == sorted(set(versions))


def test_endpoints_once_for_all_and_where_one_differs(read: Read, ten_lines: str, folder: Path) -> None:
    (folder / "ca.pem").touch()
    made = read(
        ten_lines.replace("{name: ex03,", "{name: ex03, endpoints: {exchange: {address: 192.0.2.3, port: 8443}},")
        + """\
endpoints:
  exchange: {tls: true, ca_file: ca.pem, serialization: full, service_class: http}
  windows: {tls: true, jea: Muster}
  ldap: {tls: starttls, ca_file: ca.pem}
authentication:
  exchange: {method: basic, user: a, secret: "keyring:muster/a"}
  ldap: {method: simple, user: a@contoso.local, secret: env:LDAP}
"""
    )
    general, own = of(made, "exchange", "ex01"), of(made, "exchange", "ex03")
    windows, ldap = of(made, "windows", "ex03"), of(made, "ldap", "dc1")
    assert general
    assert own
    assert windows
    assert ldap
    assert (general.port, general.tls, general.serialization, general.service_class) == (443, "tls", "full", "http")
    assert general.ca_file == str(folder.resolve() / "ca.pem")
    assert general.authentication == Authentication("basic", "a", "keyring:muster/a")
    assert (own.address, own.port, own.kerberos_name, own.tls) == ("192.0.2.3", 8443, "ex03.contoso.local", "tls")
    assert (windows.port, windows.configuration, windows.jea) == (5986, "Muster", True)
    assert windows.authentication == Authentication()
    assert (ldap.port, ldap.tls) == (389, "starttls")
    assert ldap.authentication == Authentication("simple", "a@contoso.local", "env:LDAP")


def test_an_edge_alone_is_looked_at_from_outside_only(read: Read, ten_lines: str) -> None:
    made = read(ten_lines.replace("public_names:", "  - {name: edge01, roles: [Edge]}\npublic_names:"))
    edge = made.servers[-1]
    assert (edge.fqdn, edge.roles, edge.dag) == ("edge01", frozenset({"Edge"}), None)
    assert [item for item in made.endpoints if item.name == "edge01"] == []


def test_an_edge_with_an_account_of_its_own_has_a_windows_endpoint(read: Read, ten_lines: str) -> None:
    login = "{method: ntlm, user: 'edge01\\muster', secret: env:EDGE}"
    edge = f"  - {{name: edge01, roles: [Edge], endpoints: {{windows: {{authentication: {login}}}}}}}\n"
    made = read(ten_lines.replace("public_names:", f"{edge}public_names:"))
    windows = of(made, "windows", "edge01")
    assert windows
    assert (windows.port, windows.tls) == (5986, "tls")
    assert windows.authentication == Authentication("ntlm", "edge01\\muster", "env:EDGE")
    assert of(made, "exchange", "edge01") is None


def test_an_edge_of_a_domain_has_kerberos(read: Read, ten_lines: str) -> None:
    made = read(ten_lines.replace("public_names:", "  - {name: edge01.contoso.local, roles: [Edge]}\npublic_names:"))
    assert of(made, "windows", "edge01")


def test_a_lab_has_no_endpoints_so_nothing_real_can_be_asked(read: Read, ten_lines: str) -> None:
    made = read(f"{ten_lines}lab: demo\n")
    assert (made.lab, made.endpoints) == ("demo", ())


def test_several_domains(read: Read) -> None:
    made = read("""\
        organisation: Contoso
        forest:
          root: contoso.local
          domains:
            emea.contoso.local: [dc1]
            contoso.local: ["dc[1-2]"]
        defaults: {domain: contoso.local, product: SE RTM}
        servers:
          - {name: ex01}
          - {name: ex02.EMEA.contoso.local}
          - {name: ex03.dmz.example, domain: emea.contoso.local}
        upgrade: {account: 'CONTOSO\\setup'}
        """)
    assert made.forest.name == "contoso.local"
    assert made.domains == (Domain("emea.contoso.local"), Domain("contoso.local"))
    assert [server.fqdn for server in made.servers] == [
        "ex01.contoso.local",
        "ex02.EMEA.contoso.local",
        "ex03.dmz.example",
    ]
    assert made.servers[0].product == "Exchange Server SE RTM"
    assert made.upgrade == Upgrade(account="CONTOSO\\setup")
    # two controllers of one short name are still two subjects
    assert [item.name for item in made.domain_controllers] == ["dc1.emea.contoso.local", "dc1.contoso.local", "dc2"]
    assert {item.name for item in made.endpoints if item.kind == "ldap"} == {
        "dc1.emea.contoso.local",
        "dc1.contoso.local",
        "dc2",
    }


def test_a_site_called_no_and_a_bom(read: Read, folder: Path, ten_lines: str) -> None:
    made = read("\ufeff" + ten_lines.replace("London", "NO"))
    assert made.sites[1].name == "NO"
    assert made.servers[2].site == "NO"


def test_a_group_of_five_hundred(read: Read, ten_lines: str) -> None:
    made = read(ten_lines.replace("ex[01-02]", "mbx[001-498,777]").replace("[ex01, ex02.contoso.local]", "[ex03]"))
    assert len(made.servers) == 500
    assert [made.servers[0].name, made.servers[498].name] == ["mbx001", "mbx777"]


def test_values_are_frozen(read: Read, ten_lines: str) -> None:
    with pytest.raises(AttributeError):
        read(ten_lines).name = "other"  # type: ignore[misc] # what must not work
    assert hash(read(ten_lines).servers[0]) == hash(Server("ex01"))


def test_the_example_loads_and_has_ten_lines() -> None:
    path = ROOT / "example" / "inventory.yaml"
    active = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    assert len(active) == 10
    assert len(load(path.parent).servers) == 6


def test_environments_are_listed(tmp_path: Path) -> None:
    for name in ("prod", "demo", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "prod" / "inventory.yaml").touch()
    (tmp_path / "demo" / "inventory.yaml").touch()
    assert environments(tmp_path) == ("demo", "prod")


def test_the_committed_schema_is_what_is_generated() -> None:
    assert (ROOT / "inventory.schema.json").read_text(encoding="utf-8") == text()


def test_the_schema_accepts_what_loads(ten_lines: str) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(json.dumps(schema())))
    validator.check_schema(schema())
    for accepted in (ten_lines, (ROOT / "example" / "inventory.yaml").read_text()):
        assert list(validator.iter_errors(yaml.safe_load(accepted))) == []
    wrong = yaml.safe_load(ten_lines.replace("site: London, dag", "sitte: London, dag"))
    assert len(list(validator.iter_errors(wrong))) == 1


def test_every_inventory_names_the_schema_for_its_editor() -> None:
    paths = list(ROOT.glob("*/inventory.yaml"))
    assert paths
    for path in paths:
        assert path.read_text().startswith("# yaml-language-server: $schema=../inventory.schema.json\n"), path
