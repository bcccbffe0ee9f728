"""The JSON document: one run or diagnosis, written whole or not at all, and read back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from mashumaro.codecs.basic import BasicDecoder, BasicEncoder
from mashumaro.exceptions import InvalidFieldValue, MissingField

from locklab.errors import RequestError
from locklab.model.comparison import DiffResult
from locklab.model.diagnosis import Diagnosis
from locklab.model.results import SCHEMA, RunResult
from locklab.model.rules import RulesResult
from locklab.report import files

Record = RunResult | DiffResult | Diagnosis | RulesResult

_VERSION = re.compile(r"locklab/run/(\d+)")
NEWEST = int(SCHEMA.rpartition("/")[2])
# From each earlier schema to the one after it. Fields are added within a schema, with None for
# documents that were written before; what is removed, or means something else, makes a new one.
STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
# What records leave open and reports count on, where it is there at all.
SETTINGS = {"rate": (int, float), "precision": (int, float)}
ENVIRONMENT = {"gil": bool, "interpreters": dict, "python": str, "work_unit_ns": (int, float)}


# Both are made by writing and compiling code, which takes longer than what is done with them.
@cache
def _encoder(kind: Any) -> BasicEncoder[Any]:
    return BasicEncoder(kind)


@cache
def _decoder() -> BasicDecoder[RunResult]:
    return BasicDecoder(RunResult)


def encode(record: Record) -> bytes:
    """The document of a record, indented, with a newline at the end."""
    # mypy takes the hash of a record for that of its class
    plain = _encoder(type(record)).encode(record)  # type: ignore[arg-type]
    # NaN is no JSON; what was not measured is None by then, so this finds mistakes of ours
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    # a lone surrogate, in what a scenario said, becomes the escape that JSON has for it
    return text.encode(errors="backslashreplace") + b"\n"


def decode(data: bytes, source: str) -> RunResult:
    """The run in a document.

    Args:
        data: The document.
        source: What to call it in messages.

    Raises:
        RequestError: It is no document of ours, or of a schema that this version does not know.
    """
    try:
        plain = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"{source} is not JSON, or is cut short: {error}") from None
    try:
        run = _decoder().decode(_up_to_date(plain, source))
        _check(run)
    except (InvalidFieldValue, MissingField, ValueError, TypeError, AttributeError) as error:
        raise RequestError(f"{source} is no valid {SCHEMA} document: {_where(error)}") from None
    return run


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _check(run: RunResult) -> None:
    """Find what the types of records let pass, no run writes, and reports would stumble over.

    Raises:
        ValueError: There is such a value.
    """
    _check_facts(run.settings, SETTINGS, "settings")
    _check_facts(run.environment, ENVIRONMENT, "environment")
    for facts in (run.environment.get("interpreters") or {}).values():
        _check_facts(facts, ENVIRONMENT, "environment.interpreters")
    for case in run.cases:
        through, seen = case.throughput, case.observed
        if through and not (
            through.samples
            and all(0 < rate < math.inf for rate in (through.median, *through.samples))
        ):
            raise ValueError("cases.throughput must be above 0 and have samples")
        if seen and seen.lost and not 0 <= seen.lost[0] <= seen.lost[1] > 0:
            raise ValueError("cases.observed.lost must be two counts, n of m")
    for curve in run.scaling:
        if not len(curve.workers) == len(curve.ops_per_s) > 0:
            raise ValueError("scaling must have one ops_per_s for each of its workers")


def _check_facts(facts: Any, kinds: Mapping[str, Any], where: str) -> None:
    if not isinstance(facts, dict):
        raise ValueError(f"{where} has an invalid value")
    for name, kind in kinds.items():
        if facts.get(name) is not None and not isinstance(facts[name], kind):
            raise ValueError(f"{where}.{name} has an invalid value")


def _up_to_date(plain: Any, source: str) -> Any:
    """A document of any schema up to this one, as this one lays it out.

    Raises:
        RequestError: It is of none, or of a later one.
    """
    found = plain.get("schema") if isinstance(plain, dict) else None
    version = _VERSION.fullmatch(found) if isinstance(found, str) else None
    if version is None:
        shown = "no schema" if found is None else f"schema {found!r}"
        raise RequestError(f"{source} has {shown}; this locklab reads {SCHEMA!r}")
    number = int(version[1])
    if number > NEWEST:
        raise RequestError(
            f"{source} has schema {found!r}, of a later locklab than this, which reads up to "
            f"{SCHEMA!r}; install a newer one"
        )
    while number < NEWEST:
        if number not in STEPS:
            raise RequestError(f"{source} has schema {found!r}, which there never was")
        plain = STEPS[number](plain)
        number += 1
    return {**plain, "schema": SCHEMA}


def _where(error: BaseException) -> str:
    """`cases.workers has an invalid value`, from errors nested as the document is."""
    path: list[str] = []
    what = "has an invalid value"
    current: BaseException | None = error
    while current is not None:
        if isinstance(current, InvalidFieldValue):
            path.append(current.field_name)
        elif isinstance(current, MissingField):
            path.append(current.field_name)
            what = "is missing"
        current = current.__context__
    return f"{'.'.join(path)} {what}" if path else str(error)


def read(path: str) -> RunResult:
    """The run in a file.

    Raises:
        RequestError: It cannot be read, or is no document of ours.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror or error}") from None
    return decode(data, path)


def check_writable(path: str) -> None:
    """Find out before measuring whether `--json` can write there.

    Raises:
        RequestError: It cannot.
    """
    files.check_writable("--json", path)


def write(record: Record, path: str) -> None:
    """Write the document of a record, whole or not at all.

    Raises:
        RequestError: It could not be written; an older file of that name is as it was.
    """
    files.write_whole("--json", path, encode(record))
