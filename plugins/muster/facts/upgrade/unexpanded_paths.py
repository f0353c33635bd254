"""Configuration files in which Setup left ``%ExchangeInstallDir%`` where the folder's name belongs."""

from collections.abc import Mapping
from typing import ClassVar, Self

import pytest

from muster.facts.builds import INSTALL_PATH
from muster.facts.upgrade.configuration_files import FRONT_END_SETTINGS
from muster.facts.upgrade.files import BACK_END, FRONT_END, SHARED, as_patterns, below_installation
from muster.model import (
    After,
    Answer,
    Fact,
    Facts,
    Server,
    Shape,
    Subject,
    WindowsCmdlet,
    command,
    in_organization,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, answer_named
from muster.reading.values import Number, Text


class UnexpandedPath(Record):
    """A file, and the first line in which the variable stands."""

    path: Text
    line_number: Number

    @property
    def identity(self) -> str:
        """The file below the folder of the installation."""
        return below_installation(self.path)


class _File(Record):
    path: Text


class UnexpandedInstallPaths(Records[UnexpandedPath]):
    """The web applications' files that nobody finished; none in order.

    ``searched`` are some of those that were searched: they are there, because settings of them came.
    Of a line only its number is asked for.
    """

    searched: frozenset[str] = frozenset()

    record = UnexpandedPath
    needs: ClassVar[Needs] = {
        "found": need(
            WindowsCmdlet(
                "Select-String",
                command("Select-Object", Property=("Path", "LineNumber")),
                Path=as_patterns((*BACK_END, *FRONT_END, *SHARED)),
                Pattern="%ExchangeInstallDir%",
                SimpleMatch=True,
                List=True,
                after=After(INSTALL_PATH, "MsiInstallPath"),
            ),
            may_be_empty=True,
        ),
        "files": need(FRONT_END_SETTINGS),
    }
    shape = Shape(identity=("Path",))

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read what was found, and where it was looked for."""
        found = answer_named(answers, "found")
        made = cls(tuple(UnexpandedPath.of(item, subject.name) for item in found.objects)).told_by(found, subject)
        files = (_File.of(item, subject.name) for item in answer_named(answers, "files").objects)
        made.searched = frozenset(below_installation(file.path) for file in files)
        return made

    def __eq__(self, other: object) -> bool:
        """Equal when the same was found in the same files."""
        return super().__eq__(other) and isinstance(other, UnexpandedInstallPaths) and self.searched == other.searched

    __hash__ = None


@pytest.fixture
def unexpanded_install_paths(server: Server, facts: Facts) -> UnexpandedInstallPaths:
    """The web applications' configuration files of one server in which %ExchangeInstallDir% stands."""
    return facts.get(UnexpandedInstallPaths, server)
