"""The order of a product's CUs, and ranges of them as the tables write them: ``RTM-CU11``, ``CU23``."""

import re

_CU = re.compile(r"(?:CU|SP)(\d{1,2})")


def rank(cu: str) -> int:
    """RTM is 0, CU15 is 15, a preview comes before; raises ``ValueError`` for what is no CU."""
    if cu == "RTM":
        return 0
    if cu == "Preview":
        return -1
    found = _CU.fullmatch(cu)
    if not found:
        raise ValueError(f"'{cu}' is no CU such as RTM or CU15")
    return int(found[1])


def includes(written: str | None, cu: str) -> bool:
    """Whether a range includes a CU; without a range every CU is meant."""
    if written is None:
        return True
    first, _, last = written.partition("-")
    return rank(first) <= rank(cu) <= rank(last or first)
