"""Server names by pattern: ``ex[01-08]`` is eight servers."""

import re

from muster.yaml_models import WrongValue

_MOST = 2000
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")


def expand(pattern: str) -> tuple[str, ...]:
    """``ex[01-03,07].contoso.local`` → its names, in order; a plain name is itself.

    Raises ``WrongValue`` for a range that runs backwards and for what is no DNS name.
    """
    found = re.fullmatch(r"([^\[\]]*)\[([^\[\]]*)\]([^\[\]]*)", pattern)
    if not found:
        _check_name(pattern, pattern)
        return (pattern,)
    before, inside, after = found.groups()
    names = tuple(
        f"{before}{number}{after}" for part in inside.split(",") for number in _numbers(part.strip(), pattern)
    )
    for name in (names[0], names[-1]):
        _check_name(name, pattern)
    if len(names) > _MOST:
        raise WrongValue(f"'{pattern}' is {len(names)} servers.", f"At most {_MOST} in one pattern.")
    return names


def _numbers(part: str, pattern: str) -> list[str]:
    found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
    if not found:
        raise WrongValue(f"'{pattern}' is no pattern.", "Write numbers and ranges: ex[01-08] or ex[01,03,05-07].")
    first, last = found[1], found[2] or found[1]
    if int(last) < int(first):
        raise WrongValue(f"'{pattern}' runs backwards.", f"Write [{last}-{first}].")
    if int(last) - int(first) > _MOST:
        raise WrongValue(f"'{pattern}' is {int(last) - int(first) + 1} servers.", f"At most {_MOST} in one pattern.")
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]


def _check_name(name: str, pattern: str) -> None:
    wrong = f"'{pattern[:60]}' is no server name."
    if name and all(label.isdigit() for label in name.split(".")):
        raise WrongValue(wrong, "Write the name; its address belongs to its endpoints: {exchange: {address: …}}.")
    if not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise WrongValue(wrong, "Write a short name, an FQDN or a pattern: ex01, ex01.contoso.local, ex[01-08].")
