"""The exception that carries a problem: raised anew at each place that needs what could not be had."""

from typing import TypeVar

from muster.model.answers import Problem


class FactUnavailable(Exception):  # noqa: N818 - a state of knowledge, not an error of the program
    """A fact, or one property of it, could not be had; the verdict is undetermined.

    ``subject`` and ``wanted`` say whose and what; ``problem`` says why; ``questions`` are the keys of what was asked.
    """

    def __init__(self, subject: str, wanted: str, problem: Problem, questions: tuple[str, ...] = ()) -> None:
        super().__init__(subject, wanted, problem, questions)
        self.questions = questions
        self.subject = subject
        self.wanted = wanted
        self.problem = problem

    def __str__(self) -> str:
        """Who, what was asked, what came, what to do."""
        return f"{self.wanted} of {self.subject}: {self.problem}"


T = TypeVar("T")


def certain(value: T | None, whose: str, wanted: str, why_not: str) -> T:
    """A value that the catalogue may not have; where it has none the verdict is undetermined, never a finding.

    ``why_not`` says what nobody knows, as a sentence without a full stop. Raises ``FactUnavailable`` for ``None``.
    """
    if value is None:
        raise FactUnavailable(whose, wanted, Problem("not in the catalogue", why_not))
    return value
