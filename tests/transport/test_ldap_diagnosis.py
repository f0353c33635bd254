"""Result codes as an operator meets them. The texts are those that Active Directory sends."""

import pytest

from muster.model import PROBLEM_KINDS
from muster.transport.directory import diagnosis as ldap_diagnosis
from muster.transport.directory.diagnosis import diagnose

REFUSED = "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {}, v4563\x00"


@pytest.mark.parametrize(
    ("sub_code", "cause"),
    [
        ("525", "no such user"),
        ("52e", "password is wrong"),
        ("530", "at this hour"),
        ("531", "from this computer"),
        ("532", "password has expired"),
        ("533", "disabled"),
        ("701", "account has expired"),
        ("773", "must be changed"),
        ("775", "locked out"),
    ],
)
def test_code_49_is_told_by_its_sub_code(sub_code: str, cause: str) -> None:
    problem = diagnose(49, "invalidCredentials", REFUSED.format(sub_code), asked="login to dc1:636")
    assert problem.kind == "login"
    assert cause in problem.cause
    assert "\x00" not in problem.message
    assert problem.message.startswith("login to dc1:636: invalidCredentials (49), 80090308")


def test_a_sub_code_that_nobody_knows_is_still_a_refused_login() -> None:
    assert diagnose(49, "invalidCredentials", REFUSED.format("abc"), asked="login").kind == "login"


@pytest.mark.parametrize(
    ("code", "message", "kind", "cause"),
    [
        (49, "80090346: LdapErr: DSID-0C0906FE, comment: error, data 80090346", "login", "binding"),
        (8, "00002028: LdapErr: DSID-0C090202, comment: the server requires integrity checking", "login",
            "signing or TLS"),
        (8, "SASL:[GSSAPI]: Sign or Seal are required.", "login", "inside TLS"),
        (13, "", "login", "encrypted"),
        (50, "00002098: SecErr: DSID-03150BC1, problem 4003 (INSUFF_ACCESS_RIGHTS)", "permission", "may not read"),
        (32, "0000208D: NameErr: DSID-03100288, problem 2001 (NO_OBJECT)", "empty", "no such object"),
        (10, "0000202B: RefErr: DSID-03100781", "failed", "does not hold"),
        (51, "", "failed", "busy"),
        (52, "", "failed", "out of service"),
        (53, "", "failed", "unwilling"),
        (3, "", "timeout", "longer"),
        (4, "", "partial", "size limit"),
        (11, "", "partial", "administrative limit"),
        (81, "", "unreachable", "down"),
        (91, "", "unreachable", "no connection"),
        (1, "000004DC: LdapErr: DSID-0C090A5C, comment: a successful bind must be completed", "login", "logged in"),
        (1, "00002020: operations error", "failed", "could not carry"),
        (4711, "", "failed", "no explanation"),
    ],
)  # fmt: skip
def test_every_code_has_cause_and_cure(code: int, message: str, kind: str, cause: str) -> None:
    problem = diagnose(code, "", message, asked="search")
    assert problem.kind == kind
    assert cause in problem.cause
    assert problem.cure


def test_every_meaning_is_one_line_of_a_known_kind() -> None:
    meanings = [*ldap_diagnosis._MEANINGS.values(), *ldap_diagnosis._SUB_CODES.values()]
    for meaning in meanings:
        assert meaning.kind in PROBLEM_KINDS
        assert meaning.cause
        assert meaning.cure
        assert "\n" not in meaning.cause + meaning.cure
