"""A capture: answers in a folder, brought from a site that lets nobody in, with ``capture.yaml`` as their index."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from muster.model import (
    Answer,
    Command,
    Environment,
    ExchangeCmdlet,
    LdapSearch,
    Observation,
    Problem,
    Question,
    WindowsCmdlet,
)
from muster.transport.old.answers import read_answer
from muster.transport.old.environment import environment_of
from muster.transport.old.index import CapturedAnswer, CaptureFile
from muster.yaml_lines import Mistake, YamlMistakes, read
from muster.yaml_models import Checked, check, suggestion

FILE = "capture.yaml"

_CONTEXTS = ("schemaNamingContext", "configurationNamingContext", "rootDomainNamingContext", "defaultNamingContext")
_SEARCH = ("base", "filter", "scope", "attributes", "security_descriptor", "controller", "domain")


class CaptureMistakes(YamlMistakes):
    """Everything that is wrong with a capture's index; ``mistakes`` in the order of the lines."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture, read. ``taken`` is ``None`` where it does not say when. An answer whose file is missing or broken is
    an observation with a problem that names the file.
    """  # noqa: D205

    name: str
    serialization_level: str
    taken: datetime | None
    servers: tuple[str, ...]
    observations: tuple[Observation, ...]
    environment: Environment


def load(folder: Path) -> Capture:
    """Read a capture; raises ``CaptureMistakes`` for what is wrong with ``capture.yaml``."""
    path = folder / FILE
    if not path.is_file():
        wrong = f"{FILE} is not in {folder}." if folder.is_dir() else f"the folder {folder} does not exist."
        raise CaptureMistakes(
            (Mistake(str(path), 0, 0, "", wrong, "A capture is a folder with a capture.yaml in it."),)
        )
    try:
        checked = check(read(path), CaptureFile)
    except YamlMistakes as broken:
        raise CaptureMistakes(broken.mistakes) from None
    mistakes = list(checked.mistakes)
    index = checked.model
    if index is not None:
        mistakes += _meaning(checked, index)
        if not mistakes:
            found = _capture(folder, index)
            mistakes += _twice(checked, found)
            if not mistakes:
                return found
    raise CaptureMistakes(tuple(mistakes))


def _meaning(checked: Checked[CaptureFile], index: CaptureFile) -> list[Mistake]:
    """Mistakes that only show when the whole is known."""
    found: list[Mistake] = []
    known = {server.casefold() for server in index.servers}
    for place, entry in enumerate(index.answers):
        where = ("answers", place)
        if entry.endpoint == "windows" and entry.subject.casefold() not in known:
            wrong = f"'{entry.subject}' is none of the servers."
            near = suggestion(entry.subject, index.servers, "server")
            found.append(checked.mistake((*where, "subject"), wrong, near))
            continue
        if entry.endpoint == "ldap":
            wrong_search = _wrong_search(entry)
            if wrong_search:
                found.append(checked.mistake((*where, "pipeline"), *wrong_search))
    return found


def _twice(checked: Checked[CaptureFile], capture: Capture) -> list[Mistake]:
    """Questions with two answers. What an Edge was asked is another question, and only the answers name the Edges."""
    found: list[Mistake] = []
    asked: dict[str, int] = {}
    for place, observation in enumerate(capture.observations):
        key = observation.question.key
        if key in asked:
            again = f"{key} was already answered by entry {asked[key]}."
            found.append(checked.mistake(("answers", place), again, "Keep one of them."))
        asked.setdefault(key, place)
    return found


def _wrong_search(entry: CapturedAnswer) -> tuple[str, str] | None:
    step = entry.pipeline[0]
    if len(entry.pipeline) != 1 or step.cmdlet != "search":
        return "a directory answer has one command named search.", ""
    for name in step.parameters:
        if name not in _SEARCH:
            return f"unknown parameter '{name}'.", suggestion(name, _SEARCH, "parameter")
    if not isinstance(step.parameters.get("base"), str):
        return "'base:' is missing.", 'A DN, a naming context such as schemaNamingContext, or "" for the rootDSE.'
    return None


def _capture(folder: Path, index: CaptureFile) -> Capture:
    observations = tuple(_observation(folder, entry, index) for entry in index.answers)
    environment = environment_of(index.name, index.servers, observations)
    edges = {server.name for server in environment.servers if "Edge" in server.roles}
    observations = tuple(_at_edge(observation, edges) for observation in observations)
    return Capture(
        index.name, index.serialization_level, index.moment, tuple(index.servers), observations, environment
    )


def _observation(folder: Path, entry: CapturedAnswer, index: CaptureFile) -> Observation:
    came = read_answer(folder, entry, index.serialization_level)
    return Observation(
        question=_question(entry, index.servers),
        subject=_spelled(entry.subject, index.servers),
        taken=index.moment,
        seconds=0.0,
        answered_by=entry.file,
        answer=came if isinstance(came, Answer) else None,
        problem=came if isinstance(came, Problem) else None,
    )


def _at_edge(observation: Observation, edges: set[str]) -> Observation:
    """What is captured from an Edge was asked of the Edge itself: nobody else could have answered."""
    question = observation.question
    if isinstance(question, ExchangeCmdlet) and observation.subject in edges:
        there = ExchangeCmdlet(question.pipeline, about=observation.subject, at=observation.subject)
        return replace(observation, question=there)
    return observation


def _spelled(subject: str, servers: list[str]) -> str:
    return next((server for server in servers if server.casefold() == subject.casefold()), subject)


def _question(entry: CapturedAnswer, servers: list[str]) -> Question:
    subject = _spelled(entry.subject, servers)
    match entry.endpoint:
        case "exchange":
            return ExchangeCmdlet(_pipeline(entry), about=subject if subject in servers else None)
        case "windows":
            return WindowsCmdlet(_pipeline(entry), server=subject)
        case "ldap":
            return _search(entry)


def _pipeline(entry: CapturedAnswer) -> tuple[Command, ...]:
    # every argument has passed its validator, which pydantic's types cannot say
    return tuple(Command(step.cmdlet, tuple(step.parameters.items())) for step in entry.pipeline)  # type: ignore[arg-type]


def _search(entry: CapturedAnswer) -> LdapSearch:
    said = entry.pipeline[0].parameters

    def text(name: str, default: str) -> str:
        value = said.get(name, default)
        return value if isinstance(value, str) else str(value)

    attributes = said.get("attributes", ())
    return LdapSearch(
        base=_base(text("base", "")),
        filter=text("filter", "(objectClass=*)"),
        scope=text("scope", "subtree"),
        attributes=attributes if isinstance(attributes, tuple) else (str(attributes),),
        security_descriptor=said.get("security_descriptor") is True,
        controller=text("controller", "") or None,
        domain=text("domain", "") or None,
    )


def _base(base: str) -> str:
    """``CN=Services,configurationNamingContext`` → ``CN=Services,{configurationNamingContext}``."""
    head, comma, last = base.rpartition(",")
    return f"{head}{comma}{{{last}}}" if last in _CONTEXTS else base
