"""Exchange's endpoint and Windows' own, over PowerShell remoting: cmdlet pipelines only, never script text."""

import logging
import ssl
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
from pypsrp.complex_objects import PSInvocationState, RunspacePoolState
from pypsrp.exceptions import InvalidPSRPOperation, WinRMError, WSManFaultError
from pypsrp.powershell import PowerShell
from spnego.exceptions import FeatureMissingError, SpnegoError

from muster.model import (
    Answer,
    Command,
    Endpoint,
    ExchangeCmdlet,
    Object,
    Problem,
    Question,
    WindowsCmdlet,
    command,
)
from muster.transport.clixml import UnreadableClixml, read_objects
from muster.transport.credentials import secret_of
from muster.transport.powershell.diagnosis import diagnose, shell_is_gone, timed_out
from muster.transport.powershell.error_records import problem_of, shortfall_of
from muster.transport.powershell.pipelines import RawRunspacePool, errors_of, pipeline_of, warnings_of
from muster.transport.powershell.wsman import DeadlinePassed, TimedWSMan
from muster.transport.readonly.allowed import EXCHANGE_SNAPIN, SNAPIN, pipeline_refusal, refusal
from muster.transport.session import Unanswered

RECYCLE_AFTER = 800
"""Pipelines after which a session is opened anew: the 1,001st of one shell fails (pypsrp issue 148)."""

_CLOSING_SECONDS = 3.0

# pypsrp logs each timeout as an error, and Python prints errors that nobody listens to
logging.getLogger("pypsrp").addHandler(logging.NullHandler())

# What may go wrong below us; anything else is a mistake of ours and must be seen
_FAULTS = (
    WinRMError,
    requests.RequestException,
    SpnegoError,
    FeatureMissingError,
    DeadlinePassed,
    UnreadableClixml,
    ET.ParseError,
    OSError,
    ValueError,
    ImportError,
)


def connect(endpoint: Endpoint, seconds: float) -> "PsrpSession":
    """Open a session on an ``exchange`` or ``windows`` endpoint within about ``seconds``; raises ``Unanswered``."""
    if endpoint.kind not in {"exchange", "windows"}:
        raise ValueError(f"{endpoint.kind} endpoints do not speak PowerShell remoting")
    for file in (endpoint.ca_file, endpoint.authentication.certificate, endpoint.authentication.key):
        if file is not None and not Path(file).is_file():
            missing = Problem(
                "certificate", f"the file {file} does not exist", "it is named in the inventory", "Create it"
            )
            raise Unanswered(missing, lost=True)
    session = PsrpSession(endpoint)
    session.open(seconds)
    return session


class PsrpSession:
    """One remote runspace: kept and reused, opened anew when it has had enough, always closed."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._wsman: TimedWSMan | None = None
        self._pool: RawRunspacePool | None = None
        self._asked = 0
        self._snapin_loaded = False

    def open(self, seconds: float) -> None:
        """Log in and open the runspace; raises ``Unanswered``, after which the endpoint is lost."""
        wsman = _wsman(self.endpoint)
        wsman.start(seconds)
        self._open(wsman)

    def ask(self, question: Question, seconds: float) -> Answer:
        """Ask one question, within about ``seconds``; raises ``Unanswered``."""
        if not isinstance(question, ExchangeCmdlet | WindowsCmdlet):
            raise TypeError(f"{type(question).__name__} is no question for a PowerShell endpoint")
        refused = refusal(question)
        if refused is not None:
            raise Unanswered(refused)
        used = self._asked > 0
        wsman = self._ready(seconds)
        try:
            return self._asked_once(question)
        except WSManFaultError as fault:
            # an idle shell was taken away by the server: nothing was executed, so ask once more in a new one
            if not (used and shell_is_gone(fault)):
                raise self._unanswered(fault) from None
        except requests.ConnectionError as fault:  # the same, one layer below: the kept connection was closed
            if not used or wsman.heard or isinstance(fault, requests.Timeout):
                raise self._unanswered(fault) from None
        except _FAULTS as fault:
            raise self._unanswered(fault) from None
        self._drop()
        again = _wsman(self.endpoint)
        again.until = wsman.until
        self._open(again)
        try:
            return self._asked_once(question)
        except _FAULTS as fault:
            raise self._unanswered(fault) from None

    def close(self) -> None:
        """Close politely; never raises."""
        wsman, pool = self._wsman, self._pool
        self._wsman = self._pool = None
        self._snapin_loaded = False
        if wsman is None or pool is None:
            return
        with suppress(*_FAULTS):
            wsman.start(_CLOSING_SECONDS)
            pool.close()
        with suppress(*_FAULTS):
            wsman.close()

    def _ready(self, seconds: float) -> TimedWSMan:
        if self._wsman is None or self._asked >= RECYCLE_AFTER:
            self.close()
            wsman = _wsman(self.endpoint)
            wsman.start(seconds)
            self._open(wsman)
            return wsman
        self._wsman.start(seconds)
        return self._wsman

    def _open(self, wsman: TimedWSMan) -> None:
        pool = RawRunspacePool(wsman, self.endpoint.configuration or _configuration(self.endpoint))
        self._wsman, self._pool, self._asked, self._snapin_loaded = wsman, pool, 0, False
        try:
            pool.open()
        except _FAULTS as fault:
            raise Unanswered(self._problem(fault), lost=True) from None
        finally:
            if pool.state != RunspacePoolState.OPENED:
                self._drop()

    def _drop(self) -> None:
        """Forget a session that is of no use any more, telling the server if it listens."""
        if self._pool is not None and self._pool.state == RunspacePoolState.NEGOTIATION_SENT:
            self._pool.state = RunspacePoolState.OPENED  # so that closing it deletes the shell
        self.close()

    def _asked_once(self, question: ExchangeCmdlet | WindowsCmdlet) -> Answer:
        if isinstance(question, ExchangeCmdlet) and self.endpoint.kind == "windows":
            self._load_snapin()
        return self._run(_sent(question.pipeline, self.endpoint))

    def _load_snapin(self) -> None:
        """An Edge offers Exchange's cmdlets only after its snap-in is loaded; its JEA endpoint loads it itself."""
        if self._snapin_loaded or self.endpoint.jea:
            return
        loading = (command("Add-PSSnapin", Name=EXCHANGE_SNAPIN),)
        refused = pipeline_refusal(loading, (SNAPIN,))
        if refused is not None:
            raise Unanswered(refused)
        self._run(loading)
        self._snapin_loaded = True

    def _run(self, commands: tuple[Command, ...]) -> Answer:
        if self._pool is None or self._wsman is None:
            raise InvalidPSRPOperation("the session is closed")
        self._asked += 1
        pipeline = pipeline_of(self._pool, commands)
        pipeline.begin_invoke()
        while pipeline.state == PSInvocationState.RUNNING:
            self._wsman.remaining  # noqa: B018 - raises when the time is over
            pipeline.poll_invoke()
        answer = _answer(pipeline, self.endpoint)
        with suppress(WinRMError, requests.RequestException, DeadlinePassed):
            pipeline.close()  # frees the server's memory early; the answer is here anyway
        return answer

    def _unanswered(self, fault: Exception) -> Unanswered:
        """Why there is no answer. The runspace may still be busy with the question, so it is given up."""
        problem = self._problem(fault)
        silent = self._wsman is not None and not self._wsman.heard
        self._drop()
        return Unanswered(
            problem, lost=silent or problem.kind in {"unreachable", "certificate", "login", "no secret"}
        )

    def _problem(self, fault: Exception) -> Problem:
        if isinstance(fault, Unanswered):
            return fault.problem
        if isinstance(fault, DeadlinePassed):
            return timed_out(self.endpoint, heard=fault.heard)
        return diagnose(fault, self.endpoint)


