"""pypsrp's WSMan with a deadline: no request outlives the question that it belongs to."""

import time
import xml.etree.ElementTree as ET
from typing import Any

from pypsrp.exceptions import WinRMError, WSManFaultError
from pypsrp.negotiate import HTTPNegotiateAuth
from pypsrp.wsman import NAMESPACES, OptionSet, SelectorSet, WSMan

_LONGEST_OPERATION = 20  # seconds after which a server is to say that it still works on it
_LONGEST_CONNECT = 10.0


class DeadlinePassed(Exception):  # noqa: N818 - a state of time, not an error
    """The question's time is over. ``heard``: the server did say something meanwhile."""

    def __init__(self, *, heard: bool) -> None:
        super().__init__(heard)
        self.heard = heard


class NotWSMan(WinRMError):  # noqa: N818 - says what the other side is
    """Something answered that does not speak WSMan."""


class ClosingAuth(HTTPNegotiateAuth):
    """The login of pypsrp, which does not leave a connection behind where it gives up."""

    def response_hook(self, response: Any, **kwargs: Any) -> Any:
        """Called with every response."""
        try:
            return super().response_hook(response, **kwargs)  # type: ignore[no-untyped-call] # as pypsrp has it
        except Exception:
            response.close()
            raise


class TimedWSMan(WSMan):
    """WSMan whose every request ends by ``until`` (monotonic time)."""

    def __init__(self, server: str, **options: Any) -> None:  # Any: pypsrp's own options, of many types
        super().__init__(server, **options)
        self.until = 0.0
        self.heard = False
        session = self.transport._build_session()  # noqa: SLF001 - pypsrp offers no other way to these two
        session.max_redirects = 0  # a credential goes to the server of the inventory or nowhere
        session.trust_env = False  # no proxy and no .netrc of whoever runs muster
        if isinstance(session.auth, HTTPNegotiateAuth):
            session.auth = _closing(session.auth)
        self.transport.session = session

    def start(self, seconds: float) -> None:
        """A new question begins, with this much time."""
        self.until = time.monotonic() + seconds
        self.heard = False

    @property
    def remaining(self) -> float:
        """Seconds left; raises ``DeadlinePassed`` when there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise DeadlinePassed(heard=self.heard)
        return left

    def invoke(  # noqa: D102, PLR0917 - as in the base class, with the deadline's times instead of the caller's
        self,
        action: str,
        resource_uri: str,
        resource: ET.Element | None,
        option_set: OptionSet | None = None,
        selector_set: SelectorSet | None = None,
        timeout: int | None = None,  # noqa: ARG002 - the deadline decides
        *,
        retries_on_read_timeout: int = 0,  # noqa: ARG002 - a silent server is asked once
    ) -> ET.Element:
        left = self.remaining
        self.operation_timeout = max(1, min(_LONGEST_OPERATION, int(left)))
        self.transport.connection_timeout = min(left, _LONGEST_CONNECT)  # type: ignore[assignment] # any number does
        self.transport.read_timeout = left  # type: ignore[assignment] # any number does
        try:
            answer = super().invoke(action, resource_uri, resource, option_set, selector_set)
        except WSManFaultError:
            self.heard = True
            raise
        except KeyError:  # pypsrp looks for the login's context, and there is none where nobody asked for a login
            if self.transport.wrap_required and self.transport.encryption is None:
                raise NotWSMan("it does not ask for a login") from None
            raise
        self.heard = True
        if answer.find("s:Body", NAMESPACES) is None:
            raise NotWSMan(f"it sent <{answer.tag}>")
        return answer


def _closing(auth: HTTPNegotiateAuth) -> ClosingAuth:
    return ClosingAuth(
        username=auth.username,
        password=auth.password,
        auth_provider=auth.auth_provider,
        send_cbt=auth.send_cbt,
        service=auth.service,
        delegate=auth.delegate,
        hostname_override=auth.hostname_override,
        wrap_required=auth.wrap_required,
    )
