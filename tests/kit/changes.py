"""Changes to observed answers: the ways in which an example differs from an organisation that is in order."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from muster.model import Answer, Object, Observation, Problem, Value

Observations = Mapping[str, Observation]
Change = Callable[[Observations], Observations]


def put(question: str, where: str | Mapping[str, str] = "", **properties: Value) -> Change:
    """Give the chosen objects of an answer other property values (or properties that they did not have).

    ``question`` is the question's key or part of it; ``where`` part of the object's text, or property → part of its
    text.
    """
    return _each(question, where, lambda item: replace(item, properties={**item.properties, **properties}))


def drop(question: str, *properties: str, where: str | Mapping[str, str] = "") -> Change:
    """Leave properties out of the chosen objects: they were not sent."""
    gone = {name.casefold() for name in properties}

    def without(item: Object) -> Object:
        kept = {name: value for name, value in item.properties.items() if name.casefold() not in gone}
        assert len(kept) < len(item.properties), f"{item.text} has none of {properties}"
        return replace(item, properties=kept)

    return _each(question, where, without)


def remove(question: str, where: str | Mapping[str, str] = "") -> Change:
    """Leave the chosen objects out of an answer."""

    def change(answer: Answer) -> Answer:
        kept = tuple(item for item in answer.objects if not _matches(item, where))
        assert len(kept) < len(answer.objects), f"{question}: nothing to remove where {where}"
        return replace(answer, objects=kept)

    return _answers(question, change)


def copy(question: str, where: str | Mapping[str, str], **properties: Value) -> Change:
    """Add a copy of one chosen object, with other property values."""

    def change(answer: Answer) -> Answer:
        chosen = next((item for item in answer.objects if _matches(item, where)), None)
        assert chosen is not None, f"{question}: nothing to copy where {where}"
        made = replace(chosen, properties={**chosen.properties, **properties})
        return replace(answer, objects=(*answer.objects, made))

    return _answers(question, change)


def add(question: str, item: Object) -> Change:
    """Add an object to an answer."""
    return _answers(question, lambda answer: replace(answer, objects=(*answer.objects, item)))


def partial(question: str) -> Change:
    """Let an error record come beside the output."""
    said = Problem("partial", "RPC to the target failed")
    return _answers(question, lambda answer: replace(answer, shortfalls=(*answer.shortfalls, said)))


def unanswered(question: str) -> Change:
    """Let a question have no answer."""
    said = Problem("timeout", "no answer within 60 s")
    return _observations(question, lambda one: replace(one, answer=None, problem=said))


def both(*changes: Change) -> Change:
    """Several changes together."""

    def change(observations: Observations) -> Observations:
        for one in changes:
            observations = one(observations)
        return observations

    return change


def _each(question: str, where: str | Mapping[str, str], edit: Callable[[Object], Object]) -> Change:
    def change(answer: Answer) -> Answer:
        assert any(_matches(item, where) for item in answer.objects), f"{question}: no object where {where}"
        return replace(
            answer, objects=tuple(edit(item) if _matches(item, where) else item for item in answer.objects)
        )

    return _answers(question, change)


def _answers(question: str, change: Callable[[Answer], Answer]) -> Change:
    def edit(observation: Observation) -> Observation:
        assert observation.answer is not None, f"{observation.question.key} has no answer to change"
        return replace(observation, answer=change(observation.answer))

    return _observations(question, edit)


def _observations(question: str, edit: Callable[[Observation], Observation]) -> Change:
    def change(observations: Observations) -> Observations:
        chosen = [key for key in observations if key == question]
        chosen = chosen or [key for key in observations if question.casefold() in key.casefold()]
        if (
            "VirtualDirectory" in question or "OutlookAnywhere" in question
        ) and "-Server" not in question:  # a server's own view (IIS) beside the organisation's is named as such
            chosen = [key for key in chosen if "-Server" not in key] or chosen
        assert chosen, f"no question like '{question}' was asked"
        return {key: edit(one) if key in chosen else one for key, one in observations.items()}

    return change


def _matches(item: Object, where: str | Mapping[str, str]) -> bool:
    if isinstance(where, str):
        return not where or where.casefold() in (item.text or "").casefold()
    return all(part.casefold() in _text(item.properties.get(name)).casefold() for name, part in where.items())


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return " ".join(_text(one) for one in value)
    text = getattr(value, "text", value)
    return "" if text is None else str(text)
