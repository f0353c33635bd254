"""Problems, answers and observations ↔ JSON."""

from muster.model import PROBLEM_KINDS, Answer, Observation, Problem
from muster.snapshot.questions import dump_question, load_question
from muster.snapshot.text import Json, UnreadableSnapshot, each, exactly, field, number, optional
from muster.snapshot.values import dump_time, dump_value, load_object, load_time


def dump_problem(problem: Problem) -> Json:
    """One problem as JSON."""
    return {"kind": problem.kind, "message": problem.message, "cause": problem.cause, "cure": problem.cure}


def load_problem(data: object) -> Problem:
    """One problem back from JSON; a kind that does not exist raises."""
    text = exactly(str)
    kind = field(data, "kind", text)
    if kind not in PROBLEM_KINDS:
        raise UnreadableSnapshot("a problem's kind", f"'{kind}'", "$.kind")
    return Problem(kind, field(data, "message", text), field(data, "cause", text), field(data, "cure", text))


def dump_answer(answer: Answer) -> Json:
    """One answer as JSON, objects in the order they came."""
    return {
        "objects": [dump_value(item) for item in answer.objects],
        "serialization": answer.serialization,
        "shortfalls": [dump_problem(problem) for problem in answer.shortfalls],
    }


def load_answer(data: object) -> Answer:
    """One answer back from JSON."""
    serialization = field(data, "serialization", exactly(str))
    if serialization not in {"partial", "full", "none"}:
        raise UnreadableSnapshot("partial, full or none", f"'{serialization}'", "$.serialization")
    shortfalls = field(data, "shortfalls", each(load_problem))
    return Answer(field(data, "objects", each(load_object)), serialization, shortfalls)


def dump_observation(observation: Observation) -> Json:
    """One observation as JSON, its when and how long included."""
    return {
        "question": dump_question(observation.question),
        "subject": observation.subject,
        "taken": None if observation.taken is None else dump_time(observation.taken),
        "seconds": observation.seconds,
        "answered_by": observation.answered_by,
        "answer": None if observation.answer is None else dump_answer(observation.answer),
        "problem": None if observation.problem is None else dump_problem(observation.problem),
    }


def load_observation(data: object) -> Observation:
    """One observation back from JSON; one with both an answer and a problem, or neither, raises."""
    answer = field(data, "answer", optional(load_answer))
    problem = field(data, "problem", optional(load_problem))
    if (answer is None) == (problem is None):
        raise UnreadableSnapshot("either an answer or a problem", "neither" if answer is None else "both")
    return Observation(
        question=field(data, "question", load_question),
        subject=field(data, "subject", exactly(str)),
        taken=field(data, "taken", optional(load_time)),
        seconds=field(data, "seconds", number),
        answered_by=field(data, "answered_by", exactly(str)),
        answer=answer,
        problem=problem,
    )
