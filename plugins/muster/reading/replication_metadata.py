"""When an attribute was last changed, and where: ``msDS-ReplAttributeMetaData`` and ``msDS-ReplValueMetaData``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

from muster.model import Value
from muster.reading.values import read_texts

_NAME, _WHEN, _VERSION = "pszAttributeName", "ftimeLastOriginatingChange", "dwVersion"
_CONTROLLER, _VALUE = "pszLastOriginatingDsaDN", "pszObjectDn"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The last originating change of one attribute, or of one ``value`` (a DN) of a linked one.

    ``version`` counts the changes; ``controller`` is the name of the one where it was made, ``""`` where the
    directory does not say: it has been removed since, or only its invocation id came.
    """

    attribute: str
    when: datetime
    version: int | None
    controller: str
    value: str = ""


def read_stamps(value: Value) -> tuple[Stamp, ...]:
    """The stamps of either attribute's fragments, in their order; raises ``ValueError`` for anything else.

    A fragment is no whole XML document (it ends with a NUL), so its parts are cut out of it. A time of 1601 is "never
    changed". Source: [MS-ADTS] 3.1.1.4.5.14 and 3.1.1.4.5.15, [MS-DRSR] DS_REPL_ATTR_META_DATA_2 and
    DS_REPL_VALUE_META_DATA_2.
    """
    return tuple(map(_stamp, read_texts(value)))


def read_changes(value: Value) -> Mapping[str, datetime]:
    """Attribute, in lower case → time of its last originating change; raises ``ValueError`` as ``read_stamps``."""
    return {stamp.attribute.casefold(): stamp.when for stamp in read_stamps(value)}


def newest(stamps: Iterable[Stamp]) -> Stamp | None:
    """The last of them to change; ``None`` of none."""
    return max(stamps, key=lambda stamp: stamp.when, default=None)


def _stamp(text: str) -> Stamp:
    name, when = _part(text, _NAME), _part(text, _WHEN)
    if not name or not when:
        raise ValueError(f"'{text[:40]}' where an XML fragment of replication metadata was expected")
    moment = datetime.fromisoformat(when)
    if moment.tzinfo is None:
        raise ValueError(f"'{when}' has no time zone")
    version = _part(text, _VERSION)
    return Stamp(
        name,
        moment.astimezone(UTC),
        int(version) if version.isdigit() else None,
        _controller(_part(text, _CONTROLLER)),
        _part(text, _VALUE),
    )


def _part(text: str, tag: str) -> str:
    found = re.search(rf"<{tag}>\s*([^<]*?)\s*</{tag}>", text)
    return unescape(found[1]) if found else ""


def _controller(dn: str) -> str:
    r"""``DC1`` of ``CN=NTDS Settings,CN=DC1,CN=Servers,…``; of a removed one (``…Settings\0ADEL:…``) ``""``."""
    found = re.match(r"CN=NTDS Settings,CN=([^,\\\n]+),", dn, re.IGNORECASE)
    return found[1] if found else ""
