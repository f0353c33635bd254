"""The snapshot form: canonical JSON, in and out, for everything a run, a baseline or a capture holds.

Two equal values give the same bytes: sorted keys, two-space indent, UTF-8, LF, times in UTC. A type that is not
known raises, in both directions. Plain JSON keeps null, booleans, numbers, text and lists; everything else is
tagged with a name that starts with ``$`` (a property whose own name starts with ``$`` gets one more):

- ``{"$time": "2025-09-15T10:00:00.000000Z"}``
- ``{"$bytes": "<base64>"}``
- ``{"$float": "nan"}`` (also ``inf`` and ``-inf``; other floats are JSON numbers)
- ``{"$enum": ".NET type", "number": 1, "text": "Full"}``
- ``{"$type": ".NET type", "$text": "what ToString says, or null", "Property": …}``
"""

from muster.snapshot.answers import (
    dump_answer,
    dump_observation,
    dump_problem,
    load_answer,
    load_observation,
    load_problem,
)
from muster.snapshot.environments import dump_environment, load_environment
from muster.snapshot.questions import dump_question, load_question
from muster.snapshot.text import FORMAT, Json, UnreadableSnapshot, dumps, file_name, loads
from muster.snapshot.values import dump_value, load_value

__all__ = [
    "FORMAT",
    "Json",
    "UnreadableSnapshot",
    "dump_answer",
    "dump_environment",
    "dump_observation",
    "dump_problem",
    "dump_question",
    "dump_value",
    "dumps",
    "file_name",
    "load_answer",
    "load_environment",
    "load_observation",
    "load_problem",
    "load_question",
    "load_value",
    "loads",
]
