"""The read-only list and the facts agree: whatever a fact needs can be asked in at least one way."""

import pytest

from muster import facts
from muster.model import Fact, Need, Server, fill_after
from muster.model.questions import ExchangeCmdlet, WindowsCmdlet
from muster.resolve import bound, needs_of
from muster.transport.readonly.allowed import refusal

_INSTALLED = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
EARLIER = {
    "MsiInstallPath": _INSTALLED,
    "DatabasePath": f"{_INSTALLED}FIP-FS\\Data",
    "objectSid": "S-1-5-21-1004336348-1177238915-682003330-1601",
}
"""What the question before answers, by its property."""
EX01 = Server("EX01", "ex01.contoso.local", installer="CONTOSO\\installer", media="D:\\ExchangeSE")


def _needs() -> list[tuple[str, Need]]:
    found: dict[str, Need] = {}
    for module in facts.modules():
        for name, thing in vars(module).items():
            if isinstance(thing, type) and hasattr(thing, "needs") and hasattr(thing, "read"):
                wanted: type[Fact] = thing
                for place, need in enumerate(needs_of(wanted)):
                    found[f"{module.__name__}.{name}[{place}]"] = need
    return list(found.items())


@pytest.mark.parametrize(("name", "need"), _needs(), ids=lambda part: part if isinstance(part, str) else "")
def test_every_need_has_a_way_that_may_be_sent(name: str, need: Need) -> None:
    problems = []
    for alternative in need.alternatives:
        question = bound(alternative, EX01)
        if isinstance(question, ExchangeCmdlet | WindowsCmdlet) and question.after is not None:
            assert refusal(question.after.question) is None
            question = fill_after(question, EARLIER[question.after.property])
        problems.append(refusal(question))
    assert None in problems, problems