def _sent(pipeline: tuple[Command, ...], endpoint: Endpoint) -> tuple[Command, ...]:
    """The commands as this endpoint takes them: under JEA the real Select-Object must be named with its module."""
    if not endpoint.jea:
        return pipeline
    return tuple(
        Command(f"Microsoft.PowerShell.Utility\\{step.name}", step.parameters)
        if step.name == "Select-Object"
        else step
        for step in pipeline
    )


def _answer(pipeline: PowerShell, endpoint: Endpoint) -> Answer:
    """What a finished pipeline brought; raises ``Unanswered`` where it brought nothing but errors."""
    objects: list[Object] = []
    for text in pipeline.output:
        objects.extend(read_objects(text))
    problems = [problem_of(record) for record in errors_of(pipeline)]
    if pipeline.state != PSInvocationState.COMPLETED and not problems:
        problems.append(
            Problem("failed", "the pipeline was stopped by the server", "the server ended it", "Ask again")
        )
    if problems and not objects:
        raise Unanswered(problems[0])
    shortfalls = [Problem("partial", each.message, each.cause, each.cure) for each in problems]
    shortfalls += [each for each in map(shortfall_of, warnings_of(pipeline)) if each is not None]
    level = endpoint.serialization if endpoint.kind == "exchange" else "partial"
    return Answer(tuple(objects), level, tuple(shortfalls))


def _configuration(endpoint: Endpoint) -> str:
    return "Microsoft.Exchange" if endpoint.kind == "exchange" else "Microsoft.PowerShell"


def _path(endpoint: Endpoint) -> str:
    if endpoint.kind == "windows":
        return "wsman"
    return "PowerShell?serializationLevel=Full" if endpoint.serialization == "full" else "PowerShell"


def _wsman(endpoint: Endpoint) -> TimedWSMan:
    """The connection, described but not yet opened."""
    return TimedWSMan(
        endpoint.address,
        port=endpoint.port,
        ssl=bool(endpoint.tls),
        path=_path(endpoint),
        cert_validation=endpoint.ca_file or _system_authorities(),
        encryption="auto",  # messages are encrypted wherever TLS does not do it
        no_proxy=True,  # servers of the inventory are asked directly or not at all
        reconnection_retries=0,
        negotiate_service=endpoint.service_class,
        negotiate_hostname_override=endpoint.kerberos_name,
        **_login(endpoint),
    )


def _system_authorities() -> str | bool:
    """Whom this machine trusts, its own certificate authorities included; else those that requests brings."""
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath or True


def _login(endpoint: Endpoint) -> dict[str, Any]:
    """What pypsrp wants for the method of the inventory; raises ``Unanswered`` for what must not be."""
    who = endpoint.authentication
    secret = secret_of(who.secret) if who.secret is not None else None
    match who.method:
        case "kerberos" | "ntlm":
            return {"auth": who.method, "username": who.user, "password": secret}
        case "basic" if endpoint.tls:
            return {"auth": "basic", "username": who.user, "password": secret}
        case "certificate" if endpoint.tls:
            return {
                "auth": "certificate",
                "certificate_pem": who.certificate,
                "certificate_key_pem": who.key or who.certificate,
            }
        case "basic" | "certificate":
            wrong, right = f"{who.method} without TLS would give the secret away", "Use TLS, or Kerberos"
        case _:
            wrong, right = (
                f"a PowerShell endpoint knows no method '{who.method}'",
                "Use kerberos, ntlm or certificate",
            )
    raise Unanswered(Problem("login", wrong, "muster does not log in this way", right), lost=True)
