"""The media that will be installed, as they lie on a server."""

from typing import ClassVar

import pytest

from muster.model import Facts, Server, Shape, Subject, WindowsCmdlet, command, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text, Word

_SETUP = r"{media}\Setup.exe"


class _OnMedia:
    """What is asked only where the inventory says where the media lie."""

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only where ``upgrade: media:`` is declared."""
        return isinstance(subject, Server) and bool(subject.media)


class Stream(Record):
    """One stream of a file."""

    stream: Word


class SetupStreams(_OnMedia, Records[Stream]):
    """The streams of Setup.exe: ``Zone.Identifier`` marks a file that came from the internet and is blocked."""

    record = Stream
    needs: ClassVar[Needs] = {
        "streams": need(
            WindowsCmdlet("Get-Item", command("Select-Object", Property=("Stream",)), LiteralPath=_SETUP, Stream="*"),
            WindowsCmdlet("Get-Item", LiteralPath=_SETUP, Stream="*"),
        )
    }
    shape = Shape(momentary="what is going to be installed", identity=("Stream",))


class SetupSignature(_OnMedia, Record):
    """Whether Setup.exe is what Microsoft signed; ``status`` is ``Valid``, ``NotSigned``, ``HashMismatch`` or so."""

    status: Word

    needs: ClassVar[Needs] = {
        "signature": need(
            WindowsCmdlet(
                "Get-AuthenticodeSignature", command("Select-Object", Property=("Status",)), LiteralPath=_SETUP
            ),
            WindowsCmdlet("Get-AuthenticodeSignature", LiteralPath=_SETUP),
        )
    }
    shape: ClassVar[Shape] = Shape(momentary="what is going to be installed")


class SetupFile(_OnMedia, Record):
    """Setup.exe's own version, which is the build that it installs."""

    name: Text
    version: Word

    needs: ClassVar[Needs] = {
        "file": need(
            WindowsCmdlet(
                "Get-CimInstance",
                ClassName="CIM_DataFile",
                Filter=r"Name='{media_wql}\\Setup.exe'",
                Property=("Name", "Version"),
            )
        )
    }
    shape: ClassVar[Shape] = Shape(momentary="what is going to be installed", identity=("Name",))


@pytest.fixture
def setup_streams(server: Server, facts: Facts) -> SetupStreams:
    """The streams of the media's Setup.exe on one server."""
    return facts.get(SetupStreams, server)


@pytest.fixture
def setup_signature(server: Server, facts: Facts) -> SetupSignature:
    """The signature of the media's Setup.exe on one server."""
    return facts.get(SetupSignature, server)


@pytest.fixture
def setup_file(server: Server, facts: Facts) -> SetupFile:
    """The version of the media's Setup.exe on one server."""
    return facts.get(SetupFile, server)
