"""Small programs whose verdicts are known."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from locklab.model.workload import Lab, Run, Scenario, Violation, Worker, expect


class Sections(Scenario):
    """Two locked writers whose result depends on who is first: x + 1 and x * 2."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.x = lab.cell(1)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                x = self.x.value
                self.x.value = x + 1 if worker.index == 0 else x * 2


class AnyOrder(Sections):
    """Claims that the doubling comes last: false in the orders where it does not."""

    def verify(self, run: Run) -> None:
        expect(self.x.value, 4, "the doubling came first")


class Abba(Scenario):
    """Two locks, taken in opposite orders; `ordered` takes them in one order."""

    ordered = False

    def setup(self, lab: Lab) -> None:
        self.a = lab.lock()
        self.b = lab.lock()

    def work(self, worker: Worker) -> None:
        swap = worker.index % 2 and not self.ordered
        first, second = (self.b, self.a) if swap else (self.a, self.b)
        for _ in worker.ops:
            with first, second:
                pass


class AbbaOrdered(Abba):
    ordered = True


class Philosophers(Scenario):
    """Each takes the fork on the left, then the one on the right."""

    ordered = False

    def setup(self, lab: Lab) -> None:
        self.forks = [lab.lock() for _ in range(lab.workers)]
        self.eaten = lab.cell(0)

    def work(self, worker: Worker) -> None:
        left, right = worker.index, (worker.index + 1) % worker.count
        if self.ordered and left > right:
            left, right = right, left
        for _ in worker.ops:
            with self.forks[left], self.forks[right]:
                pass


class PhilosophersOrdered(Philosophers):
    ordered = True


class EntryProtocol(Scenario):
    """Mutual exclusion by cells alone. Who would have to wait gives up, which loses no safety."""

    def setup(self, lab: Lab) -> None:
        self.flags = [lab.cell(0) for _ in range(lab.workers)]
        self.turn = lab.cell(0)
        self.inside = lab.cell(0)
        self.broken = lab.cell(0)

    def enter(self, me: int, count: int) -> bool:
        raise NotImplementedError

    def leave(self, me: int) -> None:
        self.flags[me].value = 0

    def work(self, worker: Worker) -> None:
        me = worker.index
        for _ in worker.ops:
            if self.enter(me, worker.count):
                if self.inside.value:
                    self.broken.value = 1
                self.inside.value = 1
                self.inside.value = 0
            self.leave(me)

    def verify(self, run: Run) -> None:
        expect(self.broken.value, 0, "two workers were inside")


class Peterson(EntryProtocol):
    def enter(self, me: int, count: int) -> bool:
        self.flags[me].value = 1
        self.turn.value = 1 - me
        return not (self.flags[1 - me].value and self.turn.value == 1 - me)


class PetersonTurnFirst(EntryProtocol):
    """The well-known wrong order: turn before flag."""

    def enter(self, me: int, count: int) -> bool:
        self.turn.value = 1 - me
        self.flags[me].value = 1
        return not (self.flags[1 - me].value and self.turn.value == 1 - me)


class Dekker(EntryProtocol):
    def enter(self, me: int, count: int) -> bool:
        self.flags[me].value = 1
        if not self.flags[1 - me].value:
            return True
        if self.turn.value == me:
            return not self.flags[1 - me].value
        self.flags[me].value = 0
        if self.turn.value != me:
            return False
        self.flags[me].value = 1
        return not self.flags[1 - me].value

    def leave(self, me: int) -> None:
        self.turn.value = 1 - me
        self.flags[me].value = 0


class DekkerNoFlag(EntryProtocol):
    """Looks before it tells."""

    def enter(self, me: int, count: int) -> bool:
        if self.flags[1 - me].value:
            return False
        self.flags[me].value = 1
        return True


class Bakery(EntryProtocol):
    choosing = True

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        self.doors = [lab.cell(0) for _ in range(lab.workers)]

    def enter(self, me: int, count: int) -> bool:
        others = [one for one in range(count) if one != me]
        if self.choosing:
            self.doors[me].value = 1
        ticket = 1 + max(self.flags[one].value for one in others)
        self.flags[me].value = ticket
        if self.choosing:
            self.doors[me].value = 0
        for one in others:
            if self.choosing and self.doors[one].value:
                return False
            theirs = self.flags[one].value
            if theirs and (theirs, one) < (ticket, me):
                return False
        return True


class BakeryNoDoors(Bakery):
    """Lamport's first step left out: two may draw one ticket unseen."""

    choosing = False


