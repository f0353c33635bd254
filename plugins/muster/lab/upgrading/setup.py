"""What Setup changes by design on the way to a release; what it lost comes after it.

Sources: Microsoft's pages "Upgrade Exchange to the latest Cumulative Update", "Prepare Active Directory and domains",
"Windows Extended Protection", "Feature Flighting" and the build numbers page.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from muster.lab.description import DescriptionMistake
from muster.lab.played import UpgradeEvent
from muster.lab.rows import Row, rows_of
from muster.lab.upgrading.losing import chosen
from muster.lab.upgrading.targets import Target, UpgradeRefused, checked, numbers, read_target
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan
from muster.lab.world.virtual_directories import BACK_END
from muster.lab.world.windows import EXSETUP, registry_of, services_new_since

_PROTECTED_SINCE = (15, 2, 1544, 4)
"""2019 CU14: from here on Setup switches Extended Protection on."""
_NO_PROTECTION = frozenset({"/donotenableep"})
_NO_EWS = frozenset({"/donotenableep_feews", "/donotenableepfeews"})
# Microsoft's table of what Setup switches on, by the virtual directory's name; every other one is Require
_FRONT: Mapping[str, str] = {
    "autodiscover": "None",
    "ews": "Allow",
    "microsoft-server-activesync": "Allow",
    "oab": "Allow",
    "powershell": "None",
}
_BACK: Mapping[str, str] = {"autodiscover": "None"}
SWITCHES = ("/DoNotEnableEP", "/DoNotEnableEP_FEEWS")


def upgrade(world: World, event: UpgradeEvent) -> None:
    """Upgrade a server; raises ``UpgradeRefused`` before anything has changed."""
    target = read_target(event.to)
    losses = chosen(event.lose)
    switches = {switch.casefold() for switch in event.switches}
    if unknown := switches - _NO_PROTECTION - _NO_EWS:
        raise UpgradeRefused(f"Setup's switch {min(unknown)} changes nothing here; {' and '.join(SWITCHES)} do")
    try:
        before = world.plans.server(event.server)
    except DescriptionMistake:
        names = ", ".join(server.name for server in world.plans.servers)
        raise UpgradeRefused(f"there is no server '{event.server}'; there are {names}") from None
    checked(before, target)
    after = replace(before, product=target.product, build=target.build, cu_build=target.cu)
    world.plans = replace(world.plans, servers=tuple(after if one == before else one for one in world.plans.servers))
    _prepare(world, target, event.at)
    _replace_files(world, before, after, event.at)
    _restart(world, before, after, event.at)
    if numbers(before.cu_build) != numbers(after.cu_build):
        _show_version(world, after, event.at)
        if numbers(before.cu_build) < _PROTECTED_SINCE <= numbers(after.cu_build):
            _protect(world, after, switches)
    for loss in losses:
        loss.lose(world, after, event.at)


def _prepare(world: World, target: Target, at: datetime) -> None:
    """Schema, organisation and domains, where the target needs more than is there."""
    schema, organization = f"CN=Schema,{world.plans.configuration_dn}", world.plans.organization_dn
    for node in world.nodes:
        folded = node.dn.casefold()
        if folded == f"CN=ms-Exch-Schema-Version-Pt,{schema}".casefold():
            wanted = {"rangeUpper": target.range_upper}
        elif folded == organization.casefold():
            wanted = {"objectVersion": target.object_version}
        elif folded.startswith("cn=microsoft exchange system objects,"):
            wanted = {"objectVersion": target.meso}
        else:
            continue
        for name, value in wanted.items():
            if int(node.attributes[name][0]) < value:
                node.attributes |= {name: [value], "whenChanged": [at]}
                for differs in node.differs.values():
                    differs.pop(name, None)
    for row in world.rows("Get-OrganizationConfig"):
        version = row.get("ObjectVersion")
        if isinstance(version, int) and version < target.object_version:
            row.change({"ObjectVersion": target.object_version}, at)


def _replace_files(world: World, before: ServerPlan, after: ServerPlan, at: datetime) -> None:
    """ExSetup.exe, what the registry says of it, and the versions of roles."""
    for row in rows_of(after.name, world.windows[after.name]):
        if row.shape.name == "CIM_DataFile" and row.matches({"Name": EXSETUP}):
            row.set({"Version": after.build, "LastModified": at})
    old, new = (f"\\{'.'.join(one.build.split('.')[:3])}\\" for one in (before, after))
    for row in rows_of(after.name, world.windows[after.name]):
        if row.shape.name == "Get-FileHash":  # the folders of Outlook on the web are named after the build
            row.set({"Path": row.text("Path").replace(old, new)})
    for key, values in registry_of(after).items():
        if key.casefold().endswith("\\exchangeserver\\v15\\setup"):
            world.registry[after.name].setdefault(key, {}).update(values)
    _count_up(world, before, after)


def _count_up(world: World, before: ServerPlan, after: ServerPlan) -> None:
    """The versions of roles and of Exchange's own packages in the registry."""
    for values in world.registry[after.name].values():
        for name, value in values.items():
            if name in {"ConfiguredVersion", "UnpackedVersion"} and value in {before.build, before.cu_build}:
                values[name] = after.build if value == before.build else after.cu_build
            elif name == "DisplayVersion" and value == before.build:  # Exchange's own packages
                values[name] = after.build


def _restart(world: World, before: ServerPlan, after: ServerPlan, at: datetime) -> None:
    """A CU wants a restart; services come back as they were, and new ones with the release."""
    rows = world.windows[after.name]
    for row in rows:
        if row.shape.name == "Win32_OperatingSystem":
            row.set({"LastBootUpTime": at})
    known = {str(row.get("Name")).casefold() for row in rows if row.shape.name == "Win32_Service"}
    rows += [row for row in services_new_since(before, after) if str(row.get("Name")).casefold() not in known]


def _show_version(world: World, after: ServerPlan, at: datetime) -> None:
    """The CU's build wherever the directory shows it."""
    for rows in world.exchange.values():
        for row in rows:
            if row.server == after.name and "AdminDisplayVersion" in row.shape.properties:
                row.change({"AdminDisplayVersion": after.admin_display_version}, at)
    dn = world.plans.server_dn(after.name).casefold()
    for node in world.nodes:
        if node.dn.casefold() == dn:
            node.attributes |= {"serialNumber": [after.serial_number], "whenChanged": [at]}


def _protect(world: World, after: ServerPlan, switches: set[str]) -> None:
    """Extended Protection on every virtual directory, unless Setup is told otherwise; no SSL offloading beside it."""
    if switches & _NO_PROTECTION:
        return
    for row in _virtual_directories(world, after):
        back = BACK_END in str(row.get("Identity"))
        name = str(row.get("Name")).partition(" (")[0].casefold()
        if name == "ews" and not back and switches & _NO_EWS:
            continue
        row.set({"ExtendedProtectionTokenChecking": (_BACK if back else _FRONT).get(name, "Require")})
        if "SSLOffloading" in row.shape.properties:
            row.set({"SSLOffloading": False})


def _virtual_directories(world: World, server: ServerPlan) -> list[Row]:
    return [
        row
        for rows in world.exchange.values()
        for row in rows
        if row.server == server.name and "ExtendedProtectionTokenChecking" in row.shape.properties
    ]
