"""When an attribute was last changed, from ``msDS-ReplAttributeMetaData``: XML fragments, one per attribute."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from muster.model import Value
from muster.reading.values import read_texts

_FRAGMENT = re.compile(
    r"<pszAttributeName>\s*([^<]*?)\s*</pszAttributeName>.*?"
    r"<ftimeLastOriginatingChange>\s*([^<]*?)\s*</ftimeLastOriginatingChange>",
    re.DOTALL,
)


def read_changes(value: Value) -> Mapping[str, datetime]:
    """Attribute, in lower case → time of its last originating change; raises ``ValueError`` for anything else.

    A fragment is no whole XML document (it ends with a NUL), so names and times are cut out of it. A time of 1601 is
    "never changed". Source: [MS-ADTS] 3.1.1.4.5.14, [MS-DRSR] DS_REPL_ATTR_META_DATA.
    """
    changes: dict[str, datetime] = {}
    for text in read_texts(value):
        found = _FRAGMENT.search(text)
        if not found:
            raise ValueError(f"'{text[:40]}' where an XML fragment of replication metadata was expected")
        when = datetime.fromisoformat(found[2])
        if when.tzinfo is None:
            raise ValueError(f"'{found[2]}' has no time zone")
        changes[found[1].casefold()] = when.astimezone(UTC)
    return changes
