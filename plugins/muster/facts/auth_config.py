"""Which certificate signs the organisation's server-to-server tokens (OAuth)."""

from typing import Annotated, ClassVar

import pytest
from pydantic import BeforeValidator

from muster.model import ExchangeCmdlet, Facts, Organization, Shape, Value, need
from muster.reading.needs import Needs
from muster.reading.records import Record
from muster.reading.values import read_text
from muster.reading.volatile import FROM_DIRECTORY


def _read_thumbprint(value: Value) -> str:
    """Upper case, without spaces, as certificates print it; null is ``""``."""
    return read_text(value).replace(" ", "").upper()


Thumbprint = Annotated[str, BeforeValidator(_read_thumbprint)]


class AuthConfig(Record):
    """Thumbprints of the auth certificate: the one in use, the one before, the one to come (``""``: none)."""

    current_certificate_thumbprint: Thumbprint
    previous_certificate_thumbprint: Thumbprint
    next_certificate_thumbprint: Thumbprint

    needs: ClassVar[Needs] = {"auth": need(ExchangeCmdlet("Get-AuthConfig"))}
    shape: ClassVar[Shape] = Shape(
        identity=("Name",),
        volatile=FROM_DIRECTORY,
    )


@pytest.fixture
def auth_config(organization: Organization, facts: Facts) -> AuthConfig:
    """Which certificate signs server-to-server tokens: current, previous and next."""
    return facts.get(AuthConfig, organization)
