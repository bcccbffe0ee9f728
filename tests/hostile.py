"""Scenarios and locks from people who did not read the manual, for trials to load by path."""

from __future__ import annotations

import ctypes
import enum
import os
import signal
import sys
import threading
import time
from collections.abc import Hashable

from locklab import Lab, Primitive, Run, Scenario, Violation, Worker, expect
from tests.workloads import Fine


class Handoff(Scenario):
    """Two locks as traffic lights: whoever runs gives the other the green light.

    Legal on any lock without an owner: it is released by a worker that did not take it.
    """

    def setup(self, lab: Lab) -> None:
        self.lights = [lab.lock(), lab.lock()]
        self.turns = lab.cell(0)
        self.started = lab.cell(0)

    def work(self, worker: Worker) -> None:
        mine, other = self.lights[worker.index], self.lights[1 - worker.index]
        if worker.index == 0:
            other.acquire()
            self.started.value = 1
        while not self.started.value:
            time.sleep(0)
        for _ in worker.ops:
            mine.acquire()
            self.turns.value += 1
            other.release()

    def verify(self, run: Run) -> None:
        expect(self.turns.value, 2 * run.ops, "turns were lost")


class Impatient(Scenario):
    """Asks with a time limit, and asks again: it never waits for ever."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.total = lab.cell(0)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            while not self.lock.acquire(timeout=0.001):
                pass
            try:
                time.sleep(0.0002)
                self.total.value += 1
            finally:
                self.lock.release()

    async def work_async(self, worker: Worker) -> None:
        import asyncio

        for _ in worker.ops:
            while True:
                try:
                    await asyncio.wait_for(self.lock.acquire(), 0.001)
                    break
                except TimeoutError:
                    continue
            try:
                await asyncio.sleep(0.0002)
                self.total.value += 1
            finally:
                self.lock.release()

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers * run.ops, "updates were lost")


class GivesUp(Scenario):
    """One worker keeps the lock for a second; the other gives up and does something else."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()

    async def work_async(self, worker: Worker) -> None:
        import asyncio

        if worker.index == 0:
            async with self.lock:
                await asyncio.sleep(1.2)
            return
        await asyncio.sleep(0.01)
        try:
            await asyncio.wait_for(self.lock.acquire(), 0.05)
        except TimeoutError:
            await asyncio.sleep(1.2)


class Nested(Scenario):
    """Takes the lock twice; what it is called is hidden two attributes deep."""

    reentrant = True

    def setup(self, lab: Lab) -> None:
        self.total = lab.cell(0)
        self.inner_lock = lab.lock()

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.inner_lock, self.inner_lock:
                self.total.value += 1

    async def work_async(self, worker: Worker) -> None:
        for _ in worker.ops:
            async with self.inner_lock, self.inner_lock:
                self.total.value += 1

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers * run.ops, "updates were lost")


class LongError(Fine):
    """Its message is longer than a pipe is wide."""

    def work(self, worker: Worker) -> None:
        raise ValueError("long " * 100_000)


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("this error cannot be told")


class Unspeakable(Fine):
    def work(self, worker: Worker) -> None:
        raise UnspeakableError


class Colour(enum.IntEnum):
    RED = 1
    GREEN = 2


class EnumOutcome(Fine):
    def outcome(self) -> Hashable:
        return (Colour.GREEN,)


class EnumViolation(Fine):
    def verify(self, run: Run) -> None:
        expect(Colour.RED, Colour.GREEN, "the light is wrong")


class OddViolation(Fine):
    def verify(self, run: Run) -> None:
        raise Violation(ValueError("inside out"))  # type: ignore[arg-type]


class OutcomeRaises(Fine):
    def outcome(self) -> Hashable:
        raise LookupError("no outcome today")


class OutcomeIsText(Fine):
    def outcome(self) -> Hashable:
        return "all well"


class SetupExits(Fine):
    def setup(self, lab: Lab) -> None:
        sys.exit("enough")


class VerifyExits(Fine):
    def verify(self, run: Run) -> None:
        sys.exit("enough")


class VerifyHangs(Fine):
    def verify(self, run: Run) -> None:
        while True:
            pass


class Overflows(Fine):
    """Writes more than 64 bits into a cell."""

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.total.value = 2**70


