"""What IIS itself says of a server's virtual directories, beside what the directory says of them.

Asked without ``-ADPropertiesOnly``, of one server at a time: slow, since the server's IIS is read.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

import pytest

from muster.drift import Place, compare, told
from muster.facts.web.virtual_directories import VirtualDirectories
from muster.model import Answer, ExchangeCmdlet, Fact, Facts, FactUnavailable, Need, Server, Shape, Subject, need
from muster.reading.needs import Needs
from muster.reading.several import Several


class BothViews:
    """One kind of virtual directory of one server, as the directory and as IIS say it is."""

    needs: ClassVar[Needs] = {}
    shape: ClassVar[Shape] = Shape(momentary="it is the same directories as elsewhere, asked in another way")
    compared: ClassVar[Shape] = Shape()

    def __init__(self, subject: Subject, directory: Answer, iis: Answer) -> None:
        self._subject = subject
        self._directory = directory
        self._iis = iis

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Keep both; a part of either is nothing to compare."""
        both = [answer for name in ("directory", "IIS") if isinstance(answer := answers[name], Answer)]
        for answer in both:
            if answer.shortfalls:
                raise FactUnavailable(subject.name, cls.__name__, answer.shortfalls[0])
        directory, iis = both
        return cls(subject, directory, iis)

    def __eq__(self, other: object) -> bool:
        """Equal where the two views differ in the same, whatever door they came through."""
        return isinstance(other, BothViews) and tuple(self.disagreements()) == tuple(other.disagreements())

    __hash__ = None  # type: ignore[assignment] # a value compared, never a key

    def disagreements(self) -> Iterator[tuple[str, str]]:
        """Virtual directory, and a property of which the directory says one thing and IIS another.

        Only what both say something of: with the switch the authentication booleans, paths and compression are
        blank or a default, and mean nothing. What is blank in the directory only IIS knows.
        """
        place = Place(self._subject.name, type(self._subject).__name__, "VirtualDirectory", "")
        found = compare(self._directory, self._iis, self.compared, place, blank_is_blank=True)
        for one in found.differences:
            if not one.path:
                yield one.object, f"{one.how} in IIS" if one.how == "new" else "is known to the directory only"
            elif not _of_iis_only(one.property) and one.was not in {None, "", ()}:
                yield (
                    one.object,
                    told(one).replace(": was ", ": the directory says ", 1).replace(", is ", ", IIS ", 1),
                )


_OF_IIS_ONLY = frozenset(
    {
        "basicauthenabled",
        "compressionenabled",
        "windowsauthenabled",
        "clientcertauth",
        "requiressl",
        "path",
        "gziplevel",
        "websitesslenabled",
        "websitename",
        "virtualdirectoryname",
        "metabasepath",
        "poolid",
    }
)
_OF_IIS_ONLY_ENDING = ("authentication", "accessflags", "accesssslflags")


def _of_iis_only(name: str) -> bool:
    """Whether only IIS knows a property: asked of the directory, it is a default that says nothing."""
    plain = name.casefold()
    return plain in _OF_IIS_ONLY or plain.endswith(_OF_IIS_ONLY_ENDING)


def _both(kind: str, fact: type[Fact]) -> type[BothViews]:
    (directory,) = (wanted for wanted in fact.needs.values() if isinstance(wanted, Need))
    first = directory.alternatives[0]
    if not isinstance(first, ExchangeCmdlet):
        raise TypeError(f"{kind}: virtual directories are asked of Exchange")
    cmdlet = first.pipeline[0].name
    back_end = any(name == "ShowMailboxVirtualDirectories" for name, _ in first.pipeline[0].parameters)
    alone = ExchangeCmdlet(cmdlet, about="{name}", Server="{name}")
    both = ExchangeCmdlet(cmdlet, about="{name}", Server="{name}", ShowMailboxVirtualDirectories=True)
    needs = {"directory": directory, "IIS": need(both, alone) if back_end else need(alone)}
    return type(
        f"{fact.__name__}InBothViews",
        (BothViews,),
        {"needs": needs, "compared": fact.shape, "__doc__": BothViews.__doc__},
    )


class IisView(Several):
    """Every kind of virtual directory in both views; a kind that could not be had says so when it is read."""

    needs: ClassVar[Needs] = {
        kind: _both(kind, fact) for kind, fact in VirtualDirectories.needs.items() if not isinstance(fact, Need)
    }

    def of(self, kind: str) -> BothViews:
        """One kind in both views; raises where it could not be had."""
        found = self[kind]
        if not isinstance(found, BothViews):
            raise TypeError(f"{kind} is not in both views")
        return found


@pytest.fixture
def iis_view(server: Server, facts: Facts) -> IisView:
    """Virtual directories of one server as the directory and as IIS say they are; slow, so only at gates."""
    return IisView.gathered(facts, server)
