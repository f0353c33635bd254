"""Plan and concurrency: every distinct question once, side by side, within the caps, each with its deadline.

A question never raises: what comes back is an observation, with an answer or with the reason why there is none.
An endpoint that is lost costs its deadline once; what else would have been asked of it gets the same reason.
"""

from collections.abc import Iterable

from muster.model import Question
from muster.observe.rounds import Doors, Observing, Then, Want
from muster.observe.routes import Route, route, subject_of
from muster.resolve import Book, needs_of, next_question

__all__ = ["Doors", "Observing", "Route", "Then", "Want", "first_questions", "route", "subject_of"]


def first_questions(wants: Iterable[Want]) -> dict[str, Question]:
    """The distinct questions that open a run, by key: what ``--explain`` shows first."""
    nothing: Book = lambda _question, _subject: None  # noqa: E731 - an empty book
    questions: dict[str, Question] = {}
    for fact, subject in wants:
        for wanted in needs_of(fact, subject):
            question = next_question(wanted, subject, nothing)
            if question is not None:
                questions.setdefault(question.key, question)
    return questions