class LeavesGrandchildren(Fine):
    """Starts a process of its own that ignores every polite signal, and forgets about it."""

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        import subprocess

        code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
        # nobody waits for it; its warning at the end of the interpreter is none of ours
        self.kept = subprocess.Popen([sys.executable, "-c", code]).pid


class Forgets(Fine):
    """Leaves a thread behind that never ends, and is no daemon."""

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        threading.Thread(target=threading.Event().wait).start()


class Segfaults(Fine):
    def work(self, worker: Worker) -> None:
        if worker.index == 1:
            ctypes.string_at(0)


class DeafToSigterm(Fine):
    """Never ends, and ignores being asked to."""

    def work(self, worker: Worker) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            self.total.value = 1


class KillsTheTrial(Fine):
    """A worker process ends the interpreter that waits for it."""

    def work(self, worker: Worker) -> None:
        if worker.index == 1:
            os.kill(os.getppid(), signal.SIGKILL)
        while True:
            time.sleep(0.01)


class StopsEarly(Fine):
    """Does half of what it was given, and is content."""

    def work(self, worker: Worker) -> None:
        for number, _ in enumerate(worker.ops):
            if number >= 10:
                break
            with self.lock:
                self.total.value += 1

    def verify(self, run: Run) -> None:
        expect(self.total.value, 10 * run.workers, "it did something else")


class IgnoresOps(Fine):
    """Never looks at the operations that it was given."""

    def work(self, worker: Worker) -> None:
        with self.lock:
            self.total.value += 1

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers, "it did something else")


class Slow(Fine):
    """Says that it runs, then takes longer than any test waits, on every backend."""

    def begun(self) -> None:
        # exploration runs this code, too
        if "LOCKLAB_PARENT" not in os.environ:
            return
        with open(os.environ["LOCKLAB_TEST_FILE"], "a") as file:
            file.write("running\n")

    def work(self, worker: Worker) -> None:
        self.begun()
        for _ in worker.ops:
            with self.lock:
                time.sleep(0.05)

    async def work_async(self, worker: Worker) -> None:
        import asyncio

        self.begun()
        for _ in worker.ops:
            async with self.lock:
                await asyncio.sleep(0.05)

    def verify(self, run: Run) -> None:
        pass


class NoThreads(Fine):
    """No more threads to be had."""

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        start = threading.Thread.start
        left = [1]

        def sparing(thread: threading.Thread) -> None:
            if not left[0]:
                raise RuntimeError("can't start new thread")
            left[0] -= 1
            start(thread)

        threading.Thread.start = sparing  # type: ignore[method-assign, assignment]


class Silent(Fine):
    """Has nothing to verify and no cell: only a witness can find fault with it."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.pause = lab.pause

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.pause()

    def verify(self, run: Run) -> None:
        pass


class TellsTypes(Fine):
    """Tells the class of its lock as its outcome."""

    def outcome(self) -> Hashable:
        return type(self.lock).__module__


class Leaky:
    """Promises exclusion, and forgets it every tenth time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._held = False

    def __enter__(self) -> bool:
        self._count += 1
        self._held = self._count % 10 != 0 and self._lock.acquire()
        return True

    def __exit__(self, *exception: object) -> None:
        if self._held:
            self._held = False
            self._lock.release()


class Grabby:
    """Can be taken once, and never again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *exception: object) -> None:
        pass


class Ticket:
    """A lock from elsewhere, built on another one by way of the lab."""

    backend = "multiprocessing"
    owned = True

    def __init__(self, inner: object) -> None:
        self.inner = inner

    @classmethod
    def for_lab(cls, lab: Lab) -> Ticket:
        return cls(lab.primitive("multiprocessing.Lock"))

    def __enter__(self) -> bool:
        return bool(self.inner.acquire())  # type: ignore[attr-defined]

    def __exit__(self, *exception: object) -> None:
        self.inner.release()  # type: ignore[attr-defined]


def _raise(lab: Lab) -> object:
    raise OSError("no lock in stock")


BROKEN_FACTORY = Primitive("broken", "threading", _raise)
NOT_A_LOCK = 42


class CannotTravel(Fine):
    """Holds what cannot be sent to another process."""

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        self.log = lambda: None


class Sleepy(Fine):
    """One operation takes longer than the patience of a quick budget would allow for many."""

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                time.sleep(0.4)
                self.total.value += 1
