"""What may be sent, what never may, and that no spelling gets around it."""

import pytest

from muster.model import (
    Argument,
    Command,
    ExchangeCmdlet,
    HttpsRequest,
    LdapSearch,
    Question,
    SmtpDialogue,
    TlsHandshake,
    WindowsCmdlet,
    command,
)
from muster.transport.readonly.allowed import (
    EXCHANGE,
    EXCHANGE_SNAPIN,
    SELECT,
    SNAPIN,
    WINDOWS,
    pipeline_refusal,
    refusal,
)

VIRTUAL_DIRECTORIES = [
    "Get-OwaVirtualDirectory",
    "Get-EcpVirtualDirectory",
    "Get-WebServicesVirtualDirectory",
    "Get-ActiveSyncVirtualDirectory",
    "Get-OabVirtualDirectory",
    "Get-MapiVirtualDirectory",
    "Get-AutodiscoverVirtualDirectory",
    "Get-PowerShellVirtualDirectory",
    "Get-OutlookAnywhere",
]
SETUP_KEY = "HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup"
LSA_KEY = "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa"
SCAN_ENGINES = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FIP-FS\\Data\\Configuration.xml"
LINE: dict[str, Argument] = {"LiteralPath": SCAN_ENGINES, "Pattern": "|NO", "SimpleMatch": True, "List": True}


def line(without: str = "", **changed: Argument) -> WindowsCmdlet:
    """The one way to search a file, changed."""
    parameters = tuple((name, value) for name, value in (LINE | changed).items() if name != without)
    return WindowsCmdlet((Command("Select-String", parameters),))


EXSETUP = "Name='C:\\\\Program Files\\\\Microsoft\\\\Exchange Server\\\\V15\\\\bin\\\\ExSetup.exe'"

