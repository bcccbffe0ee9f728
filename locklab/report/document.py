"""The JSON document: one run, written whole or not at all, and read back."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec

from locklab.errors import RequestError
from locklab.model.results import SCHEMA, RunResult


def encode(run: RunResult) -> bytes:
    """The document of a run, indented, with a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n"


def decode(data: bytes, source: str) -> RunResult:
    """The run in a document.

    Args:
        data: The document.
        source: What to call it in messages.

    Raises:
        RequestError: It is no document of ours, or of a schema that this version does not know.
    """
    try:
        head = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise RequestError(f"{source} is not JSON, or is cut short: {error}") from None
    found = head.get("schema") if isinstance(head, dict) else None
    if found != SCHEMA:
        shown = "no schema" if found is None else f"schema {found!r}"
        raise RequestError(f"{source} has {shown}; this locklab reads {SCHEMA!r}")
    try:
        return msgspec.json.decode(data, type=RunResult)
    except msgspec.ValidationError as error:
        raise RequestError(f"{source} is no valid {SCHEMA} document: {error}") from None


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
    target = Path(path)
    if target.is_dir():
        raise RequestError(f"--json {path}: that is a folder; name a file in it")
    try:
        # writing is what must work, so it is what is tried; nothing is left behind
        with tempfile.TemporaryFile(dir=target.parent):
            pass
        if target.exists():
            with target.open("ab"):
                pass
    except OSError as error:
        raise RequestError(f"--json {path}: cannot be written: {error.strerror or error}") from None


def write(run: RunResult, path: str) -> None:
    """Write a document, whole or not at all.

    Raises:
        RequestError: It could not be written; an older file of that name is as it was.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(encode(run))
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
