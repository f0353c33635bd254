"""Builds however they are printed, as versions that compare as numbers."""

import re

from packaging.version import InvalidVersion, Version

_ADMIN_DISPLAY = re.compile(r"Version (\d+\.\d+) \(Build (\d+\.\d+)\)", re.IGNORECASE | re.ASCII)
_DOTS = frozenset({2, 3})  # Exchange 2003's builds have three numbers


def read_build(text: str) -> Version:
    """A build however it is printed: ``15.2.1748.37``, ``15.02.1748.037`` or ``Version 15.2 (Build 1748.37)``.

    Raises ``ValueError`` with the text quoted for anything else, also where packaging would read it (``15.2rc1``).
    """
    if text.count(".") in _DOTS and not text.strip("0123456789."):
        try:
            return Version(text)
        except InvalidVersion:
            pass
    given = text.strip()
    if printed := _ADMIN_DISPLAY.fullmatch(given):
        return Version(f"{printed[1]}.{printed[2]}")
    if given != text:
        return read_build(given)
    raise ValueError(f"'{text[:80]}' is no build such as '15.2.1748.37' or 'Version 15.2 (Build 1748.37)'")