FIRST_QUESTIONS: list[Question] = [
    *(
        ExchangeCmdlet(name)
        for name in (
            "Get-ExchangeServer",
            "Get-OrganizationConfig",
            "Get-AcceptedDomain",
            "Get-TransportConfig",
            "Get-AuthConfig",
            "Get-SendConnector",
            "Get-ReceiveConnector",
            "Get-ClientAccessService",
            "Get-ClientAccessServer",
            "Get-TransportService",
            "Get-FrontendTransportService",
            "Get-MailboxServer",
            "Get-DatabaseAvailabilityGroup",
            "Get-MailboxDatabase",
            "Get-SettingOverride",
            "Get-EdgeSubscription",
        )
    ),
    *(ExchangeCmdlet(name, ADPropertiesOnly=True) for name in VIRTUAL_DIRECTORIES),
    *(
        ExchangeCmdlet(name, ADPropertiesOnly=True, ShowMailboxVirtualDirectories=True)
        for name in VIRTUAL_DIRECTORIES
    ),
    ExchangeCmdlet("Get-OwaVirtualDirectory", Server="EX01"),
    ExchangeCmdlet("Get-OwaVirtualDirectory", Identity="EX01\\owa (Default Web Site)"),
    ExchangeCmdlet("Get-ServerComponentState", Identity="EX01"),
    ExchangeCmdlet("Get-ExchangeCertificate", Server="ex01.contoso.local"),
    ExchangeCmdlet("Test-ServiceHealth", Server="EX01"),
    ExchangeCmdlet("Get-MailboxDatabaseCopyStatus", Server="EX01"),
    ExchangeCmdlet("Get-MailboxDatabase", Server="EX01", Status=True),
    ExchangeCmdlet("Test-ReplicationHealth", Identity="EX01"),
    ExchangeCmdlet("Get-Queue", Server="EX01", Filter="DeliveryType -ne 'ShadowRedundancy'"),
    ExchangeCmdlet("Get-OrganizationConfig", DomainController="dc01.contoso.local", ErrorAction="Stop"),
    ExchangeCmdlet("Get-ClientAccessService", IncludeAlternateServiceAccountCredentialStatus=True),
    ExchangeCmdlet("Get-ManagementRole", Cmdlet="Get-ReceiveConnector"),
    ExchangeCmdlet("Get-ReceiveConnector", about="EDGE01", at="EDGE01"),
    WindowsCmdlet("Get-Command", command("Select-Object", ExpandProperty="FileVersionInfo"), Name="ExSetup.exe"),
    WindowsCmdlet("Get-ItemProperty", Path=SETUP_KEY, Name="MsiInstallPath"),
    WindowsCmdlet("Get-ItemProperty", command("Select-Object", Property=("MsiInstallPath",)), Path=SETUP_KEY),
    WindowsCmdlet("Get-ItemPropertyValue", Path=SETUP_KEY, Name="MsiInstallPath"),
    WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile", Filter=EXSETUP, Property=("Name", "Version")),
    WindowsCmdlet(
        "Get-CimInstance",
        ClassName="Win32_Service",
        Filter="Name='W3SVC' OR Name LIKE 'MSExchange%'",
        Property=("Name", "State", "StartMode", "StartName"),
    ),
    WindowsCmdlet("Get-CimInstance", ClassName="Win32_OperatingSystem"),
    WindowsCmdlet("Get-CimInstance", ClassName="Win32_Volume", Property=("Name", "Capacity", "FreeSpace")),
    WindowsCmdlet("Get-CimInstance", Namespace="root\\MSCluster", ClassName="MSCluster_Node"),
    WindowsCmdlet("Get-CimInstance", Namespace="root\\cimv2\\power", ClassName="Win32_PowerPlan"),
    WindowsCmdlet("Get-ClusterNode", Name="EX01"),
    WindowsCmdlet("Get-WebBinding"),
    WindowsCmdlet("Get-WebGlobalModule"),
    WindowsCmdlet("Get-WebGlobalModule", command("Select-Object", Property=("name", "image"))),
    WindowsCmdlet(
        "Get-ItemProperty", command("Select-Object", Property=("SuppressExtendedProtection",)), Path=LSA_KEY
    ),
    WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\FIP-FS"),
    line(),
    line(LiteralPath="D:\\FIP-FS\\Data\\Configuration.xml"),
    LdapSearch(base=""),
    TlsHandshake("EX01", 443),
    SmtpDialogue("EX01"),
    HttpsRequest("EX01", "/owa/healthcheck.htm"),
]


@pytest.mark.parametrize("question", FIRST_QUESTIONS, ids=lambda question: question.key)
def test_the_first_questions_may_be_sent(question: Question) -> None:
    assert refusal(question) is None


