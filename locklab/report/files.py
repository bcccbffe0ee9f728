"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from locklab.errors import RequestError


def check_writable(option: str, path: str) -> None:
    """Find out before measuring whether a file can be written there.

    Args:
        option: What asks for it, for the message: `--json`.
        path: Where to.

    Raises:
        RequestError: It cannot.
    """
    try:
        target = Path(path).resolve()
        if target.is_dir():
            raise RequestError(f"{option} {path}: that is a folder; name a file in it")
        if target.exists() and not target.is_file():
            # replacing /dev/null by a file would do harm
            raise RequestError(f"{option} {path}: that is no ordinary file; - writes to stdout")
        # writing is what must work, so it is what is tried; nothing is left behind
        with tempfile.TemporaryFile(dir=target.parent):
            pass
        if target.exists():
            with target.open("ab"):
                pass
    except OSError as error:
        raise RequestError(
            f"{option} {path}: cannot be written: {error.strerror or error}"
        ) from None


def write_whole(option: str, path: str, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        RequestError: It could not be written; an older file of that name is as it was.
    """
    # where it leads to: a link stays one. The name is short: that of the document may be as long
    # as a folder takes.
    target = Path(path).resolve()
    temporary = target.with_name(f".locklab-{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise RequestError(
            f"{option} {path}: could not be written: {error.strerror or error}"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
