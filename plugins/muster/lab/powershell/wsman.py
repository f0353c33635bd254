"""A WSMan endpoint: HTTP, login, SOAP and shells on one port of 127.0.0.1, with every way it can misbehave."""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import psrpcore

from muster.lab.faults import NO_FAULT, Fault
from muster.lab.listener import Connection, Listener
from muster.lab.powershell import soap
from muster.lab.powershell.authentication import Login, NotEncrypted
from muster.lab.powershell.clixml import Level
from muster.lab.powershell.http_messages import Reply, Request, RequestReader
from muster.lab.powershell.pipelines import Invocation, Produced
from muster.lab.powershell.shells import Received, Service, Shell


@dataclass(frozen=True, slots=True)
class EndpointFault:
    """What is wrong with one WSMan endpoint; the default is nothing.

    ``connection`` is how its port misbehaves. ``status`` answers every request with that HTTP status (401, 403,
    503). ``wsman_fault`` refuses new shells with that Windows error number and a message.
    """

    connection: Fault = NO_FAULT
    status: int = 0
    wsman_fault: int = 0
    wsman_message: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One session configuration of an endpoint, such as ``Microsoft.Exchange``.

    ``open`` gives a new session: what runs its pipelines; ``level`` is the serialization for a request's query.
    """

    name: str
    open: Callable[[], Callable[[Sequence[Invocation]], Produced]]
    level: Callable[[Mapping[str, str]], Level]


@dataclass(slots=True)
class WsmanEndpoint:
    """What an endpoint is made of; ``serve`` puts it on a port. ``configurations`` by resource name.

    ``visits`` counts the connections that ever reached it, whatever became of them.
    """

    computer: str
    path: str
    configurations: Mapping[str, Configuration]
    login: Callable[[], Login]
    start_tls: Callable[[Connection], None] | None = None
    fault: EndpointFault = EndpointFault()
    visits: int = 0
    _shells: dict[str, Shell] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self) -> Listener:
        """Start listening on a free port."""
        return Listener(self._talk, fault=self.fault.connection)

    @property
    def open_shells(self) -> int:
        """How many shells are open now."""
        with self._lock:
            return len(self._shells)

    def _talk(self, connection: Connection, listener: Listener) -> None:
        with self._lock:
            self.visits += 1
        if self.start_tls:
            self.start_tls(connection)
        reader, login = RequestReader(connection), self.login()
        while request := reader.read():
            reply = self._answer(request, login, connection, listener)
            connection.send(reply.packed())
            if reply.close:
                return

    def _answer(self, request: Request, login: Login, connection: Connection, listener: Listener) -> Reply:
        if self.fault.status:
            challenge = [("WWW-Authenticate", "Negotiate")] if self.fault.status == 401 else []  # noqa: PLR2004
            return Reply(self.fault.status, headers=challenge)
        if listener.fault.mode in {"busy", "unavailable"}:
            return Reply(503)
        if request.method != "POST" or request.path.rstrip("/").casefold() != self.path.casefold():
            return Reply(404, close=True)
        return login.challenge(request) or self._obey(request, login, connection, listener)

    def _obey(self, request: Request, login: Login, connection: Connection, listener: Listener) -> Reply:
        """Do what a request says that comes from somebody who is logged in."""
        try:
            asked = soap.parse_request(login.opened(request))
        except NotEncrypted as error:
            return Reply(400, str(error).encode(), "text/plain", close=True)
        except soap.NoEnvelope as error:
            return login.sealed(Reply(400, str(error).encode(), "text/plain"))
        try:
            status, body = self._act(asked, request.query, connection, listener)
        except (psrpcore.PSRPCoreError, ValueError) as error:
            said = f"The PowerShell message cannot be read: {error}"
            status, body = 500, soap.fault(asked, soap.INVALID_PARAMETER, said, self.computer)
        return login.sealed(Reply(status, body))

    def _act(
        self, asked: soap.SoapRequest, query: Mapping[str, str], connection: Connection, listener: Listener
    ) -> tuple[int, bytes]:
        if asked.action == "Create":
            return self._create(asked, query, listener)
        shell = self._shells.get(asked.shell or "")
        if shell is None:
            message = "The request for the Windows Remote Shell with ShellId failed because the shell was not found."
            return 500, soap.fault(asked, soap.SHELL_NOT_FOUND, message, self.computer)
        with_answer = self._on_shell(asked, shell, connection)
        if with_answer is None:
            message = f"The WS-Management service does not support the action {asked.full_action}."
            return 500, soap.fault(asked, soap.UNSUPPORTED_ACTION, message, self.computer)
        return with_answer

    def _on_shell(self, asked: soap.SoapRequest, shell: Shell, connection: Connection) -> tuple[int, bytes] | None:
        """Do one of the shell's actions; nothing for an action that the lab does not play."""
        body = ""
        match asked.action:
            case "Command":
                shell.command(asked.command or str(uuid.uuid4()), asked.text)
                body = f"<rsp:CommandResponse><rsp:CommandId>{asked.command}</rsp:CommandId></rsp:CommandResponse>"
            case "Send":
                shell.send(asked.text)
                body = "<rsp:SendResponse/>"
            case "Receive":
                received = shell.receive(asked.command, asked.envelope_bytes, asked.timeout_seconds, connection.wait)
                return self._received(asked, received)
            case "Signal":
                shell.forget(asked.command)
                body = "<rsp:SignalResponse/>"
            case "Delete":
                with self._lock:
                    self._shells.pop(shell.identity, None)
            case _:
                return None
        return 200, soap.reply(asked, body)

    def _create(self, asked: soap.SoapRequest, query: Mapping[str, str], listener: Listener) -> tuple[int, bytes]:
        if self.fault.wsman_fault:
            return 500, soap.fault(asked, self.fault.wsman_fault, self.fault.wsman_message, self.computer)
        name = asked.resource.rsplit("/", 1)[-1]
        configuration = self.configurations.get(name.casefold())
        if configuration is None:
            message = (
                f"The WS-Management service cannot process the request. Cannot find the {name} session configuration "
                f"in the WSMan: drive on the {self.computer} computer."
            )
            return 500, soap.fault(asked, 2150859179, message, self.computer)
        service = Service(
            run=configuration.open(),
            latency_seconds=lambda: listener.fault.latency_seconds,
            stalls=lambda: listener.fault.mode == "stall",
            level=configuration.level(query),
            computer=self.computer,
        )
        identity = asked.shell or str(uuid.uuid4()).upper()
        shell = Shell(service, identity)
        shell.open(asked.text)
        with self._lock:
            self._shells[identity] = shell
        selector = f'<w:SelectorSet><w:Selector Name="ShellId">{identity}</w:Selector></w:SelectorSet>'
        return 200, soap.reply(
            asked,
            f"<x:ResourceCreated><a:Address>http://{self.computer}{self.path}</a:Address><a:ReferenceParameters>"
            f"<w:ResourceURI>{asked.resource}</w:ResourceURI>{selector}</a:ReferenceParameters></x:ResourceCreated>"
            f"<rsp:Shell><rsp:ShellId>{identity}</rsp:ShellId><rsp:ResourceUri>{asked.resource}</rsp:ResourceUri>"
            "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams></rsp:Shell>",
        )

    def _received(self, asked: soap.SoapRequest, received: Received) -> tuple[int, bytes]:
        if received.nothing_yet:
            message = "The WS-Management service cannot complete the operation within the time specified."
            return 500, soap.fault(asked, soap.OPERATION_TIMEOUT, message, self.computer)
        command = f' CommandId="{asked.command}"' if asked.command else ""
        streams = "".join(f'<rsp:Stream Name="stdout"{command}>{piece}</rsp:Stream>' for piece in received.pieces)
        state = ""
        if received.done:
            state = (
                f'<rsp:CommandState{command} State="{soap.SHELL}/CommandState/Done">'
                "<rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>"
            )
        return 200, soap.reply(asked, f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>")

    def misbehave(self, listener: Listener, fault: EndpointFault) -> None:
        """Change what is wrong while it runs."""
        self.fault = replace(fault)
        listener.fault = fault.connection
