"""A row of an overlay with its place in its file, and what is found wrong with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from muster.catalogue.rows import Row
from muster.overlay.document import OverlayFile, RowEntry
from muster.yaml_lines import Mistake, Where
from muster.yaml_models import Checked, Entry

E = TypeVar("E", bound=Entry)


class Wrong(NamedTuple):
    """What is wrong with a field of a row, and what would be right; ``key`` ``""``: something is missing."""

    key: str
    wrong: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Placed(Generic[E]):
    """A row as it was written (``entry``, and ``row`` as the tables' data) and where it stands."""

    entry: E
    where: Where
    file: Checked[OverlayFile]

    @property
    def row(self) -> Row:
        """The row as the catalogue reads its own."""
        found: Row = self.entry.model_dump(by_alias=True, exclude_unset=True)
        return found

    @property
    def place(self) -> str:
        """File and line, for another row to name."""
        told = self.file.mistake(self.where, "")
        return f"{told.file}:{told.line}"

    def mistakes(self, wrong: Iterable[Wrong]) -> list[Mistake]:
        """Each mistake at its field; of a field that is not there, at the row.

        Nothing counts as missing in a row whose form is wrong: it may be what could not be read.
        """
        row = self.file.mistake(self.where, "").path
        malformed = any(one.path.startswith(f"{row}.") for one in self.file.mistakes)
        return [
            self.file.mistake((*self.where, one.key) if one.key else self.where, one.wrong, one.right)
            for one in wrong
            if one.key or not malformed
        ]

    def without_source(self) -> Iterator[Wrong]:
        """Whether neither the row nor its file says where it is from, or why it is doubted."""
        entry, model = self.entry, self.file.model
        if not isinstance(entry, RowEntry) or model is None:
            return
        if not entry.sources and len(model.sources) != 1:
            several = "the file names several" if model.sources else "the file names none either"
            yield Wrong("", f"no source: the row names none, and {several}.", "Write sources: [a page or article].")
        if entry.unverified and not entry.reason:
            yield Wrong("unverified", "unverified without a reason.", "Write reason: what makes it doubtful.")
