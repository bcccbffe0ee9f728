"""The witness pass: locks that see who waits, who holds, and who is inside together with whom.

`lab.lock()` hands out these wrappers in a pass of its own, so that what they cost never enters a
throughput. An overlap is seen even where the final value comes out right: each section writes its
worker into a shared cell on entry and must find it there on exit.
"""

from __future__ import annotations

import sys

from locklab.backends.crew import WORKER
from locklab.model.names import names_of
from locklab.model.places import standing_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from locklab.backends.crew import Backend, Notes
    from locklab.model.workload import Scenario

# a note has room for some 240 bytes, and the end of a path tells more than its beginning
PLACE_LENGTH = 180


class Witness:
    """Makes the wrappers of one run, and reads off them what they saw.

    Args:
        backend: Whose shared memory to use.
        workers: How many workers there are.
    """

    def __init__(self, backend: Backend, workers: int) -> None:
        self._backend = backend
        self._waits = backend.notes(workers)
        self._locks: list[WatchedLock] = []

    def wrap(self, lock: Any) -> WatchedLock:
        """The lock, watched."""
        kind = WatchedAsyncLock if self._backend.style == "work_async" else WatchedLock
        watched = kind(lock, len(self._locks), self._waits, self._backend)
        self._locks.append(watched)
        return watched

    def all_wait(self, running: list[int]) -> tuple[str, ...] | None:
        """The waits of the workers that still run, where each waits without a time limit.

        A lock may be on its way from one to another at this very moment: only the same answer
        twice, some time apart and with no progress in between, means that they wait for ever.
        """
        waits = tuple(self._waits[index] for index in running)
        return waits if waits and all(waits) else None

    def overlaps(self) -> tuple[int, str | None]:
        """How often two workers were inside one section (at least), and one such case in words."""
        total, example = 0, None
        for lock in self._locks:
            total += lock.overlaps.value
            note = lock.notes[1]
            if note and example is None:
                other, me, place = note.split("|", 2)
                example = f"worker {me} was inside with worker {other} at {place}"
        return total, example

    def explain(self, scenario: Scenario, handed_out: list[Any], running: list[int]) -> list[str]:
        """Who waits for which lock where, and who holds it since where: a sentence a worker."""
        # a loaded lock wraps the watched one, and is what the scenario holds
        names = names_of(scenario, handed_out)
        sentences = []
        for worker in running:
            wait = self._waits[worker]
            if not wait:
                continue
            number, place = wait.split("|", 1)
            lock = self._locks[int(number)]
            sentence = f"worker {worker} waits for {names[lock.number]} at {place}"
            held = lock.notes[0]
            if not held:
                sentences.append(f"{sentence}; nobody holds it")
                continue
            holder, since = held.split("|", 1)
            who = "worker " + holder
            if int(holder) == worker:
                who = "it holds that lock itself"
            elif int(holder) not in running:
                who += ", which has ended, holds it"
            else:
                who += " holds it"
            sentences.append(f"{sentence}; {who} since {since}")
        return sentences


class WatchedLock:
    """A lock of threads or processes that notes who waits for it and who is inside."""

    def __init__(self, lock: Any, number: int, waits: Notes, backend: Backend) -> None:
        self.number = number
        self.overlaps = backend.cell(0)
        self.notes = backend.notes(2)  # who holds it, and an overlap that was seen
        self._lock = lock
        self._waits = waits
        self._occupant = backend.cell(0)  # worker + 1; 0 while nobody is inside
        self._depth: dict[int, int] = {}

    def __getattr__(self, name: str) -> Any:
        # unpickling asks for attributes before there are any
        if name == "_lock":
            raise AttributeError(name)
        return getattr(self._lock, name)

    def acquire(self, *args: Any, **kwargs: Any) -> Any:
        """Take the lock, noting who waits for it."""
        # what has a time limit does not wait for ever
        place = self._will_wait(for_ever=not args and not kwargs)
        got = self._lock.acquire(*args, **kwargs)
        self._has_waited(place, got)
        return got

    def release(self) -> None:
        """Give the lock back, noting that nobody holds it."""
        self._leave()
        self._lock.release()

    def __enter__(self) -> Any:
        place = self._will_wait()
        got = self._lock.__enter__()
        self._has_waited(place, True)
        return got

    def __exit__(self, *exception: object) -> Any:
        self._leave()
        return self._lock.__exit__(*exception)

    def _will_wait(self, *, for_ever: bool = True) -> str:
        place = (standing_at(sys._getframe(2)) or "?")[-PLACE_LENGTH:]
        if for_ever:
            self._waits[WORKER.get()] = f"{self.number}|{place}"
        return place

    def _has_waited(self, place: str, got: object) -> None:
        me = WORKER.get()
        self._waits[me] = ""
        if not got and got is not None:
            return
        other = self._occupant.value
        if self._depth.get(me) and other == me + 1:
            self._depth[me] += 1
            return
        # also where this worker took it before and another one gave it back, as any may that
        # has been handed a lock without an owner
        self._depth[me] = 1
        if other:
            self._overlap(other - 1, me, place)
        self._occupant.value = me + 1
        self.notes[0] = f"{me}|{place}"

    def _leave(self) -> None:
        me = WORKER.get()
        depth = self._depth.get(me, 0)
        self._depth[me] = max(0, depth - 1)
        if depth > 1:
            return
        other = self._occupant.value
        # a worker that gives back what another took (depth 0) was not inside with it
        if depth and other not in (0, me + 1):
            self._overlap(other - 1, me, (standing_at(sys._getframe(2)) or "?")[-PLACE_LENGTH:])
        self._occupant.value = 0
        self.notes[0] = ""

    def _overlap(self, other: int, me: int, place: str) -> None:
        self.overlaps.value += 1
        if not self.notes[1]:
            self.notes[1] = f"{other}|{me}|{place}"


class WatchedAsyncLock(WatchedLock):
    """A lock of tasks that notes who waits for it and who is inside."""

    async def acquire(self, *args: Any, **kwargs: Any) -> Any:
        """Take the lock, noting who waits for it."""
        place = self._will_wait()
        try:
            got = await self._lock.acquire(*args, **kwargs)
        except BaseException:
            # given up: who waited with a time limit waits no more
            self._waits[WORKER.get()] = ""
            raise
        self._has_waited(place, got)
        return got

    async def __aenter__(self) -> Any:
        place = self._will_wait()
        got = await self._lock.__aenter__()
        self._has_waited(place, True)
        return got

    async def __aexit__(self, *exception: object) -> Any:
        self._leave()
        return await self._lock.__aexit__(*exception)
