"""What codes mean: exactly, by class, by range; what nobody defined has no meaning."""

import pytest

from muster.catalogue import published


@pytest.mark.parametrize(
    ("code", "row", "scope"),
    [
        ("550", "550", ""),
        ("5.7.1", "5.7.1", "on-premises"),  # Exchange's own row goes before the registry's
        ("5.7.606", "5.7.606-649", "Exchange Online"),
        ("5.7.649", "5.7.606-649", "Exchange Online"),
        ("5.7.999", "5.7.900-999", "on-premises"),
        ("2.1.5", "X.1.5", ""),
        ("4.1.5", "X.1.5", ""),
        ("X.7.1", "X.7.1", ""),
    ],
)
def test_a_code_has_the_meaning_of_its_row(code: str, row: str, scope: str) -> None:
    found = published().smtp_reply(code)
    assert found is not None
    assert (found.code, found.scope) == (row, scope)
    assert found.meaning
    assert found.source


@pytest.mark.parametrize("code", ["999", "5.7.605", "5.7.650", "4.7.499", "5.7", "", "X.9.9", "5.7.606.1", "5.7.abc"])
def test_what_no_source_defines_has_no_meaning(code: str) -> None:
    assert published().smtp_reply(code) is None
