"""The lock of `filelock`: a file that processes lock, on one machine."""

from __future__ import annotations

import os
import tempfile

from locklab.model.primitive import Primitive
from locklab.thirdparty.needed import needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

filelock = needed("filelock", "filelock")


class FileLock:
    """A `filelock.FileLock` with the interface of `multiprocessing.Lock`, as it comes.

    A waiter looks every 50 ms whether the file is free. Of the object that locks the file each
    process has one of its own: `filelock` refuses one that was inherited across a fork.

    Args:
        path: The file that is locked.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._process = 0
        self._made: Any = None

    @property
    def _lock(self) -> Any:
        if self._process != os.getpid():
            self._process = os.getpid()
            self._made = filelock.FileLock(self._path)
        return self._made

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it; False where that could not be."""
        limit = -1 if timeout is None else max(0.0, timeout)
        try:
            self._lock.acquire(timeout=limit, blocking=block)
        except filelock.Timeout:
            return False
        return True

    def release(self) -> None:
        """Give it back."""
        self._lock.release()

    def __enter__(self) -> Any:
        return self._lock.__enter__()

    def __exit__(self, *exception: object) -> Any:
        return self._lock.__exit__(*exception)

    def __reduce__(self) -> Any:
        return FileLock, (self._path,)


def _in_the_trials_folder(_: object) -> FileLock:
    # a trial has a temporary folder of its own, which goes with it
    handle, path = tempfile.mkstemp(prefix="filelock-")
    os.close(handle)
    return FileLock(path)


LOCK = Primitive(
    "filelock.FileLock",
    "multiprocessing",
    _in_the_trials_folder,
    reentrant=True,
    unexplorable="it locks a file of the system, which exploration does not see",
)
