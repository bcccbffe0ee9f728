"""Documents of earlier versions, and the check that every document of a run is put to."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import fastjsonschema

from locklab.report.schema import PUBLISHED


@cache
def _validator() -> Any:
    return fastjsonschema.compile(json.loads(PUBLISHED.read_bytes()))


def invalid(plain: Any) -> str | None:
    """What is wrong with a document by the published schema; None where nothing is."""
    try:
        _validator()(plain)
    except fastjsonschema.JsonSchemaException as error:
        return str(error)
    return None
