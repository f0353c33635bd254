"""What an unchanged system shows when it is asked again and again, fact by fact."""

from collections.abc import Iterator, Mapping, Sequence

from muster.baseline.portions import Wanted, portions
from muster.drift import calibrate, comparable, told_of_calibration
from muster.model import Answer, Observation
from muster.resolve import book_of, rows_of


def lines(wants: Sequence[Wanted], rounds: Sequence[Mapping[str, Observation]]) -> Iterator[str]:
    """What to say: per fact what flickers although nothing declares it, then what is declared and never moved."""
    books = [book_of(seen) for seen in rounds]
    flickering = quiet = 0
    for portion in portions(wants, books[0]):
        answers: list[Answer] = []
        for book in books:
            seen = book(portion.observation.question, portion.subject)
            if seen is not None and seen.answer is not None:
                answers.append(
                    comparable(rows_of(seen.answer, portion.asked.split_by, portion.subject), portion.fact.shape)
                )
        whose = f"{portion.fact.__name__} of {portion.subject.name}"
        if len(answers) < len(books):
            yield f"{whose}: answered {len(answers)} of {len(books)} times; nothing is said of it"
            continue
        proposals = calibrate(answers, portion.fact.shape)
        flickers = [one for one in proposals if one.flickers]
        quiet += len(proposals) - len(flickers)
        flickering += len(flickers)
        if flickers:
            yield from told_of_calibration(whose, flickers)
    yield (
        f"{flickering} properties flicker although nothing declares them; "
        f"{quiet} that are declared volatile or unordered behave, or did not move."
    )
