"""Scenarios and locks that go wrong on purpose, for trials to load by path."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time

from locklab import Lab, Primitive, Run, Scenario, Violation, Worker, expect


class Fine(Scenario):
    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.total = lab.cell(0)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.total.value += 1

    async def work_async(self, worker: Worker) -> None:
        for _ in worker.ops:
            async with self.lock:
                self.total.value += 1

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers * run.ops, "updates were lost")


class NoCells(Fine):
    """Its final state is right whatever happens: only a witness can see an overlap."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.pause = lab.pause

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.pause()

    async def work_async(self, worker: Worker) -> None:
        for _ in worker.ops:
            async with self.lock:
                await self.pause()

    def verify(self, run: Run) -> None:
        pass


class SetupRaises(Fine):
    def setup(self, lab: Lab) -> None:
        raise ZeroDivisionError("nothing to divide by")


class SetupHangs(Fine):
    def setup(self, lab: Lab) -> None:
        while True:
            pass


class TooBig(Fine):
    def setup(self, lab: Lab) -> None:
        self.total = lab.cell(2**64)


class LateLock(Fine):
    def setup(self, lab: Lab) -> None:
        self.lab = lab

    def work(self, worker: Worker) -> None:
        self.lab.lock()


class VerifyFails(Fine):
    def verify(self, run: Run) -> None:
        raise Violation("never good enough")


class VerifyRaises(Fine):
    def verify(self, run: Run) -> None:
        raise LookupError("lost my notes")


class Endless(Fine):
    def work(self, worker: Worker) -> None:
        while True:
            self.total.value = 1


class Stuck(Fine):
    """Takes no steps at all, for ever."""

    def work(self, worker: Worker) -> None:
        while True:
            pass


class Raises(Fine):
    def work(self, worker: Worker) -> None:
        for number, _ in enumerate(worker.ops):
            with self.lock:
                if worker.index == 1 and number == 2:
                    raise ValueError("boom")


class RaisesHolding(Fine):
    def work(self, worker: Worker) -> None:
        self.lock.acquire()
        raise ValueError("and keeps the lock")


class Killed(Fine):
    """Worker 1 dies inside; worker 0 asks for the lock only then."""

    def work(self, worker: Worker) -> None:
        while worker.index == 0 and not self.total.value:
            time.sleep(0)
        with self.lock:
            self.total.value = 1
            if worker.index == worker.count - 1:
                os.kill(os.getpid(), signal.SIGKILL)


class Exits(Fine):
    def work(self, worker: Worker) -> None:
        sys.exit(3)


class Abba(Fine):
    """Deadlocks for certain: each worker waits until the other holds its first lock."""

    def setup(self, lab: Lab) -> None:
        self.forks = [lab.lock(), lab.lock()]
        self.taken = [lab.cell(0), lab.cell(0)]

    def work(self, worker: Worker) -> None:
        mine, other = worker.index % 2, (worker.index + 1) % 2
        with self.forks[mine]:
            self.taken[mine].value = 1
            while not self.taken[other].value:
                time.sleep(0)
            with self.forks[other]:
                pass

    def verify(self, run: Run) -> None:
        pass


class Chatty(Fine):
    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            print("x" * 10_000)
            with self.lock:
                self.total.value += 1


class ThreadsOnly(Scenario):
    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            pass


class NoMoreProcesses(Fine):
    def setup(self, lab: Lab) -> None:
        super().setup(lab)

        def no_fork() -> int:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

        os.fork = no_fork


class ListsModules(Fine):
    """Tells what its interpreter holds, in the file named by the environment."""

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        with open(os.environ["LOCKLAB_TEST_FILE"], "w") as file:
            file.write("\n".join(sorted(sys.modules)))


class SlowStart(Fine):
    """Says that it runs, then takes longer than any test waits."""

    def work(self, worker: Worker) -> None:
        if "LOCKLAB_PARENT" in os.environ:  # in a trial, and not while it is explored
            with open(os.environ["LOCKLAB_TEST_FILE"], "a") as file:
                file.write("running\n")
        for _ in worker.ops:
            with self.lock:
                time.sleep(0.05)


class Liar:
    """Promises exclusion, as any lock does, and keeps nobody out."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *exception: object) -> None:
        pass


LIAR_OF_PROCESSES = Primitive("liar", "multiprocessing", lambda _: Liar())


class Explicit(Fine):
    """Takes its lock by every other way than a `with` statement."""

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            self.lock.acquire()
            self.total.value += 1
            self.lock.release()
            # somebody else may have it just now; then nothing was acquired
            if self.lock.acquire(False):
                self.lock.release()

    async def work_async(self, worker: Worker) -> None:
        for _ in worker.ops:
            await self.lock.acquire()
            self.total.value += 1
            self.lock.release()


class Slow(Fine):
    """Holds its lock for 2 ms."""

    def setup(self, lab: Lab) -> None:
        super().setup(lab)
        self.pause = lab.pause

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.pause(20)
                self.total.value += 1

    async def work_async(self, worker: Worker) -> None:
        for _ in worker.ops:
            async with self.lock:
                await self.pause(20)
                self.total.value += 1


class WithOnly:
    """A lock for `with` statements alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *exception: object) -> None:
        self._lock.release()
