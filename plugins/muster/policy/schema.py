"""The JSON Schema of ``policy.yaml``, for editors that complete and check while one types."""

import json

from muster.policy.document import PolicyFile
from muster.yaml_lines import Data


def schema() -> dict[str, Data]:
    """The schema, generated from the models; ``inventory/policy.schema.json`` is this, committed."""
    made: dict[str, Data] = PolicyFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def text() -> str:
    """The committed file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
