"""References to secrets → secrets, at the moment of logging in and nowhere else."""

import os

import keyring
from keyring.errors import KeyringError

from muster.model import Authentication, Problem
from muster.transport.session import Unanswered


def password(authentication: Authentication) -> str | None:
    """The password that ``authentication`` refers to, ``None`` where a ticket serves; raises ``Unanswered``.

    ``env:NAME`` is an environment variable, ``keyring:SERVICE/USER`` an entry of the operating system's store.
    """
    reference = authentication.secret
    if reference is None:
        return None
    kind, _, rest = reference.partition(":")
    if kind == "env":
        found = os.environ.get(rest)
        missing = f"the environment variable {rest} is not set"
        cure = f"Set {rest} for the account that runs muster, or refer to another secret in the inventory"
    elif kind == "keyring":
        service, _, user = rest.rpartition("/")
        missing = f"the keyring has no entry {rest}"
        cure = f"Store it with: keyring set {service} {user}"
        try:
            found = keyring.get_password(service, user)
        except KeyringError as error:
            raise _lost(f"the keyring cannot be read ({type(error).__name__})", cure) from None
    else:  # whatever it is, it may be the secret itself: never quoted
        found, missing = None, "the inventory's reference to the secret is of an unknown kind"
        cure = "Write env:NAME or keyring:SERVICE/USER"
    if not found:
        raise _lost(missing, cure)
    return found


def _lost(message: str, cure: str) -> Unanswered:
    return Unanswered(Problem("login", message, "without the secret nobody can log in", cure), lost=True)
