import pytest

from muster.transport.directory.allowed import SECRET_ATTRIBUTES
from muster.transport.directory.values import entry, is_binary, range_of


@pytest.mark.parametrize(
    ("name", "binary"),
    [
        ("nTSecurityDescriptor", True),
        ("objectguid", True),
        ("objectSid", True),
        ("msExchMailboxGuid", True),
        ("msDS-ReplAttributeMetaData;binary", True),
        ("rightsGuid", False),
        ("msDS-ReplAttributeMetaData", False),
        ("rangeUpper", False),
        ("wellKnownObjects", False),
    ],
)
def test_which_attributes_are_bytes(name: str, *, binary: bool) -> None:
    assert is_binary(name) is binary


def test_sixteen_bytes_of_a_guid_stay_bytes_even_where_they_are_text() -> None:
    made = entry("CN=a", {"objectGUID": [b"sixteen letters!"]}, ())
    assert made.properties["objectGUID"] == (b"sixteen letters!",)


def test_an_unknown_attribute_that_is_no_text_is_bytes_as_a_whole() -> None:
    made = entry("CN=a", {"msExchSomething": [b"text", b"\xff\xfe"]}, ())
    assert made.properties["msExchSomething"] == (b"text", b"\xff\xfe")


def test_names_keep_the_spelling_of_the_question() -> None:
    made = entry("CN=a", {"msExchProductId": [b"1"], "cn": [b"a"]}, ("msExchProductID",))
    assert list(made.properties) == ["msExchProductID", "cn"]


def test_an_attribute_without_values_did_not_come() -> None:
    assert entry("CN=a", {"member": []}, ("member",)).properties == {}


@pytest.mark.parametrize("name", sorted(SECRET_ATTRIBUTES))
def test_secrets_never_get_into_an_entry(name: str) -> None:
    assert entry("CN=a", {name.upper(): [b"hunter2"], name + ";binary": [b"hunter2"]}, ()).properties == {}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("member;range=0-1499", ("member", 1500)),
        ("member;Range=1500-*", ("member", None)),
        ("msExchAuth;binary;range=0-9", ("msExchAuth;binary", 10)),
        ("member", None),
        ("userCertificate;binary", None),
    ],
)
def test_ranges(name: str, part: tuple[str, int | None] | None) -> None:
    assert range_of(name) == part
