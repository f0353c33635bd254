r"""Files of Outlook on the web that organisations put their own in place of: sign-in page, error page, themes.

They lie in folders named after the build: every update brings a new folder with Setup's files, and the old folders
stay. Source: Microsoft, "Customize the Outlook on the web sign-in, language selection, and error pages", "Create
themes for Outlook on the web". Of a file only its hash is asked for.
"""

from typing import ClassVar

import pytest

from muster.facts.builds import INSTALL_PATH
from muster.facts.upgrade.files import below_installation
from muster.model import After, Facts, Object, Server, Shape, Subject, WindowsCmdlet, command, in_organization, need
from muster.reading.build_folders import BUILD, in_newest_folders, without_build
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text

_SIGN_IN = r"{after}FrontEnd\HttpProxy\owa\auth"
_STYLES = r"{after}ClientAccess\Owa\prem\*\resources\styles"


class OwaFile(Record):
    """A file and its SHA-256, in capitals."""

    path: Text
    hash: Text

    @property
    def file(self) -> str:
        r"""``FrontEnd\HttpProxy\owa\auth\<build>\themes\resources\logon.css``."""
        return without_build(below_installation(self.path))[0]

    @property
    def identity(self) -> str:
        """The file."""
        return self.file

    @property
    def tree(self) -> str:
        """The folder in which builds' folders lie, or the file itself."""
        return self.file.partition(BUILD)[0]

    @property
    def build(self) -> tuple[int, ...]:
        """The build that its folder is named after, ``()`` where it lies in none."""
        return without_build(self.path)[1]


def _in_newest_folders(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    return in_newest_folders(objects, "Path")


class OwaFiles(Records[OwaFile]):
    """The files of every build's folder; those of the newest are served."""

    record = OwaFile
    needs: ClassVar[Needs] = {
        "hashes": need(
            # directories are passed over, and what a wildcard does not find is no error
            WindowsCmdlet(
                "Get-FileHash",
                command("Select-Object", Property=("Path", "Hash")),
                Path=(
                    rf"{_SIGN_IN}\*.aspx",
                    rf"{_SIGN_IN}\*\themes\resources\*",
                    rf"{_STYLES}\languageselection.css",
                    rf"{_STYLES}\*.theme.*",
                ),
                Algorithm="SHA256",
                after=After(INSTALL_PATH, "MsiInstallPath"),
            )
        )
    }
    shape = Shape(identity=("Path",), compared=_in_newest_folders)

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)

    @property
    def served(self) -> tuple[OwaFile, ...]:
        """Of each folder that is named after builds the files of the newest, and those that lie in none."""
        newest: dict[str, tuple[int, ...]] = {}
        for row in self:
            newest[row.tree] = max(newest.get(row.tree, ()), row.build)
        return tuple(row for row in self if row.build in {(), newest[row.tree]})


@pytest.fixture
def owa_files(server: Server, facts: Facts) -> OwaFiles:
    """Sign-in page, error page and themes of Outlook on the web on one server, as hashes."""
    return facts.get(OwaFiles, server)
