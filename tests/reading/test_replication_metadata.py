from datetime import UTC, datetime

import pytest

from muster.reading.replication_metadata import read_changes

FRAGMENT = (
    "<DS_REPL_ATTR_META_DATA>\n\t<pszAttributeName>dSASignature</pszAttributeName>\n\t<dwVersion>412</dwVersion>\n"
    "\t<ftimeLastOriginatingChange>2025-09-14T01:30:11Z</ftimeLastOriginatingChange>\n"
    "\t<usnLocalChange>248117</usnLocalChange>\n</DS_REPL_ATTR_META_DATA>\n\0"
)


def test_a_fragment_is_a_name_and_a_time() -> None:
    assert read_changes((FRAGMENT,)) == {"dsasignature": datetime(2025, 9, 14, 1, 30, 11, tzinfo=UTC)}


@pytest.mark.parametrize("text", ["", "<DS_REPL_ATTR_META_DATA/>", FRAGMENT.replace("11Z", "11"), FRAGMENT[:120]])
def test_anything_else_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"where an XML|no time zone"):
        read_changes((text,))
