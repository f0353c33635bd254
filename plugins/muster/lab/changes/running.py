"""Running a text: command by command, each checked whole before it changes anything."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from muster.lab.changes import availability, connectors, overrides, web, web_server, windows
from muster.lab.changes.binding import Bound, bind, number
from muster.lab.changes.commands import (
    VALUE,
    Bare,
    Block,
    Command,
    Joined,
    Literal,
    Nested,
    Pipeline,
    Table,
    Variable,
    parse,
)
from muster.lab.changes.edits import copied, copies, edits, step
from muster.lab.changes.parameters import load_parameters
from muster.lab.changes.refusing import Refused, no_command, syntax
from muster.lab.changes.session import Change, Session, Step
from muster.lab.changes.setting import set_object
from muster.lab.cmdlets.exchange import exchange_cmdlets
from muster.lab.cmdlets.windows import windows_cmdlets
from muster.lab.powershell.pipelines import Invocation, Terminated, run_pipeline
from muster.lab.rows import Row
from muster.lab.world.audit_log import entry
from muster.lab.world.windows import INSTALL_PATH

_MODULES = (web, connectors, availability, overrides, windows, web_server)
_OF_WINDOWS = frozenset({*windows.CHANGES, *web_server.CHANGES})
_SET = set_object({cmdlet: effect for module in (web, connectors) for cmdlet, effect in module.EFFECTS.items()})
_CHANGES: Mapping[str, Change] = {
    name.casefold(): change for module in _MODULES for name, change in module.CHANGES.items()
}


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one line: what it ran, on what, and the refusal where there was one."""

    line: int
    command: str
    targets: tuple[str, ...] = ()
    what_if: bool = False
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a text, line by line."""

    lines: tuple[Line, ...]

    @property
    def refused(self) -> Refused | None:
        """The first refusal."""
        return next((line.refused for line in self.lines if line.refused), None)


def run_text(session: Session, text: str) -> Ran:
    """Run a text; raises the first ``Refused``, with its line: what stood before it has then happened."""
    ran = try_text(session, text)
    if ran.refused:
        raise ran.refused
    return ran


def try_text(session: Session, text: str, *, keep_going: bool = False) -> Ran:
    """Run a text up to the first refusal, or with ``keep_going`` to the end, and tell what came of each line."""
    try:
        pipelines = parse(text)
    except Refused as why:
        return Ran((Line(why.line, "", refused=why),))
    lines: list[Line] = []
    for line in _run_all(session, pipelines):
        lines.append(line)
        if line.refused and not keep_going:
            return Ran(tuple(lines))
    if session.by_hand:
        lines += _written_by_hand(session, text)
    return Ran(tuple(lines))


def _written_by_hand(session: Session, text: str) -> Iterator[Line]:
    """What remarks tell to write into files."""
    try:
        for edit in edits(text):
            done = step(session, edit)
            done.do()
            yield Line(edit.line, "by hand", (done.target,))
        for copy in copies(text):
            done = copied(session, copy)
            done.do()
            yield Line(copy.line, "by hand", (done.target,))
    except Refused as why:
        yield Line(why.line, "by hand", refused=why)


def _run_all(session: Session, pipelines: Sequence[Pipeline]) -> Iterator[Line]:
    for pipeline in pipelines:
        try:
            yield from _run(session, pipeline)
        except Refused as why:
            why.line = why.line or pipeline.line
            yield Line(why.line, pipeline.commands[-1].name, refused=why)


def _run(session: Session, pipeline: Pipeline) -> Iterator[Line]:
    first = pipeline.commands[0]
    shown = " | ".join(command.name for command in pipeline.commands)
    match first.name.casefold():
        case "invoke-command":
            yield from _elsewhere(session, first)
            return
        case "enter-pssession":
            session.on = session.server(_only_text(session, first), "Enter-PSSession").name
            yield Line(pipeline.line, shown, (session.on,))
            return
        case "exit-pssession":
            session.on = ""
            yield Line(pipeline.line, shown)
            return
        case "netsh" | "netsh.exe":
            step = windows.netsh(session, _words(session, first), pipeline.line)
            step.do()
            yield Line(pipeline.line, shown, (step.target,))
            return
    if pipeline.target:
        session.variables[pipeline.target.casefold()] = _value_of(session, pipeline)
        yield Line(pipeline.line, f"${pipeline.target} =")
        return
    steps, what_if = _steps(session, pipeline)
    if not what_if:
        for step in steps:
            step.do()
            _log(session, pipeline.commands[-1], step)
    yield Line(pipeline.line, shown, tuple(step.target for step in steps), what_if)


def _log(session: Session, command: Command, step: Step) -> None:
    """Exchange's own cmdlets leave an entry in the admin audit log; Windows' and IIS's do not."""
    parameters = load_parameters()[command.name.casefold()]
    if parameters.cmdlet in _OF_WINDOWS:
        return
    given = dict.fromkeys(argument.name for argument in command.arguments if argument.name)
    names = [parameters.named(name) for name in given]
    session.world.add(entry(session.world.plans, parameters.cmdlet, step.target, names, session.at))