NEVER: list[tuple[Question, str]] = [
    (WindowsCmdlet("Get-CimInstance", ClassName="Win32_Product"), "reconfigures every MSI package"),
    (WindowsCmdlet("Get-CimInstance", ClassName="win32_PRODUCT"), "reconfigures every MSI package"),
    (WindowsCmdlet("Get-WmiObject", Class="Win32_Product"), "reconfigures every MSI package"),
    (WindowsCmdlet("Get-CimInstance", Query="SELECT * FROM Win32_Service"), "free WQL"),
    (WindowsCmdlet("Invoke-CimMethod", ClassName="Win32_Process", MethodName="Create"), "methods change"),
    (ExchangeCmdlet("Test-Mailflow"), "sends mail"),
    (ExchangeCmdlet("Test-MailFlow", TargetEmailAddress="a@contoso.com"), "sends mail"),
    (ExchangeCmdlet("Test-ExchangeSearch"), "writes a message"),
    (ExchangeCmdlet("Test-OwaConnectivity"), "extest"),
    (ExchangeCmdlet("Test-WebServicesConnectivity"), "extest"),
    (ExchangeCmdlet("Test-AssistantHealth", ResolveProblems=True), "restarts services"),
    (
        ExchangeCmdlet("Get-ClientAccessService", IncludeAlternateServiceAccountCredentialPassword=True),
        "returns a password",
    ),
    (
        ExchangeCmdlet("Get-ClientAccessServer", includeAlternateServiceAccountCredentialPass=True),
        "returns a password",
    ),
    (
        ExchangeCmdlet(
            "Get-ExchangeDiagnosticInfo",
            Process="EdgeTransport",
            Component="VariantConfiguration",
            Argument="Overrides",
        ),
        "-Process of Get-ExchangeDiagnosticInfo is allowed only as",
    ),
    (
        ExchangeCmdlet(
            "Get-ExchangeDiagnosticInfo",
            Process="Microsoft.Exchange.Directory.TopologyService",
            Component="VariantConfiguration",
            Argument="Config,Set",
        ),
        "-Argument of Get-ExchangeDiagnosticInfo is allowed only as",
    ),
    (WindowsCmdlet("Get-Content", Path="C:\\Windows\\win.ini"), "files hold secrets"),
    (ExchangeCmdlet("Get-ExchangeServer", OutVariable="x"), "variable"),
    (ExchangeCmdlet("Get-ExchangeServer", OutVar="x"), "variable"),
    (ExchangeCmdlet("Get-ExchangeServer", ov="x"), "variable"),
    (WindowsCmdlet("Invoke-WebRequest", Uri="http://example.org", Method="Post"), "any address"),
    (WindowsCmdlet("Invoke-WebRequest", Uri="http://example.org", Method="Head"), "any address"),
    (WindowsCmdlet("Invoke-Expression", Command="Get-Date"), "script text"),
    (WindowsCmdlet("Invoke-Command", ScriptBlock="Get-Date"), "script text"),
    (WindowsCmdlet("Get-CimInstance", command("ForEach-Object", Process="x"), ClassName="Win32_Volume"), "script"),
    (WindowsCmdlet("Get-ClusterNode", Name="EX01", Cluster="DAG01"), "double hop"),
    (WindowsCmdlet("Get-CimInstance", ClassName="Win32_Volume", ComputerName="EX02"), "double hop"),
    (WindowsCmdlet("Get-CimInstance", ClassName="Win32_Volume", Credential="x"), "password"),
]


@pytest.mark.parametrize(("question", "reason"), NEVER, ids=lambda part: getattr(part, "key", None))
def test_what_must_never_be_sent_is_refused_with_its_reason(question: Question, reason: str) -> None:
    problem = refusal(question)
    assert problem is not None
    assert problem.kind == "not allowed"
    assert reason in problem.cause


