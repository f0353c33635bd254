"""Whether Windows looks up revocation lists for the accounts that Setup runs under."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import pytest
from pydantic import BeforeValidator

from muster.facts.readiness.installing_account import InstallingAccount
from muster.model import (
    After,
    Answer,
    Fact,
    Facts,
    LdapSearch,
    Need,
    Object,
    Server,
    Shape,
    Subject,
    Value,
    WindowsCmdlet,
    command,
    in_organization,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, answer_named
from muster.reading.several import Several
from muster.reading.values import read_number

IGNORE_REVOCATION = 0x200
"""WTPF_IGNOREREVOKATION in WinTrust's ``State``: "Check for publisher's certificate revocation" is off."""
_STATE_AT_FIRST = 0x23C00
"""What ``State`` is where nobody wrote one: the check is on."""
_PUBLISHING = r"Software\Microsoft\Windows\CurrentVersion\WinTrust\Trust Providers\Software Publishing"
_INTERNET = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"


def _read_state(value: Value) -> int:
    return _STATE_AT_FIRST if value is None else read_number(value)


def _read_server_check(value: Value) -> int:
    return 1 if value is None else read_number(value)


def _needs(sid: str, after: After | None = None) -> Needs:
    """The two values in one account's hive; a hive that is not loaded has no such keys."""

    def value(key: str, name: str) -> WindowsCmdlet:
        path = f"Registry::HKEY_USERS\\{sid}\\{key}"
        return WindowsCmdlet(
            "Get-ItemProperty", command("Select-Object", Property=(name,)), LiteralPath=path, after=after
        )

    return {
        "publisher": need(value(_PUBLISHING, "State")),
        "server": need(value(_INTERNET, "CertificateRevocation")),
    }


class RevocationChecks(Record):
    """One account's settings: ``state`` of WinTrust, and Internet Settings' ``certificate_revocation`` (1 is on).

    A value that is not written is Windows' default, on. A hive that is not loaded leaves both unknown: the account
    has to be logged on, or the setting is not decided yet.
    """

    state: Annotated[int, BeforeValidator(_read_state)]
    certificate_revocation: Annotated[int, BeforeValidator(_read_server_check)]

    shape: ClassVar[Shape] = Shape()

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Both values from their keys."""
        sent: dict[str, Value] = {}
        for part, name in (("publisher", "State"), ("server", "CertificateRevocation")):
            properties = answer_named(answers, part).objects[0].properties
            if name in properties:
                sent[name] = properties[name]
        return cls.of(Object(cls.__name__, None, sent), subject.name)

    @property
    def publisher_checked(self) -> bool:
        """Whether signatures of programs are looked up in revocation lists."""
        return not self.state & IGNORE_REVOCATION

    @property
    def server_checked(self) -> bool:
        """Whether certificates of servers are."""
        return self.certificate_revocation != 0


def _installing_account() -> LdapSearch:
    """The very search that tells the account's groups, so that it is asked once."""
    (account,) = (one for one in InstallingAccount.needs.values() if isinstance(one, Need))
    (search,) = account.alternatives
    if not isinstance(search, LdapSearch):
        raise TypeError("the installing account is looked for in the directory")
    return search


class InstallerChecks(RevocationChecks):
    """Those of the account that the inventory declares (``upgrade: account:``), found by its SID."""

    needs: ClassVar[Needs] = _needs(
        "{after}",
        After(
            _installing_account(),
            "objectSid",
            escape="sid",
        ),
    )

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only where an account is declared."""
        return isinstance(subject, Server) and bool(subject.installer) and in_organization(subject)


class SystemChecks(RevocationChecks):
    """Those of LocalSystem."""

    needs: ClassVar[Needs] = _needs("S-1-5-18")


class NetworkServiceChecks(RevocationChecks):
    """Those of NETWORK SERVICE, which some of Exchange's services run as."""

    needs: ClassVar[Needs] = _needs("S-1-5-20")


class Revocation(Several):
    """The settings of every account that matters for Setup."""

    needs: ClassVar[Needs] = {
        "LocalSystem": SystemChecks,
        "NETWORK SERVICE": NetworkServiceChecks,
        "the installing account": InstallerChecks,
    }

    def names(self) -> tuple[str, ...]:
        """The accounts that were asked for."""
        return tuple(name for name in self.needs if name in self.known or name in self.unknown)

    def of(self, name: str) -> RevocationChecks:
        """One account's; raises where its hive could not be read."""
        found = self[name]
        assert isinstance(found, RevocationChecks)  # noqa: S101 - for the type checker: `needs` says so
        return found


@pytest.fixture
def revocation(server: Server, facts: Facts) -> Revocation:
    """Whether Windows looks up revocation lists on one server, account by account."""
    return Revocation.gathered(facts, server)