class CreateOnce(Scenario):
    """Double-checked creation: made once, and whole when seen."""

    checked_twice = True

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.made = lab.cell(0)
        self.times = lab.cell(0)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            if not self.made.value:
                with self.lock:
                    if not self.checked_twice or not self.made.value:
                        self.times.value += 1
                        self.made.value = 1

    def verify(self, run: Run) -> None:
        expect(self.times.value, 1, "it was created more than once")


class CreateTwice(CreateOnce):
    checked_twice = False


class Divides(Scenario):
    """Raises in the one order in which the divisor is zero."""

    def setup(self, lab: Lab) -> None:
        self.divisor = lab.cell(1)

    def work(self, worker: Worker) -> None:
        if worker.index == 0:
            self.divisor.value = 0
            self.divisor.value = 1
        else:
            _ = 1 // self.divisor.value


class Spins(Scenario):
    """Waits in a loop for what the other worker does; `answered` says whether it ever does."""

    answered = True

    def setup(self, lab: Lab) -> None:
        self.flag = lab.cell(0)

    def work(self, worker: Worker) -> None:
        if worker.index == 0:
            while not self.flag.value:
                pass
        elif self.answered:
            self.flag.value = 1


class SpinsForEver(Spins):
    answered = False


class NeverReleased(Scenario):
    """Takes the lock and finishes with it."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()

    def work(self, worker: Worker) -> None:
        self.lock.acquire()


class Gate(Scenario):
    """Held from the start; worker 1 lets worker 0 pass."""

    def setup(self, lab: Lab) -> None:
        self.gate = lab.lock()
        self.gate.acquire()
        self.x = lab.cell(0)

    def work(self, worker: Worker) -> None:
        if worker.index == 0:
            self.gate.acquire()
            expect(self.x.value, 1, "passed too early")
        else:
            self.x.value = 1
            self.gate.release()


class Overflows(Scenario):
    """Writes one more than the largest number of 64 bits."""

    def setup(self, lab: Lab) -> None:
        self.x = lab.cell(2**63 - 1)

    def work(self, worker: Worker) -> None:
        self.x.value += 1


class Private(Scenario):
    """Keeps a number outside cells: shared by threads, each process's own."""

    def setup(self, lab: Lab) -> None:
        self.cell = lab.cell(0)
        self.seen = [0]

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            _ = self.cell.value
            self.seen[0] += 1
        self.cell.value = self.seen[0]


class TryOnce(Scenario):
    """Adds one where the lock is free at once; `timeout` waits for some time."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.total = lab.cell(0)

    def work(self, worker: Worker) -> None:
        if self.lock.acquire(timeout=0.5):
            try:
                self.total.value += 1
            finally:
                self.lock.release()


class Recurses(Scenario):
    """Goes deep, on every worker."""

    def setup(self, lab: Lab) -> None:
        self.total = lab.cell(0)

    def work(self, worker: Worker) -> None:
        self.down(400)

    def down(self, left: int) -> None:
        if left:
            self.down(left - 1)
        else:
            self.total.value += 1


class SpinLock:
    """A user's lock on a cell, whose test and set are two steps: broken."""

    def __init__(self, held: Any) -> None:
        self.held = held

    @classmethod
    def for_lab(cls, lab: Lab) -> SpinLock:
        return cls(lab.cell(0))

    def acquire(self) -> bool:
        for _ in range(2):
            if not self.held.value:
                self.held.value = 1
                return True
        raise RuntimeError("gave up")

    def release(self) -> None:
        self.held.value = 0

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *args: object) -> None:
        self.release()


class Wrapper:
    """A user's lock built on another: as good as that."""

    base = "threading.Lock"

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    @classmethod
    def for_lab(cls, lab: Lab) -> Wrapper:
        return cls(lab.primitive(cls.base))

    def __enter__(self) -> None:
        self.inner.acquire()

    def __exit__(self, *args: object) -> None:
        self.inner.release()


class FutureLock:
    """A fair asyncio lock on futures, in plain Python, that survives cancellation."""

    def __init__(self) -> None:
        self.held = False
        self.waiters: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if not self.held:
            self.held = True
            return
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.hand_over()
            raise

    async def __aexit__(self, *args: object) -> None:
        self.hand_over()

    def hand_over(self) -> None:
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return
        self.held = False


class LosesWakeup(FutureLock):
    """The same, forgetting to pass on what it was handed when it is cancelled."""

    async def __aenter__(self) -> None:
        if not self.held:
            self.held = True
            return
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        await waiter


class Barges(FutureLock):
    """Frees the lock before it wakes the next, who does not look again: two get in."""

    def hand_over(self) -> None:
        self.held = False
        if self.waiters:
            self.waiters.popleft().set_result(None)


class Broken(Scenario):
    """Always wrong."""

    def work(self, worker: Worker) -> None:
        pass

    def verify(self, run: Run) -> None:
        raise Violation("it is wrong")
