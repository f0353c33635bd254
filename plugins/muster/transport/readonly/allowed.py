"""The read-only list: cmdlet + parameter + value. What is not on it is never sent.

Names and fixed values are compared exactly, capitals included: nothing but what is written here passes, no
abbreviated parameter and no second spelling. Every cmdlet reads; ``Add-PSSnapin`` loads the Exchange cmdlets into
the session of an Edge, which has no other way to offer them.
"""

from muster.model import Command, ExchangeCmdlet, Problem, Question, WindowsCmdlet
from muster.transport.readonly.allowing import STOP as _STOP
from muster.transport.readonly.allowing import Allowed
from muster.transport.readonly.argument_rules import (
    COMPUTER,
    FULL_PATH,
    IDENTITY,
    PROPERTIES,
    PROPERTY,
    SWITCH,
    THUMBPRINT,
    WQL,
    Like,
    OneOf,
)
from muster.transport.readonly.never import reason_never
from muster.transport.readonly.readiness import READINESS
from muster.transport.readonly.setup_windows import SETUP_WINDOWS
from muster.transport.readonly.upgrade_exchange import UPGRADE_EXCHANGE
from muster.transport.readonly.upgrade_windows import UPGRADE_WINDOWS
from muster.transport.readonly.who_and_when import WHO_AND_WHEN

EXCHANGE_SNAPIN = "Microsoft.Exchange.Management.PowerShell.E2010"
_LONGEST_PIPELINE = 3


_DC = _STOP | {"DomainController": COMPUTER}
_ID = {"Identity": IDENTITY} | _DC
_SERVER = {"Server": COMPUTER} | _DC
_BOTH = _ID | _SERVER
_DIRECTORY = _BOTH | {"ADPropertiesOnly": SWITCH, "ShowMailboxVirtualDirectories": SWITCH}
# without -ADPropertiesOnly every IIS is asked in turn, so then only for one server
_DIRECTORY_ONE_OF = frozenset({"ADPropertiesOnly", "Server", "Identity"})


def _directory(cmdlet: str) -> Allowed:
    return Allowed(cmdlet, _DIRECTORY, one_of=_DIRECTORY_ONE_OF)


SELECT = Allowed(
    "Select-Object",
    {"Property": PROPERTIES, "ExpandProperty": PROPERTY},
    one_of=frozenset({"Property", "ExpandProperty"}),
)

EXCHANGE: tuple[Allowed, ...] = (
    Allowed("Get-ExchangeServer", _ID | {"Status": SWITCH}),
    Allowed("Get-OrganizationConfig", _DC),
    Allowed("Get-AcceptedDomain", _ID),
    Allowed("Get-TransportConfig", _DC),
    Allowed("Get-AuthConfig", _DC),
    Allowed("Get-SendConnector", _ID),
    Allowed("Get-ReceiveConnector", _BOTH),
    _directory("Get-OwaVirtualDirectory"),
    _directory("Get-EcpVirtualDirectory"),
    _directory("Get-WebServicesVirtualDirectory"),
    _directory("Get-ActiveSyncVirtualDirectory"),
    _directory("Get-OabVirtualDirectory"),
    _directory("Get-MapiVirtualDirectory"),
    _directory("Get-AutodiscoverVirtualDirectory"),
    _directory("Get-PowerShellVirtualDirectory"),
    _directory("Get-OutlookAnywhere"),
    Allowed("Get-ClientAccessService", _ID | {"IncludeAlternateServiceAccountCredentialStatus": SWITCH}),
    Allowed("Get-ClientAccessServer", _ID | {"IncludeAlternateServiceAccountCredentialStatus": SWITCH}),
    Allowed("Get-TransportService", _ID),
    Allowed("Get-FrontendTransportService", _ID),
    Allowed("Get-MailboxTransportService", _ID),
    Allowed("Get-MailboxServer", _ID | {"Status": SWITCH}),
    Allowed("Get-DatabaseAvailabilityGroup", _ID | {"Status": SWITCH}),
    Allowed("Get-MailboxDatabase", _BOTH | {"Status": SWITCH}),
    Allowed("Get-SettingOverride", _ID),
    Allowed("Get-EdgeSubscription", _ID),
    Allowed("Get-ServerComponentState", _ID | {"Component": IDENTITY}, must=frozenset({"Identity"})),
    Allowed("Get-ExchangeCertificate", _SERVER | {"Thumbprint": THUMBPRINT}),
    Allowed("Test-ServiceHealth", _SERVER),
    Allowed("Get-MailboxDatabaseCopyStatus", _BOTH),
    Allowed("Test-ReplicationHealth", _ID),
    Allowed(
        "Get-Queue",
        _SERVER
        | {
            "Exclude": OneOf(("Internal", "External", "Empty", "ShadowRedundancy"), several=True),
            "Include": OneOf(("Internal", "External", "Empty", "ShadowRedundancy"), several=True),
            "Filter": Like(
                r"DeliveryType -(?:eq|ne) '[A-Za-z]{1,64}'(?: -and DeliveryType -(?:eq|ne) '[A-Za-z]{1,64}')*",
                "with conditions on DeliveryType",
            ),
        },
    ),
    Allowed("Get-HealthReport", _ID, must=frozenset({"Identity"})),
    Allowed(
        "Get-TransportAgent",
        _STOP | {"TransportService": OneOf(("Hub", "Edge", "FrontEnd", "MailboxSubmission", "MailboxDelivery"))},
    ),
    Allowed(
        "Get-ExchangeDiagnosticInfo",
        _SERVER
        | {
            "Process": OneOf(("Microsoft.Exchange.Directory.TopologyService",)),
            "Component": OneOf(("VariantConfiguration",)),
            "Argument": OneOf(("Overrides",)),
        },
        must=frozenset({"Process", "Component", "Argument"}),
    ),
    Allowed("Get-ManagementRole", _DC | {"Cmdlet": Like("(?:Get|Test)-[A-Za-z]{1,64}", "with a reading cmdlet")}),
    *UPGRADE_EXCHANGE,
    *READINESS,
    *WHO_AND_WHEN,
)


