"""A lock of tasks that times how long it is held and waited for."""

from __future__ import annotations

from asyncio import sleep
from functools import partial
from time import perf_counter_ns

from locklab.backends.crew import WORKER
from locklab.trial.waits import Tally, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from locklab.backends.crew import Flags
    from locklab.trial.waits import Pace


class ClockedAsyncLock:
    """Times the first holds, then every wait; see `ClockedLock`.

    A lock that is free and that nobody waits for is taken without giving way, so that its own
    awaitable can be handed on, and no coroutine of ours stands between.

    Args:
        lock: The lock under test.
        flags: A byte for each worker, 1 while it waits.
        pace: When acquisitions are due; None where they come as fast as they can.
        holds: How many holds to time.

    Attributes:
        tally: What was seen.
    """

    __slots__ = ("__aenter__", "__aexit__", "_lock", "_queue", "acquire", "release", "tally")

    def __init__(self, lock: Any, flags: Flags, pace: Pace | None, holds: int) -> None:
        self._lock = lock
        # tasks that wait, whatever they were called by
        self._queue = 0
        self.tally = Tally(tells=hasattr(lock, "locked"))
        then = partial(self._time_waits, flags, pace)
        if holds:
            self._time_holds(holds, then)
        else:
            then()

    def _time_holds(self, count: int, then: Callable[[], None]) -> None:
        lock, record, clock = self._lock, self.tally.holds.record, perf_counter_ns
        depth, left, since = 0, count, 0

        async def begun(taking: Awaitable[Any]) -> Any:
            nonlocal depth, left, since
            self._queue += 1
            try:
                got = await taking
            finally:
                self._queue -= 1
            if got or got is None:
                depth += 1
                if depth == 1:
                    left -= 1
                    if left == 0:
                        then()
                    since = clock()
            return got

        def ended() -> None:
            nonlocal depth
            now = clock()
            depth -= 1
            if depth == 0:
                record(now - since)

        def leave(kind: object, value: object, traceback: object) -> Any:
            ended()
            return lock.__aexit__(kind, value, traceback)

        def release() -> Any:
            ended()
            return lock.release()

        self.__aenter__: Callable[[], Awaitable[Any]] = lambda: begun(lock.__aenter__())
        self.__aexit__ = leave
        self.acquire: Callable[..., Awaitable[Any]] = lambda *args, **kwargs: begun(
            lock.acquire(*args, **kwargs)
        )
        self.release = release

    def _time_waits(self, flags: Flags, pace: Pace | None) -> None:
        lock, tally, clock, who = self._lock, self.tally, perf_counter_ns, WORKER.get
        tally.since_ns = clock()
        # one that cannot be asked is clocked every time
        taken: Callable[[], bool] = lock.locked if tally.tells else lambda: True
        free = 0

        async def wait(taking: Awaitable[Any], due: int | None = None) -> Any:
            me, most = who(), 0
            begin = due or clock()
            # in an open loop one may be late and find the lock free
            waits = taken() or self._queue
            if waits:
                self._queue += 1
                flags[me] = 1
                most = waiting(flags)
            try:
                got = await taking
            finally:
                if waits:
                    self._queue -= 1
                    flags[me] = 0
            if got or got is None:
                if waits:
                    tally.had_waited(clock() - begin, most)
                else:
                    tally.waits.record(clock() - begin)
            return got

        async def paced() -> Any:
            assert pace is not None
            due, early_s = pace.next(who())
            if early_s > 0:
                await sleep(early_s)
            return await wait(lock.acquire(), due)

        def begin(take: Callable[[], Awaitable[Any]]) -> Awaitable[Any]:
            nonlocal free
            # the lock is free for a moment while the next in line is on its way
            if taken() or self._queue:
                return wait(take())
            free += 1
            return take()

        def acquire(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            if args or kwargs:
                return wait(lock.acquire(*args, **kwargs))
            return begin(lock.acquire)

        tally.acquired = lambda: free + tally.waits.count
        self.__aenter__ = partial(begin, lock.__aenter__) if pace is None else paced
        self.__aexit__ = lock.__aexit__
        self.acquire = acquire if pace is None else paced
        if hasattr(lock, "release"):
            self.release = lock.release

    def __getattr__(self, name: str) -> Any:
        if name in ClockedAsyncLock.__slots__:
            raise AttributeError(name)
        return getattr(self._lock, name)
