"""Dates as a session's culture printed them → times, where the file itself settles which number is the day."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DATE = re.compile(
    r"(?P<a>\d{1,4})(?P<sign>[./-])\s?(?P<b>\d{1,2})(?P=sign)\s?(?P<c>\d{1,4})\s+"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})[:.](?P<second>\d{2})(?:\s*(?P<half>AM|PM|a\.m\.|p\.m\.))?",
    re.IGNORECASE,
)
ORDERS: Mapping[str, tuple[str, str, str]] = {
    "month first": ("month", "day", "year"),
    "day first": ("day", "month", "year"),
    "year first": ("year", "month", "day"),
}
_QUARTER = 15 * 60
_FARTHEST_WEST, _FARTHEST_EAST = -12 * 3600, 14 * 3600


@dataclass(frozen=True, slots=True)
class DatePrinted:
    """A date in pieces: which of the three numbers is what is not told yet."""

    numbers: tuple[str, str, str]
    hour: int
    minute: int
    second: int

    def read(self, order: str) -> datetime | None:
        """The time without a zone, if the three numbers stand in this order; ``None`` where they cannot."""
        said = dict(zip(ORDERS[order], self.numbers, strict=True))
        year = said["year"]
        if len(said["day"]) > 2 or len(said["month"]) > 2 or len(year) not in {2, 4}:  # noqa: PLR2004 - digits
            return None
        century = 2000 if len(year) == 2 else 0  # noqa: PLR2004 - Exchange is younger than any other century
        try:
            return datetime(  # noqa: DTZ001 - the zone is told by the UTC twin, or not at all
                century + int(year), int(said["month"]), int(said["day"]), self.hour, self.minute, self.second
            )
        except ValueError:
            return None


def printed_date(text: str) -> DatePrinted | None:
    """A date and time of any culture that was seen; ``None`` for what is none."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    hour = int(found["hour"])
    half = (found["half"] or "").casefold()[:1]
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - a clock of twelve hours
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return DatePrinted((found["a"], found["b"], found["c"]), hour, int(found["minute"]), int(found["second"]))


@dataclass(frozen=True, slots=True)
class Culture:
    """The order of the numbers in a file's dates; ``order`` is ``None`` while more than one (or none) is possible."""

    order: str | None
    possible: tuple[str, ...]


def culture_of(dates: Iterable[DatePrinted], twins: Iterable[tuple[DatePrinted, DatePrinted]]) -> Culture:
    """The order that every date of a file allows, and every pair of a local time and its UTC twin."""
    every, pairs = set(dates), set(twins)
    possible = tuple(
        order
        for order in ORDERS
        if all(one.read(order) for one in every)
        and all(_offset(local, utc, order) is not None for local, utc in pairs)
    )
    return Culture(possible[0] if len(possible) == 1 else None, possible if every else ())


def _offset(local: DatePrinted, utc: DatePrinted, order: str) -> timedelta | None:
    """How far the local time is from UTC, if that can be a time zone."""
    here, there = local.read(order), utc.read(order)
    if here is None or there is None:
        return None
    apart = int((here - there).total_seconds())
    return timedelta(seconds=apart) if _FARTHEST_WEST <= apart <= _FARTHEST_EAST and not apart % _QUARTER else None


def in_utc(date: DatePrinted, culture: Culture) -> datetime | None:
    """The time that a date says which is in UTC; ``None`` while the order is open."""
    read = date.read(culture.order) if culture.order else None
    return read.replace(tzinfo=UTC) if read else None
