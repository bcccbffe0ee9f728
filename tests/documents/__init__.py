"""Documents of earlier versions, and the check that every document is put to."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import fastjsonschema

from locklab.report.schema import KINDS, published


@cache
def _validator(kind: str) -> Any:
    return fastjsonschema.compile(json.loads(published(kind).read_bytes()))


def kind_of(plain: Any) -> str | None:
    """Which kind of document it says it is; None where that is none of ours."""
    said = plain.get("schema") if isinstance(plain, dict) else None
    return next((kind for kind, (_, schema) in KINDS.items() if schema == said), None)


def invalid(plain: Any, kind: str = "run") -> str | None:
    """What is wrong with a document by the published schema; None where nothing is."""
    try:
        _validator(kind)(plain)
    except fastjsonschema.JsonSchemaException as error:
        return str(error)
    return None
