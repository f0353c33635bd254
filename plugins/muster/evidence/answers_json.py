"""``answers/<subject>.json``: what came, as it came, in the snapshot form.

When it came, how long it took and who answered are in ``run.json``: equal states leave byte-identical files here.
"""

from collections.abc import Iterable, Iterator

from muster.model import Observation
from muster.snapshot import FORMAT, Json, dump_observation, dumps, file_name

FOLDER = "answers"
_IN_RUN_JSON = frozenset({"taken", "seconds", "answered_by"})


def dump(observations: Iterable[Observation]) -> Iterator[tuple[str, str]]:
    """Name and text of each file, one subject after the other: only one file's text is in memory."""
    by_file: dict[str, list[Observation]] = {}
    for seen in observations:
        by_file.setdefault(file_name(seen.subject), []).append(seen)
    for name, group in sorted(by_file.items()):
        ordered = sorted(group, key=lambda seen: (seen.question.key, seen.subject))
        data: dict[str, Json] = {
            "format": FORMAT,
            "subject": ordered[0].subject,
            "observations": [_without_when(seen) for seen in ordered],
        }
        yield f"{FOLDER}/{name}", dumps(data)


def _without_when(seen: Observation) -> Json:
    data = dump_observation(seen)
    if not isinstance(data, dict):
        raise TypeError("an observation's snapshot form is an object")
    return {name: value for name, value in data.items() if name not in _IN_RUN_JSON}
