"""The cmdlets of a server's Windows endpoint, plain or JEA, answered from the world."""

from collections.abc import Callable, Sequence

from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.cmdlets.paths import fits
from muster.lab.cmdlets.registry import get_item_property, get_item_property_value
from muster.lab.cmdlets.select_xml import select_xml
from muster.lab.cmdlets.selection import names_of, proxy_select_object, select_object
from muster.lab.cmdlets.setup_windows import setup_cmdlets
from muster.lab.cmdlets.web_configuration import get_file_hash, get_web_configuration
from muster.lab.cmdlets.wql import BadFilter, parse_condition
from muster.lab.powershell.pipelines import Cmdlet, ErrorSaid, Invocation, Produced, Terminated
from muster.lab.rows import Output, Row
from muster.lab.shapes import load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan
from muster.lab.world.windows import EXSETUP, file_version

SNAP_IN = "Microsoft.Exchange.Management.PowerShell.E2010"
Run = Callable[[Invocation, Sequence[Output]], Produced]


def windows_cmdlets(
    world: World, server: ServerPlan, *, jea: bool = False, jea_select: bool = False
) -> dict[str, Cmdlet]:
    """What a session on ``server`` offers, by name in lower case.

    ``jea``: a RestrictedRemoteServer session whose role capability shows the reading cmdlets; ``jea_select``: it also
    shows the real Select-Object, which must then be called by its module's name.
    """
    offered = {
        cmdlet.name.casefold(): cmdlet
        for cmdlet in (
            Cmdlet(
                "Get-CimInstance",
                frozenset({"ClassName", "Namespace", "Filter", "Property"}),
                _get_cim_instance(world, server),
                positional=("ClassName",),
            ),
            Cmdlet(
                "Get-ItemProperty",
                frozenset({"Path", "LiteralPath", "Name"}),
                get_item_property(world, server),
                positional=("Path", "Name"),
            ),
            Cmdlet(
                "Get-ItemPropertyValue",
                frozenset({"Path", "LiteralPath", "Name"}),
                get_item_property_value(world, server),
                positional=("Path", "Name"),
            ),
            Cmdlet(
                "Get-ClusterNode", frozenset({"Name"}), _named(world, server, "Get-ClusterNode"), positional=("Name",)
            ),
            Cmdlet(
                "Get-WebBinding",
                frozenset({"Name", "Protocol", "Port"}),
                _get_web_binding(world, server),
                positional=("Name",),
            ),
            Cmdlet(
                "Get-WebGlobalModule",
                frozenset({"Name"}),
                _named(world, server, "Get-WebGlobalModule", "name"),
                positional=("Name",),
            ),
            Cmdlet(
                "Select-String",
                frozenset({"LiteralPath", "Path", "Pattern", "SimpleMatch", "List"}),
                _select_string(world, server),
                positional=("Pattern",),
            ),
            Cmdlet(
                "Get-WebConfiguration",
                frozenset({"Filter", "PSPath", "Recurse"}),
                get_web_configuration(world, server),
                ("Filter",),
            ),
            Cmdlet("Get-FileHash", frozenset({"Path", "Algorithm"}), get_file_hash(world, server), ("Path",)),
            Cmdlet(
                "Select-Xml", frozenset({"Path", "XPath"}), select_xml(world, server), positional=("XPath", "Path")
            ),
            *setup_cmdlets(world, server),
            Cmdlet("Get-Service", frozenset({"Name"}), _get_service(world, server), positional=("Name",)),
        )
    }
    if jea:
        offered["select-object"] = proxy_select_object()
        if jea_select:
            offered["microsoft.powershell.utility\\select-object"] = select_object()
        return offered
    offered["select-object"] = offered["microsoft.powershell.utility\\select-object"] = select_object()
    offered["get-command"] = Cmdlet(
        "Get-Command", frozenset({"Name"}), _get_command(world, server), positional=("Name",)
    )
    offered["add-pssnapin"] = Cmdlet(
        "Add-PSSnapin", frozenset({"Name"}), _add_snap_in(world, server, offered), ("Name",)
    )
    return offered


def _rows(world: World, server: ServerPlan, shape: str) -> list[Row]:
    return [row for row in world.windows[server.name] if row.shape.name.casefold() == shape.casefold()]


def _get_cim_instance(world: World, server: ServerPlan) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        wanted = str(invocation.value("ClassName"))
        rows = _rows(world, server, wanted)
        namespace = str(invocation.value("Namespace", "root\\cimv2")).replace("/", "\\").casefold()
        home = next(
            (
                shape.more.get("namespace", "root\\cimv2")
                for name, shape in load_shapes().items()
                if name.casefold() == wanted.casefold()
            ),
            "",
        )
        if home != namespace:
            problem = "Invalid class " if namespace == "root\\cimv2" else "Invalid namespace "
            return Produced(errors=[_cim_error(problem, "NotFound", wanted)])
        written = invocation.value("Filter")
        if written is not None:
            try:
                condition = parse_condition(str(written))
            except BadFilter:
                return Produced(errors=[_cim_error("Invalid query ", "InvalidArgument", wanted)])
            rows = [row for row in rows if condition(row.get)]
        chosen = {name.casefold() for name in names_of(invocation.value("Property"))}
        return Produced([_only(row, chosen) for row in rows] if chosen else rows)

    return run


