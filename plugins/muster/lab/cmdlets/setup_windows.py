"""The Windows cmdlets that are asked before an upgrade, answered from the world."""

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase

from muster.lab.cmdlets.paths import fits, is_pattern
from muster.lab.cmdlets.registry import home_of
from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import Cmdlet, ErrorSaid, Invocation, Produced
from muster.lab.rows import Output, Row
from muster.lab.shapes import load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

Run = Callable[[Invocation, Sequence[Output]], Produced]


def setup_cmdlets(world: World, server: ServerPlan) -> Iterable[Cmdlet]:
    """Each of them."""
    yield Cmdlet("Get-Item", frozenset({"Path", "LiteralPath", "Stream"}), _get_item(world, server), ("Path",))
    yield Cmdlet(
        "Get-ChildItem", frozenset({"Path", "LiteralPath", "Filter"}), _get_child_item(world, server), ("Path",)
    )
    yield Cmdlet("Get-ExecutionPolicy", frozenset({"List"}), _every(world, server, "Get-ExecutionPolicy"))
    yield Cmdlet(
        "Get-AuthenticodeSignature",
        frozenset({"LiteralPath"}),
        _at_path(world, server, "Get-AuthenticodeSignature", "Path"),
    )
    yield Cmdlet("Get-WindowsFeature", frozenset({"Name"}), _get_windows_feature(world, server), ("Name",))


def _rows(world: World, server: ServerPlan, shape: str) -> list[Row]:
    return [row for row in world.windows[server.name] if row.shape.name == shape]


def _not_there(path: str, cmdlet: str) -> ErrorSaid:
    return ErrorSaid(
        f"Cannot find path '{path}' because it does not exist.",
        "System.Management.Automation.ItemNotFoundException",
        f"PathNotFound,Microsoft.PowerShell.Commands.{cmdlet.replace('-', '')}Command",
        "ObjectNotFound",
        path,
        cmdlet,
    )


def _every(world: World, server: ServerPlan, shape: str) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del invocation, upstream
        return Produced(_rows(world, server, shape))

    return run


def _at_path(world: World, server: ServerPlan, shape: str, name: str) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        path = str(invocation.value("LiteralPath"))
        found = [row for row in _rows(world, server, shape) if str(row.get(name)).casefold() == path.casefold()]
        return Produced(found) if found else Produced(errors=[_not_there(path, invocation.name)])

    return run


def _get_windows_feature(world: World, server: ServerPlan) -> Run:
    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        wanted = {name.casefold() for name in names_of(invocation.value("Name"))}
        rows = _rows(world, server, "Get-WindowsFeature")
        return Produced([row for row in rows if not wanted or str(row.get("Name")).casefold() in wanted])

    return run


def _key_row(world: World, server: ServerPlan, key: str) -> Row:
    home = home_of(key)
    parent, _, child = home.rpartition("\\")
    row = Row(load_shapes()["Get-Item"], server=server.name)
    values = world.registry[server.name].get(key, {})
    row.set(
        {
            "Name": home.partition("::")[2],
            "Property": list(values),
            "ValueCount": len(values),
            "PSPath": home,
            "PSParentPath": parent,
            "PSChildName": child,
        }
    )
    return row


def _get_item(world: World, server: ServerPlan) -> Run:
    """Registry keys by path, and the streams of a file."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        if invocation.has("Stream"):
            return _at_path(world, server, "AlternateStream", "FileName")(invocation, upstream)
        rows: list[Output] = []
        errors: list[ErrorSaid] = []
        for path in names_of(invocation.value("Path") or invocation.value("LiteralPath")):
            found = [key for key in world.registry[server.name] if fits(key, path)]
            rows += [_key_row(world, server, key) for key in found]
            if not found and not is_pattern(path):
                errors.append(_not_there(path, invocation.name))
        return Produced(rows, errors)

    return run


def _get_child_item(world: World, server: ServerPlan) -> Run:
    """The keys under a key, each once, and the files of a folder."""

    def run(invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        del upstream
        path = str(invocation.value("Path") or invocation.value("LiteralPath")).rstrip("\\")
        if not path.startswith("HKLM:"):
            wanted = str(invocation.value("Filter", "*")).casefold()
            files = [
                row
                for row in _rows(world, server, "Get-ChildItem")
                if str(row.get("DirectoryName")).casefold() == path.casefold()
                and fnmatchcase(str(row.get("Name")).casefold(), wanted)
            ]
            return Produced(files)
        begin = f"{path}\\".casefold()
        under = [key for key in world.registry[server.name] if key.casefold().startswith(begin)]
        children = dict.fromkeys(key[: len(begin)] + key[len(begin) :].partition("\\")[0] for key in under)
        if not children:
            return Produced(errors=[_not_there(path, invocation.name)])
        return Produced([_key_row(world, server, key) for key in children])

    return run
