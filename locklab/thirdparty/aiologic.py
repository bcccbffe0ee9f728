"""Locks of `aiologic`, one object for threads, greenlets and tasks alike.

Its methods have a name for each: `green_acquire` for threads, `async_acquire` for tasks. The
classes here give them the names that the standard library has, and leave `with` and `async with`
as they are, because that is what is measured.
"""

from __future__ import annotations

from functools import partial

from locklab.model.primitive import Primitive
from locklab.thirdparty.needed import needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

aiologic = needed("aiologic", "aiologic")

WAITS_OUTSIDE = "it waits on locks and events of the interpreter, which exploration does not see"


class _ForThreads:
    """The names of `threading.Lock`."""

    __slots__ = ()

    def acquire(self: Any, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; -1 is no limit."""
        limit = None if timeout == -1 else timeout
        taken: bool = self.green_acquire(blocking=blocking, timeout=limit)
        return taken

    def release(self: Any) -> None:
        """Give it back."""
        self.green_release()


class _ForTasks:
    """The names of `asyncio.Lock`."""

    __slots__ = ()

    async def acquire(self: Any) -> bool:
        """Take it."""
        taken: bool = await self.async_acquire()
        return taken

    def release(self: Any) -> None:
        """Give it back."""
        self.async_release()


class ThreadLock(_ForThreads, aiologic.Lock):  # type: ignore[misc, name-defined]
    """`aiologic.Lock` for threads."""

    __slots__ = ()


class ThreadRLock(_ForThreads, aiologic.RLock):  # type: ignore[misc, name-defined]
    """`aiologic.RLock` for threads."""

    __slots__ = ()


class TaskLock(_ForTasks, aiologic.Lock):  # type: ignore[misc, name-defined]
    """`aiologic.Lock` for tasks."""

    __slots__ = ()


class TaskRLock(_ForTasks, aiologic.RLock):  # type: ignore[misc, name-defined]
    """`aiologic.RLock` for tasks."""

    __slots__ = ()


_owned = partial(Primitive, owned=True, unexplorable=WAITS_OUTSIDE)

LOCK = _owned("aiologic.Lock", "threading", lambda _: ThreadLock(), refuses=True)
RLOCK = _owned("aiologic.RLock", "threading", lambda _: ThreadRLock(), reentrant=True)
TASK_LOCK = _owned("aiologic.Lock@asyncio", "asyncio", lambda _: TaskLock(), refuses=True)
TASK_RLOCK = _owned("aiologic.RLock@asyncio", "asyncio", lambda _: TaskRLock(), reentrant=True)