def _cim(namespace: str | None, *classes: str) -> Allowed:
    parameters = _STOP | {"ClassName": OneOf(classes), "Property": PROPERTIES, "Filter": WQL}
    if namespace is None:
        return Allowed(
            "Get-CimInstance", parameters | {"Namespace": OneOf((r"root\cimv2",))}, frozenset({"ClassName"})
        )
    parameters |= {"Namespace": OneOf((namespace,))}
    return Allowed("Get-CimInstance", parameters, must=frozenset({"ClassName", "Namespace"}))


_KEYS = Like(
    r"HKLM:\\(?:"
    r"SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup"
    r"|SOFTWARE\\Microsoft\\ExchangeServer\\v15\\ServerComponentStates(?:\\[A-Za-z]{1,64})?"
    r"|SOFTWARE\\Microsoft\\ExchangeServer\\v15\\FIP-FS"
    r"|SOFTWARE\\(?:Wow6432Node\\)?Microsoft\\\.NETFramework\\v[24]\.0\.(?:30319|50727)"
    r"|SOFTWARE\\Microsoft\\NET Framework Setup\\NDP\\v4\\Full"
    r"|SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
    r"|SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
    r"|SYSTEM\\CurrentControlSet\\Control\\Lsa"
    r"|SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL(?:\\Protocols(?:\\[A-Za-z]{3} \d\.\d"
    r"(?:\\(?:Client|Server))?)?)?"
    r")",
    "with one of the registry keys on the list",
)
_REGISTRY = _STOP | {"Path": _KEYS, "LiteralPath": _KEYS, "Name": PROPERTIES}
_ONE_PATH = frozenset({"Path", "LiteralPath"})
_SCAN_ENGINE_FILE = Like(
    r"[A-Za-z]:(?:\\(?!\.\.?\\)[^\x00-\x1f\\/:*?\"<>|]{1,255})*\\FIP-FS\\Data\\Configuration\.xml",
    r"with the scan engines' …\FIP-FS\Data\Configuration.xml on a local disk",
)

