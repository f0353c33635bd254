"""A shell as WinRM keeps it: one PSRP runspace pool, its pipelines, and what waits to be received."""

import base64
import struct
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psrpcore
from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    ErrorRecord,
    NETException,
    PSInvocationState,
    PSRPMessageType,
)

from muster.lab.powershell.clixml import Level, Sender, serialized
from muster.lab.powershell.pipelines import ErrorSaid, Invocation, Produced, Terminated

_FRAGMENT_BYTES = 32768
_SOAP_BYTES = 4096


@dataclass(slots=True)
class _Command:
    """A running pipeline: what it still has to say, and from when on it says it."""

    ready_at: float
    pieces: list[bytes] = field(default_factory=list)
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What a Receive brings: base64 pieces, and whether the command (if it was one) has ended."""

    pieces: Sequence[str]
    done: bool
    nothing_yet: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """What a shell works for: how pipelines run, how slowly, at which level, and who signs the objects."""

    run: Callable[[Sequence[Invocation]], Produced]
    latency_seconds: Callable[[], float]
    stalls: Callable[[], bool]
    level: Level
    computer: str


class Shell:
    """One runspace pool. Each method is one WS-Management action, safe from any connection's thread."""

    def __init__(self, service: Service, identity: str) -> None:
        self._service = service
        self.identity = identity
        self._pool = psrpcore.ServerRunspacePool()
        self._sender = Sender(service.computer, str(uuid.uuid4()))
        self._pool_pieces: list[bytes] = []
        self._commands: dict[str, _Command] = {}
        self._lock = threading.RLock()

    def open(self, creation: str) -> None:
        """The pool's opening messages."""
        with self._lock:
            self._feed(creation)

    def command(self, identity: str, argument: str) -> None:
        """A new pipeline with the first fragment of its messages."""
        with self._lock:
            # psrpcore wants to know the pipeline before its first fragment
            psrpcore.ServerPipeline(self._pool, uuid.UUID(identity))
            self._commands[identity.upper()] = _Command(time.monotonic())
            self._feed(argument)

    def send(self, stream: str) -> None:
        """Further fragments."""
        with self._lock:
            self._feed(stream)

    def receive(
        self, command: str | None, envelope_bytes: int, seconds: float, wait_for: Callable[[float], None]
    ) -> Received:
        """What there is, waiting (with ``wait_for``) up to ``seconds`` for a command that takes its time."""
        if command is None:
            with self._lock:
                pieces, self._pool_pieces = self._pool_pieces, []
            if not pieces:
                wait_for(seconds)
            return Received(
                [base64.b64encode(piece).decode() for piece in pieces], done=False, nothing_yet=not pieces
            )
        running = self._commands.get(command.upper())
        if running is None:
            return Received([], done=True)
        wait = running.ready_at - time.monotonic()
        if running.silent or wait > seconds:
            wait_for(seconds)
            return Received([], done=False, nothing_yet=True)
        wait_for(wait)
        with self._lock:
            return self._taken(running, envelope_bytes)

    def forget(self, command: str | None) -> None:
        """A terminate or Ctrl-C signal: the command's remaining output is dropped."""
        with self._lock:
            if command:
                self._commands.pop(command.upper(), None)

    def _taken(self, running: _Command, envelope_bytes: int) -> Received:
        """As many whole pieces as fit into an envelope of that size once in base64."""
        budget = (envelope_bytes - _SOAP_BYTES) * 3 // 4
        taken: list[str] = []
        while running.pieces and (not taken or len(running.pieces[0]) <= budget):
            piece = running.pieces.pop(0)
            budget -= len(piece)
            taken.append(base64.b64encode(piece).decode())
        return Received(taken, done=not running.pieces)

    def _feed(self, payload: str) -> None:
        data = base64.b64decode(payload)
        self._pool.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, None))
        while event := self._pool.next_event():
            if isinstance(event, psrpcore.CreatePipelineEvent):
                self._run(event)
            elif isinstance(event, psrpcore.GetAvailableRunspacesEvent):
                self._pool.runspace_availability_response(event.ci, 1)
        self._drain()

    def _run(self, event: psrpcore.CreatePipelineEvent) -> None:
        if event.pipeline_id is None:
            return
        pipeline = self._pool.pipeline_table[event.pipeline_id]
        running = self._commands[str(event.pipeline_id).upper()]
        running.ready_at = time.monotonic() + self._service.latency_seconds()
        running.silent = self._service.stalls()
        pipeline.start()
        try:
            produced = self._service.run([_invocation(command) for command in event.pipeline.commands])
        except Terminated as ended:
            _fail(pipeline, ended.said)
        else:
            for output in produced.outputs:
                self._write(pipeline, serialized(output, self._service.level, self._sender))
            for warning in produced.warnings:
                pipeline.write_warning(warning)
            for said in produced.errors:
                record = _record(said)
                pipeline.write_error(
                    record.Exception, record.CategoryInfo, said.target, fully_qualified_error_id=said.error_id
                )
            pipeline.complete()
        self._drain()
        pipeline.close()

    def _write(self, pipeline: psrpcore.ServerPipeline, text: bytes) -> None:
        """Queue an output object that is already serialised.

        psrpcore offers no way to send ready CLIXML, and its serializer cannot write other type names than the
        Python objects' own; so the message is put where ``prepare_message`` puts it.
        """
        kind = PSRPMessageType.PipelineOutput
        head = (
            struct.pack("<iI", 1, kind.value) + self._pool.runspace_pool_id.bytes_le + pipeline.pipeline_id.bytes_le
        )
        number = self._pool._fragment_counter  # noqa: SLF001 - see above
        message = psrpcore._payload.PSRPMessage(  # noqa: SLF001 - see above
            kind, bytearray(head + text), self._pool.runspace_pool_id, pipeline.pipeline_id, number
        )
        self._pool._send_buffer.append(message)  # noqa: SLF001 - see above

    def _drain(self) -> None:
        """Move whole fragments into the queues of whom they are for; a fragment must never be cut."""
        while payload := self._pool.data_to_send(_FRAGMENT_BYTES):
            running = self._commands.get(str(payload.pipeline_id).upper()) if payload.pipeline_id else None
            (running.pieces if running else self._pool_pieces).append(payload.data)


def _invocation(command: psrpcore.Command) -> Invocation:
    module, _, name = command.command_text.rpartition("\\")
    parameters = tuple((key, _plain(value)) for key, value in command.parameters)
    return Invocation(name or command.command_text, parameters, script=bool(command.is_script), module=module)


def _plain(value: object) -> object:
    """A parameter's value as plain Python: psrpcore's strings and numbers are subclasses, lists may be wrapped."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    text = str(value)
    return {"True": True, "False": False}.get(text, text)


def _record(said: ErrorSaid) -> ErrorRecord:
    category = getattr(ErrorCategory, said.category)
    exception = NETException(Message=said.message, HResult=-2146233087)
    exception.PSObject.type_names = [said.exception, "System.Exception", "System.Object"]
    info = ErrorCategoryInfo(
        Category=category,
        Activity=said.activity,
        Reason=said.exception.rsplit(".", 1)[-1],
        TargetName=said.target,
        TargetType="String" if said.target else "",
    )
    return ErrorRecord(
        Exception=exception, CategoryInfo=info, TargetObject=said.target, FullyQualifiedErrorId=said.error_id
    )


def _fail(pipeline: psrpcore.ServerPipeline, said: ErrorSaid) -> None:
    """End a pipeline as failed, with its error in the state message, as PowerShell does."""
    pipeline._change_state(PSInvocationState.Failed, _record(said))  # noqa: SLF001 - no public way to fail
