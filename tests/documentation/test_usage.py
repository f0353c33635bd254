"""Which control asks what, read from functions, agrees with what the plan reads."""

from pathlib import Path

from muster.documentation.usage import usages
from muster.model import DatabaseAvailabilityGroup, Domain, DomainController, Server

CHECKS = '''
from muster import Domain, DatabaseAvailabilityGroup, Server, Severity, control


@control("own.group", title="Builds of a group", severity=Severity.LOW)
def check_group(dag: DatabaseAvailabilityGroup, builds: object, dag_config: object) -> None:
    """Two facts, one of the members."""


@control("own.nothing", title="Asks nothing", severity=Severity.LOW)
def check_nothing(server: Server) -> None:
    """From the inventory alone."""


@control("own.domain", title="A domain", severity=Severity.LOW)
def check_domain(domain: Domain, system_objects: object) -> None:
    """About the domain itself."""
'''

PRODUCT = Path(__file__).parents[2] / "checks"


def test_what_a_check_asks_follows_from_its_parameters(tmp_path: Path) -> None:
    (tmp_path / "check_own.py").write_text(CHECKS, "utf-8")
    domain, group, nothing = usages(tmp_path)
    assert (domain.subject, group.subject, nothing.subject) == (Domain, DatabaseAvailabilityGroup, Server)
    assert nothing.needs == ()
    assert [about for _, about in domain.needs] == [Domain]
    assert {about for _, about in group.needs} == {DatabaseAvailabilityGroup, Server}


def test_members_of_a_domain_are_its_controllers_and_all_others_servers() -> None:
    for used in usages(PRODUCT):
        for _, about in used.needs:
            assert about is not DomainController or used.subject.__name__ in {"DomainController", "Domain", "Forest"}
