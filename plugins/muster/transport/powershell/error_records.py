"""What a cmdlet says went wrong → a problem, by .NET names and codes first: texts come in the server's language."""

import re
from dataclasses import dataclass

from muster.model import EnumValue, Object, Problem, Value


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error means: a pattern over its reason, id and message, the kind of problem, cause and cure."""

    pattern: str
    kind: str
    cause: str
    cure: str


_VIEW_ONLY = (
    "Give the account View-Only Organization Management (Exchange), or add the cmdlet to the JEA role (Windows)"
)

MEANINGS: tuple[Meaning, ...] = (
    Meaning(
        r"CommandNotFoundException",
        "unknown cmdlet",
        "the endpoint does not offer this cmdlet: the account's roles hide it, or this version does not have it",
        _VIEW_ONLY,
    ),
    Meaning(
        r"ParameterBindingException|NamedParameterNotFound|AmbiguousParameter|ParameterNotFound",
        "unknown cmdlet",
        "the endpoint does not offer a parameter: the account's roles hide it, or this version does not have it",
        _VIEW_ONLY,
    ),
    Meaning(
        r"ScriptsNotAllowed|LanguageMode",
        "failed",
        "the session takes cmdlets only (NoLanguage mode)",
        "This is a mistake in muster: report the question that was asked",
    ),
    Meaning(
        r"AccessDenied|UnauthorizedAccess|SecurityException|0x80070005|0x80041003|\bPermissionDenied\b",
        "permission",
        "the account may not see this",
        "Give the account the right to read it: View-Only Organization Management (Exchange), local rights (Windows)",
    ),
    Meaning(
        r"OverBudget|Throttling|QuotaExceeded|LimitsExceeded|MaxConcurrency",
        "failed",
        "Exchange throttles the account: too many sessions or commands at once",
        "Close other sessions of this account, or give it a throttling policy of its own",
    ),
    Meaning(
        r"ManagementObjectNotFound|ManagementObjectAmbiguous|ObjectNotFoundException",
        "failed",
        "the object that was asked for does not exist, or the account may not see it",
        "Compare the name in the inventory with what Exchange calls it",
    ),
    Meaning(
        r"0x80041010|0x8004100[eE]|InvalidClass|InvalidNamespace|DriveNotFound|PathNotFound",
        "failed",
        "this server has no such class, key or path: a role or feature is not installed",
        "If it should be there, look at the server itself",
    ),
    Meaning(
        r"0x800706[bB][aA]|0x800706[bB][fF]|RpcException|RpcClient|EndpointNotFound|RPC",
        "failed",
        "the endpoint that answered cannot reach the server it was asked about (RPC)",
        "Check that the server runs and that nothing between the two blocks RPC",
    ),
    Meaning(
        r"ADTransient|ADServer|SuitabilityDirectory|NoSuitableServer|DomainController|ADOperationException|LdapException",
        "failed",
        "Exchange did not get an answer from a domain controller",
        "Check event 2080 on that server, and the domain controllers of its site",
    ),
    Meaning(
        r"PSSnapIn|AddPSSnapin",
        "no endpoint",
        "this server does not offer the Exchange cmdlets in its Windows endpoint",
        "Check that Exchange is installed there, or set up a JEA endpoint that loads its cmdlets",
    ),
    Meaning(
        r"OperationTimeout|TimeoutException",
        "timeout",
        "the cmdlet itself ran out of time",
        "Ask again at a quieter time, or through an endpoint nearer to the server",
    ),
)

# [MS-PSRP] 2.2.3.9, the ones that mean more than their name
_CATEGORIES = {13: "ObjectNotFound", 15: "OperationTimeout", 18: "PermissionDenied", 25: "SecurityError"}
_CATEGORY_KINDS = {"PermissionDenied": "permission", "SecurityError": "permission", "OperationTimeout": "timeout"}


def problem_of(record: Object) -> Problem:
    """The problem that an error record tells of."""
    message = _message(record)
    # FullyQualifiedErrorId also names the class of the cmdlet, which says nothing about the error
    identity = _text(record.properties.get("FullyQualifiedErrorId")).rpartition(",")[0] or _text(
        record.properties.get("FullyQualifiedErrorId")
    )
    reason = _text(record.properties.get("ErrorCategory_Reason"))
    category = _category(record.properties.get("ErrorCategory_Category"))
    for said in (f"{reason} {identity}", message):
        for meaning in MEANINGS:
            if re.search(meaning.pattern, said):
                return Problem(meaning.kind, message, meaning.cause, meaning.cure)
    kind = _CATEGORY_KINDS.get(category, "failed")
    what = reason or category or record.type
    return Problem(
        kind, message, f"the cmdlet ended with {what}", "Run the same cmdlet in the Exchange Management Shell"
    )


def _message(record: Object) -> str:
    exception = record.properties.get("Exception")
    said = _text(exception.properties.get("Message")) if isinstance(exception, Object) else ""
    text = said or record.text or _text(record.properties.get("ErrorDetails_Message")) or "an error without a message"
    return " ".join(text.split())


def _category(value: Value) -> str:
    number = value.number if isinstance(value, EnumValue) else value
    return _CATEGORIES.get(number, "") if isinstance(number, int) else ""


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


_HARMLESS = re.compile(
    # The object came; Exchange does not like one of its values, and says which.
    r"has been corrupted|inconsistent state"
    # What a cmdlet will be called one day, or what else is there to know.
    r"|is deprecated|will be (?:deprecated|removed)",
    re.IGNORECASE,
)


def shortfall_of(warning: Object) -> Problem | None:
    """The problem that a warning tells of: something may be missing, unless it is known to mean something else.

    Warnings are prose in the server's language, so no list of bad ones can be complete: the list is of harmless ones.
    """
    said = " ".join((_text(warning.properties.get("InformationalRecord_Message")) or warning.text or "").split())
    if _HARMLESS.search(said):
        return None
    return Problem("partial", said, "it came as a warning: something may be missing", "See what the warning names")
