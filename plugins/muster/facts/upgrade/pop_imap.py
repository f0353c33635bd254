"""POP and IMAP of one server. Without -Server the cmdlets answer for whichever server runs the session."""

from typing import ClassVar

import pytest
from pydantic import Field

from muster.model import ExchangeCmdlet, Facts, Server, Shape, Subject, in_organization, need
from muster.reading.addresses import Bindings
from muster.reading.needs import Needs
from muster.reading.records import Record
from muster.reading.values import Text
from muster.reading.volatile import FROM_DIRECTORY

_SHAPE = Shape(
    unordered=frozenset(
        {"UnencryptedOrTLSBindings", "SSLBindings", "InternalConnectionSettings", "ExternalConnectionSettings"}
    ),
    volatile=FROM_DIRECTORY,
)


class _Settings(Record):
    identity: Text
    banner: Text
    login_type: Text
    ssl_bindings: Bindings = Field(alias="SSLBindings")
    x509_certificate_name: Text = Field(alias="X509CertificateName")

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class PopSettings(_Settings):
    """POP3 of one server."""

    needs: ClassVar[Needs] = {"settings": need(ExchangeCmdlet("Get-PopSettings", about="{name}", Server="{name}"))}
    shape: ClassVar[Shape] = _SHAPE


class ImapSettings(_Settings):
    """IMAP4 of one server."""

    needs: ClassVar[Needs] = {"settings": need(ExchangeCmdlet("Get-ImapSettings", about="{name}", Server="{name}"))}
    shape: ClassVar[Shape] = _SHAPE


@pytest.fixture
def pop_settings(server: Server, facts: Facts) -> PopSettings:
    """The POP3 settings of one server."""
    return facts.get(PopSettings, server)


@pytest.fixture
def imap_settings(server: Server, facts: Facts) -> ImapSettings:
    """The IMAP4 settings of one server."""
    return facts.get(ImapSettings, server)
