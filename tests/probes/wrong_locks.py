"""Locks that break one rule each, and keep the others as far as can be.

Each says in `WRONG` of which rule it breaks, and what the probe has to answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import os
import tempfile
import threading
import time
from collections import deque
from typing import Any

WRONG: list[tuple[str, str, str]] = []


def wrong(rule: str, answer: str) -> Any:
    """Note which rule a lock breaks, and how."""

    def note(lock: type[Any]) -> type[Any]:
        WRONG.append((rule, lock.__name__, answer))
        return lock

    return note


class Lock:
    """As `threading.Lock`, to be broken by subclasses."""

    def __init__(self) -> None:
        self._lock: Any = threading.Lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        self._lock.release()

    def locked(self) -> bool:
        return bool(self._lock.locked())

    def __enter__(self) -> Any:
        return self.acquire()

    def __exit__(self, *exception: object) -> Any:
        self.release()


class RLock(Lock):
    """As `threading.RLock`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()


class ProcessLock:
    """As `multiprocessing.Lock`."""

    backend = "multiprocessing"

    def __init__(self) -> None:
        self._lock: Any = multiprocessing.get_context("fork").Lock()

    def acquire(self, *limits: Any) -> Any:
        return self._lock.acquire(*limits)

    def release(self) -> None:
        self._lock.release()


