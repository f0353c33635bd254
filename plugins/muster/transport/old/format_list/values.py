"""The text of one property → its value, typed as far as the text allows; what is not certain says so in its place."""

import re
from collections.abc import Mapping

from muster.model import Value, unsettled

_MASKED = re.compile(r"\*{3,}|#{3,}|\[REDACTED\]|<REDACTED>|x{5,}|…{2,}", re.IGNORECASE)
_BRACKETED = re.compile(r"\[(?:https?|ftp)://[^\]]*\]")
_ESCAPED = re.compile(r"\\[_\[\]*]|\*\*")
_CUT = re.compile(r"(?:\.\.\.|…)\}$")
_QUOTED_COMMA = re.compile(r'"[^"]*, [^"]*"|<I>|<S>')
_BETWEEN = re.compile(r", (?![^\[\]]*\])")
"""What separates elements; a pair prints as ``[EX01, 2]``, and the comma inside is its own."""
_BLANKS = re.compile(r" {3,}")


def doubt_of(text: str) -> tuple[str, str] | None:
    """What somebody did to a value before the file came here, as (kind, sentence); ``None`` where nothing shows."""
    if _MASKED.search(text):
        return "masked", f"'{text[:40]}' was masked by somebody"
    if _BRACKETED.search(text):
        return "bracketed address", f"'{text[:60]}' has an address in brackets, which Exchange does not print"
    if _ESCAPED.search(text):
        return "escaped", f"'{text[:60]}' has Markdown's signs in it: what stood there is not certain"
    if "\ufffd" in text:
        return "encoding", f"'{text[:60]}' has characters that nobody can read any more"
    return None


def without_joined_wraps(text: str, column: int) -> tuple[str, bool]:
    """The value without the run of blanks that joining a wrapped line leaves behind a comma, and whether any is left.

    ``column`` is where values begin; a run as long elsewhere may hide a cut word.
    """
    runs = {
        found.group() for found in _BLANKS.finditer(text) if column and len(found.group()) in {column, column + 1}
    }
    for run in runs:
        text = text.replace(f",{run}", ", ")
    return text, any(run in text for run in runs)


def value_of(text: str, kind: str, name: str) -> Value:  # noqa: PLR0911 - one return per kind of value
    """The value of a text that is in one piece. Dates are not read here.

    Nothing printed is ``None``: null, an empty text and an unset value cannot be told apart.
    """
    if not text:
        return None
    if text.startswith("{") and text.endswith("}") and kind not in {"words", "lines"}:
        return _list(text, name)
    if kind == "lists" and text.startswith("{"):
        return unsettled(f"{name} is a list without its end")
    if kind in {"flags", "unknown"} and text in {"True", "False"}:
        return text == "True"
    if kind == "flags":
        return unsettled(f"{name} is '{text[:40]}', where True or False is printed")
    if kind == "numbers":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return text


def _list(text: str, name: str) -> Value:
    if _CUT.search(text):
        shown = text[1:].count(", ") + 1
        return unsettled(
            f"{name} was cut off behind {shown} of its elements: $FormatEnumerationLimit of that session"
        )
    if _QUOTED_COMMA.search(text):
        return unsettled(f"where an element of {name} ends cannot be told: commas stand inside of them")
    inside = text[1:-1]
    return tuple(_BETWEEN.split(inside)) if inside else ()


def text_of(value: Value) -> str:
    """A value for who compares names; ``""`` for what is none."""
    return value if isinstance(value, str) else ""


def folded(properties: Mapping[str, Value], names: tuple[str, ...]) -> str:
    """The first of some properties that is a text, in small letters."""
    return next((text_of(properties[name]).casefold() for name in names if text_of(properties.get(name))), "")
