"""What a parameter takes: .NET types, enumerations, sizes and time spans, as Exchange writes them afterwards."""

import re
from collections.abc import Mapping
from typing import Any

from muster.lab.changes.refusing import not_in_set, wrong_type

_UNITS = {"B": 0, "KB": 1, "MB": 2, "GB": 3, "TB": 4}
_SIZE = re.compile(r"\s*([\d.]+)\s*([KMGT]?B)?\s*(?:\(([\d,]+) bytes\))?\s*", re.IGNORECASE)
_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?")
_NUMBER = re.compile(r"[-+]?\d+")
_INTEGERS = {"Int32": 2**31, "Int64": 2**63, "UInt16": 2**16, "UInt32": 2**32}
_LISTS = frozenset({"MultiValuedProperty", "ProxyAddressCollection"})
Changes = Mapping[str, list[Any]]
"""``@{Add = …; Remove = …}``: what is added to a list and what taken out."""


def convert(cmdlet: str, parameter: str, kind: str, value: Any, allowed: tuple[str, ...]) -> Any:
    """A value as the parameter's .NET type holds it; raises ``Refused`` where it cannot be one.

    ``value`` is plain: None, bool, int, text, a list, or a mapping (a hashtable). Lists come back as lists.
    """
    if kind in _LISTS or kind.endswith("[]"):
        return _list(cmdlet, parameter, kind, value, allowed)
    if isinstance(value, list):
        if allowed and kind not in {"Boolean", *_INTEGERS}:  # flags: a list of members is one value
            value = ", ".join(map(str, value))
        else:
            raise wrong_type(parameter, "System.Object[]", kind, cmdlet)
    if isinstance(value, Mapping):
        if kind in {"Hashtable", "PSObject", "Object"}:
            return value
        raise wrong_type(parameter, "System.Collections.Hashtable", kind, cmdlet)
    if value is None:
        if kind in {"Boolean", *_INTEGERS}:
            raise wrong_type(parameter, "", f"System.{kind}", cmdlet)
        return None
    if allowed:
        return _member(cmdlet, parameter, value, allowed)
    return _scalar(cmdlet, parameter, kind, value)


def _scalar(cmdlet: str, parameter: str, kind: str, value: Any) -> Any:  # noqa: PLR0911, PLR0912, C901 - a type each
    match kind:
        case "Boolean":
            if isinstance(value, bool):
                return value
            if isinstance(value, int):
                return bool(value)
            raise wrong_type(
                parameter, value, "System.Boolean", cmdlet, "Boolean parameters accept only $true, $false, 1 or 0."
            )
        case "Int32" | "Int64" | "UInt16" | "UInt32":
            if _NUMBER.fullmatch(str(value).strip()) and abs(int(value)) < _INTEGERS[kind]:
                return int(value)
            raise wrong_type(parameter, value, f"System.{kind}", cmdlet, "Input string was not in a correct format.")
        case "ByteQuantifiedSize" | "Unlimited":
            return _size(cmdlet, parameter, kind, value)
        case "EnhancedTimeSpan" | "TimeSpan":
            return _span(cmdlet, parameter, kind, value)
        case "Uri":
            if re.fullmatch(r"https?://[^\s/]+(/\S*)?", str(value)):
                return str(value)
            raise wrong_type(parameter, value, "System.Uri", cmdlet, "Invalid URI.")
        case "Guid":
            if re.fullmatch(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?", str(value)):
                return str(value).strip("{}").lower()
            raise wrong_type(parameter, value, "System.Guid", cmdlet)
        case "Version":
            if re.fullmatch(r"\d+(\.\d+){1,3}", str(value)):
                return str(value)
            raise wrong_type(parameter, value, "System.Version", cmdlet)
        case "PSCredential":
            raise wrong_type(
                parameter, value, "System.Management.Automation.PSCredential", cmdlet, "Enter it by hand."
            )
        case "Object" | "PSObject":
            return value
    return str(value)


def _list(cmdlet: str, parameter: str, kind: str, value: Any, allowed: tuple[str, ...]) -> Any:
    if value is None:
        return []
    if isinstance(value, Mapping):
        if kind not in _LISTS or not value or {key.casefold() for key in value} - {"add", "remove"}:
            raise wrong_type(parameter, "System.Collections.Hashtable", kind, cmdlet, "Its keys are Add and Remove.")
        return {key.capitalize(): _list(cmdlet, parameter, kind, entry, allowed) for key, entry in value.items()}
    items = value if isinstance(value, list) else [value]
    if kind in _LISTS:
        return [_member(cmdlet, parameter, item, allowed) if allowed else _plain(item) for item in items]
    return [convert(cmdlet, parameter, kind.removesuffix("[]"), item, allowed) for item in items]


def _plain(item: Any) -> Any:
    return item if isinstance(item, bool | int) else str(item)


def _member(cmdlet: str, parameter: str, value: Any, allowed: tuple[str, ...]) -> str:
    """A member of an enumeration, or several with commas between (flags), in their own spelling."""
    known = {name.casefold(): name for name in allowed}
    read = []
    for part in str(value).split(","):
        name = known.get(part.strip().casefold())
        if name is None:
            raise not_in_set(parameter, value, allowed, cmdlet)
        read.append(name)
    return ", ".join(read)


def _size(cmdlet: str, parameter: str, kind: str, value: Any) -> str:
    if kind == "Unlimited" and str(value).casefold() == "unlimited":
        return "Unlimited"
    found = _SIZE.fullmatch(str(value))
    if not found:
        raise wrong_type(parameter, value, f"Microsoft.Exchange.Data.{kind}", cmdlet)
    number, unit, exact = found.groups()
    if exact:
        return printed_size(int(exact.replace(",", "")))
    if unit is None and kind == "Unlimited" and "size" not in parameter.casefold():
        return str(value)  # a count: connections, messages, errors
    return printed_size(int(float(number) * 1024 ** _UNITS[(unit or "B").upper()]))


def printed_size(count: int) -> str:
    """Bytes as Exchange prints them: ``35 MB (36,700,160 bytes)``."""
    power = next((power for power in (4, 3, 2, 1) if count >= 1024**power), 0)
    unit = next(name for name, one in _UNITS.items() if one == power)
    number = count / 1024**power
    return f"{number:.4g} {unit} ({count:,} bytes)" if number < 1000 else f"{number:.0f} {unit} ({count:,} bytes)"  # noqa: PLR2004 - four digits as they are


def _span(cmdlet: str, parameter: str, kind: str, value: Any) -> str:
    if isinstance(value, int):
        return f"{value}.00:00:00" if value else "00:00:00"
    found = _SPAN.fullmatch(str(value).strip())
    if not found:
        raise wrong_type(parameter, value, f"Microsoft.Exchange.Data.{kind}", cmdlet)
    days, hours, minutes, seconds = found.groups()
    return f"{f'{int(days)}.' if days and int(days) else ''}{int(hours):02}:{minutes}:{seconds or '00'}"
