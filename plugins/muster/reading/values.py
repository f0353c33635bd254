"""Values as they came → culture-free Python values. Used as annotations in records: ``enabled: Flag``.

Every reader accepts what any door brings (rich objects, Partial text, CLIXML, JSON, LDAP) and raises
``ValueError`` with the text quoted for what it cannot read for certain; a record then treats that property as
not readable.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator

from muster.model import EnumValue, Object, Value


def read_text(value: Value) -> str:
    """Text as printed; null is ``""``, a list of one is its item."""
    match value:
        case None:
            return ""
        case EnumValue(text=text):
            return text
        case Object(text=None):
            raise ValueError(f"{value.type} without its text where text was expected")
        case Object(text=str(text)):
            return text
        case bytes():
            raise ValueError("bytes where text was expected")
        case datetime():
            return value.isoformat()
        case tuple():
            if len(value) > 1:
                raise ValueError(f"a list of {len(value)} where one text was expected")
            return read_text(value[0]) if value else ""
        case _:
            return str(value)


def read_word(value: Value) -> str:
    """A text that says something: null and blank are not read, because "no state" is no state."""
    text = read_text(value).strip()
    if not text:
        raise ValueError("null or blank where a word was expected")
    return text


def read_texts(value: Value) -> tuple[str, ...]:
    """A list of texts, order kept; null is none, a single value is one."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return tuple(read_text(item) for item in value)
    text = read_text(value)
    return (text,) if text else ()


def read_names(value: Value) -> frozenset[str]:
    """A set of names: a list, or a flags enumeration printed as ``Tls, Integrated``; ``None`` in it is none."""
    parts = [part.strip() for text in read_texts(value) for part in text.strip("{}").split(",")]
    return frozenset(part for part in parts if part and part != "None")


def read_named_flags(value: Value) -> frozenset[str]:
    """A flags enumeration that names at least one member, ``None`` where none is set: null and blank are not read."""
    if not any(text.strip("{} ") for text in read_texts(value)):
        raise ValueError("null or blank where names, or None, were expected")
    names = read_names(value)
    if any(name.lstrip("-").isdigit() for name in names):
        raise ValueError(f"'{read_text(value)}' where the members' names were expected: JSON has their number only")
    return names


def read_flag(value: Value) -> bool:
    """A boolean, also where it came as the text ``True`` or ``False``."""
    text = read_text(value).strip().casefold()
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError(f"'{text}' where True or False was expected")


def read_number(value: Value) -> int:
    """A whole number; an enumeration is its number."""
    if isinstance(value, EnumValue):
        return value.number
    return int(read_text(value).strip())


_BYTES = re.compile(r"\(([\d\s.,'\u00a0\u202f\u2019]+)\D*\)\s*$")


def read_size(value: Value) -> int | None:
    """A size in bytes; ``Unlimited`` is ``None``. ``36 MB (37,748,736 bytes)`` is read by its exact part,
    whatever the culture groups digits with.
    """  # noqa: D205
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = read_text(value).strip()
    if text.casefold() == "unlimited":
        return None
    exact = _BYTES.search(text)
    if exact:
        return int(re.sub(r"\D", "", exact.group(1)))
    if text.isdigit():
        return int(text)
    raise ValueError(f"'{text}' where a size such as '36 MB (37,748,736 bytes)' was expected")


def read_count(value: Value) -> int | None:
    """A count; ``Unlimited`` is ``None``."""
    text = read_text(value).strip()
    return None if text.casefold() == "unlimited" else int(text)


_SPAN = re.compile(r"(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?")


def read_span(value: Value) -> timedelta:
    """A time span in .NET's constant form, ``[d.]hh:mm:ss``, the same in every culture."""
    text = read_text(value).strip()
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' where a time span such as '00:10:00' was expected")
    sign, days, hours, minutes, seconds = found.groups()
    span = timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -span if sign else span


def read_moment(value: Value) -> datetime:
    """A time in UTC. Only a real time or ISO text with an offset: a culture's own date is not readable."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    moment = datetime.fromisoformat(read_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"'{moment.isoformat()}' has no time zone")
    return moment.astimezone(UTC)


def read_bytes(value: Value) -> bytes:
    """Bytes as they came; JSON has them as a list of numbers."""
    match value:
        case bytes(found) | (bytes(found),):
            return found
        case tuple() if value:
            numbers = [item for item in value if isinstance(item, int) and not isinstance(item, bool)]
            if len(numbers) == len(value) and all(number in range(256) for number in numbers):
                return bytes(numbers)
    raise ValueError(f"{type(value).__name__} where bytes were expected")


def read_objects(value: Value) -> tuple[Object, ...]:
    """Nested objects; null is none."""
    items = () if value is None else value if isinstance(value, tuple) else (value,)
    found = tuple(item for item in items if isinstance(item, Object))
    if len(found) != len(items):
        raise ValueError("values without properties where objects were expected")
    return found


Text = Annotated[str, BeforeValidator(read_text)]
Word = Annotated[str, BeforeValidator(read_word)]
Texts = Annotated[tuple[str, ...], BeforeValidator(read_texts)]
Names = Annotated[frozenset[str], BeforeValidator(read_names)]
NamedFlags = Annotated[frozenset[str], BeforeValidator(read_named_flags)]
Flag = Annotated[bool, BeforeValidator(read_flag)]
Number = Annotated[int, BeforeValidator(read_number)]
Size = Annotated[int | None, BeforeValidator(read_size)]
Count = Annotated[int | None, BeforeValidator(read_count)]
Span = Annotated[timedelta, BeforeValidator(read_span)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
Der = Annotated[bytes, BeforeValidator(read_bytes)]
