"""A closed port is told from one that does not answer: in the words that the transport really uses."""

import socket

import pytest

from muster.facts.ports import Ports
from muster.model import FactUnavailable, Problem, TlsHandshake
from muster.transport import doors
from muster.transport.session import Unanswered


def ports(problem: Problem) -> Ports:
    return Ports({}, {"443": FactUnavailable("ex01", "HttpsServed", problem)})


def test_a_port_on_which_nothing_listens_is_closed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # ours, and nobody listens
        port = taken.getsockname()[1]
        with pytest.raises(Unanswered) as refused:
            doors.probe(TlsHandshake("ex01", 443), "127.0.0.1", port, 5.0)
    assert not ports(refused.value.problem).is_open("443")


@pytest.mark.parametrize("kind", ["timeout", "unreachable", "failed"])
def test_a_port_that_does_not_answer_is_unknown(kind: str) -> None:
    with pytest.raises(FactUnavailable):
        ports(Problem(kind, "ex01.contoso.local:443 did not answer within 15 s")).is_open("443")
