"""Whether a server's ports are open: all that can be told of its services without opening a session on it."""

from typing import ClassVar

import pytest

from muster.facts.wire import BackEndServed, HttpsServed, SmtpGreeting
from muster.model import Facts, Server
from muster.reading.needs import Needs
from muster.reading.several import Several


class Ports(Several):
    """Port 25, 443 (front end) and 444 (back end), by number."""

    needs: ClassVar[Needs] = {"25": SmtpGreeting, "443": HttpsServed, "444": BackEndServed}

    def is_open(self, port: str) -> bool:
        """Whether something answers on a port; a refused connection says that nothing listens there.

        Raises where neither is known: a port that does not answer at all may be filtered on the way.
        """
        unknown = self.unknown.get(port)
        if unknown is not None and "refuses connections" in unknown.problem.message:
            return False
        return self[port] is not None


@pytest.fixture
def ports(server: Server, facts: Facts) -> Ports:
    """Whether ports 25, 443 and 444 of one server are open."""
    return Ports.gathered(facts, server)
