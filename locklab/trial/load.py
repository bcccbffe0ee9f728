"""Work inside and between critical sections, put there by a wrapper around the primitive."""

from __future__ import annotations

from itertools import repeat
from time import perf_counter_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def spin(units: int) -> None:
    """Work that touches nothing shared: one turn of an empty loop a unit."""
    for _ in repeat(None, units):
        pass


def unit_ns() -> float:
    """What one work unit takes on this interpreter, in nanoseconds: the best of several tries.

    The best, because work is what the loop costs and not what else the machine does meanwhile.
    """
    units = 20_000
    best = float("inf")
    for _ in range(7):
        begin = perf_counter_ns()
        spin(units)
        best = min(best, perf_counter_ns() - begin)
    return best / units


class LoadedLock:
    """A lock of threads or processes with work inside and after each critical section."""

    def __init__(self, lock: Any, inside: int, outside: int) -> None:
        self._lock = lock
        self._inside = inside
        self._outside = outside

    def __getattr__(self, name: str) -> Any:
        # unpickling asks for attributes before there are any
        if name == "_lock":
            raise AttributeError(name)
        return getattr(self._lock, name)

    def acquire(self, *args: Any, **kwargs: Any) -> Any:
        """Take the lock, then work."""
        got = self._lock.acquire(*args, **kwargs)
        if got:
            spin(self._inside)
        return got

    def release(self) -> None:
        """Give the lock back, then work."""
        self._lock.release()
        spin(self._outside)

    def __enter__(self) -> Any:
        got = self._lock.__enter__()
        for _ in repeat(None, self._inside):
            pass
        return got

    def __exit__(self, *exception: object) -> Any:
        result = self._lock.__exit__(*exception)
        for _ in repeat(None, self._outside):
            pass
        return result


class LoadedAsyncLock(LoadedLock):
    """A lock of tasks with work inside and after each critical section."""

    async def acquire(self, *args: Any, **kwargs: Any) -> Any:
        """Take the lock, then work."""
        got = await self._lock.acquire(*args, **kwargs)
        spin(self._inside)
        return got

    async def __aenter__(self) -> Any:
        got = await self._lock.__aenter__()
        for _ in repeat(None, self._inside):
            pass
        return got

    async def __aexit__(self, *exception: object) -> Any:
        result = await self._lock.__aexit__(*exception)
        for _ in repeat(None, self._outside):
            pass
        return result