def _only(row: Row, chosen: set[str]) -> Row:
    """The instance with only the chosen properties filled: the others are there, and null."""
    return Row(
        row.shape, {name: row.get(name) if name.casefold() in chosen else None for name in row.shape.properties}
    )


def _cim_error(message: str, category: str, target: str) -> ErrorSaid:
    return ErrorSaid(
        message,
        "Microsoft.Management.Infrastructure.CimException",
        "HRESULT 0x80041010,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand",
        {"NotFound": "ObjectNotFound"}.get(category, category),
        target,
        "Get-CimInstance",
    )


def _named(world: World, server: ServerPlan, shape: str, key: str = "Name") -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        wanted = {name.casefold() for name in names_of(invocation.value("Name"))}
        rows = [row for row in _rows(world, server, shape) if not wanted or str(row.get(key)).casefold() in wanted]
        return Produced(rows)

    return run


def _get_web_binding(world: World, server: ServerPlan) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        rows = _rows(world, server, "Get-WebBinding")
        site, protocol, port = (invocation.value(name) for name in ("Name", "Protocol", "Port"))
        if site is not None:
            rows = [row for row in rows if f"@name='{site}'".casefold() in str(row.get("ItemXPath")).casefold()]
        if protocol is not None:
            rows = [row for row in rows if str(row.get("protocol")).casefold() == str(protocol).casefold()]
        if port is not None:
            rows = [row for row in rows if f":{port}:" in str(row.get("bindingInformation"))]
        return Produced(rows)

    return run


def _select_string(world: World, server: ServerPlan) -> Run:
    """The lines of the named file that hold the text; -SimpleMatch as it must be, no pattern is read."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        if invocation.has("Path"):
            return Produced(_first_lines(_rows(world, server, "Select-String"), invocation))
        path, patterns = str(invocation.value("LiteralPath")), names_of(invocation.value("Pattern"))
        if not any(row.matches({"Name": path}) for row in _rows(world, server, "CIM_DataFile")):
            said = f"Cannot find path '{path}' because it does not exist."
            error = "FileNotFound,Microsoft.PowerShell.Commands.SelectStringCommand"
            kind = "System.Management.Automation.ItemNotFoundException"
            return Produced(errors=[ErrorSaid(said, kind, error, "InvalidArgument", path, "Select-String")])
        found = []
        for row in _rows(world, server, "Select-String"):
            line = str(row.get("Line")).casefold()
            fitting = [pattern for pattern in patterns if pattern.casefold() in line]
            if row.matches({"Path": path}) and fitting:
                row.set({"Pattern": fitting[0]})
                found.append(row)
        return Produced(found[:1] if invocation.has("List") else found)

    return run


def _first_lines(rows: list[Row], invocation: Invocation) -> list[Row]:
    """The first line of each file that the paths fit."""
    text, found = str(invocation.value("Pattern")).casefold(), dict[str, Row]()
    for path in names_of(invocation.value("Path")):
        for row in rows:
            if fits(str(row.get("Path")), path) and text in str(row.get("Line")).casefold():
                found.setdefault(str(row.get("Path")), row)
    return list(found.values())


def _get_service(world: World, server: ServerPlan) -> Run:
    starts = {"Auto": "Automatic"}

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        wanted = {name.casefold() for name in names_of(invocation.value("Name"))}
        rows = []
        for service in _rows(world, server, "Win32_Service"):
            name = str(service.get("Name"))
            if wanted and name.casefold() not in wanted:
                continue
            row = Row(load_shapes()["Get-Service"])
            start = str(service.get("StartMode"))
            row.set(
                {
                    "ServiceName": name,
                    "DisplayName": service.get("DisplayName"),
                    "Status": service.get("State"),
                    "StartType": starts.get(start, start),
                }
            )
            rows.append(row)
        return Produced(rows)

    return run


def _get_command(world: World, server: ServerPlan) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        name = str(invocation.value("Name"))
        if name.casefold() != "exsetup.exe":
            raise Terminated(
                ErrorSaid(
                    f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or "
                    "operable program.",
                    "System.Management.Automation.CommandNotFoundException",
                    "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand",
                    "ObjectNotFound",
                    name,
                    "Get-Command",
                )
            )
        (file,) = (row for row in _rows(world, server, "CIM_DataFile") if row.matches({"Name": EXSETUP}))
        version = str(file.get("Version"))
        row = Row(load_shapes()["Get-Command"])
        row.set(
            {
                "Name": "ExSetup.exe",
                "Path": EXSETUP,
                "Definition": EXSETUP,
                "Source": EXSETUP,
                "Version": version,
                "FileVersionInfo": file_version(EXSETUP, version),  # type: ignore[dict-item] # an object
            }
        )
        return Produced([row])

    return run


def _add_snap_in(world: World, server: ServerPlan, offered: dict[str, Cmdlet]) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        name = str(invocation.value("Name"))
        if name.casefold() != SNAP_IN.casefold():
            raise Terminated(
                ErrorSaid(
                    f"No snap-ins have been registered for Windows PowerShell version 5. ({name})",
                    "System.Management.Automation.PSArgumentException",
                    "AddPSSnapInRead,Microsoft.PowerShell.Commands.AddPSSnapinCommand",
                    "InvalidArgument",
                    name,
                    "Add-PSSnapin",
                )
            )
        for key, cmdlet in exchange_cmdlets(world, server).items():
            offered.setdefault(key, cmdlet)
        return Produced()

    return run
