"""The lines of one value → the value, where it is certain how PowerShell broke it.

Windows PowerShell 3 and later break at the last blank that fits and drop it; a word longer than the value column is
filled up to the line's end and cut there without a mark. PowerShell 1 and 2 cut at the width, whatever stands there.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from muster.transport.old.format_list.lines import Line
from muster.transport.old.format_list.objects import Entry, Printed

HOSTS = frozenset({79, 119})
"""Line widths of hosts 80 and 120 columns wide: those of Windows PowerShell and the Exchange Management Shell."""
_MOST_CUTS = 6
_PROVE_HARD = 3
_ONE_LINE = frozenset({"flags", "numbers", "times", "times_utc", "lists", "words"})
_DN = re.compile(r"^(?:CN|OU|DC)=", re.IGNORECASE)
_CONTAINERS = frozenset(
    {
        "Exchange Administrative Group (FYDIBOHF23SPDLT)",
        "Microsoft Exchange",
        "Global Settings",
        "Transport Settings",
        "Routing Groups",
        "Exchange Routing Group (DWBGZMFD01QNBJR)",
        "Database Availability Groups",
        "Accepted Domains",
        "SMTP Receive Connectors",
        *("Administrative Groups", "Servers", "Services", "Configuration", "Databases", "Protocols", "HTTP"),
        *("Program Files", "Microsoft", "Exchange Server", "V15", "TransportRoles", "Logs", "Logging", "data"),
        *("Hub", "FrontEnd", "Edge", "Mailbox", "ProtocolLog", "SmtpReceive", "SmtpSend", "Pickup", "Replay"),
    }
)
"""Containers and folders that every Exchange organisation has under these names; a blank inside is certain."""
_SEPARATORS = (
    (_DN, r"(?<!\\),", ","),
    (re.compile(r"^[A-Za-z]:\\|^\\\\"), r"\\", "\\"),
    (re.compile(r"^/o=|^[\w.-]+/"), "/", "/"),
)
"""Names in the directory, paths, canonical names: what each begins with, the pattern between its parts, its sign."""


@dataclass(frozen=True, slots=True)
class Width:
    """How long lines may be. ``sure``: two lines show it, or it is a host's own; ``hard``: PowerShell 1 or 2."""

    columns: int
    sure: bool
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """A value in one piece, or why nobody can be sure of it (``why`` as the end of a sentence)."""

    text: str
    why: str = ""


@dataclass(slots=True)
class Vocabulary:
    """What a file prints in one piece: parts of names that settle whether a blank stood at a cut."""

    parts: set[str] = field(default_factory=lambda: set(_CONTAINERS))

    def learn(self, text: str) -> None:
        """Remember a value that is printed on one line, and the parts of it if it is a name in the directory."""
        self.parts.add(text)
        self.parts.add(text.rpartition("\\")[2])
        self.parts.update(_name(part) for part in _parts(text))

    def learn_line(self, text: str) -> None:
        """Remember what stands whole between two separators on one line of a value that is broken."""
        for _, between, _ in _SEPARATORS:
            self.parts.update(_name(part) for part in re.split(between, text)[1:-1])


def width_of(objects: Sequence[Printed]) -> Width:
    """The line width of what one command printed: the longest line, for a line may not be longer."""
    lengths: Counter[int] = Counter()
    continued: list[tuple[int, int]] = []
    cut_inside = 0
    for one in objects:
        column = one.column + 2
        for entry in one.entries:
            texts = _shown(entry, column)
            lengths.update(texts)
            pairs = list(zip(entry.parts, entry.parts[1:], texts, strict=False))
            cut_inside += sum(_short_word(before, after, column, length) for before, after, length in pairs)
            continued += [(length, _needed(length, after)) for _, after, length in pairs]
    if not lengths:
        return Width(0, sure=False)
    longest = max(lengths)
    for host in sorted(HOSTS):
        if longest <= host and continued and all(needed > host for _, needed in continued):
            return Width(host, sure=True)
    full = [needed for length, needed in continued if length == longest]
    hard = len(full) == len(continued) and len(full) >= _PROVE_HARD and cut_inside > 1
    return Width(longest, sure=lengths[longest] > 1 or longest in HOSTS, hard=hard)


def _shown(entry: Entry, column: int) -> list[int]:
    """The length of each line as it is printed."""
    return [len(part.text) + column if not place else len(part.text) for place, part in enumerate(entry.parts)]


def _short_word(before: Line, after: Line, column: int, length: int) -> bool:
    """Whether a break goes through what would be a word that fits on a line: PowerShell 3 breaks before it."""
    words = after.text.split()
    return bool(words) and len(before.text.split(" ")[-1]) + len(words[0]) <= length - column


def _needed(length: int, after: Line) -> int:
    """How wide a line must be to take the next line's first word as well, behind a blank."""
    words = after.text.split()
    return length + 1 + (len(words[0]) if words else 0)


def joined(entry: Entry, column: int, width: Width, vocabulary: Vocabulary, kind: str) -> Joined:
    """The value of an entry; ``column`` is where values begin (0 where the padding was lost)."""
    first, *rest = entry.parts
    if not rest:
        return Joined(first.text)
    if not column:
        return _collapsed(entry, kind)
    texts = [first.text, *(part.text[column:] if part.indent >= column else part.text.lstrip() for part in rest)]
    if width.hard:
        return Joined("".join(texts))
    listed = first.text.startswith("{")
    one_line = listed or kind in _ONE_LINE or bool(_parts(first.text))
    choices: list[tuple[str, ...]] = []
    for place in range(1, len(texts)):
        one = _break(texts, place, entry.parts[place - 1], column, width, one_line=one_line)
        if not one or (kind == "lines" and one == (" ",) and not entry.parts[place - 1].ended_in_blank):
            return Joined("", f"whether line {entry.parts[place].number} begins a line of the value is not certain")
        choices.append(one)
    return _settled(texts, choices, entry, vocabulary, kind, listed=listed)