def _steps(session: Session, pipeline: Pipeline) -> tuple[list[Step], bool]:
    """Everything that a pipeline would do; raises ``Refused`` before any of it is done."""
    rows: list[Row] = []
    for number_of, command in enumerate(pipeline.commands):
        last = number_of == len(pipeline.commands) - 1
        if command.name.casefold().startswith(("get-", "test-")):
            rows = _asked(session, command)
            continue
        if not last:
            raise syntax(f"The lab pipes what Get- cmdlets give, not what {command.name} does.", command.line)
        if number_of and not rows:
            return [], False
        change, bound = _bound(session, command, piped=bool(number_of))
        steps = change(session, bound, rows)
        if bound.cmdlet == "Set-ReceiveConnector":
            steps = [_with_entry(session, step, bound, rows) for step in steps]
        return steps, bound.what_if
    return [], False


def _with_entry(session: Session, step: Step, bound: Bound, rows: Sequence[Row]) -> Step:
    """A receive connector's directory entry and port follow its properties."""

    def do() -> None:
        step.do()
        for row in session.rows("Get-ReceiveConnector", step.target, bound.cmdlet, alone=False):
            connectors.follow(session.world, row)

    del rows
    return replace(step, do=do)


def _bound(session: Session, command: Command, *, piped: bool) -> tuple[Change, Bound]:
    parameters = load_parameters().get(command.name.casefold())
    if parameters is None:
        raise no_command(command.name)
    change = _CHANGES.get(command.name.casefold()) or (_SET if parameters.sets else None)
    if change is None:
        raise no_command(command.name)
    return change, bind(command, parameters, lambda value: _plain(session, value), piped=piped)


def _elsewhere(session: Session, command: Command) -> Iterator[Line]:
    """``Invoke-Command -ComputerName ex01 -ScriptBlock { … }``."""
    given: dict[str, Literal] = {}
    name = ""
    for argument in command.arguments:
        if argument.name is not None:
            name = argument.name.casefold()
            if argument.value is not None:
                given[name], name = argument.value, ""
        else:
            given[name or ("scriptblock" if isinstance(argument.value, Block) else "computername")] = (
                argument.value or ()
            )
            name = ""
    block = given.get("scriptblock")
    if set(given) != {"computername", "scriptblock"} or not isinstance(block, Block):
        raise syntax("The lab reads Invoke-Command -ComputerName <server> -ScriptBlock { … }.", command.line)
    names = _plain(session, given["computername"])
    before = session.on
    for one in names if isinstance(names, list) else [names]:
        session.on = session.server(str(one), "Invoke-Command").name
        try:
            yield from _run_all(session, block.pipelines)
        finally:
            session.on = before