@pytest.mark.parametrize(
    "question",
    [
        # changes, and reading cmdlets nobody put on the list
        ExchangeCmdlet("Set-OrganizationConfig", MapiHttpEnabled=True),
        ExchangeCmdlet("Remove-Mailbox", Identity="x"),
        ExchangeCmdlet("Get-Mailbox"),
        WindowsCmdlet("Restart-Service", Name="W3SVC"),
        WindowsCmdlet("Get-Service"),
        # a Windows cmdlet at the Exchange endpoint and the other way round
        ExchangeCmdlet("Get-CimInstance", ClassName="Win32_Volume"),
        WindowsCmdlet("Get-ExchangeServer"),
        # unknown, abbreviated, other spelling, twice
        ExchangeCmdlet("Get-ExchangeServer", Verbose=True),
        ExchangeCmdlet("Get-ExchangeServer", Ident="EX01"),
        ExchangeCmdlet("Get-ExchangeServer", identity="EX01"),
        ExchangeCmdlet("get-exchangeserver"),
        ExchangeCmdlet("Get-ExchangeServer "),
        ExchangeCmdlet((Command("Get-ExchangeServer", (("Identity", "EX01"), ("Identity", "EX02"))),)),
        WindowsCmdlet("Get-CimInstance", ClassName="win32_service"),
        WindowsCmdlet("Get-CimInstance", Class="Win32_Service"),
        # values
        ExchangeCmdlet("Get-ExchangeServer", Status=False),
        ExchangeCmdlet("Get-ExchangeServer", Status="true"),
        ExchangeCmdlet("Get-ExchangeServer", Identity=True),
        ExchangeCmdlet("Get-ExchangeServer", Identity=("EX01", "EX02")),
        ExchangeCmdlet("Get-ExchangeServer", Identity="EX*"),
        ExchangeCmdlet("Get-ExchangeServer", Identity="EX01; Restart-Computer"),
        ExchangeCmdlet("Get-ExchangeServer", Identity="$(Restart-Computer)"),
        ExchangeCmdlet("Get-ExchangeServer", Identity="{name}"),
        ExchangeCmdlet("Get-ExchangeServer", Identity=""),
        ExchangeCmdlet("Get-ExchangeServer", Identity="EX01\n"),
        ExchangeCmdlet("Get-ExchangeServer", ErrorAction="SilentlyContinue"),
        ExchangeCmdlet("Get-Queue", Server="EX01", Filter="Status -eq $true"),
        ExchangeCmdlet("Get-ExchangeCertificate", Server="EX01|EX02"),
        # what is missing
        ExchangeCmdlet("Get-OwaVirtualDirectory"),
        ExchangeCmdlet("Get-OwaVirtualDirectory", ShowMailboxVirtualDirectories=True),
        ExchangeCmdlet("Get-ServerComponentState"),
        WindowsCmdlet("Get-CimInstance"),
        WindowsCmdlet("Get-ItemProperty", Name="MsiInstallPath"),
        WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile"),
        WindowsCmdlet("Get-CimInstance", ClassName="MSCluster_Node"),
        # the right class, the wrong rest
        WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile", Filter="Extension='exe'"),
        WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile", Filter="Name LIKE 'C:\\\\%'"),
        WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile", Filter="Name='C:\\\\x.exe' OR Name='C:\\\\y'"),
        WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile", Filter="Name='\\\\\\\\server\\\\share\\\\x'"),
        WindowsCmdlet("Get-CimInstance", ClassName="Win32_Service", Namespace="root\\default"),
        WindowsCmdlet("Get-CimInstance", ClassName="Win32_Service", Filter="Name='x' GROUP BY Name"),
        WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\SAM"),
        WindowsCmdlet("Get-ItemProperty", Path="C:\\Users"),
        WindowsCmdlet("Get-ItemProperty", Path=SETUP_KEY + "\\..\\.."),
        WindowsCmdlet("Get-ItemProperty", Path=SETUP_KEY + "*"),
        WindowsCmdlet("Get-ItemProperty", Path=LSA_KEY + "\\JD"),
        WindowsCmdlet("Get-ItemProperty", Path=LSA_KEY.replace("Lsa", "Lsa.bak")),
        WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\SYSTEM\\CurrentControlSet\\Control"),
        WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\SECURITY\\Policy\\Secrets"),
        WindowsCmdlet("Get-ItemProperty", Path="HKLM:\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\FIP-FS\\Engines"),
        WindowsCmdlet("Get-WebGlobalModule", PSPath="IIS:\\"),
        WindowsCmdlet("New-WebGlobalModule", Name="x", Image="x.dll"),
        WindowsCmdlet("Disable-WebGlobalModule", Name="TokenCacheModule"),
        # one file, one text, one line
        WindowsCmdlet("Select-String", LiteralPath=SCAN_ENGINES, Pattern="|NO"),
        line(without="List"),
        line(without="SimpleMatch"),
        line(SimpleMatch=False),
        line(Pattern="password"),
        line(Pattern=("|NO", "password")),
        line(Pattern="."),
        line(Path=SCAN_ENGINES),
        line(Context=100),
        line(NotMatch=True),
        line(Wait=True),
        *(
            line(LiteralPath=path)
            for path in (
                (SCAN_ENGINES, "C:\\Windows\\win.ini"),
                "C:\\Windows\\win.ini",
                SCAN_ENGINES + ".old",
                SCAN_ENGINES.replace("Configuration", "Secrets"),
                SCAN_ENGINES.replace("Configuration.xml", "*.xml"),
                SCAN_ENGINES.replace("\\FIP-FS\\Data", ""),
                SCAN_ENGINES.replace("C:", "\\\\server\\c$"),
                SCAN_ENGINES.replace("Program Files", ".."),
                SCAN_ENGINES.replace("\\Data", "\\Data\\"),
                SCAN_ENGINES.replace("\\", "/"),
                SCAN_ENGINES + ":stream",
                "FIP-FS\\Data\\Configuration.xml",
                "HKLM:\\FIP-FS\\Data\\Configuration.xml",
                SCAN_ENGINES + "\n",
            )
        ),
        WindowsCmdlet("Get-Command", Name="*"),
        WindowsCmdlet("Get-Command"),
        # pipelines
        ExchangeCmdlet(()),
        ExchangeCmdlet("Select-Object", Property="Name"),
        ExchangeCmdlet("Get-ExchangeServer", command("Get-ExchangeServer")),
        ExchangeCmdlet("Get-ExchangeServer", command("Select-Object")),
        ExchangeCmdlet("Get-ExchangeServer", command("Select-Object", Property="*")),
        ExchangeCmdlet("Get-ExchangeServer", command("Select-Object", Property="@{n='x';e={1}}")),
        ExchangeCmdlet("Get-ExchangeServer", command("Microsoft.PowerShell.Utility\\Select-Object", Property="Name")),
        ExchangeCmdlet("Get-ExchangeServer", *[command("Select-Object", Property="Name")] * 3),
        WindowsCmdlet("Add-PSSnapin", Name=EXCHANGE_SNAPIN),
    ],
    ids=lambda question: question.key,
)
def test_what_is_not_on_the_list_is_refused(question: Question) -> None:
    problem = refusal(question)
    assert problem is not None
    assert problem.kind == "not allowed"
    assert problem.cause
    assert problem.cure