WINDOWS: tuple[Allowed, ...] = (
    Allowed("Get-Command", _STOP | {"Name": OneOf(("ExSetup.exe",))}, must=frozenset({"Name"})),
    _cim(
        None,
        "Win32_Service",
        "Win32_OperatingSystem",
        "Win32_Volume",
        "Win32_ComputerSystem",
        "Win32_Processor",
        "Win32_PhysicalMemory",
        "Win32_PageFileSetting",
        "Win32_NetworkAdapter",
        "Win32_NetworkAdapterConfiguration",
        "Win32_QuickFixEngineering",
        "Win32_GroupUser",
    ),
    _cim(r"root\cimv2\power", "Win32_PowerPlan"),
    _cim(r"root\MSCluster", "MSCluster_Node"),
    _cim(r"root\rsop\computer", "RSOP_RegistryPolicySetting"),
    Allowed(
        "Get-CimInstance",
        _STOP
        | {
            "ClassName": OneOf(("CIM_DataFile",)),
            "Namespace": OneOf((r"root\cimv2",)),
            "Filter": FULL_PATH,
            "Property": PROPERTIES,
        },
        must=frozenset({"ClassName", "Filter"}),
    ),
    Allowed("Get-ItemProperty", _REGISTRY, one_of=_ONE_PATH),
    Allowed("Get-ItemPropertyValue", _REGISTRY, must=frozenset({"Name"}), one_of=_ONE_PATH),
    Allowed("Get-ClusterNode", _STOP | {"Name": COMPUTER}, must=frozenset({"Name"})),
    Allowed("Get-WebGlobalModule", _STOP),
    # a file's text is never read at large: one file, one text to look for, and the first line that has it
    Allowed(
        "Select-String",
        _STOP | {"LiteralPath": _SCAN_ENGINE_FILE, "Pattern": OneOf(("|NO",)), "SimpleMatch": SWITCH, "List": SWITCH},
        must=frozenset({"LiteralPath", "Pattern", "SimpleMatch", "List"}),
    ),
    Allowed("Get-WebBinding", _STOP | {"Name": IDENTITY, "Protocol": OneOf(("http", "https"))}),
    *UPGRADE_WINDOWS,
    *SETUP_WINDOWS,
)

SNAPIN = Allowed("Add-PSSnapin", {"Name": OneOf((EXCHANGE_SNAPIN,))}, must=frozenset({"Name"}))
"""Only what opens an Edge's session; never part of a question."""


def refusal(question: Question) -> Problem | None:
    """Why a question must not be sent; ``None`` for one that may. Directory searches and probes only ever read."""
    match question:
        case ExchangeCmdlet():
            return pipeline_refusal(question.pipeline, EXCHANGE)
        case WindowsCmdlet():
            return pipeline_refusal(question.pipeline, WINDOWS)
        case _:
            return None


def pipeline_refusal(pipeline: tuple[Command, ...], sources: tuple[Allowed, ...]) -> Problem | None:
    """Why a pipeline must not be sent: its first command is one of the sources, the others only select."""
    typed = " | ".join(map(str, pipeline))
    if not 1 <= len(pipeline) <= _LONGEST_PIPELINE:
        return _problem(typed, f"a pipeline has 1 to {_LONGEST_PIPELINE} cmdlets")
    for place, step in enumerate(pipeline):
        why = reason_never(step) or _objection(step, sources if place == 0 else (SELECT,))
        if why:
            return _problem(typed, why)
    return None


def _problem(typed: str, why: str) -> Problem:
    return Problem(
        "not allowed",
        f"muster does not send: {typed}",
        why,
        "Ask for it in a way that muster's read-only list (transport/readonly/allowed.py) has",
    )


def _objection(step: Command, ways: tuple[Allowed, ...]) -> str:
    """What is wrong with one command in every way it could be used; ``""`` where one way takes it."""
    fitting = [way for way in ways if way.cmdlet == step.name]
    if not fitting:
        return f"{step.name} is not on the read-only list at this place of a pipeline"
    objections = [_objection_to(step, way) for way in fitting]
    # of several ways the one that got furthest explains best: its class was right and something else was not
    return "" if "" in objections else max(objections, key=lambda text: "ClassName" not in text)


def _objection_to(step: Command, way: Allowed) -> str:
    names = [name for name, _ in step.parameters]
    for name, value in step.parameters:
        rule = way.parameters.get(name)
        if rule is None:
            return f"-{name} of {step.name} is not on the read-only list"
        if names.count(name) > 1:
            return f"-{name} of {step.name} stands twice"
        if not rule.allows(value):
            return f"-{name} of {step.name} is allowed only {rule.meaning}"
    missing = sorted(way.must - set(names))
    if missing:
        return f"{step.name} is allowed only with -{missing[0]}"
    if way.one_of and not way.one_of & set(names):
        return f"{step.name} is allowed only with " + " or ".join(f"-{name}" for name in sorted(way.one_of))
    return ""
