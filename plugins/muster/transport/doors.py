"""Every living door behind two names: ``connect`` opens a session, ``probe`` looks from outside.

A module of its own, because its libraries take longer to import than judging an old run takes: nothing imports it
before somebody is to be asked.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # ldap3 2.9.1 uses names that pyasn1 is about to drop
    from muster.transport.directory import session as ldap
from muster.model import Endpoint
from muster.transport.powershell import psrp
from muster.transport.probes.asking import ask as probe
from muster.transport.session import Session

__all__ = ["connect", "probe"]


def connect(endpoint: Endpoint, seconds: float) -> Session:
    """A session on an endpoint of any kind, opened within about ``seconds``; raises ``Unanswered``."""
    return ldap.connect(endpoint, seconds) if endpoint.kind == "ldap" else psrp.connect(endpoint, seconds)
