"""Whether an entry matches an LDAP filter, as Active Directory decides it."""

from collections.abc import Iterable

import sansldap

from muster.lab.directory.tree import Entry, Values, path_of

_BIT_AND, _BIT_OR = "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804"


def matches(wanted: sansldap.LDAPFilter, entry: Entry) -> bool:  # noqa: PLR0911 - one line per kind of filter
    """Whether the entry matches; a filter that cannot be evaluated matches nothing.

    An attribute that is absent makes a comparison false, so that its negation is true, as RFC 4511 4.5.1.7 says
    for attributes that the schema knows.
    """
    match wanted:
        case sansldap.FilterAnd():
            return all(matches(part, entry) for part in wanted.filters)
        case sansldap.FilterOr():
            return any(matches(part, entry) for part in wanted.filters)
        case sansldap.FilterNot():
            return not matches(wanted.filter, entry)
        case sansldap.FilterPresent():
            # every object has a class, a security descriptor and a name
            always = {"objectclass", "distinguishedname", "ntsecuritydescriptor"}
            return wanted.attribute.casefold() in always or bool(entry.values(wanted.attribute))
        case sansldap.FilterEquality() | sansldap.FilterApproxMatch():
            return _equals(wanted.attribute, wanted.value, entry.values(wanted.attribute))
        case sansldap.FilterSubstrings():
            return any(_contains(wanted, _folded(value)) for value in entry.values(wanted.attribute))
        case sansldap.FilterGreaterOrEqual():
            return any(_order(value, wanted.value) >= 0 for value in entry.values(wanted.attribute))
        case sansldap.FilterLessOrEqual():
            return any(_order(value, wanted.value) <= 0 for value in entry.values(wanted.attribute))
        case sansldap.FilterExtensibleMatch():
            return _bits(wanted, entry)
        case _:
            return False


def _equals(attribute: str, wanted: bytes, values: Values) -> bool:
    if wanted in values:  # the only way for binary values
        return True
    folded = _folded(wanted)
    texts = [_folded(value) for value in values if isinstance(value, str)]
    if folded in texts:
        return True
    if attribute.casefold() == "objectcategory" and "=" not in folded:
        # a class's name stands for the DN of its category: msExchExchangeServer for CN=ms-Exch-Exchange-Server,…
        return any(text.partition(",")[0].removeprefix("cn=").replace("-", "") == folded for text in texts)
    return "," in folded and _as_dn(folded) in map(_as_dn, texts)


def _as_dn(text: str) -> tuple[str, ...] | str:
    try:
        return path_of(text)
    except ValueError:
        return text


def _contains(wanted: sansldap.FilterSubstrings, text: str) -> bool:
    position = 0
    if wanted.initial is not None:
        initial = _folded(wanted.initial)
        if not text.startswith(initial):
            return False
        position = len(initial)
    for middle in _all_folded(wanted.any):
        found = text.find(middle, position)
        if found < 0:
            return False
        position = found + len(middle)
    return wanted.final is None or text[position:].endswith(_folded(wanted.final))


def _order(value: str | bytes, wanted: bytes) -> int:
    """Negative, zero or positive: numbers by size, everything else (times, too) as text."""
    one, other = _folded(value), _folded(wanted)
    try:
        return int(one) - int(other)
    except ValueError:
        return (one > other) - (one < other)


def _bits(wanted: sansldap.FilterExtensibleMatch, entry: Entry) -> bool:
    if not wanted.attribute or wanted.rule not in {_BIT_AND, _BIT_OR}:
        return False
    try:
        mask = int(wanted.value)
        numbers = [int(value) for value in entry.values(wanted.attribute)]
    except ValueError:
        return False
    if wanted.rule == _BIT_AND:
        return any(number & mask == mask for number in numbers)
    return any(number & mask for number in numbers)


def _all_folded(values: Iterable[bytes]) -> list[str]:
    return [_folded(value) for value in values]


def _folded(value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode("utf-8", "backslashreplace")
    return text.casefold()
