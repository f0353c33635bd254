"""Accepted domains: whose mail this organisation takes."""

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import BeforeValidator

from muster.model import ExchangeCmdlet, Facts, Organization, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Text, Word, read_text
from muster.reading.volatile import FROM_DIRECTORY

DomainType = Annotated[Literal["Authoritative", "InternalRelay", "ExternalRelay"], BeforeValidator(read_text)]


class AcceptedDomain(Record):
    """An accepted domain. ``domain_type`` is Authoritative, InternalRelay or ExternalRelay."""

    identity: Text
    domain_name: Word
    domain_type: DomainType
    default: Flag

    @property
    def relayed(self) -> bool:
        """Whether its mail may be passed on to another system."""
        return self.domain_type in {"InternalRelay", "ExternalRelay"}


class AcceptedDomains(Records[AcceptedDomain]):
    """The accepted domains of the organisation."""

    record = AcceptedDomain
    needs: ClassVar[Needs] = {"domains": need(ExchangeCmdlet("Get-AcceptedDomain"))}
    shape = Shape(
        identity=("Identity",),
        volatile=FROM_DIRECTORY,
    )


@pytest.fixture
def accepted_domains(organization: Organization, facts: Facts) -> AcceptedDomains:
    """Accepted domains of the organisation."""
    return facts.get(AcceptedDomains, organization)
