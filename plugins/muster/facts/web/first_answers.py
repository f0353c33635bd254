"""What a protocol first answers to somebody who is not logged in: that it wants a login, if it is there at all."""

from typing import ClassVar

import pytest

from muster.model import Facts, HttpsRequest, Server, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record
from muster.reading.several import Several
from muster.reading.values import Number


class FirstAnswer(Record):
    """The answer to a first request without a login; ``status`` is the HTTP status."""

    status: Number

    shape: ClassVar[Shape] = Shape(
        momentary="how it is just now; what it follows from is compared by itself", only=frozenset({"Status"})
    )


class AutodiscoverAnswer(FirstAnswer):
    """First answer of Autodiscover."""

    needs: ClassVar[Needs] = {"answer": need(HttpsRequest("{fqdn}", "/autodiscover/autodiscover.xml"))}


class MapiAnswer(FirstAnswer):
    """First answer of MAPI over HTTP."""

    needs: ClassVar[Needs] = {"answer": need(HttpsRequest("{fqdn}", "/mapi/emsmdb/"))}


class EwsAnswer(FirstAnswer):
    """First answer of Exchange Web Services."""

    needs: ClassVar[Needs] = {"answer": need(HttpsRequest("{fqdn}", "/EWS/Exchange.asmx"))}


class FirstAnswers(Several):
    """What Outlook's protocols first answer."""

    needs: ClassVar[Needs] = {"Autodiscover": AutodiscoverAnswer, "MAPI": MapiAnswer, "EWS": EwsAnswer}

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols, in a fixed order."""
        return tuple(self.needs)

    def status(self, protocol: str) -> int:
        """The HTTP status of a protocol's first answer; raises where it could not be had."""
        answer = self[protocol]
        if not isinstance(answer, FirstAnswer):
            raise TypeError(f"{protocol} is no first answer")
        return answer.status


@pytest.fixture
def first_answers(server: Server, facts: Facts) -> FirstAnswers:
    """What Autodiscover, MAPI and EWS of one server first answer to somebody who is not logged in."""
    return FirstAnswers.gathered(facts, server)
