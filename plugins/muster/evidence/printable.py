"""Text that servers sent, made fit for a page, a terminal and XML: nothing hidden, nothing secret."""

import re
from functools import lru_cache

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters; tab and line feed are handled as white space
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # direction and zero width: they make text read otherwise
    "\ud800-\udfff\ufff9-\uffff"  # lone halves of surrogate pairs, non-characters: not to be had in XML or UTF-8
    "\U000e0000-\U000e007f]"  # tags, invisible too
)

_WORD = r"(?:password|passwd|pwd|passphrase|client_secret|secret_key)"
_SECRETS = (
    (re.compile(rf"\b({_WORD}\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;]+)", re.IGNORECASE), r"\1[removed]"),
    (re.compile(rf"(-{_WORD}\s+)(\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE), r"\1[removed]"),
    (re.compile(r"\b((?:Basic|Bearer|Negotiate|NTLM)\s+)[A-Za-z0-9+/_.~-]{16,}=*"), r"\1[removed]"),
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+(?=@)"), r"\1[removed]"),
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
        "[removed]",
    ),
)
_MAY_HOLD_A_SECRET = re.compile(rf"{_WORD}|Basic |Bearer |Negotiate |NTLM |://|PRIVATE KEY", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def printable(text: str) -> str:
    """The text with every hidden or direction-changing character spelt out (``<U+202E>``) and secrets removed.

    Line breaks stay; a carriage return before a line feed goes. The same text always gives the same text, so
    what equal states leave behind stays equal.
    """
    if text.isascii() and text.isprintable():
        return without_secrets(text)
    plain = text.replace("\r\n", "\n")
    return without_secrets(_HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", plain))


def without_secrets(text: str) -> str:
    """The text without what looks like a password, an authorization header or a private key."""
    if not _MAY_HOLD_A_SECRET.search(text):
        return text
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def one_line(text: str) -> str:
    """Printable text on one line, white space collapsed."""
    return " ".join(printable(text).split())


def plain_ascii(text: str) -> str:
    r"""One printable line in plain ASCII; what is not ASCII is spelt out (``\xfc``)."""
    return one_line(text).encode("ascii", "backslashreplace").decode("ascii")
