"""Rows on a screen: columns that line up, what was said wrapped where there is room, and never a name cut in two."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.text import Text

_INDENT = 2
_DEEP = 8
_LEAST = 20
_ROOMY = 30
"""Columns in which a sentence can be begun, and those in which it says something: with fewer, what stands before it
is not lined up."""

Styled = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """The columns in front, and what was said. ``shrinks`` is the column that gives way where space is short."""

    lead: tuple[Styled, ...]
    said: Styled
    shrinks: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written on. ``width`` ``None`` is no screen (a pipe, a mail): nothing is cut and nothing is wrapped."""

    width: int | None
    dots: str


class Block:
    """A heading with rows. ``rest`` says how many are left out once so many are shown."""

    def __init__(self, title: str, rows: list[Row], rest: Callable[[int], str], paper: Paper) -> None:
        self._title = title
        self._rows = rows
        self._rest = rest
        self._paper = paper
        self._shown = len(rows)
        self._heights = [1] * len(rows)

    @property
    def lines(self) -> int:
        """How many lines it has now."""
        if not self._shown:
            return 0
        return 1 + sum(self._heights[: self._shown]) + (self._shown < len(self._rows))

    def fit(self, room: int, least: int = 1) -> None:
        """Show as many rows as fit in ``room`` lines, each with ``least`` lines where it has so much to say."""
        self._shown = len(self._rows)
        self._heights = [min(least, len(self._wrapped(row))) for row in self._rows]
        while self._shown and self.lines > room:
            self._shown -= 1

    def grow(self, lines: int) -> None:
        """Take so many more lines, the first rows first, for what did not fit in theirs."""
        for place, row in enumerate(self._rows[: self._shown]):
            more = min(lines, len(self._wrapped(row)) - self._heights[place])
            self._heights[place] += more
            lines -= more

    def printed(self) -> list[Text]:
        """The lines; none where nothing fits."""
        if not self._shown:
            return []
        made = [Text(self._title, "underline")]
        widths = self._widths()
        for row, height in zip(self._rows[: self._shown], self._heights, strict=False):
            made += self._drawn(row, height, widths)
        if self._shown < len(self._rows):
            made.append(Text(f"  {self._rest(self._shown)}", "dim"))
        return made

    def _widths(self) -> list[int]:
        shown = self._rows[: self._shown]
        widths = [max(cell_len(row.lead[column][0]) for row in shown) for column in range(len(shown[0].lead))]
        if self._paper.width is not None:
            over = sum(_INDENT + width for width in widths) - self._paper.width
            widths[shown[0].shrinks] -= max(0, over)
            if self._paper.width - sum(_INDENT + width for width in widths) < _ROOMY + _INDENT:
                widths[-1] = 0  # not in line: what was said begins right behind
        return widths

    def _drawn(self, row: Row, height: int, widths: list[int]) -> list[Text]:
        line = _led(row, widths, self._paper.dots)
        if self._paper.width is None:
            return [line.append("  ").append(*row.said)]
        lead = line.cell_len
        said = self._folded(row, lead)
        if len(said) > height:
            beside = self._paper.width - lead - _INDENT
            room = beside if height == 1 else self._paper.width - self._deep(lead)
            rest = cut(" ".join(said[height - 1 :]).strip(), room, self._paper.dots) if room >= _LEAST // 2 else ""
            said = [*said[: height - 1], rest]
        if said[0]:
            line.append("  ").append(said[0], row.said[1])
        return [line, *(Text(" " * self._deep(lead)).append(text, row.said[1]) for text in said[1:])]

    def _wrapped(self, row: Row) -> list[str]:
        """The row's sentence in as many lines as it needs; one where nothing is to be wrapped."""
        return [""] if self._paper.width is None else self._folded(row, _led(row, self._widths(), "").cell_len)

    def _folded(self, row: Row, lead: int) -> list[str]:
        """What was said, begun behind the columns where there is space for it, in lines that fit."""
        width = self._paper.width or 0
        beside = width - lead - _INDENT
        return _folded(row.said[0], beside if beside >= _LEAST else 0, width - self._deep(lead))

    @staticmethod
    def _deep(lead: int) -> int:
        return min(lead + _INDENT, _DEEP)


def _led(row: Row, widths: list[int], dots: str) -> Text:
    line = Text()
    for place, ((text, style), width) in enumerate(zip(row.lead, widths, strict=True)):
        fitting = cut(text, width, dots) if place == row.shrinks else text
        line.append(" " * _INDENT).append(fitting, style).append(" " * max(0, width - cell_len(fitting)))
    return line


def cut(text: str, width: int, dots: str) -> str:
    """The text in so many columns, with dots where it was longer."""
    if cell_len(text) <= width:
        return text
    return (chop_cells(text, max(1, width - len(dots))) or [""])[0].rstrip() + dots


def _folded(text: str, first: int, width: int) -> list[str]:
    """Lines of at most ``width`` columns, the first of at most ``first`` (0: it stays empty), broken between words.

    A word that is longer than a line is broken too.
    """
    lines, room = [""], first
    for word in text.split():
        for part in chop_cells(word, width):
            used = cell_len(lines[-1]) + 1 if lines[-1] else 0
            if used + cell_len(part) > room:
                lines.append(part)
                room = width
            else:
                lines[-1] += f" {part}" if used else part
    return lines
