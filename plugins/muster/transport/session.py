"""What every door has in common: a session that is asked questions, and the way it says that it cannot."""

from typing import Protocol

from muster.model import Answer, Problem, Question


class Unanswered(Exception):  # noqa: N818 - a value that travels, not an error of the program
    """No answer, and why. ``lost`` says that the endpoint as a whole is of no use any more for this run."""

    def __init__(self, problem: Problem, *, lost: bool = False) -> None:
        super().__init__(problem, lost)
        self.problem = problem
        self.lost = lost

    def __str__(self) -> str:
        """The problem's own sentence."""
        return str(self.problem)


class Session(Protocol):
    """An open way to one endpoint. Used by one thread at a time."""

    def ask(self, question: Question, seconds: float) -> Answer:
        """Ask one question, within about ``seconds``; raises ``Unanswered``."""
        ...

    def close(self) -> None:
        """Close politely; never raises."""
        ...
