"""What-if: stored answers as they would be after an upgrade by design, so that checks can be judged on them.

Changed are builds, what prints the CU's build, the directory's versions, and Extended Protection. Services and
properties that a release brings anew are not made up: a check that reads them stays undetermined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from packaging.version import Version

from muster.catalogue import Catalogue, Release, SchemaLevel, read_build
from muster.model import (
    Answer,
    EnumValue,
    Environment,
    ExchangeCmdlet,
    LdapSearch,
    Object,
    Observation,
    Server,
    Value,
    WindowsCmdlet,
    same_server,
)
from muster.upgrade.crossing import Step, build_of, number_in
from muster.upgrade.extended_protection import row_for, switches_on
from muster.upgrade.put_back.cmdlets import settings
from muster.upgrade.values import property_of, text_of

_LINE, _GENERATION = 3, 2
_PARTS = ("Major", "Minor", "Build", "Private")
_CHECKING = {"None": 0, "Allow": 1, "Require": 2}
_ORGANIZATION, _DOMAIN = "msExchOrganizationContainer", "msExchSystemObjectsContainer"


@dataclass(frozen=True, slots=True)
class _Played:
    """Which servers are upgraded, from which build, to what."""

    steps: Mapping[Server, Step]
    target: Release
    level: SchemaLevel | None
    printed: str

    def step_of(self, owner: str) -> Step | None:
        return next((step for server, step in self.steps.items() if owner and same_server(owner, server)), None)


def what_if(
    observations: Iterable[Observation], environment: Environment, catalogue: Catalogue, target: Release
) -> tuple[Observation, ...]:
    """The observations after every server that Setup can upgrade in place runs the target.

    A server of another generation stays, and so does one that is newer, or whose build nobody saw. What could not be
    had stays a problem.
    """
    told = tuple(observations)
    level = catalogue.schema_for(target.product, target.cu, target.su)
    steps = dict(_steps(told, environment, target))
    head = next(
        one
        for one in catalogue.releases.all
        if one.su is None and one.build.release[:_LINE] == target.build.release[:_LINE]
    )
    numbers = head.build.release
    printed = f"Version {numbers[0]}.{numbers[1]} (Build {numbers[2]}.{numbers[3]})"
    played = _Played(steps, target, level if steps else None, printed)
    return tuple(_after(one, played) for one in told)


def _steps(told: tuple[Observation, ...], environment: Environment, target: Release) -> Iterable[tuple[Server, Step]]:
    for server in environment.servers:
        old = next((build for one in told if (build := _build_in(one, server)) is not None), None)
        same = old is not None and old.release[:_GENERATION] == target.build.release[:_GENERATION]
        if old is not None and same and old < target.build:
            yield server, Step(server.name, old, target.build)


def _build_in(observation: Observation, server: Server) -> Version | None:
    question = observation.question
    if not isinstance(question, WindowsCmdlet) or observation.answer is None:
        return None
    if not same_server(question.server, server):
        return None
    return next((build_of(item) for item in observation.answer.objects if _is_setup(question, item)), None)


def _is_setup(question: WindowsCmdlet, item: Object) -> bool:
    return "exsetup.exe" in question.key.casefold() and build_of(item) is not None


def _after(observation: Observation, played: _Played) -> Observation:
    answer, question = observation.answer, observation.question
    if answer is None or not played.steps:
        return observation
    match question:
        case WindowsCmdlet():
            step = played.step_of(question.server)
            changed = [
                _setup(item, played.target.build) if step and _is_setup(question, item) else item
                for item in answer.objects
            ]
        case LdapSearch():
            changed = [_entry(item, question, played.level) for item in answer.objects]
        case ExchangeCmdlet():
            changed = [_shown(item, question.pipeline[0].name, played) for item in answer.objects]
        case _:
            return observation
    return replace(observation, answer=Answer(tuple(changed), answer.serialization, answer.shortfalls, answer.taken))


def _setup(item: Object, build: Version) -> Object:
    values: dict[str, Value] = {}
    for name, value in item.properties.items():
        part = next((at for at, word in enumerate(_PARTS) if name in {f"File{word}Part", f"Product{word}Part"}), None)
        if part is not None:
            values[name] = build.release[part]
        elif name in {"Version", "FileVersion", "ProductVersion"} and _is_build(value):
            values[name] = str(build)
    return _with(item, values)


def _entry(item: Object, question: LdapSearch, level: SchemaLevel | None) -> Object:
    if level is None:
        return item
    wanted = {"rangeUpper": level.range_upper}
    if _ORGANIZATION in question.filter:
        wanted["objectVersion"] = level.organization
    if _DOMAIN in question.filter:
        wanted["objectVersion"] = level.domain
    return _with(
        item, {name: _raised(item.properties[name], to) for name, to in wanted.items() if name in item.properties}
    )


def _raised(value: Value, to: int) -> Value:
    if isinstance(value, tuple):
        return tuple(_raised(each, to) for each in value)
    number = number_in(value)
    if number is None or number >= to:
        return value
    return str(to) if isinstance(value, str) else to


def _shown(item: Object, cmdlet: str, played: _Played) -> Object:
    if cmdlet == "Get-OrganizationConfig" and played.level and "ObjectVersion" in item.properties:
        return _with(item, {"ObjectVersion": _raised(item.properties["ObjectVersion"], played.level.organization)})
    step = played.step_of(_owner(item, cmdlet))
    if step is None:
        return item
    values: dict[str, Value] = {}
    printed = item.properties.get("AdminDisplayVersion")
    if step.another_cu and _is_build(printed):
        values["AdminDisplayVersion"] = (
            replace(printed, text=played.printed) if isinstance(printed, Object) else played.printed
        )
    return _with(item, values | _protection(item, cmdlet, step))


def _protection(item: Object, cmdlet: str, step: Step) -> dict[str, Value]:
    fact = _facts_by_cmdlet().get(cmdlet)
    row = row_for(fact, text_of(item.properties.get("Identity"))) if fact else None
    if row is None or not switches_on(step) or "ExtendedProtectionTokenChecking" not in item.properties:
        return {}
    now = item.properties["ExtendedProtectionTokenChecking"]
    checking: Value = row.checking
    if isinstance(now, EnumValue):
        checking = EnumValue(_CHECKING[row.checking], row.checking, now.type)
    return {"ExtendedProtectionTokenChecking": checking} | (
        {"SSLOffloading": False} if "SSLOffloading" in item.properties else {}
    )


def _facts_by_cmdlet() -> Mapping[str, str]:
    return {f"Get-{row.set.removeprefix('Set-')}": row.fact for row in settings().values() if row.web and row.set}


def _owner(item: Object, cmdlet: str) -> str:
    if cmdlet in {"Get-ExchangeServer", "Get-MailboxServer"}:
        return text_of(item.properties.get("Name"))
    return text_of(property_of(item, "Server")) or text_of(property_of(item, "Identity")).partition("\\")[0]


def _is_build(value: Value) -> bool:
    try:
        read_build(text_of(value))
    except ValueError:
        return False
    return True


def _with(item: Object, values: Mapping[str, Value]) -> Object:
    return Object(item.type, item.text, {**item.properties, **values}) if values else item
