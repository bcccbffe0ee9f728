"""What a lock must keep when its users are cancelled: exclusion, and that it can be had again.

`verify` cannot be asked then, because a cancelled worker has not done its operations; so the
lock's own promise is watched. Used for simulated and real tasks alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locklab.backends.crew import WORKER

if TYPE_CHECKING:
    from collections.abc import Callable

    from locklab.model.primitive import Primitive


class ExclusionBroken(Exception):  # noqa: N818 - what the lock did, told as an outcome
    """Two workers hold one lock."""


class Watched:
    """An asyncio lock that notices when a second worker gets it.

    Args:
        lock: The lock.
        complain: Called with a worker and what went wrong when it got the lock.
    """

    def __init__(self, lock: Any, complain: Callable[[int, BaseException], object]) -> None:
        self._lock = lock
        self._complain = complain
        self._holders: list[int] = []

    async def acquire(self) -> Any:
        """Take it."""
        got = await self._lock.acquire()
        self._got()
        return got

    def release(self) -> Any:
        """Give it back."""
        self._gone()
        return self._lock.release()

    async def __aenter__(self) -> Any:
        got = await self._lock.__aenter__()
        self._got()
        return got

    async def __aexit__(self, *error: object) -> Any:
        self._gone()
        return await self._lock.__aexit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)

    def _got(self) -> None:
        worker = WORKER.get()
        if any(holder != worker for holder in self._holders):
            self._complain(worker, ExclusionBroken("two workers hold the lock at once"))
        self._holders.append(worker)

    def _gone(self) -> None:
        if self._holders:
            self._holders.pop()


def watched(
    primitive: Primitive, lock: Any, complain: Callable[[int, BaseException], object]
) -> Any:
    """The lock, watched where its primitive promises exclusion."""
    return Watched(lock, complain) if primitive.exclusive else lock


async def take_and_release(lock: Any) -> None:
    """See that a lock can be had."""
    async with lock:
        pass