def _break(
    texts: Sequence[str], place: int, line: Line, column: int, width: Width, *, one_line: bool
) -> tuple[str, ...]:
    """What may have stood at a break: ``" "``, ``""`` (a word was cut), a line's end; nothing where all may have.

    ``one_line``: such a value holds no line ends, so a line that is not full was broken at a blank.
    """
    before, after = texts[place - 1], texts[place]
    length, word = column + len(before), after.split(" ")[0]
    if line.ended_in_blank:
        return (" ",)
    if length == width.columns:
        cut = not width.sure or _word_around(texts, place, column, width) > width.columns - column
        return ("", " ") if cut else (" ",)
    room = width.columns - length - 1  # behind one blank
    if one_line:  # not full, so nothing was cut
        return (" ",) if len(word) >= room else ()
    if room <= 0 or (len(word) > room and len(word) < width.columns - column):
        return (" ",) if width.sure else ()
    if len(word) >= room:
        return ()  # with its own blank it would not have fitted; longer than the column, it would have begun there
    return ("\n",)


def _word_around(texts: Sequence[str], place: int, column: int, width: Width) -> int:
    """The length of the word that lies over a break, if a word was cut there."""
    length = len(texts[place].split(" ")[0])
    for before in reversed(texts[:place]):
        if column + len(before) < width.columns:
            break
        length += len(before.split(" ")[-1])
        if " " in before:
            break
    return length


def _settled(
    texts: list[str],
    choices: list[tuple[str, ...]],
    entry: Entry,
    vocabulary: Vocabulary,
    kind: str,
    *,
    listed: bool,
) -> Joined:
    choices = [_without_blank(texts, place, one, kind) for place, one in enumerate(choices)]
    open_cuts = [place for place, one in enumerate(choices) if len(one) > 1]
    if len(open_cuts) > _MOST_CUTS:
        return Joined("", f"it is cut {len(open_cuts)} times where a blank may have stood")
    candidates = list(dict.fromkeys(_glued(texts, chosen) for chosen in product(*choices)))
    if kind == "words":
        candidates = [text for text in candidates if " " not in text]
    if len(candidates) == 1:
        return Joined(candidates[0])
    fitting = [text for text in candidates if _is_whole(text, texts, kind, vocabulary, listed=listed)]
    if len(fitting) == 1:
        return Joined(fitting[0])
    if not open_cuts:
        return Joined("", f"line {entry.parts[1].number} goes on where no blank may stand")
    at = entry.parts[open_cuts[0]].number
    return Joined("", f"line {at} is full to its end, where a blank may or may not have stood")


def _without_blank(texts: list[str], place: int, choices: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """Where a name or a word cannot hold a blank, none stood: beside what separates the parts of a name."""
    if len(choices) == 1:
        return choices
    between = next((sign for begins, _, sign in _SEPARATORS if begins.match(texts[0])), "")
    beside = between and (texts[place][-1:] in {between, "="} or texts[place + 1][:1] == between)
    return ("",) if kind == "words" or beside else choices


def _glued(texts: list[str], between: tuple[str, ...]) -> str:
    text = texts[0]
    for glue, part in zip(between, texts[1:], strict=True):
        text += glue + (part if glue == "\n" else part.lstrip(" ") if glue == " " else part)
    return text


def _is_whole(text: str, texts: list[str], kind: str, vocabulary: Vocabulary, *, listed: bool) -> bool:
    """Whether what is known of such values speaks for this way of joining them."""
    if listed:
        elements = text.strip("{}").split(", ")
        known = all(" " not in element or element in vocabulary.parts for element in elements)
        return known and not any("," in element and not _DN.match(element) for element in elements)
    if kind == "words" or all(" " not in part for part in texts):
        return " " not in text
    parts = _parts(text)
    return text in vocabulary.parts or (bool(parts) and all(_known(part, texts, vocabulary) for part in parts))


def _known(part: str, texts: list[str], vocabulary: Vocabulary) -> bool:
    """Whether no cut goes through a part of a name, or what it then reads is printed elsewhere in one piece."""
    kind, is_typed, _ = part.partition("=")
    if part != part.strip() or (is_typed and " " in kind):
        return False
    label = part.startswith("DC=") and " " not in part
    return label or any(part in line for line in texts) or _name(part) in vocabulary.parts


def _name(part: str) -> str:
    return part.partition("=")[2] or part


def _parts(name: str) -> list[str]:
    """The parts of a name in the directory, of a path or of a canonical name; none of another text."""
    for begins, between, _ in _SEPARATORS:
        if begins.match(name):
            return re.split(between, name)
    return []


def _collapsed(entry: Entry, kind: str) -> Joined:
    """Without the padding nobody knows how long a line was: only a list's comma tells that a blank followed."""
    texts = [part.text.strip() for part in entry.parts]
    if kind == "lists" and texts[0].startswith("{") and all(text.endswith(",") for text in texts[:-1]):
        return Joined(" ".join(texts))
    return Joined("", f"line {entry.parts[1].number} goes on with it, and without the padding nobody knows how")
