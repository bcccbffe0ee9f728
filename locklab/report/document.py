"""The JSON document: one run or diagnosis, written whole or not at all, and read back."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

from mashumaro.codecs.basic import BasicDecoder, BasicEncoder
from mashumaro.exceptions import InvalidFieldValue, MissingField

from locklab.errors import RequestError
from locklab.model.comparison import DiffResult
from locklab.model.diagnosis import Diagnosis
from locklab.model.results import SCHEMA, RunResult

Record = RunResult | DiffResult | Diagnosis


def encode(record: Record) -> bytes:
    """The document of a record, indented, with a newline at the end."""
    plain = BasicEncoder(type(record)).encode(record)
    # NaN is no JSON; what was not measured is None by then, so this finds mistakes of ours
    text = json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def decode(data: bytes, source: str) -> RunResult:
    """The run in a document.

    Args:
        data: The document.
        source: What to call it in messages.

    Raises:
        RequestError: It is no document of ours, or of a schema that this version does not know.
    """
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"{source} is not JSON, or is cut short: {error}") from None
    found = plain.get("schema") if isinstance(plain, dict) else None
    if found != SCHEMA:
        shown = "no schema" if found is None else f"schema {found!r}"
        raise RequestError(f"{source} has {shown}; this locklab reads {SCHEMA!r}")
    try:
        return BasicDecoder(RunResult).decode(plain)
    except (InvalidFieldValue, MissingField, ValueError, TypeError, AttributeError) as error:
        raise RequestError(f"{source} is no valid {SCHEMA} document: {_where(error)}") from None


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
    """Find out before measuring whether a document can be written there.

    Raises:
        RequestError: It cannot.
    """
    try:
        target = Path(path).resolve()
        if target.is_dir():
            raise RequestError(f"--json {path}: that is a folder; name a file in it")
        if target.exists() and not target.is_file():
            # replacing /dev/null by a file would do harm
            raise RequestError(f"--json {path}: that is no ordinary file; - writes to stdout")
        # writing is what must work, so it is what is tried; nothing is left behind
        with tempfile.TemporaryFile(dir=target.parent):
            pass
        if target.exists():
            with target.open("ab"):
                pass
    except OSError as error:
        raise RequestError(f"--json {path}: cannot be written: {error.strerror or error}") from None


def write(record: Record, path: str) -> None:
    """Write a document, whole or not at all.

    Raises:
        RequestError: It could not be written; an older file of that name is as it was.
    """
    # where it leads to: a link stays one. The name is short: that of the document may be as long
    # as a folder takes.
    target = Path(path).resolve()
    temporary = target.with_name(f".locklab-{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(encode(record))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise RequestError(
            f"--json {path}: could not be written: {error.strerror or error}"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
