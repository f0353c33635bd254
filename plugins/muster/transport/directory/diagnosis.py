"""What a directory's result codes mean to the person who runs muster: one line cause, one line cure."""

import re
from typing import NamedTuple

from muster.model import Problem


class _Meaning(NamedTuple):
    kind: str
    cause: str
    cure: str


_TLS = "Use tls: tls or tls: starttls in the inventory's ldap endpoint"
_LATER = "Run again; if it stays, look at the Directory Service event log of this controller"

_MEANINGS = {
    1: _Meaning("failed", "the directory could not carry it out", _LATER),
    2: _Meaning(
        "failed",
        "what answered does not speak this part of LDAP",
        "Check that the address and port are a domain controller's",
    ),
    3: _Meaning(
        "timeout",
        "the search took longer than the directory or muster allows",
        "Run again at a quiet time, or raise the deadline",
    ),
    4: _Meaning(
        "partial",
        "the directory cut the answer at its size limit",
        "Raise MaxPageSize or MaxResultSetSize in its query policy",
    ),
    7: _Meaning(
        "login",
        "the directory does not offer this way of logging in",
        "Use method: kerberos or simple in the inventory's authentication",
    ),
    8: _Meaning("login", "the directory wants LDAP signing or TLS for this login", _TLS),
    10: _Meaning(
        "failed",
        "this controller does not hold that part of the directory",
        "List a controller of that domain in the inventory",
    ),
    11: _Meaning(
        "partial",
        "the directory reached an administrative limit",
        "Raise the limit in its query policy (lDAPAdminLimits)",
    ),
    12: _Meaning(
        "failed",
        "the directory does not know a control that muster needs",
        "Check that the address and port are a domain controller's",
    ),
    13: _Meaning("login", "the directory wants an encrypted connection", _TLS),
    14: _Meaning("login", "the Kerberos login stopped half-way", "Run kinit again and check the clocks"),
    16: _Meaning(
        "failed",
        "an attribute of the question does not exist there",
        "Check whether the schema was extended for Exchange",
    ),
    17: _Meaning(
        "failed",
        "an attribute of the question is not in the schema",
        "Check whether the schema was extended for Exchange",
    ),
    18: _Meaning("failed", "the filter does not fit an attribute's type", "Correct the fact's filter"),
    21: _Meaning("failed", "a value in the filter has the wrong form", "Correct the fact's filter"),
    32: _Meaning(
        "empty",
        "there is no such object, or this account may not see it",
        "Check the name, and that the account may read the configuration partition",
    ),
    34: _Meaning("failed", "the base of the search is no distinguished name", "Correct the fact's base"),
    48: _Meaning(
        "login",
        "this account may not log in this way",
        "Use method: kerberos or simple in the inventory's authentication",
    ),
    49: _Meaning("login", "user name or password is wrong", "Check user: and what secret: refers to"),
    50: _Meaning(
        "permission", "the account may not read this", "Grant it read access, or use an account that has it"
    ),
    51: _Meaning("failed", "the controller is busy", "Run again at a quiet time"),
    52: _Meaning("failed", "the controller is starting, stopping, or out of service", _LATER),
    53: _Meaning(
        "failed",
        "the controller is unwilling: its policy forbids this",
        "Read its message; for logins use TLS and an allowed method",
    ),
    54: _Meaning("failed", "the directory found a loop", _LATER),
    80: _Meaning("failed", "an error inside the directory", _LATER),
    81: _Meaning(
        "unreachable",
        "the controller is down or the connection was lost",
        "Check that the controller runs and its port is open",
    ),
    82: _Meaning("failed", "the LDAP client failed here", "Run again with the newest muster"),
    85: _Meaning(
        "timeout", "the controller did not answer in time", "Run again; check load and network of the controller"
    ),
    91: _Meaning(
        "unreachable", "no connection to the controller", "Check that the controller runs and its port is open"
    ),
    118: _Meaning("failed", "the search was cancelled", "Run again"),
}

_SUB_CODES = {
    "525": _Meaning("login", "there is no such user", "Correct user: in the inventory's authentication"),
    "52e": _Meaning(
        "login",
        "the user name or the password is wrong",
        "Correct user: or what secret: refers to, before the account is locked",
    ),
    "52f": _Meaning(
        "login", "account restrictions forbid this login", "Use an account that may log in over the network"
    ),
    "530": _Meaning(
        "login", "the account may not log in at this hour", "Widen its logon hours, or run at another time"
    ),
    "531": _Meaning(
        "login", "the account may not log in from this computer", "Add this computer to its logon workstations"
    ),
    "532": _Meaning("login", "the password has expired", "Set a new password and store it where secret: refers to"),
    "533": _Meaning("login", "the account is disabled", "Enable it, or use another account"),
    "568": _Meaning("login", "the account is in too many groups for one token", "Use an account with fewer groups"),
    "701": _Meaning("login", "the account has expired", "Extend it, or use another account"),
    "773": _Meaning(
        "login", "the password must be changed at the next logon", "Change it once by hand, then store it again"
    ),
    "775": _Meaning("login", "the account is locked out", "Unlock it, find out what locked it, then run again"),
}
_CHANNEL_BINDING = _Meaning(
    "login",
    "the controller demands LDAP channel binding and did not get a valid one",
    "Use method: kerberos over LDAPS, or exempt this client from 'LDAP server channel binding token requirements'",
)
_NOT_BOUND = _Meaning(
    "login",
    "the directory answers only those who have logged in",
    "Use method: kerberos or simple instead of anonymous",
)
_SIGNING = _Meaning("login", "the controller demands LDAP signing, which is only to be had inside TLS here", _TLS)


def diagnose(code: int, name: str, message: str, *, asked: str) -> Problem:
    """The problem behind a result code.

    ``name`` is the code's name (``invalidCredentials``), ``message`` the directory's own text, ``asked`` what it
    was asked for. Active Directory hides the real reason of code 49 in the text (``data 52e``).
    """
    meaning = _meaning(code, message)
    text = " ".join(message.replace("\x00", "").split())
    said = f"{asked}: {name or 'result'} ({code})" + (f", {text}" if text else "")
    return Problem(meaning.kind, said, meaning.cause, meaning.cure)


def _meaning(code: int, message: str) -> _Meaning:
    folded = message.casefold()
    if "80090346" in folded:
        return _CHANNEL_BINDING
    sub_code = re.search(r"\bdata ([0-9a-f]+)", folded)
    if code == 49 and sub_code and sub_code[1] in _SUB_CODES:  # noqa: PLR2004 - RFC 4511's number
        return _SUB_CODES[sub_code[1]]
    if code == 1 and ("000004dc" in folded or "successful bind" in folded):
        return _NOT_BOUND
    if code == 8 and "sign" in folded:  # noqa: PLR2004 - RFC 4511's number
        return _SIGNING
    unknown = _Meaning(
        "failed", "a result that muster has no explanation for", "Look the code up, and tell the project"
    )
    return _MEANINGS.get(code, unknown)
