"""How .NET writes things, where the wire writes them differently from how people see them printed."""

import re

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.(?P<part>\d+))?S)?)?"
)


def time_span(duration: str) -> str:
    """An XML duration as ``TimeSpan`` prints it in every culture: ``PT30M`` → ``00:30:00``, ``P1DT1.5S`` →
    ``1.00:00:01.5000000``. Raises ``ValueError`` for anything else.
    """  # noqa: D205
    found = _DURATION.fullmatch(duration.strip())
    if found is None or duration.strip("-") in {"P", "PT", ""}:
        raise ValueError(f"'{duration}' is no duration such as PT30M")
    parts = found.groupdict(default="0")
    seconds = ((int(parts["days"]) * 24 + int(parts["hours"])) * 60 + int(parts["minutes"])) * 60 + int(
        parts["seconds"]
    )
    ticks = int(parts["part"].ljust(7, "0")[:7]) if found["part"] else 0
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    text = f"{days}." if days else ""
    text += f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return ("-" if found["sign"] else "") + text + (f".{ticks:07}" if ticks else "")
