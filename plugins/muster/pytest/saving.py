"""``--save-baseline``: everything that can be known of the selected subjects, written down, and nothing judged."""

import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version

import pytest

from muster import baseline
from muster.model import Environment, Observation, Shape, Subject
from muster.observe import Want
from muster.pytest.opening import Opened
from muster.resolve import book_of

_FEW = 8


def refuse_early(config: pytest.Config, environment: Environment) -> None:
    """A name that is taken or cannot be one is refused before anybody is asked."""
    if config.option.facts:
        raise pytest.UsageError("--save-baseline asks a living environment: name it with --env, without --facts")
    if config.option.against:
        raise pytest.UsageError("--save-baseline writes down, --against compares: never both in one run")
    if environment.folder is None:
        raise pytest.UsageError(f"'{environment.name}' has no folder that could hold a baseline")
    try:
        place = baseline.folder_of(environment.folder, config.option.save_baseline)
    except baseline.BaselineMistake as wrong:
        raise pytest.UsageError(str(wrong)) from None
    if place.exists():
        raise pytest.UsageError(
            f"the baseline '{place.name}' is there already and is never written over: take another name, or "
            f"muster baseline delete {place.name} --env {environment.name}"
        )


def save(
    name: str, opened: Opened, environment: Environment, wants: Iterable[Want], seen: Mapping[str, Observation]
) -> list[str]:
    """Write the baseline; the lines to print. Raises ``pytest.UsageError`` where nothing could be written."""
    wanted = list(wants)
    shapes = _shapes(wanted, seen)
    try:
        place = baseline.save(
            environment,
            name,
            seen.values(),
            shapes,
            opened.started,
            recorded=subjects_of(wanted),
            versions={"muster": version("muster"), "python": platform.python_version()},
        )
    except baseline.BaselineMistake as wrong:
        raise pytest.UsageError(str(wrong)) from None
    unanswered = [one for one in seen.values() if one.problem is not None]
    partial = [one for one in seen.values() if one.answer is not None and one.answer.shortfalls]
    about = f"{len(seen) - len(unanswered)} answers about {len(subjects_of(wanted))} subjects"
    lines = [f"Baseline '{name}' of {environment.name}: {about} in {place}. Nothing was judged."]
    if unanswered:
        lines.append(f"{len(unanswered)} questions were not answered; nothing is compared with those later:")
        lines += [f"  {one.question.key}: {one.problem}" for one in unanswered[:_FEW]]
        lines += [f"  and {len(unanswered) - _FEW} more, in run.json"] if len(unanswered) > _FEW else []
    if partial:
        lines.append(f"{len(partial)} answers are partial: {', '.join(one.question.key for one in partial[:_FEW])}")
    lines.append(f"Later: pytest --env {environment.name} --against {name}")
    return lines


def subjects_of(wants: Iterable[Want]) -> tuple[Subject, ...]:
    """Whom a baseline is about, each once."""
    return tuple({(type(subject), subject.name): subject for _, subject in wants}.values())


def _shapes(wants: Iterable[Want], seen: Mapping[str, Observation]) -> dict[str, Shape]:
    """Which shape the answer to each question has: that of the fact that speaks for it."""
    found: dict[str, Shape] = {}
    for portion in baseline.portions(baseline.leaf_wants(wants), book_of(seen)):
        found.setdefault(portion.observation.question.key, portion.fact.shape)
    return found
