"""The wait pass: how long acquisitions waited, how long the lock was held, and how many waited.

`lab.lock()` hands out clocked locks in a pass of its own, so that what they cost never enters a
throughput. Of each lock the first holds are timed, and after them every wait. A lock that is free
is taken without a look at the clock: its wait is 0.
"""

from __future__ import annotations

from itertools import chain, repeat
from time import perf_counter_ns

from locklab.trial.histogram import Histogram

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from locklab.backends.crew import Backend, Flags

    class Clocked(Protocol):
        """A lock that times its waits and holds."""

        tally: Tally


# Holds that are timed of each lock, at most; and of the operations of a short trial, a share.
HOLDS = 2_000
HOLDS_SHARE = 4
# More acquisitions than any trial comes to.
MANY = 1 << 62


class Tally:
    """What was seen of one lock, in one process. Written by whoever holds the lock.

    Args:
        tells: Whether the lock can be asked without waiting, so that who waited is known.

    Attributes:
        tells: Likewise.
        waits: How long those waited that had to; in an open loop, how late each was.
        holds: How long the lock was held.
        waited: Acquisitions that found the lock taken.
        most: The most workers that waited at one moment, at least.
        acquired: How many acquisitions there were while waits were timed.
        since_ns: When that began, by `perf_counter_ns`; None where it has not.
    """

    __slots__ = ("acquired", "holds", "most", "since_ns", "tells", "waited", "waits")

    def __init__(self, *, tells: bool) -> None:
        self.tells = tells
        self.waits = Histogram()
        self.holds = Histogram()
        self.waited = 0
        self.most = 0
        self.acquired: Callable[[], int] = lambda: 0
        self.since_ns: int | None = None

    def had_waited(self, nanoseconds: int, most: int) -> None:
        """Take in an acquisition that found the lock taken, when so many were waiting."""
        self.waits.record(nanoseconds)
        self.waited += 1
        self.most = max(self.most, most)

    def to_plain(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "waits": self.waits.to_plain(),
            "holds": self.holds.to_plain(),
            "acquired": self.acquired(),
            "waited": self.waited,
            "most": self.most,
            "since_ns": self.since_ns,
        }


class Pace:
    """Arrivals at a rate of their own, whatever becomes of those before (an open loop).

    A worker that is late does not put off what is due next, so that a wait counts from when the
    acquisition was due and includes the queue before it (Tene 2013, "How not to measure latency":
    coordinated omission; wrk2 does the same). A constant rate, each worker's arrivals lying
    between the others'.

    Args:
        rate: Acquisitions per second of all workers together.
        workers: Worker count.
    """

    def __init__(self, rate: float, workers: int) -> None:
        self.interval = round(workers / rate * 1e9)
        self._workers = workers
        self._due: dict[int, int] = {}

    def next(self, worker: int) -> tuple[int, float]:
        """When a worker's next acquisition is due, and how many seconds there are until then."""
        now = perf_counter_ns()
        due = self._due.get(worker)
        if due is None:
            due = now + self.interval * worker // self._workers
        self._due[worker] = due + self.interval
        return due, (due - now) / 1e9


class Waits:
    """Makes the clocked locks of one run, and gathers what they saw.

    Args:
        backend: Whose shared memory to use.
        workers: How many workers there are.
        rate: Acquisitions per second of all workers together; None for a closed loop.
        ops: Operations of each worker.
    """

    def __init__(self, backend: Backend, workers: int, ops: int, rate: float | None = None) -> None:
        self._flags = backend.flags(workers)
        self._pace = Pace(rate, workers) if rate else None
        # each process times its own; and what is paced is paced from the first
        here = ops if backend.context is not None else ops * workers
        self._holds = 0 if rate else min(HOLDS, here // HOLDS_SHARE)
        self._tasks = backend.style == "work_async"
        self._locks: list[Clocked] = []

    def wrap(self, lock: Any) -> Clocked:
        """The lock, clocked."""
        kind: Callable[..., Clocked]
        if self._tasks:
            from locklab.trial.clocked_tasks import ClockedAsyncLock

            kind = ClockedAsyncLock
        else:
            from locklab.trial.clocked import ClockedLock

            kind = ClockedLock
        clocked = kind(lock, self._flags, self._pace, self._holds)
        self._locks.append(clocked)
        return clocked

    def finish(self) -> list[dict[str, Any]]:
        """What this process saw, as plain values, a dictionary a lock."""
        return [lock.tally.to_plain() for lock in self._locks]

    def collect(self, elsewhere: list[list[dict[str, Any]]]) -> dict[str, Any]:
        """All that was seen, as plain values.

        Args:
            elsewhere: What `finish` gave in each worker process.
        """
        waits, holds = Histogram(), Histogram()
        acquired = waited = most = 0
        since = []
        for tally in chain(self.finish(), *elsewhere):
            waits.add(Histogram.from_plain(tally["waits"]))
            holds.add(Histogram.from_plain(tally["holds"]))
            acquired += tally["acquired"]
            waited += tally["waited"]
            most = max(most, tally["most"])
            if tally["since_ns"] is not None:
                since.append(tally["since_ns"])
        return {
            "waits": waits.to_plain(),
            "holds": holds.to_plain(),
            "acquired": acquired,
            # a lock that cannot be asked without waiting cannot say who waited
            "waited": waited if all(lock.tally.tells for lock in self._locks) else None,
            "most": most,
            "since_ns": min(since, default=None),
            "clock_ns": clock_ns(),
        }


def waiting(flags: Flags) -> int:
    """How many workers wait just now."""
    return bytes(flags).count(1)


def clock_ns() -> float:
    """What reading the clock once costs, in nanoseconds: the best of several tries."""
    count = 2_000
    best = float("inf")
    for _ in range(5):
        begin = perf_counter_ns()
        for _ in repeat(None, count):
            perf_counter_ns()
        best = min(best, perf_counter_ns() - begin)
    return best / count
