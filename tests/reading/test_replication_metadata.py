from datetime import UTC, datetime

import pytest

from muster.reading.replication_metadata import read_changes, read_stamps

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


def test_a_stamp_says_how_often_and_where_and_of_a_link_which_value() -> None:
    fragment = (
        "<DS_REPL_VALUE_META_DATA>\n\t<pszAttributeName>member</pszAttributeName>\n"
        "\t<pszObjectDn>CN=R&amp;D,DC=contoso,DC=local</pszObjectDn>\n\t<dwVersion>7</dwVersion>\n"
        "\t<ftimeLastOriginatingChange>2026-11-24T21:10:00Z</ftimeLastOriginatingChange>\n"
        "\t<pszLastOriginatingDsaDN>CN=NTDS Settings,CN=DC1,CN=Servers,CN=X</pszLastOriginatingDsaDN>\n"
        "</DS_REPL_VALUE_META_DATA>\n\0"
    )
    (stamp,) = read_stamps((fragment,))
    assert (stamp.version, stamp.controller, stamp.value) == (7, "DC1", "CN=R&D,DC=contoso,DC=local")
    (nobody,) = read_stamps(
        (fragment.replace("CN=NTDS Settings,CN=DC1", "CN=NTDS Settings\\0ADEL:1,CN=DC9\\0ADEL:2"),)
    )
    assert nobody.controller == ""
