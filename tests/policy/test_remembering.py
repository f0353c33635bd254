import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from muster.inventory import load as load_inventory
from muster.policy import CertificatePolicy, Policy, dump, load, restore, schema
from muster.policy.schema import text
from muster.yaml_lines import parse

Read = Callable[[str], Policy]
ROOT = Path(__file__).parents[2] / "inventory"
EVERYTHING = """
as_of: 2025-09-15
certificates: {warn_days: 45}
releases:
  every server: supported
  2016: {pinned: 15.1.2507.59, until: 2025-12-31}
  DAG01: {security-current: {grace: 30d}}
  Seattle: security-current
  SE: {n-1: {until: 2026-01-31}}
  "ex[01-02]": "security-current (grace: 7d)"
  ex07: {pinned: 15.2.2562.27}
  Edge: latest
esu: [1, 2]
support: {warn_days: 90}
windows_server: {allowed: ['2022', '2025'], until: 2026-12-31}
domain_controllers: {allowed: ['2019', '2022']}
functional_levels: {forest: '2016'}
dotnet: 4.8.1
upgrades: {Exchange Server 2019: in-place, ex01: legacy}
coexistence: {allowed: [Exchange Server 2019, Exchange Server SE], until: 2026-06-30}
upgrade:
  stop_services: [Qualys*, splunkd]
  exchange_backup_within: 1
  directory_backup_within: 7
  free_disk_gb: {install: 60}
  crl_reachable: true
"""


@pytest.mark.parametrize("written", ["", "releases: n-1", EVERYTHING])
def test_a_policy_comes_back_from_its_json(read: Read, written: str) -> None:
    policy = read(written)
    assert restore(json.loads(json.dumps(dump(policy)))) == policy


@pytest.mark.parametrize(
    ("data", "policy"),
    [
        ({}, Policy()),
        ({"as_of": None, "certificates": {"warn_days": 30}}, Policy()),
        (
            {"as_of": "2025-09-15", "certificates": {"warn_days": 45}},
            Policy(date(2025, 9, 15), CertificatePolicy(45)),
        ),
    ],
)
def test_what_an_older_run_remembers(data: object, policy: Policy) -> None:
    assert restore(data) == policy


def test_what_is_remembered_is_not_judged_against_newer_names() -> None:
    remembered = {
        "releases": {"ex99": "n-1", "Exchange Server 2027": {"pinned": "16.0.1.2"}},
        "windows_server": {"allowed": ["2028"], "until": None},
        "as_of": "2031-01-01",
        "esu": [3],
    }
    assert dict(restore(remembered).releases.rules)["ex99"].kind == "n-1"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"as_of": "soon"},
        {"releases": {"ex01": "often"}},
        {"releases": {"ex[2-1]": "n-1"}},
        {"releases": None},
        {"newer": 1},
        {"upgrades": {"ex01": "sideways"}},
    ],
)
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        restore(data)


def test_the_committed_schema_is_what_is_generated() -> None:
    assert (ROOT / "policy.schema.json").read_text("utf-8") == text()


def test_the_schema_accepts_what_loads() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(json.dumps(schema())))
    validator.check_schema(schema())
    right = [EVERYTHING, "releases: latest", "releases: {pinned: 15.1.2507.59, until: 2025-12-31}", "dotnet: 4.8"]
    for written in right:
        assert not list(validator.iter_errors(parse(written, "policy.yaml").data)), written
    for written in ("releases: often", "releases: {ex01: {latest: {grace: 3d}}}", "relases: n-1", "releases: {}"):
        assert list(validator.iter_errors(parse(written, "policy.yaml").data)), written


def test_every_policy_names_the_schema_for_its_editor_and_loads() -> None:
    paths = list(ROOT.glob("*/policy.yaml"))
    assert paths
    for path in paths:
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=../policy.schema.json\n"), path
        load(path.parent, load_inventory(path.parent))
