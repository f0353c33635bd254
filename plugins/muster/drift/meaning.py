"""Whether two single values mean the same, whichever door brought each: text against number, enumeration or time.

A form is only read where both sides are in it, and read whole; everything else is compared exactly, as printed.
Upper and lower case make a difference except in GUIDs, distinguished names and ``True``/``False``.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from muster.model import UNSETTLED, EnumValue, Object, Value

FLAGS = frozenset({"authmechanism", "permissiongroups", "services", "serverrole"})
"""Properties, in lower case, whose text is a flags enumeration's although it comes as plain text at Partial."""


def is_blank(value: Value) -> bool:
    """Null, an empty text and an empty list, which ``Format-List`` prints alike."""
    match value:
        case None | "" | ():
            return True
        case ("" | None,):
            return True
        case Object(type=kind, text="") if kind != UNSETTLED:
            return True
    return False


def printed(value: Value) -> str | None:
    """A single value as PowerShell prints it; ``None`` where that says nothing: lists, bytes, times, a bare type."""
    match value:
        case bool() | int() | str():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case EnumValue(text=text):
            return text
        case Object(type=kind, text=str(text)) if not says_only_type(kind, text):
            return text
    return None


def says_only_type(kind: str, text: str) -> bool:
    """Whether an object's text is no more than the name of its type, or a dump of its own properties."""
    return text == kind or text.startswith("@{") or (text == "" and "PSCustomObject" in kind)


def alike(was: Value, now: Value, *, across: bool = False, flags: bool = False) -> bool:  # noqa: C901, PLR0911 - a case each
    """Whether two single values mean the same.

    ``across``: they came through different doors, of which one may give less of a name (``EX01``) than the other
    (its distinguished name). ``flags``: the text is a flags enumeration, whose members have no order.
    """
    match was, now:
        case None, None:
            return True
        case EnumValue(), EnumValue():
            return was.number == now.number and _same_members(was.text, now.text)
        case (EnumValue(number=number), int(other)) | (int(other), EnumValue(number=number)) if not isinstance(
            other, bool
        ):
            return number == other
        case (EnumValue(), _) | (_, EnumValue()):
            flags = True
        case (Object(text=str(text)), str(other)) | (str(other), Object(text=str(text))) if text == other:
            return True  # also where it is no more than the name of a type: one door has nothing else
        case datetime(), datetime():
            return was == now
        case (datetime() as moment, str(text)) | (str(text), datetime() as moment):
            return moment == read_iso(text)
        case bytes(), bytes():
            return was == now
        case float(), float():
            return was == now or (math.isnan(was) and math.isnan(now))
        case str(), str():
            return was == now or same_text(was, now, across=across, flags=flags)
    one, other_text = printed(was), printed(now)
    if one is None or other_text is None:
        return False
    if isinstance(was, bool) or isinstance(now, bool):
        return one.casefold() == other_text.casefold()
    return one == other_text or same_text(one, other_text, across=across, flags=flags)


def same_text(was: str, now: str, *, across: bool = False, flags: bool = False) -> bool:
    """Whether two texts are two spellings of the same size, span, version, GUID, name in the directory or flags."""
    if was == now:
        return True
    for read in (_size, _span, _version, _guid, _distinguished):
        one, other = read(was), read(now)
        if one is not None and one == other:
            return True
    if flags and _same_members(was, now):
        return True
    return across and (_same_number(was, now) or _same_name(was, now))


def read_iso(text: str) -> datetime | None:
    """A time from ISO text with its zone; ``None`` for a date of any culture."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


_CULTURES_DATE = re.compile(r"\s*\d{1,4}[./\s-]{1,2}\d{1,2}[./\s-]{1,2}\d{1,4}\b.*\d{1,2}[:.]\d{2}.*", re.DOTALL)


def is_date_of_some_culture(text: str) -> bool:
    """Whether a text looks like a date and time that only its own culture can read."""
    return bool(_CULTURES_DATE.fullmatch(text)) and read_iso(text) is None


_BYTES = re.compile(r"-?[\d.,]+ (?:B|KB|MB|GB|TB) \(([\d.,'\s\u00a0\u202f\u2019]+) [^\d()]+\)")
_WHOLE = re.compile(r"\d+")


def _size(text: str) -> int | None:
    exact = _BYTES.fullmatch(text)
    if exact:
        return int(re.sub(r"\D", "", exact.group(1)))
    return int(text) if len(text) > 1 and text[0] != "0" and text.isascii() and _WHOLE.fullmatch(text) else None


_SPAN = re.compile(r"(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?")


def _span(text: str) -> tuple[timedelta, int] | None:
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    sign, days, hours, minutes, seconds, ticks = found.groups()
    whole = timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    rest = int((ticks or "0").ljust(7, "0"))  # .NET counts in tenths of a microsecond, which timedelta does not hold
    return (-whole, -rest) if sign else (whole, rest)


_VERSION = re.compile(r"Version (\d+)\.(\d+) \(Build (\d+)\.(\d+)\)")
_DOTTED = re.compile(r"(\d+)\.(\d+)\.(\d+)\.(\d+)")


def _version(text: str) -> tuple[int, ...] | None:
    found = _VERSION.fullmatch(text)
    if found:
        return tuple(map(int, found.groups()))
    dotted = _DOTTED.fullmatch(text)
    # as long as the numbers have no leading zeros, two dotted texts that mean the same are the same text
    return tuple(map(int, dotted.groups())) if dotted and not re.search(r"\b0\d", text) else None


_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")


def _guid(text: str) -> str | None:
    found = _GUID.fullmatch(text)
    return found.group(1).casefold() if found else None


_DISTINGUISHED = re.compile(r"(?:CN|OU|DC|O|C|L)\s*=", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\\)\s*,\s*")


def is_distinguished(text: str) -> bool:
    """Whether a text is a distinguished name of the directory."""
    return bool(_DISTINGUISHED.match(text)) and "dc=" in text.casefold()


def _distinguished(text: str) -> str | None:
    if not is_distinguished(text):
        return None
    return re.sub(r"\s*=\s*", "=", _COMMA.sub(",", text.strip())).casefold()


def _same_members(was: str, now: str) -> bool:
    if was == now:
        return True
    ours, theirs = ([part.strip() for part in text.split(",")] for text in (was, now))
    return len(ours) > 1 and sorted(ours) == sorted(theirs)


_NUMERAL = re.compile(r"-?\d+(?:\.\d+)?")


def _same_number(was: str, now: str) -> bool:
    if not (_NUMERAL.fullmatch(was) and _NUMERAL.fullmatch(now)):
        return False
    return Fraction(was) == Fraction(now)


def _same_name(was: str, now: str) -> bool:
    """Two ways to print one object of the directory: compared by what both have, which is its own name."""
    ways = {_way(was), _way(now)}
    return len(ways) == 2 and _leaf(was) == _leaf(now) != ""  # noqa: PLR2004 - two different ways, else it is exact


def _way(text: str) -> str:
    if is_distinguished(text):
        return "distinguished"
    if re.match(r"[\w-]+(?:\.[\w-]+)+/", text):
        return "canonical"
    return "qualified" if "\\" in text else "name"


def _leaf(text: str) -> str:
    match _way(text):
        case "distinguished":
            first = re.split(r"(?<!\\),", text, maxsplit=1)[0]
            return first.partition("=")[2].strip().replace("\\", "").casefold()
        case "canonical":
            return text.rsplit("/", 1)[1].casefold()
        case "qualified":
            return text.rsplit("\\", 1)[1].casefold()
    return text.casefold()
