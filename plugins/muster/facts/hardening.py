"""What Windows under an Exchange server has to bring against holes that no build of Exchange closes."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import pytest
from packaging.version import InvalidVersion, Version
from pydantic import BeforeValidator, InstanceOf

from muster.model import (
    After,
    Answer,
    Fact,
    Facts,
    Object,
    Server,
    Shape,
    Subject,
    Value,
    WindowsCmdlet,
    command,
    in_organization,
    need,
)
from muster.reading.needs import Needs
from muster.reading.records import Record, Records, answer_named
from muster.reading.values import Moment, Text, Word, read_number, read_text


def _read_file_version(value: Value) -> Version:
    text = read_text(value)
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"'{text}' where a file version such as '10.0.20348.2029' was expected") from None


FileVersion = Annotated[InstanceOf[Version], BeforeValidator(_read_file_version)]


def _file(name: str, *properties: str) -> WindowsCmdlet:
    """One file by its full name, so that no disk is searched."""
    escaped = name.replace("\\", "\\\\")
    return WindowsCmdlet(
        "Get-CimInstance", ClassName="CIM_DataFile", Filter=f"Name='{escaped}'", Property=("Name", *properties)
    )


def _read_suppression(value: Value) -> int:
    return 0 if value is None else read_number(value)


_LSA = r"HKLM:\SYSTEM\CurrentControlSet\Control\Lsa"


class ExtendedProtectionSuppressed(Record):
    """Whether Windows itself does without Extended Protection, whatever IIS asks for (CVE-2024-21410).

    ``suppress_extended_protection`` is the value of that name in the LSA's key; 0 also where there is no such value,
    which is how Windows comes, but only where the key was read. Anything but 0 suppresses it.
    Source: Microsoft, "Configure Windows Extended Protection in Exchange Server"; HealthChecker.
    """

    suppress_extended_protection: Annotated[int, BeforeValidator(_read_suppression)]

    needs: ClassVar[Needs] = {
        "LSA": need(
            # a value that is not there comes as null, so no error tells it apart from a key that cannot be read
            WindowsCmdlet(
                "Get-ItemProperty", command("Select-Object", Property=("SuppressExtendedProtection",)), Path=_LSA
            ),
            # where a restricted session lends no Select-Object
            WindowsCmdlet("Get-ItemProperty", Path=_LSA),
        )
    }
    shape: ClassVar[Shape] = Shape()

    @classmethod
    def of(cls, item: Object, subject: str) -> Self:
        """Read the value; one that the whole key does not have is null."""
        name, sent = "SuppressExtendedProtection", {found.casefold() for found in item.properties}
        if name.casefold() not in sent and read_text(item.properties.get("PSChildName")).casefold() == "lsa":
            item = Object(item.type, item.text, {**item.properties, name: None})
        return super().of(item, subject)

    @property
    def suppressed(self) -> bool:
        """Whether it is off."""
        return self.suppress_extended_protection != 0


_DOTNET = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\"


class LibraryFile(Record):
    """A file of .NET Framework: its version, and when it was written last (UTC)."""

    name: Text
    version: FileVersion
    last_modified: Moment

    @property
    def file_build(self) -> int:
        """The third number of the version, which .NET's updates count up."""
        return self.version.micro

    @property
    def identity(self) -> str:
        """Its name without the folder."""
        return self.name.rpartition("\\")[2]


class DotNetLibraries(Records[LibraryFile]):
    r"""System.Data.dll and System.Configuration.dll of .NET Framework 4, which close CVE-2020-1147.

    Source: HealthChecker, which takes a build below 3630 (4190 on .NET Framework 4.8), or a file older than 5 June
    2020, for open. A file that was not shown leaves the fact unknown. Windows is taken to be in ``C:\Windows``.
    """

    record = LibraryFile
    needs: ClassVar[Needs] = {
        "System.Data": need(_file(f"{_DOTNET}System.Data.dll", "Version", "LastModified")),
        "System.Configuration": need(_file(f"{_DOTNET}System.Configuration.dll", "Version", "LastModified")),
    }
    shape = Shape(identity=("Name",))

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read each file of its own answer."""
        return cls(tuple(LibraryFile.of(answer_named(answers, name).objects[0], subject.name) for name in cls.needs))


class _Module(Record):
    name: Word


class _TokenCacheFile(Record):
    version: FileVersion


class TokenCacheModule(Record):
    """The token cache of IIS (CVE-2023-36434, CVE-2023-21709): whether it is loaded, and the version of its file.

    ``loaded`` says whether ``TokenCacheModule`` is among IIS's global modules, known because others are listed;
    Microsoft's first cure was to take it out, and where it is not loaded the CVE does not apply. ``version`` is that
    of ``cachtokn.dll``; which is right depends on the Windows release. A file that Windows does not show has no
    version: reading it raises. Not asked of Edge Transport servers, which have no IIS.
    Source: HealthChecker; Microsoft, CVE-2023-36434.
    """

    loaded: bool
    version: FileVersion

    needs: ClassVar[Needs] = {
        "modules": need(
            WindowsCmdlet("Get-WebGlobalModule", command("Select-Object", Property=("name", "image"))),
            # where a restricted session lends no Select-Object
            WindowsCmdlet("Get-WebGlobalModule"),
        ),
        "file": need(_file("C:\\Windows\\System32\\inetsrv\\cachtokn.dll", "Version"), may_be_empty=True),
    }
    shape: ClassVar[Shape] = Shape(identity=("name",))

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Look for the module among all of them; the answer that lists them must be whole to lack it."""
        modules = Records[_Module](
            tuple(_Module.of(item, subject.name) for item in answer_named(answers, "modules").objects)
        ).told_by(answer_named(answers, "modules"), subject)
        loaded = any(module.name.casefold() == "tokencachemodule" for module in modules)
        if not loaded:
            modules.must_be_whole()
        files = answer_named(answers, "file").objects
        sent: dict[str, Value] = {"Loaded": loaded}
        if files and "Version" in files[0].properties:
            sent["Version"] = files[0].properties["Version"]
        return cls.of(Object("TokenCacheModule", None, sent), subject.name)


