"""``--explain``: what would be asked of whom, in which order, with which login; nothing is asked."""

from collections.abc import Iterable, Iterator, Mapping

from muster.model import Endpoint, Environment, Problem, Question
from muster.observe import Route, Want, first_questions, route
from muster.resolve import needs_of, ways

_FEW = 4


def explained(environment: Environment, wants: list[Want]) -> Iterator[str]:
    """The lines to print: questions by where they go, then what may follow."""
    first = first_questions(wants)
    later = dict(_later(wants, first))
    yield f"{environment.name}: {len(first)} questions at first, up to {len(later)} may follow. Nothing is asked now."
    if environment.lab:
        yield f"The lab plays it ({environment.lab}): every question goes to this machine."
    for where, keys in _by_place(first.values(), environment).items():
        yield f"to {where}:"
        for key in keys:
            yield f"  {key}"
    if later:
        yield "then, where an earlier answer leads there or an earlier way has a problem:"
        for key, why in sorted(later.items()):
            yield f"  {key}   ({why})"


def _by_place(questions: Iterable[Question], environment: Environment) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for question in questions:
        where = route(question, environment)
        if environment.lab and isinstance(where, Problem):
            place = "the lab"
        else:
            place = f"nobody ({where.message})" if isinstance(where, Problem) else _told(where)
        places.setdefault(place, []).append(question.key)
    return {place: sorted(keys) for place, keys in sorted(places.items())}


def _told(where: Route) -> str:
    if not where.endpoints:
        return f"{where.pool.removeprefix('probe ')} (looked at from outside, no login)"
    names = [_endpoint(endpoint) for endpoint in where.endpoints[:_FEW]]
    more = f" and {len(where.endpoints) - _FEW} more" if len(where.endpoints) > _FEW else ""
    any_of = "any of " if len(where.endpoints) > 1 else ""
    return f"{any_of}{', '.join(names)}{more}, at most {where.cap} sessions"


def _endpoint(endpoint: Endpoint) -> str:
    login = endpoint.authentication
    who = f"{login.method} {login.user}" if login.user else login.method
    return f"{endpoint.address}:{endpoint.port} ({who})"


def _later(wants: Iterable[Want], first: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    """Follow-up questions with what they wait for, and alternatives that are not asked at first."""
    for fact, subject in wants:
        for wanted in needs_of(fact, subject):
            for question in ways(wanted, subject):
                after = getattr(question, "after", None)
                if after is not None:
                    shown = question.key.replace("{after}", f"<{after.property}>")
                    yield shown, f"with {after.property} from {after.question.key}"
                elif question.key not in first:
                    yield question.key, "otherwise"
