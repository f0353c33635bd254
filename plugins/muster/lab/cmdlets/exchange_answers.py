"""What one Exchange cmdlet answers, from the world: whose rows, through which view, and who cannot be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.lab.cmdlets.rpc import unreachable
from muster.lab.cmdlets.selection import names_of
from muster.lab.powershell.pipelines import ErrorSaid, Invocation, Produced, Terminated
from muster.lab.rows import Output, Row
from muster.lab.shapes import load_shapes
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan
from muster.lab.world.virtual_directories import BACK_END

_CLASS = "Microsoft.Exchange.Management.SystemConfigurationTasks."


@dataclass(frozen=True, slots=True)
class Asking:
    """How a cmdlet is asked. ``server`` and ``identity`` say which parameter names what.

    ``contacts``: it asks the server itself (by ``server`` or ``identity``), by default the endpoint's own; nobody
    else can answer. ``mandatory``: without that parameter it refuses. ``switches``: what else it takes.
    """

    identity: str = "Identity"
    server: str = ""
    contacts: str = ""
    mandatory: bool = False
    switches: frozenset[str] = frozenset()
    edge: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """One cmdlet of a session on the server ``own``."""

    world: World
    own: ServerPlan
    name: str
    asking: Asking

    def run(self, invocation: Invocation, upstream: Sequence[Output]) -> Produced:
        """Answer; raises ``Terminated`` where a mandatory parameter is missing."""
        del upstream
        produced = self._produced(invocation)
        return self._beside(self.world.answers.get(self.name), produced)

    def _beside(self, written: Mapping[str, Any] | None, produced: Produced) -> Produced:
        """What a planted fault says beside (or instead of) the output."""
        if not written:
            return produced
        outputs = () if written.get("zero") else produced.outputs
        errors, warnings = [*produced.errors], [*produced.warnings]
        if "error" in written:
            task = f"{_CLASS}{self.name.replace('-', '')}"
            errors.append(ErrorSaid(written["error"], f"{_CLASS}TaskException", task, "InvalidOperation"))
        if "warning" in written:
            warnings.append(written["warning"])
        return Produced(outputs, errors, warnings)

    def _produced(self, invocation: Invocation) -> Produced:
        rows = [row for row in self.world.rows(self.name) if self._shown(row)]
        if self.asking.contacts:
            return self._contact(invocation, rows)
        server = invocation.value(self.asking.server) if self.asking.server else None
        if server is not None:
            target = self._server_named(str(server))
            if isinstance(target, ErrorSaid):
                return Produced(errors=[target])
            rows = [row for row in rows if target.name in _servers_of(row)]
        identity = invocation.value(self.asking.identity)
        if identity is not None:
            rows = [row for row in rows if _is(row, str(identity))]
            if not rows:
                return Produced(errors=[self._not_found(str(identity))])
        return self._views(rows, invocation)

    def _shown(self, row: Row) -> bool:
        """An Edge shows its own objects, everybody else the organisation's; servers are listed with their Edges."""
        if self.own.edge:
            return row.server == self.own.name
        edges = {server.name for server in self.world.plans.servers if server.edge}
        return self.name == "Get-ExchangeServer" or row.server not in edges

    def _views(self, rows: Sequence[Row], invocation: Invocation) -> Produced:
        """Leave out what ``-ADPropertiesOnly`` leaves out and what only ``-Status`` or the server itself tells."""
        shape = load_shapes()[self.name]
        if shape.from_iis and not invocation.has("ShowMailboxVirtualDirectories"):
            rows = [row for row in rows if BACK_END not in str(row.get("Identity"))]
        errors: list[ErrorSaid] = []
        shown: list[Row] = []
        for row in rows:
            if shape.from_iis and invocation.has("ADPropertiesOnly"):
                shown.append(_without(row, shape.from_iis, iis=True))
            elif shape.from_iis and row.server in self.world.down:
                errors.append(unreachable(row.server or "", self.name))
            elif shape.from_status and not invocation.has("Status"):
                shown.append(_without(row, shape.from_status, iis=False))
            else:
                shown.append(row)
        return Produced(shown, errors)

    def _contact(self, invocation: Invocation, rows: Sequence[Row]) -> Produced:
        """Ask the server itself: the one that is named, the one in an identity, or the endpoint's own."""
        wanted = invocation.value(self.asking.contacts)
        identity = ""
        if self.asking.contacts != self.asking.identity:
            identity = str(invocation.value(self.asking.identity, ""))
        if wanted is None and self.asking.mandatory:
            raise Terminated(_missing(self.asking.contacts, self.name))
        if wanted is None and "\\" in identity:
            # DB01\EX02 names its server last, EX01\Submission and EX01\<thumbprint> first
            wanted = identity.split("\\")[-1 if self.name == "Get-MailboxDatabaseCopyStatus" else 0]
        if wanted is None and identity:
            chosen = [row for row in rows if _is(row, identity)]  # a database's copies everywhere
            return Produced(chosen, [] if chosen else [self._not_found(identity)])
        target = self._server_named(str(wanted)) if wanted is not None else self.own
        if isinstance(target, ErrorSaid):
            return Produced(errors=[target])
        if target.name in self.world.down or (target.edge and not self.own.edge):
            return Produced(errors=[unreachable(target.fqdn, self.name)])
        mine = [row for row in rows if row.server == target.name and (not identity or _is(row, identity))]
        return Produced(_filtered(mine, invocation))

    def _server_named(self, text: str) -> ServerPlan | ErrorSaid:
        wanted, plans = text.casefold(), self.world.plans
        for server in plans.servers:
            if wanted in {server.name.casefold(), server.fqdn.casefold(), plans.server_dn(server.name).casefold()}:
                return server
        return self._not_found(text)

    def _not_found(self, identity: str) -> ErrorSaid:
        controller = "localhost" if self.own.edge else self.world.plans.controller_near(self.own).fqdn
        kind = "ManagementObjectNotFoundException"
        return ErrorSaid(
            f"The operation couldn't be performed because object '{identity}' couldn't be found on '{controller}'.",
            f"Microsoft.Exchange.Configuration.Tasks.{kind}",
            f"[Server={self.own.name}] [FailureCategory=Cmdlet-{kind}] 7A1F7B5D,{_CLASS}{self.name.replace('-', '')}",
            "InvalidData",
            activity=self.name,
        )


