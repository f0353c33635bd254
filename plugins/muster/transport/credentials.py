"""A reference from the inventory → the secret, at the moment it is needed and nowhere kept."""

import os

import keyring
import keyring.errors

from muster.model import Problem
from muster.transport.session import Unanswered


def secret_of(reference: str) -> str:
    """The secret behind ``env:NAME`` or ``keyring:SERVICE/USER``; raises ``Unanswered``, never showing it."""
    scheme, _, name = reference.partition(":")
    if scheme == "env":
        secret = os.environ.get(name)
        if not secret:
            raise _missing(f"the environment variable {name} is not set", f"Set {name} before running muster")
        return secret
    if scheme == "keyring":
        service, _, user = name.partition("/")
        try:
            secret = keyring.get_password(service, user)
        except keyring.errors.KeyringError as error:
            raise _missing(f"the keyring cannot be read: {error}", "Unlock it, or use env: instead") from None
        if not secret:
            raise _missing(f"the keyring holds nothing for {service}/{user}", f"Run: keyring set {service} {user}")
        return secret
    raise _missing("the inventory's secret is no reference", "Write env:NAME or keyring:SERVICE/USER")


def _missing(message: str, cure: str) -> Unanswered:
    return Unanswered(Problem("no secret", message, "muster has no secret to log in with", cure), lost=True)
