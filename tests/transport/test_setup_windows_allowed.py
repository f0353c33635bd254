"""What the pre-upgrade gate may ask Windows, and what looks like it and may not be sent."""

import pytest

from muster.model import Argument, Command, WindowsCmdlet
from muster.transport.readonly.allowed import refusal

SETUP = "D:\\ExchangeSE\\Setup.exe"
HIVE = "Registry::HKEY_USERS\\S-1-5-18\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"
LOG = "C:\\ExchangeSetupLogs\\ExchangeSetup.log"
RESTART = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Session Manager"
PACKAGES = "HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-5-18\\Products\\*\\InstallProperties"  # noqa: E501 - one path


def asked(name: str, **parameters: Argument) -> WindowsCmdlet:
    return WindowsCmdlet((Command(name, tuple(parameters.items())),))


@pytest.mark.parametrize(
    "question",
    [
        asked("Get-Item", LiteralPath=SETUP, Stream="*"),
        asked("Get-Item", Path=(RESTART,)),
        asked("Get-AuthenticodeSignature", LiteralPath=SETUP),
        asked("Get-ItemProperty", LiteralPath=HIVE),
        asked("Get-ItemProperty", Path=PACKAGES),
        asked("Get-ExecutionPolicy", List=True),
        asked("Get-CimInstance", ClassName="Win32_Process", Filter="Name='mmc.exe'", Property=("Name", "SessionId")),
    ],
    ids=str,
)
def test_it_may(question: WindowsCmdlet) -> None:
    assert refusal(question) is None


@pytest.mark.parametrize(
    "question",
    [
        # command lines hold passwords; a method, which would tell the owner, changes things
        asked(
            "Get-CimInstance", ClassName="Win32_Process", Filter="Name='mmc.exe'", Property=("Name", "CommandLine")
        ),
        asked("Get-CimInstance", ClassName="Win32_Process", Filter="Name='mmc.exe'"),
        asked("Get-CimInstance", ClassName="Win32_Process", Property=("Name",)),
        asked("Invoke-CimMethod", ClassName="Win32_Process", MethodName="GetOwner"),
        asked("Get-CimInstance", ClassName="Win32_Product", Property=("Name",)),
        # streams hold anything, media may lie on a share (double hop), wildcards find other files
        asked("Get-Item", LiteralPath=SETUP, Stream="Zone.Identifier"),
        asked("Get-Item", LiteralPath="\\\\files\\SE\\Setup.exe", Stream="*"),
        asked("Get-Item", LiteralPath="D:\\..\\Setup.exe", Stream="*"),
        asked("Get-Item", Path="D:\\*\\Setup.exe", Stream="*"),
        asked("Get-AuthenticodeSignature", LiteralPath="D:\\ExchangeSE\\Other.exe"),
        # other keys, other hives' secrets
        asked("Get-Item", Path=(RESTART, "HKLM:\\SAM")),
        asked("Get-ItemProperty", LiteralPath=HIVE.replace("Internet Settings", "Run")),
        asked("Get-ItemProperty", LiteralPath=HIVE.replace("S-1-5-18", "S-1-5-*")),
        asked("Get-ItemProperty", Path=HIVE),
        asked("Get-ItemProperty", LiteralPath=PACKAGES),
        asked("Get-ChildItem", LiteralPath="C:\\Windows\\Installer"),
        asked("Get-ChildItem", LiteralPath="C:\\", Filter="*.msi"),
        # a log at large
        asked("Select-String", LiteralPath=LOG, Pattern="."),
        asked("Select-String", LiteralPath=LOG, Pattern=("password",), SimpleMatch=True),
        asked("Get-ExecutionPolicy", Scope="MachinePolicy"),
        asked("Set-ExecutionPolicy", ExecutionPolicy="Bypass"),
        asked("Invoke-WebRequest", Uri="http://crl.microsoft.com", Method="Head"),
    ],
    ids=str,
)
def test_it_may_not(question: WindowsCmdlet) -> None:
    problem = refusal(question)
    assert problem is not None
    assert problem.kind == "not allowed"
