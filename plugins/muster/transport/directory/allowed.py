"""What is never asked of a directory: attributes that hold passwords or keys, whoever may read them."""

import re

from muster.model import LdapSearch, Problem
from muster.transport.session import Unanswered

SECRET_ATTRIBUTES = frozenset(
    name.casefold()
    for name in (
        "unicodePwd",
        "userPassword",
        "unixUserPassword",
        "msSFU30Password",
        "dBCSPwd",
        "ntPwdHistory",
        "lmPwdHistory",
        "supplementalCredentials",
        "ms-Mcs-AdmPwd",
        "msLAPS-Password",
        "msLAPS-EncryptedPassword",
        "msLAPS-EncryptedPasswordHistory",
        "msLAPS-EncryptedDSRMPassword",
        "msLAPS-EncryptedDSRMPasswordHistory",
        "msDS-ManagedPassword",
        "msFVE-RecoveryPassword",
        "msFVE-KeyPackage",
        "msTPM-OwnerInformation",
        "trustAuthIncoming",
        "trustAuthOutgoing",
        "initialAuthIncoming",
        "initialAuthOutgoing",
        "currentValue",
        "priorValue",
        "msPKI-DPAPIMasterKeys",
        "msPKIDPAPIMasterKeys",
        "msPKIAccountCredentials",
        "msPKI-CredentialRoamingTokens",
        "msExchSmtpOutboundSecurityPassword",
    )
)
"""Lower case. ``*`` is allowed, and these are taken out of what comes."""

_ASKED_IN_FILTER = re.compile(r"\(\s*([A-Za-z0-9.;_-]+)\s*(?:[~<>]?=|:)")


def refuse_secrets(question: LdapSearch) -> None:
    """Raise ``Unanswered`` for a search that names a secret attribute, or any attribute by its OID."""
    for name in (*question.attributes, *_ASKED_IN_FILTER.findall(question.filter)):
        if is_secret(name):
            raise _refused(f"the attribute {name} holds a secret")
        if name[:1].isdigit():
            raise _refused(f"the attribute {name} is given by its OID")


def is_secret(attribute: str) -> bool:
    """Whether an attribute (options such as ``;binary`` aside) holds a secret."""
    return attribute.partition(";")[0].casefold() in SECRET_ATTRIBUTES


def _refused(message: str) -> Unanswered:
    return Unanswered(
        Problem(
            "not allowed", message, "muster never reads passwords or keys", "Ask without it; attributes go by name"
        )
    )
