"""Records that came with several answers: one question for each place they lie in."""

from collections.abc import Mapping
from typing import Self

from muster.model import Answer, Fact, Subject
from muster.reading.records import R, Records


class JoinedRecords(Records[R]):
    """A fact that is a list of records from more than one answer, in the order of its needs."""

    @classmethod
    def read(cls, subject: Subject, answers: Mapping[str, "Answer | Fact"]) -> Self:
        """Read every object of each answer."""
        came = [answer for answer in answers.values() if isinstance(answer, Answer)]
        rows = tuple(cls.record.of(item, subject.name) for answer in came for item in answer.objects)
        lacking = tuple(problem for answer in came for problem in answer.shortfalls)
        whole = Answer((), shortfalls=lacking)
        return cls(rows).told_by(whole, subject)  # type: ignore[arg-type] # record is R, which ClassVar cannot say
