"""Who holds which right on which receive connector: one record for each entry, so that a lost one has a name.

``RelayRights`` asks the directory the same question and judges one right of it. Here every entry about extended
rights counts, allowed, refused or inherited; the rest of an access list says who may administrate the connector.
"""

from collections.abc import Mapping
from typing import ClassVar, Self

import pytest

from muster.facts.mailflow.receive_connectors import RelayRights
from muster.model import (
    Answer,
    Fact,
    Facts,
    FactUnavailable,
    Object,
    Problem,
    Server,
    Shape,
    Subject,
    Value,
    in_organization,
)
from muster.reading.access_lists import read_access_list
from muster.reading.exchange_rights import right_name
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, only_answer
from muster.reading.values import Text, read_bytes


class ConnectorPermission(Record):
    """One entry: who (a SID) may (``access`` ``allow``) or may not (``deny``) do what on which connector."""

    connector: Text
    trustee: Text
    right: Text
    access: Text

    @property
    def identity(self) -> str:
        """The connector, who and what."""
        return f"{self.connector.partition(',')[0].partition('=')[2]}: {self.trustee} {self.access} {self.right}"


def permissions(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    """The entries of every connector's access list; raises ``ValueError`` for a list that did not come or is none.

    A list that is not there at all, which allows everybody everything, is an entry for everybody (S-1-1-0).
    """
    found: dict[tuple[str, str, str, str], Object] = {}
    for item in objects:
        sent = {name.casefold(): value for name, value in item.properties.items()}
        if "ntsecuritydescriptor" not in sent:
            raise ValueError(f"nTSecurityDescriptor of {item.text} was not sent")
        entries = read_access_list(read_bytes(sent["ntsecuritydescriptor"]))
        told = [(entry.trustee, right_name(entry.right), entry.allowed) for entry in entries.entries]
        for trustee, right, allowed in [("S-1-1-0", "everything", True)] if entries.unrestricted else told:
            access = "allow" if allowed else "deny"
            values: dict[str, Value] = {
                "Connector": item.text,
                "Trustee": trustee,
                "Right": right,
                "Access": access,
            }
            found[(item.text or "").casefold(), trustee, right, access] = Object("ConnectorPermission", None, values)
    return tuple(found.values())


class ConnectorPermissions(Records[ConnectorPermission]):
    """The entries about extended rights on the receive connectors of one server."""

    record = ConnectorPermission
    needs: ClassVar[Needs] = {"connectors": RelayRights.needs["connectors"]}
    shape = Shape(identity=("Connector", "Trustee", "Right", "Access"), compared=permissions)

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers: an Edge's connectors lie in its own directory."""
        return in_organization(subject)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read every connector's list; one that nobody can read leaves the fact unknown."""
        answer = only_answer(answers)
        try:
            objects = permissions(answer.objects)
        except ValueError as error:
            problem = Problem("not readable", str(error))
            raise FactUnavailable(subject.name, cls.__name__, problem) from None
        return cls(tuple(ConnectorPermission.of(item, subject.name) for item in objects)).told_by(answer, subject)


@pytest.fixture
def connector_permissions(server: Server, facts: Facts) -> ConnectorPermissions:
    """Who holds which extended right on the receive connectors of one server."""
    return facts.get(ConnectorPermissions, server)