_SCAN_ENGINES = WindowsCmdlet(
    "Get-ItemProperty", Path=r"HKLM:\SOFTWARE\Microsoft\ExchangeServer\v15\FIP-FS", Name="DatabasePath"
)


def _line_with_no(path: str) -> WindowsCmdlet:
    return WindowsCmdlet(
        "Select-String",
        LiteralPath=path,
        Pattern="|NO",
        SimpleMatch=True,
        List=True,
        after=After(_SCAN_ENGINES, "DatabasePath"),
    )


def _scan_engine_file(path: str) -> WindowsCmdlet:
    return WindowsCmdlet(
        "Get-CimInstance",
        ClassName="CIM_DataFile",
        Filter=f"Name='{path}'",
        Property=("Name", "LastModified"),
        after=After(_SCAN_ENGINES, "DatabasePath", escape="wql"),
    )


class FipFsConfiguration(Record):
    r"""Whether the scan engines' Configuration.xml overrides what March 2024 switched off (ADV24199947).

    ``override`` is the first line that contains ``|NO``, ``""`` where no line does: the file is known to be there,
    and it was searched without an error. Where the path in the registry is no ``…\FIP-FS\Data`` it is not read.
    Not asked of Edge Transport servers. Source: HealthChecker, the check of ADV24199947.
    """

    name: Text
    override: Text

    # the registry may write the folder with a backslash at its end
    needs: ClassVar[Needs] = {
        "file": need(_scan_engine_file(r"{after}\\Configuration.xml"), _scan_engine_file("{after}Configuration.xml")),
        "override": need(
            _line_with_no(r"{after}\Configuration.xml"), _line_with_no("{after}Configuration.xml"), may_be_empty=True
        ),
    }
    shape: ClassVar[Shape] = Shape(identity=("Name",))

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """The file's name, and the line that was found in it."""
        sent: dict[str, Value] = {}
        file, found = answer_named(answers, "file").objects[0], answer_named(answers, "override").objects
        if "Name" in file.properties:
            sent["Name"] = file.properties["Name"]
        if not found:
            sent["Override"] = ""
        elif "Line" in found[0].properties:
            sent["Override"] = read_text(found[0].properties["Line"]).strip()
        return cls.of(Object("FipFsConfiguration", None, sent), subject.name)

    @property
    def overridden(self) -> bool:
        """Whether some line does."""
        return bool(self.override)


@pytest.fixture
def extended_protection_suppressed(server: Server, facts: Facts) -> ExtendedProtectionSuppressed:
    """Whether Windows of one server does without Extended Protection (SuppressExtendedProtection of its LSA)."""
    return facts.get(ExtendedProtectionSuppressed, server)


@pytest.fixture
def dotnet_libraries(server: Server, facts: Facts) -> DotNetLibraries:
    """The two libraries of .NET Framework on one server that close CVE-2020-1147, with version and age."""
    return facts.get(DotNetLibraries, server)


@pytest.fixture
def token_cache_module(server: Server, facts: Facts) -> TokenCacheModule:
    """The token cache module of one server's IIS: whether it is loaded, and its file's version (CVE-2023-36434)."""
    return facts.get(TokenCacheModule, server)


@pytest.fixture
def fip_fs_configuration(server: Server, facts: Facts) -> FipFsConfiguration:
    """Whether the scan engines' configuration of one server overrides the cure of ADV24199947."""
    return facts.get(FipFsConfiguration, server)
