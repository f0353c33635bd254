"""A search that is built from an earlier one: whose base and whose controllers the earlier answer names."""

from datetime import UTC, datetime

from muster.facts.readiness.installing_account import InstallingAccount
from muster.model import Answer, Forest, LdapSearch, Object, Observation
from muster.resolve import book_of, next_question

(NEED,) = InstallingAccount.needs.values()
DN = "CN=Paul (Admin),OU=Staff,DC=emea,DC=contoso,DC=local"


def answered(question: LdapSearch, **attributes: str) -> tuple[str, Observation]:
    item = Object("LdapEntry", None, {name: (value,) for name, value in attributes.items()})
    noon = datetime(2026, 1, 15, 12, tzinfo=UTC)
    return question.key, Observation(question, "forest", noon, 0.1, "dc1", Answer((item,)))


def test_the_domain_then_the_account_then_its_groups() -> None:
    forest = Forest("contoso.local", installer="EMEA\\paul(1)*")
    known: dict[str, Observation] = {}

    def ask() -> LdapSearch:
        question = next_question(NEED, forest, book_of(known))  # type: ignore[arg-type] # a need, as it is written
        assert isinstance(question, LdapSearch)
        return question

    first = ask()
    assert "(nETBIOSName=EMEA)" in first.filter
    known |= [answered(first, nCName="DC=emea,DC=contoso,DC=local")]
    second = ask()
    assert (second.base, second.domain) == ("DC=emea,DC=contoso,DC=local", "emea.contoso.local")
    assert r"(sAMAccountName=paul\281\29\2a)" in second.filter, "nothing of a name is a filter's own letter"
    known |= [answered(second, distinguishedName=DN)]
    third = ask()
    assert (third.base, third.domain, third.scope) == (DN, "emea.contoso.local", "base")
    assert third.after is None
    known |= [answered(third, objectSid="", tokenGroups="")]
    assert next_question(NEED, forest, book_of(known)) is None  # type: ignore[arg-type] # as above


def test_nobody_is_asked_for_an_account_that_is_not_declared() -> None:
    assert not InstallingAccount.concerns(Forest("contoso.local"))
