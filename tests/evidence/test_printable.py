import pytest

from muster.evidence.printable import one_line, plain_ascii, printable


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("EX01", "EX01"),
        ("Zürich, 東京", "Zürich, 東京"),
        ("a\x00b", "a<U+0000>b"),
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("gnp.\u202eexe", "gnp.<U+202E>exe"),
        ("\u2066x\u2069", "<U+2066>x<U+2069>"),
        ("half \ud800", "half <U+D800>"),
        ("no\ufffe", "no<U+FFFE>"),
        ("two\r\nlines", "two\nlines"),
        ("two\rlines", "two<U+000D>lines"),
    ],
)
def test_nothing_hidden_stays_hidden(sent: str, shown: str) -> None:
    assert printable(sent) == shown


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Password=hunter2; rest", "Password=[removed]; rest"),
        ("Set-X -Password 'a b' -Y", "Set-X -Password [removed] -Y"),
        ("Authorization: Basic Y29udG9zbzpodW50ZXIyMzQ1Ng==", "Authorization: Basic [removed]"),
        ("https://user:hunter2@ex01/", "https://user:[removed]@ex01/"),
        ("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----!", "[removed]!"),
    ],
)
def test_secrets_go(sent: str, shown: str) -> None:
    assert printable(sent) == shown


@pytest.mark.parametrize(
    "text",
    ["BasicAuthRequireTLS is False", "accepts {Basic, Fba}", "Negotiate, NTLM", "https://mail.contoso.com:443/owa"],
)
def test_ordinary_settings_are_no_secrets(text: str) -> None:
    assert printable(text) == text


def test_one_line_and_ascii() -> None:
    assert one_line("a\n  b\tc") == "a b c"
    assert plain_ascii("Zürich\n1") == "Z\\xfcrich 1"
