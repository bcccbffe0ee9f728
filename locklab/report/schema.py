"""The JSON Schemas of our documents, made from the records they are written from.

`python -m locklab.report.schema` writes them anew; a test says where that was forgotten.
"""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from mashumaro.jsonschema import build_json_schema

from locklab.model import comparison, diagnosis, figures, proofs, results, rules

# What is written as a document: its record, and the `schema` that it bears.
KINDS: dict[str, tuple[type, str]] = {
    "run": (results.RunResult, results.SCHEMA),
    "diff": (comparison.DiffResult, comparison.SCHEMA),
    "doctor": (diagnosis.Diagnosis, diagnosis.SCHEMA),
    "rules": (rules.RulesResult, rules.SCHEMA),
}

_FOLDER = Path(__file__).with_name("schemas")
_MODULES = (comparison, diagnosis, figures, proofs, results, rules)
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+?)(?=^ {4}\w|\Z)", re.MULTILINE | re.DOTALL)


def published(kind: str) -> Path:
    """Where the JSON Schema of a kind of document lies: that of `locklab/run/1` in `run-1`."""
    number = KINDS[kind][1].rpartition("/")[2]
    return _FOLDER / f"{kind}-{number}.schema.json"


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of document, with what the records' docstrings say of each field.

    Fields may be added within a schema, so what is not known is allowed: a reader of today
    accepts the documents of tomorrow.

    Args:
        kind: A key of `KINDS`.
    """
    root, name = KINDS[kind]
    plain = build_json_schema(root, all_refs=True, with_dialect_uri=True).to_dict()
    records = {
        record.__name__: record
        for module in _MODULES
        for record in vars(module).values()
        if is_dataclass(record) and isinstance(record, type)
    }
    for title, definition in plain["$defs"].items():
        del definition["additionalProperties"]
        # as the document calls it
        doc = re.sub(r"\bNone\b", "null", inspect.getdoc(records[title]) or "")
        definition["description"] = doc.partition("\n")[0]
        for field, said in _ATTRIBUTE.findall(doc):
            # beside a reference nothing else counts in older dialects
            if "$ref" not in definition["properties"][field]:
                definition["properties"][field]["description"] = " ".join(said.split())
    top = plain["$defs"][root.__name__]
    top["properties"]["schema"] = {"const": name}
    # in code it has a default, but what does not name its layout is no document
    top.setdefault("required", []).insert(0, "schema")
    return {"$id": f"urn:{name.replace('/', ':')}", "title": f"{name} document", **plain}


def text(kind: str) -> str:
    """The JSON Schema of a kind of document as it is published."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in KINDS:
        published(each).write_text(text(each), encoding="utf-8")
