"""Microsoft's published tables as YAML, beside typed access.

Exact look-up only: a build that is not in the table is not known, and nothing is concluded from its neighbours.
"""

from muster.catalogue.builds import (
    Release,
    as_of,
    identify,
    is_newer_than_known,
    newest,
    newest_security_update,
    read_build,
    release_of,
    releases_of,
)
from muster.catalogue.schema import SchemaLevel, needed_by, schema_for

__all__ = [
    "Release",
    "SchemaLevel",
    "as_of",
    "identify",
    "is_newer_than_known",
    "needed_by",
    "newest",
    "newest_security_update",
    "read_build",
    "release_of",
    "releases_of",
    "schema_for",
]