@wrong("acquire", "no")
class SaysNothing(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> None:
        super().acquire(blocking, timeout)


@wrong("waits", "no")
class LetsAllIn(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        return super().acquire(False) or True


@wrong("waits", "no")
class LetsASecondIn(Lock):
    """A semaphore of two."""

    def __init__(self) -> None:
        self._lock = threading.Semaphore(2)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return self._lock.acquire(blocking, None if timeout < 0 else timeout)


@wrong("waits", "lost")
class WakesNobody(Lock):
    """Who comes while it is held waits for a sign that never comes."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        if self._lock.acquire(False) or not blocking:
            return True
        threading.Event().wait()
        return True


@wrong("try", "blocks")
class TryingWaits(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire()


@wrong("try", "no")
class TryingAlwaysFails(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire() if blocking else False


@wrong("timeout", "no")
class GivesUpEarly(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire(blocking, timeout / 2 if timeout > 0 else timeout)


@wrong("timeout", "blocks")
class NeverGivesUp(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire(blocking)


@wrong("timeout", "blocks")
class TakesItAfterAll(Lock):
    """Gives up, and takes it a little later nevertheless."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        taken = super().acquire(blocking, timeout)
        if not taken:
            threading.Thread(target=self._lock.acquire, daemon=True).start()
        return taken


@wrong("timeout-zero", "blocks")
class ZeroIsForEver(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire(blocking, timeout or -1)


@wrong("timeout-minus-one", "no")
class MinusOneIsZero(Lock):
    def acquire(self, blocking: bool = True, timeout: float = 1e6) -> Any:
        return super().acquire(blocking, max(0, timeout))


@wrong("timeout-negative", "blocks")
class NegativeIsForEver(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire(blocking, max(-1, timeout))


@wrong("timeout-huge", "no")
class HugeIsZero(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return super().acquire(blocking, 0 if timeout > threading.TIMEOUT_MAX else timeout)


@wrong("release-unlocked", "no")
class ReleasesNothing(Lock):
    def release(self) -> None:
        with contextlib.suppress(RuntimeError):
            super().release()


@wrong("release-unlocked", "lost")
class LocksWhenItComplains(Lock):
    def release(self) -> None:
        self._lock.acquire(False)
        raise RuntimeError("not locked")


@wrong("release-by-other", "no")
class IgnoresOthers(RLock):
    def release(self) -> None:
        with contextlib.suppress(RuntimeError):
            super().release()


@wrong("reentry", "blocks")
class NotReentrant(Lock):
    reentrant = True


@wrong("reentry", "no")
class RefusesItsHolder(RLock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return not self._lock._is_owned() and super().acquire(blocking, timeout)


@wrong("reentry-try", "no")
class RefusesToTryAgain(RLock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return (blocking or not self._lock._is_owned()) and super().acquire(blocking, timeout)


@wrong("as-many-releases", "no")
class OneReleaseIsEnough(RLock):
    def release(self) -> None:
        while self._lock._is_owned():
            super().release()


@wrong("as-many-releases", "lost")
class OneReleaseTooMany(RLock):
    """Counts its first acquisition twice."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        if not self._lock._is_owned():
            self._lock.acquire(blocking, timeout)
        return super().acquire(blocking, timeout)


@wrong("locked", "no")
class NeverLocked(Lock):
    def locked(self) -> bool:
        return False


@wrong("locked", "no")
class StaysLocked(Lock):
    """Says so for ever, once it was taken."""

    _taken = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        self._taken = True
        return super().acquire(blocking, timeout)

    def locked(self) -> bool:
        return self._taken


@wrong("with", "no")
class EntersUnlocked(Lock):
    def __enter__(self) -> Any:
        return True

    def __exit__(self, *exception: object) -> Any:
        pass


@wrong("with", "blocks")
class NeverLeaves(Lock):
    def __exit__(self, *exception: object) -> Any:
        pass


@wrong("with-error", "lost")
class KeepsItOnError(Lock):
    def __exit__(self, kind: object = None, *exception: object) -> Any:
        if kind is None:
            self.release()


@wrong("with-error", "no")
class SwallowsErrors(Lock):
    def __exit__(self, *exception: object) -> Any:
        self.release()
        return True


class Line(Lock):
    """Hands itself to one of those who wait."""

    first = True

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._line: deque[threading.Lock] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        with self._guard:
            if not self._held:
                self._held = True
                return True
            if not blocking:
                return False
            turn = threading.Lock()
            turn.acquire()
            self._line.append(turn)
        return turn.acquire()

    def release(self) -> None:
        with self._guard:
            if self._line:
                turn = self._line.popleft() if self.first else self._line.pop()
                turn.release()
            else:
                self._held = False


@wrong("in-order", "no")
class LastComeFirstServed(Line):
    """Nobody overtakes one that waits alone; but of several the last one gets it."""

    first = False


@wrong("in-order", "no")
class Overtaken(Lock):
    """Waiters look again only now and then."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        while not self._lock.acquire(False):
            if not blocking:
                return False
            time.sleep(0.005)
        return True


@wrong("interrupt", "blocks")
class Uninterruptible(Lock):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                return super().acquire(blocking, timeout)


@wrong("after-interrupt", "lost")
class KeepsItsTicket(Lock):
    """Who is interrupted leaves a number behind that will be called, and nobody answers."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._called = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        mine = next(self._numbers)
        while self._called != mine:
            time.sleep(0.001)
        return True

    def release(self) -> None:
        self._called += 1


@wrong("after-interrupt", "lost")
class DiesWithTheLock(asyncio.Lock):
    """Cancelled just when it is handed over, a task takes it to its grave."""

    def __init__(self) -> None:
        super().__init__()
        self._held = False
        self._line: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> Any:
        if self._held:
            turn = asyncio.get_running_loop().create_future()
            self._line.append(turn)
            await turn
        self._held = True
        return True

    def release(self) -> None:
        self._held = False
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                self._held = True
                return turn.set_result(None)
        return None


@wrong("after-interrupt", "lost")
class LosesItsWayBack(asyncio.Lock):
    """Cancelled while it gives way, with the lock taken already."""

    async def acquire(self) -> Any:
        await super().acquire()
        await asyncio.sleep(0)
        return True


class Robust(Lock):
    """Freed when the thread that holds it has ended."""

    _holder: threading.Thread | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        while not self._lock.acquire(False):
            if self._holder is not None and not self._holder.is_alive():
                break
            time.sleep(0.001)
        self._holder = threading.current_thread()
        return True


wrong("holder-ends", "yes")(Robust)


@wrong("holder-killed", "yes")
class FileLock:
    """The system frees it when its holder is gone."""

    backend = "multiprocessing"

    def __init__(self) -> None:
        handle, self._path = tempfile.mkstemp()
        os.close(handle)

    def acquire(self) -> bool:
        import fcntl

        self._file = open(self._path, "w")  # noqa: SIM115 - held as long as the lock
        fcntl.flock(self._file, fcntl.LOCK_EX)
        return True

    def release(self) -> None:
        self._file.close()


@wrong("other-thread", "no")
class OfEachProcess(ProcessLock):
    """Takes the process for the owner: its threads do not exclude one another."""

    _pid = 0

    def acquire(self, *limits: Any) -> Any:
        if self._pid == os.getpid():
            return True
        taken = super().acquire(*limits)
        self._pid = os.getpid()
        return taken

    def release(self) -> None:
        self._pid = 0
        super().release()


@wrong("other-process", "no")
class OfOneProcess(ProcessLock):
    """A lock of threads is copied when a process is forked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()


@wrong("other-loop", "no")
class ForgetsLoops(Lock):
    """Lets everybody in who has an event loop."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> Any:
        return asyncio._get_running_loop() is not None or super().acquire(blocking, timeout)


@wrong("after-fork", "lost")
class CopiedByFork(ProcessLock):
    """Shared, but what says so is not."""

    _copy = False

    def acquire(self, *limits: Any) -> Any:
        while self._copy:
            time.sleep(0.001)
        self._copy = super().acquire(*limits)
        return self._copy

    def release(self) -> None:
        self._copy = False
        super().release()


@wrong("spawned", "no")
class ArrivesAnew(ProcessLock):
    def __reduce__(self) -> Any:
        return ArrivesAnew, ()


@wrong("spawned", "PicklingError")
class StaysHere(ProcessLock):
    def __reduce__(self) -> Any:
        import pickle

        raise pickle.PicklingError("not me")


@wrong("memory", "1000000 B")
class Large(Lock):
    def __init__(self) -> None:
        super().__init__()
        self._room = bytearray(1_000_000)


@wrong("making", "1000000 ns")
class LateToBeMade(Lock):
    def __init__(self) -> None:
        super().__init__()
        time.sleep(0.001)
