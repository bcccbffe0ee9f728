"""Simulated locks of threads and processes, each as the standard library's own behaves.

They differ in who may release, what a wrong release raises, and what `acquire` accepts; so one
class carries the steps, and the four others say what differs.
"""

from __future__ import annotations

from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING, Any

from locklab.errors import RequestError
from locklab.explore.steps import ACQUIRE, OBJECT, OUTSIDE, QUERY, REENTER, RELEASE, TRY

if TYPE_CHECKING:
    from locklab.explore.stage import Stage

NOBODY = -1


class ThreadLock:
    """`threading.Lock`: anybody may release it while it is held.

    Attributes:
        number: Which object of the run it is, from 1, in the order made.
        owner: The worker that took it, `OUTSIDE` for `setup`, `NOBODY` while it is free.
    """

    __slots__ = ("_acquire", "_depth", "_release", "_stage", "_try", "number", "owner")

    reentrant = False

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.number = number = stage.register(self)
        self._acquire = number << OBJECT | ACQUIRE
        self._try = number << OBJECT | TRY
        self._release = number << OBJECT | RELEASE
        self._depth = 0
        self.owner = NOBODY

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it. A timeout may pass at any moment at which the lock is held, and at no other."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be positive")
        if timeout > TIMEOUT_MAX:
            raise OverflowError("timeout value is too large")
        return self._take(blocking and timeout == -1)

    def release(self) -> None:
        """Give it back, whoever took it."""
        self._stage.step(self._release, None, self)
        if self.owner < 0:
            raise RuntimeError("release unlocked lock")
        self.owner = NOBODY

    def locked(self) -> bool:
        """Whether anybody holds it."""
        self._stage.step(self.number << OBJECT | QUERY, None, self)
        return self.owner >= 0

    def __enter__(self) -> bool:
        # not by way of _take: this is the path that matters, and a call costs as much as a step
        stage = self._stage
        if stage.current == OUTSIDE:
            return self._take(True)
        stage.step(self._acquire, self, self)
        self.owner = stage.current
        return True

    def __exit__(self, *args: object) -> None:
        self.release()

    def _take(self, waits: bool) -> bool:
        stage = self._stage
        if waits and stage.current != OUTSIDE:
            stage.step(self._acquire, self, self)
        else:
            stage.step(self._try, None, self)
            if self.owner >= 0:
                if waits:
                    raise RequestError("setup() or verify() waits for ever for a lock that is held")
                return False
        self.owner = stage.current
        return True

    def __deepcopy__(self, memo: object) -> Any:
        return self


class ProcessLock(ThreadLock):
    """`multiprocessing.Lock`: anybody may release it; a semaphore's error where it is free."""

    __slots__ = ()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it. A timeout may pass at any moment at which the lock is held, and at no other."""
        return self._take(block and timeout is None)

    def release(self) -> None:
        """Give it back, whoever took it."""
        self._stage.step(self._release, None, self)
        if self.owner < 0:
            raise ValueError("semaphore or lock released too many times")
        self.owner = NOBODY

    locked: Any = property()  # multiprocessing's has none before 3.14


class ThreadRLock(ThreadLock):
    """`threading.RLock`: its owner may take it again, and nobody else may release it."""

    __slots__ = ()

    reentrant = True

    def release(self) -> None:
        """Give it back once."""
        stage = self._stage
        stage.step(self._release, None, self)
        if self.owner != stage.current:
            raise self._not_owned()
        self._depth -= 1
        if not self._depth:
            self.owner = NOBODY

    locked: Any = property()

    def __enter__(self) -> bool:
        return self._take(True)

    def _take(self, waits: bool) -> bool:
        stage = self._stage
        if self.owner == stage.current:
            # nobody else can change that between here and the step
            stage.step(self.number << OBJECT | REENTER, None, self)
            self._depth += 1
            return True
        taken = super()._take(waits)
        if taken:
            self._depth = 1
        return taken

    @staticmethod
    def _not_owned() -> Exception:
        return RuntimeError("cannot release un-acquired lock")


class ProcessRLock(ThreadRLock):
    """`multiprocessing.RLock`: its owner may take it again, and nobody else may release it."""

    __slots__ = ()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take it. A timeout may pass at any moment at which the lock is held, and at no other."""
        return self._take(block and timeout is None)

    @staticmethod
    def _not_owned() -> Exception:
        return AssertionError("attempt to release recursive lock not owned by thread")
