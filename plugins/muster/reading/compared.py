"""What drift compares in place of objects whose place in an answer says something."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from muster.model import Object
from muster.reading.values import read_text


def numbered(objects: tuple[Object, ...], same: Sequence[str], name: str) -> tuple[Object, ...]:
    """Objects with their place, from 1, among those that have the same ``same``, as a property ``name``."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for item in objects:
        key = tuple(read_text(item.properties.get(one)).casefold() for one in same)
        seen[key] += 1
        found.append(replace(item, properties={**item.properties, name: seen[key]}))
    return tuple(found)
