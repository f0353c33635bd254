"""What came back, in one form whatever the transport: values that keep type name, text and enum pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EnumValue:
    """An enumeration's member as it was sent: number, text and .NET type name."""

    number: int
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class Object:
    """One object: .NET type name (or ``LdapEntry``, ``SmtpDialogue`` …), its ``ToString`` and its properties.

    ``type`` never carries the ``Deserialized.`` prefix. ``properties`` holds every property that came, in the
    order it came, note properties such as ``RunspaceId`` included.
    """

    type: str
    text: str | None
    properties: Mapping[str, "Value"] = field(hash=False)


Value = None | bool | int | float | str | bytes | datetime | EnumValue | Object | tuple["Value", ...]
"""A value inside an answer. Times are aware and in UTC; GUIDs, versions and URIs are text; time spans and
other .NET values without properties are an ``Object`` with ``text`` and no properties; a dictionary is an
``Object`` whose properties are its entries; lists are tuples."""


UNSETTLED = "muster.Unsettled"
"""The type of a value of which a door knows only that it does not know it; its text says why."""


def unsettled(why: str) -> Object:
    """Stand for a value, or for the rest of a list, that cannot be known; ``why`` is a sentence."""
    return Object(UNSETTLED, why, {})


_SPELLED = frozenset({"muster", "exchange", "windows", "ldap", "tls", "smtp", "https"})
"""First words that keep their small letter: our name, and those that a question's key begins with."""


def capital(text: str) -> str:
    """The text as the beginning of a sentence; names of files, settings and machines (``ex03:443``) stay as is."""
    first = text.split(maxsplit=1)[0].rstrip(",;") if text.strip() else ""
    return text[0].upper() + text[1:] if first.isalpha() and first not in _SPELLED else text


def sentences(*parts: str) -> str:
    """The parts that are not empty, one sentence after the other on one line, the last without its full stop."""
    told = ""
    for part in (part.strip().rstrip(".:") for part in parts):
        if part and told:
            told += f"{' ' if told[-1] in '?!' else '. '}{capital(part)}"
        else:
            told = told or part
    return told


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something could not be had, as a value.

    ``kind`` is one of ``PROBLEM_KINDS``; ``message`` is what was said, whole and unlocalised where possible;
    ``cause`` and ``cure`` are one line each for the person who reads it.
    """

    kind: str
    message: str
    cause: str = ""
    cure: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        return sentences(self.message, self.cause, self.cure)


PROBLEM_KINDS = frozenset(
    {
        "unreachable",  # name not resolved, refused, no route: the endpoint is dead for this run
        "timeout",  # the deadline passed
        "certificate",  # TLS failed
        "login",  # the endpoint did not accept who we are
        "no secret",  # nobody was asked to log in: a variable that is not set, an empty keyring, no Kerberos ticket
        "permission",  # accepted, but not allowed to see this
        "not allowed",  # muster's own read-only list refused the question
        "unknown cmdlet",  # the endpoint does not offer the cmdlet or the parameter
        "failed",  # the cmdlet, search or dialogue ended with an error and no output
        "partial",  # output came with an error record or a "more results" warning beside it
        "empty",  # nothing came where something is certain: no permission?
        "not sent",  # the property did not come
        "not readable",  # it came in a form that nobody can read (a certificate's binary-only services)
        "not captured",  # an old answer was asked for and the folder does not hold it
        "no endpoint",  # the subject has no such endpoint (an Edge has no /PowerShell)
        "not asked yet",  # while planning: an earlier question must be asked first
        "not run",  # interrupted before it was asked or judged
        "not in the catalogue",  # a build that no published release has, or that is newer than the catalogue
        "no time",  # a time is needed and neither the capture nor --at gives one
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything one question brought back.

    ``serialization`` is ``partial``, ``full`` or ``none`` (LDAP and probes). ``shortfalls`` holds what came
    beside the output: error records and "more results" warnings; an answer with shortfalls is partial.
    ``taken`` is the observation's own time, for facts that judge at it (certificates); resolving fills it in.
    """

    objects: tuple[Object, ...]
    serialization: str = "none"
    shortfalls: tuple[Problem, ...] = ()
    taken: datetime | None = field(default=None, compare=False)