@pytest.mark.parametrize("name", ["Get-ExchangeServer; Get-Date", "Get-ExchangeServer|x", "& Get-Date", "1+1", ""])
def test_no_command_is_script_text(name: str) -> None:
    assert refusal(ExchangeCmdlet((Command(name),))) is not None
    assert refusal(WindowsCmdlet((Command(name),))) is not None


def test_only_the_exchange_snap_in_can_be_loaded() -> None:
    assert pipeline_refusal((command("Add-PSSnapin", Name=EXCHANGE_SNAPIN),), (SNAPIN,)) is None
    for other in ("SqlServerCmdletSnapin100", EXCHANGE_SNAPIN + "*", EXCHANGE_SNAPIN.lower()):
        assert pipeline_refusal((command("Add-PSSnapin", Name=other),), (SNAPIN,)) is not None


def test_the_list_only_holds_reading_verbs() -> None:
    for way in (*EXCHANGE, *WINDOWS, SELECT):
        assert way.cmdlet.startswith(("Get-", "Test-", "Search-", "Select-")), way.cmdlet
        assert way.must | way.one_of <= set(way.parameters), way.cmdlet


@pytest.mark.parametrize("value", ["", "x" * 600, "a\x00b", "a`b", 'a"b', "a'b", ("a",), 5, True])
def test_an_identity_is_one_plain_name(value: Argument) -> None:
    assert refusal(ExchangeCmdlet("Get-SendConnector", Identity=value)) is not None


def test_the_refusal_of_a_class_says_what_is_wrong_and_not_which_list_was_tried_first() -> None:
    problem = refusal(WindowsCmdlet("Get-CimInstance", ClassName="CIM_DataFile", Filter="Extension='exe'"))
    assert problem is not None
    assert "full name of one file" in problem.cause