def _missing(parameter: str, cmdlet: str) -> ErrorSaid:
    return ErrorSaid(
        f"Cannot process command because of one or more missing mandatory parameters: {parameter}.",
        "System.Management.Automation.ParameterBindingException",
        f"MissingMandatoryParameter,{cmdlet}",
        "InvalidArgument",
        activity=cmdlet,
    )


def _without(row: Row, names: frozenset[str], *, iis: bool) -> Row:
    """Booleans are false, everything else blank: what the directory alone knows."""
    seen = row.copy()
    for name in names:
        prop = row.shape.properties[name]
        if prop.kind.many:
            seen.values[name] = []
        else:
            seen.values[name] = False if iis and prop.kind.form == "bool" else None
    return seen


def _filtered(rows: Sequence[Row], invocation: Invocation) -> list[Row]:
    component, thumbprint = invocation.value("Component"), invocation.value("Thumbprint")
    excluded = {name.casefold() for name in names_of(invocation.value("Exclude"))}
    kept = list(rows)
    if component is not None:
        kept = [row for row in kept if str(row.get("Component")).casefold() == str(component).casefold()]
    if thumbprint is not None:
        kept = [row for row in kept if str(row.get("Thumbprint")).casefold() == str(thumbprint).casefold()]
    if excluded:
        kept = [row for row in kept if not (_queue_kinds(row) & excluded)]
    return kept


def _queue_kinds(row: Row) -> set[str]:
    kinds = {str(row.get("NextHopCategory")).casefold(), str(row.get("DeliveryType")).casefold()}
    if row.get("DeliveryType") == "ShadowRedundancy":
        kinds.add("shadow")
    if str(row.get("Identity")).endswith("\\Poison"):
        kinds.add("poison")
    return kinds


def _servers_of(row: Row) -> set[str]:
    servers = row.get("Servers")
    return (
        {row.server or "", *(str(server) for server in servers)} if isinstance(servers, list) else {row.server or ""}
    )


def _is(row: Row, identity: str) -> bool:
    wanted = identity.casefold()
    known = ("Identity", "Name", "DistinguishedName", "Guid", "Fqdn", "DomainName", "DatabaseName")
    return wanted in {str(row.get(name)).casefold() for name in known if name in row.shape.properties}
