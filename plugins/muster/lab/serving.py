"""Every port of a simulated organisation, opened on 127.0.0.1 and closed again."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from muster.lab.addresses import JEA, JEA_SELECT, Addresses, Place
from muster.lab.certificates import Authority, Certificate, CertificateOrder, server_context
from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.cmdlets.windows import windows_cmdlets
from muster.lab.description import Description
from muster.lab.directory.server import Account as LdapAccount
from muster.lab.directory.server import LdapServer
from muster.lab.directory.tree import DirectoryTree
from muster.lab.faults import Fault
from muster.lab.https_server import UNAVAILABLE, HttpsServer, exchange_website
from muster.lab.listener import Connection
from muster.lab.played import Event
from muster.lab.powershell.authentication import Account, BasicLogin, NegotiateLogin, ntlm_accounts
from muster.lab.powershell.clixml import FULL, PARTIAL, WINDOWS, Level
from muster.lab.powershell.pipelines import Cmdlet, run_pipeline
from muster.lab.powershell.wsman import Configuration, EndpointFault, WsmanEndpoint
from muster.lab.rows import RowValue, rows_of
from muster.lab.smtp_server import SmtpServer, exchange_service
from muster.lab.world.health import offline_protocols
from muster.lab.world.making import HTTPS_PORTS, Wire, World
from muster.lab.world.plans import ControllerPlan, ServerPlan
from muster.lab.world.playing import anchor, make_world


@dataclass(slots=True)
class Running:
    """A lab that runs in this process: its world, where it is, and its endpoints for who wants to disturb them."""

    world: World
    addresses: Addresses
    endpoints: dict[tuple[str, str], WsmanEndpoint] = field(default_factory=dict)
    misbehave: Callable[[str, str, Mapping[str, Any]], None] = field(default=lambda _kind, _name, _written: None)


@contextmanager
def serving(
    description: Description, password: str, folder: Path, *, latency: float = 0.0, played: Sequence[Event] = ()
) -> Iterator[Running]:
    """Open every port of a description; ``folder`` takes keys and certificates, ``latency`` (seconds) delays all.

    ``played`` is what has happened there since; raises ``NotPlayed`` where it cannot happen.
    """
    authority = Authority(folder, anchor(played), lasting=True)
    world = make_world(description, authority, played)
    with ExitStack() as stack:
        yield _Opening(world, authority, password, folder, latency=latency, stack=stack).run()


class _Opening:
    """Opens the ports one after another; everything is closed by the stack."""

    def __init__(
        self, world: World, authority: Authority, password: str, folder: Path, *, latency: float, stack: ExitStack
    ) -> None:
        self._world = world
        self._authority = authority
        self._latency = latency
        self._stack = stack
        self._account = Account(world.plans.written["account"]["user"], password)
        self._places: list[Place] = []
        self._relocated: list[tuple[str, int, str, int]] = []
        self._endpoints: dict[tuple[str, str], WsmanEndpoint] = {}
        self._disturb: dict[tuple[str, str], Callable[[Mapping[str, Any]], None]] = {}
        stack.enter_context(ntlm_accounts(self._account, folder))
        names = [server.fqdn for server in world.plans.servers] + [one.fqdn for one in world.plans.controllers]
        order = CertificateOrder(subject="CN=lab endpoints", names=("127.0.0.1", *names))
        self._own: Certificate = authority.issue(order)
        self._context = server_context(self._own)

    @property
    def _upn(self) -> str:
        return f"{self._account.user.rpartition(chr(92))[2]}@{self._world.plans.root}"

    def run(self) -> Running:
        """Open everything."""
        for server in self._world.plans.servers:
            if not server.edge:
                self._exchange(server)
            self._windows(server)
        for controller in self._world.plans.controllers:
            self._ldap(controller)
        for (name, port), shown in self._world.wire.items():
            self._probe(self._world.plans.server(name), port, shown)
        for name, entry in self._world.plans.written["public_names"].items():
            behind = self._balanced([self._world.plans.server(one) for one in entry["servers"]])
            self._relocated += [
                (name, port, address, there)
                for known, port, address, there in self._relocated
                if known == behind.fqdn
            ]
        addresses = Addresses(
            self._world.plans.organisation,
            self._account.user,
            self._upn,
            str(self._authority.root_file),
            tuple(self._places),
            tuple(self._relocated),
        )
        return Running(self._world, addresses, self._endpoints, self._misbehave)

    def _misbehave(self, kind: str, name: str, written: Mapping[str, Any]) -> None:
        self._disturb[kind, name.casefold()](written)

    def _written(self, kind: str, name: str) -> Mapping[str, Any]:
        return self._world.endpoints.get((kind, name.casefold()), {})

    def _fault(self, written: Mapping[str, Any]) -> Fault:
        return Fault(written.get("latency_seconds", self._latency), written.get("mode", ""))

    def _start_tls(self, connection: Connection) -> None:
        connection.start_tls(self._context)

    def _exchange(self, server: ServerPlan) -> None:
        offered = exchange_cmdlets(self._world, server)
        configuration = Configuration("Microsoft.Exchange", lambda: _runner(offered), _exchange_level)
        endpoint = WsmanEndpoint(
            server.fqdn,
            "/PowerShell",
            {"microsoft.exchange": configuration},
            lambda: BasicLogin(self._account, server.fqdn),
            self._start_tls,
        )
        self._open("exchange", server, endpoint, "tls")

    def _windows(self, server: ServerPlan) -> None:
        def offers(**how: bool) -> Callable[[], Any]:
            return lambda: _runner(windows_cmdlets(self._world, server, **how))

        configurations = {
            "microsoft.powershell": Configuration("Microsoft.PowerShell", offers(), _windows_level),
            JEA.casefold(): Configuration(JEA, offers(jea=True), _windows_level),
            JEA_SELECT.casefold(): Configuration(JEA_SELECT, offers(jea=True, jea_select=True), _windows_level),
        }
        endpoint = WsmanEndpoint(
            server.fqdn,
            "/wsman",
            configurations,
            lambda: NegotiateLogin(encrypts=not server.edge),
            self._start_tls if server.edge else None,
        )
        self._open("windows", server, endpoint, "tls" if server.edge else "")

    def _open(self, kind: str, server: ServerPlan, endpoint: WsmanEndpoint, tls: str) -> None:
        name = server.name
        endpoint.fault = self._endpoint_fault(self._written(kind, name))
        listener = endpoint.serve()
        self._stack.callback(listener.close)
        version = tuple(int(part) for part in server.cu_build.split("."))
        self._places.append(Place(kind, name, "127.0.0.1", listener.port, tls, version))
        self._endpoints[kind, name.casefold()] = endpoint
        self._disturb[kind, name.casefold()] = lambda written: endpoint.misbehave(
            listener, self._endpoint_fault(written)
        )

    def _endpoint_fault(self, written: Mapping[str, Any]) -> EndpointFault:
        known = {key: written[key] for key in ("status", "wsman_fault", "wsman_message") if key in written}
        return EndpointFault(self._fault(written), **known)

    def _ldap(self, controller: ControllerPlan) -> None:
        tree = DirectoryTree(self._world.directory(controller.name))
        name = self._account.user.rpartition("\\")[2]
        logins = (self._account.user, self._upn)
        accounts = (LdapAccount(name, logins, self._account.password),)
        fault = self._fault(self._written("ldap", controller.name))
        for tls in ("tls", "starttls"):
            server = LdapServer(
                tree, accounts=accounts, certificate=self._own, implicit_tls=tls == "tls", fault=fault
            )
            self._stack.callback(server.close)
            self._places.append(Place("ldap", controller.name, "127.0.0.1", server.port, tls))
            self._remember("ldap", controller.name, server)

    def _probe(self, plan: ServerPlan, port: int, shown: Wire) -> None:
        server: HttpsServer | SmtpServer
        if port in HTTPS_PORTS:
            if shown.certificate is None:
                return
            fault = self._fault(self._written("https", plan.name))
            offline = dict.fromkeys(self._offline(plan), UNAVAILABLE)
            server = HttpsServer(exchange_website(plan.fqdn, unhealthy=offline), shown.certificate, fault=fault)
        else:
            fault = self._fault(self._written("smtp", plan.name))
            size = self._largest_message(plan.name, port)
            service = exchange_service(plan.fqdn, datetime.now(UTC), size=size, starttls=shown.starttls)
            server = SmtpServer(service, certificate=shown.certificate, fault=fault)
        self._stack.callback(server.close)
        self._remember("https" if port in HTTPS_PORTS else "smtp", plan.name, server)
        self._relocated += [(name, port, "127.0.0.1", server.port) for name in (plan.fqdn, plan.name)]

    def _offline(self, plan: ServerPlan) -> frozenset[str]:
        """The protocols whose health pages say no, because their components are inactive."""
        return offline_protocols(rows_of(plan.name, self._world.rows("Get-ServerComponentState")))

    def _balanced(self, servers: list[ServerPlan]) -> ServerPlan:
        """Where a load balancer sends who asks for a public name: the first server whose health pages say yes."""
        return next((one for one in servers if not self._offline(one)), servers[0])

    def _largest_message(self, server: str, port: int) -> int | None:
        """What EHLO says: the size of the server's connector on that port (the first that has it)."""
        for row in rows_of(server, self._world.rows("Get-ReceiveConnector")):
            if any(str(binding).endswith(f":{port}") for binding in _items(row.get("Bindings"))):
                found = re.search(r"\(([\d,]+) bytes\)", str(row.get("MaxMessageSize")))
                return int(found.group(1).replace(",", "")) if found else None
        return None

    def _remember(self, kind: str, name: str, server: LdapServer | HttpsServer | SmtpServer) -> None:
        before = self._disturb.get((kind, name.casefold()))

        def disturb(written: Mapping[str, Any]) -> None:
            if before:
                before(written)
            server.fault = self._fault(written)

        self._disturb[kind, name.casefold()] = disturb


def _items(value: RowValue) -> list[Any]:
    return value if isinstance(value, list) else []


def _runner(offered: Mapping[str, Cmdlet]) -> Callable[..., Any]:
    return lambda invocations: run_pipeline(invocations, offered)


def _exchange_level(query: Mapping[str, str]) -> Level:
    return FULL if query.get("serializationLevel", "").casefold() == "full" else PARTIAL


def _windows_level(query: Mapping[str, str]) -> Level:
    del query
    return WINDOWS