def _asked(session: Session, command: Command) -> list[Row]:
    """What a reading cmdlet gives, from the same answers as over the wire."""
    own = next((server for server in session.world.plans.servers if server.name == session.on.upper()), None)
    reader = own or session.world.plans.mailbox_servers[0]
    offered = dict(exchange_cmdlets(session.world, reader))
    if command.name.casefold() not in offered and own:
        offered = windows_cmdlets(session.world, own)
    parameters: list[tuple[str | None, Any]] = []
    name: str | None = None
    for argument in command.arguments:
        if argument.name is not None:
            if name is not None:
                parameters.append((name, True))
            name = argument.name
            if argument.value is not None:
                parameters.append((name, _plain(session, argument.value)))
                name = None
        else:
            parameters.append((name, _plain(session, argument.value)))
            name = None
    if name is not None:
        parameters.append((name, True))
    try:
        produced = run_pipeline([Invocation(command.name, tuple(parameters))], offered)
    except Terminated as why:
        raise Refused(why.said.message, why.said.error_id) from None
    if produced.errors:
        raise Refused(produced.errors[0].message, produced.errors[0].error_id)
    return [row for row in produced.outputs if isinstance(row, Row)]


def _value_of(session: Session, pipeline: Pipeline) -> Any:
    first = pipeline.commands[0]
    if first.name == VALUE:
        return _plain(session, first.arguments[0].value)
    if len(pipeline.commands) > 1 or not first.name.casefold().startswith("get-"):
        raise syntax("The lab keeps values, and what one Get- cmdlet gives, in a variable.", pipeline.line)
    return [str(row.get("Identity")) for row in _asked(session, first)]


def _only_text(session: Session, command: Command) -> str:
    values = [_plain(session, one.value) for one in command.arguments if one.value is not None]
    if len(values) != 1:
        raise syntax(f"{command.name} takes one computer name here.", command.line)
    return str(values[0])


def _words(session: Session, command: Command) -> list[str]:
    """A native command's words: a quoted part belongs to the word before it, as ``appid="{…}"`` does."""
    words: list[str] = []
    for argument in command.arguments:
        text = str(_plain(session, argument.value)) if argument.value is not None else ""
        text = (
            f"-{argument.name}:{text}" if argument.name and text else f"-{argument.name}" if argument.name else text
        )
        if words and words[-1].endswith("="):
            words[-1] += text
        else:
            words.append(text)
    return words


def _plain(session: Session, value: Literal | None) -> Any:  # noqa: PLR0911 - one return per kind of value
    """What was written, as plain values; raises ``Refused`` for a variable that nobody set."""
    match value:
        case None | str():
            return value
        case Bare():
            return number(value)
        case Variable():
            return _variable(session, value.name)
        case Joined():
            return "".join(
                str(_variable(session, part[1:]) or "") if part.startswith("$") else part for part in value.parts
            )
        case Table():
            return {key: _plain(session, entry) for key, entry in value.entries}
        case Nested():
            rows = _asked(session, value.pipeline.commands[0])
            return [str(row.get("Identity") or row.get("Name")) for row in rows]
        case tuple():
            return [_plain(session, one) for one in value]
    raise syntax("A script block is no value here.", 0)


_CONSTANTS: Mapping[str, Callable[[Session], Any]] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "null": lambda _: None,
    "env:computername": lambda session: session.own.name,
    "env:exchangeinstallpath": lambda _: INSTALL_PATH,
    "exinstall": lambda _: INSTALL_PATH,
    "env:windir": lambda _: "C:\\Windows",
    "env:systemroot": lambda _: "C:\\Windows",
}


def _variable(session: Session, name: str) -> Any:
    folded = name.casefold()
    if folded in _CONSTANTS:
        return _CONSTANTS[folded](session)
    if folded in session.variables:
        return session.variables[folded]
    raise Refused(f"The variable '${name}' cannot be retrieved because it has not been set.", "VariableIsUndefined")
