"""A build is read however it is printed, or refused with the text quoted."""

import pytest

from muster.catalogue import read_build


@pytest.mark.parametrize(
    ("printed", "build"),
    [
        ("15.01.2507.6", "15.1.2507.6"),
        ("15.1.2507.006", "15.1.2507.6"),
        ("Version 15.1 (Build 2507.6)", "15.1.2507.6"),
        ("version 15.01 (build 2507.006)", "15.1.2507.6"),
        ("6.5.7638", "6.5.7638"),
        ("15.3.1750.8", "15.3.1750.8"),
        ("\t15.2.2562.53\r\n", "15.2.2562.53"),
        (" Version 15.2 (Build 2562.17) ", "15.2.2562.17"),
        ("15.2.1748.0", "15.2.1748.0"),
    ],
)
def test_a_build_is_read(printed: str, build: str) -> None:
    assert str(read_build(printed)) == build


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "15",
        "15.2",
        "15.2rc1",
        "15.2.1748.rc1",
        "15.2.1748.37rc1",
        "v15.2.1748.37",
        "15.2.1748.37.1",
        "15.2.1748.37+local",
        "1!15.2.1748.37",
        "15.2.1748.",
        ".15.2.1748",
        "15..1748.37",
        "15.2.1748.-37",
        "١٥.٢.١٧٤٨.٣٧",  # noqa: RUF001 - other people's digits are what this is about
        "Version ١٥.٢ (Build ١٧٤٨.٣٧)",  # noqa: RUF001 - the same
        "Version 15.2",
        "Version 15.2 (Build 1748)",
        "(Version 15.2 (Build 1748.37))",
        "Exchange Server 2019 CU15",
        "15,2,1748,37",
    ],
)
def test_anything_else_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no build such as '15\.2\.1748\.37'") as refused:
        read_build(text)
    assert f"'{text.strip() if text.strip() != text else text}'" in str(refused.value)


def test_a_long_text_is_quoted_in_part() -> None:
    with pytest.raises(ValueError, match="is no build") as refused:
        read_build("9" * 10_000)
    assert len(str(refused.value)) < 200
