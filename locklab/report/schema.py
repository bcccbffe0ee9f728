"""The JSON Schema of a run's document, made from the records it is written from.

`python -m locklab.report.schema` writes it anew; a test says where that was forgotten.
"""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from mashumaro.jsonschema import build_json_schema

from locklab.model import figures, proofs, results
from locklab.model.results import SCHEMA, RunResult

PUBLISHED = Path(__file__).with_name("run-1.schema.json")

_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+?)(?=^ {4}\w|\Z)", re.MULTILINE | re.DOTALL)


def schema() -> dict[str, Any]:
    """The schema, with what the records' docstrings say of each field.

    Fields may be added within a schema, so what is not known is allowed: a reader of today
    accepts the documents of tomorrow.
    """
    plain = build_json_schema(RunResult, all_refs=True, with_dialect_uri=True).to_dict()
    records = {
        name: kind
        for module in (figures, proofs, results)
        for name, kind in vars(module).items()
        if is_dataclass(kind)
    }
    for name, definition in plain["$defs"].items():
        del definition["additionalProperties"]
        # as the document calls it
        doc = re.sub(r"\bNone\b", "null", inspect.getdoc(records[name]) or "")
        definition["description"] = doc.partition("\n")[0]
        for field, said in _ATTRIBUTE.findall(doc):
            # beside a reference nothing else counts in older dialects
            if "$ref" not in definition["properties"][field]:
                definition["properties"][field]["description"] = " ".join(said.split())
    run = plain["$defs"]["RunResult"]
    run["properties"]["schema"] = {"const": SCHEMA}
    # in code it has a default, but what does not name its layout is no document
    run["required"].insert(0, "schema")
    return {"$id": f"urn:{SCHEMA.replace('/', ':')}", "title": f"{SCHEMA} document", **plain}


def text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(text(), encoding="utf-8")
