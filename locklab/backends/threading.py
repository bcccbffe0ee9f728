"""Threads of this process: `threading.Lock`, `threading.RLock`, and plain attributes as cells."""

from __future__ import annotations

import sys
import threading
import time

from locklab.backends.crew import PAUSE_UNIT_S, WORKER, OneProcess, OneProcessCrew, describe
from locklab.model.places import standing_at
from locklab.model.primitive import Primitive
from locklab.model.workload import Scenario, Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.model.rig import Rig, Runner


class NoLock:
    """The control: the interface of a lock, and no effect.

    It is the baseline that the cost of a lock is reported against, so it has to cost as near to
    nothing as a `with` statement can. Two Python functions would cost more than a whole
    `threading.Lock`, which is written in C, and make that one look free. So both ends are
    built-in callables that do nothing: `bool()` is False, and `"".format(type, value, traceback)`
    is "", which lets an exception through.
    """

    __slots__ = ()

    __enter__ = bool
    __exit__ = "".format

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Do nothing; succeed."""
        return True

    def release(self) -> None:
        """Do nothing."""

    def locked(self) -> bool:
        """Nobody ever holds it."""
        return False


NO_LOCK = Primitive("threading.NoLock", "threading", lambda _: NoLock(), exclusive=False)
LOCK = Primitive("threading.Lock", "threading", lambda _: threading.Lock())
RLOCK = Primitive(
    "threading.RLock", "threading", lambda _: threading.RLock(), reentrant=True, owned=True
)


def pause(units: float = 0) -> None:
    """Give way to other threads once, or sleep for `units` tenths of a millisecond."""
    time.sleep(units * PAUSE_UNIT_S)


class Threads(OneProcess):
    """Runs workers as threads of this process."""

    name = "threading"
    style = "work"

    pause = staticmethod(pause)

    def crew(
        self, scenario: Scenario, workers: int, ops: int, chunks: int, finish: object = None
    ) -> ThreadCrew:
        """The workers of one run, not yet started; nothing of theirs is gone at their end."""
        return ThreadCrew(scenario, workers, ops, chunks)

    def rig(self, make: Callable[[], Any], workers: int, on_main: Runner) -> Rig:
        """A lock and its threads, for a probe."""
        from locklab.backends.threading_rig import ThreadRig

        return ThreadRig(make(), workers, on_main)


class ThreadCrew(OneProcessCrew):
    """The threads of one run."""

    def __init__(self, scenario: Scenario, workers: int, ops: int, chunks: int) -> None:
        super().__init__(scenario, workers, ops, chunks)
        self._gate = threading.Barrier(workers + 1)
        self._left = workers
        self._count_lock = threading.Lock()
        self._all_done = threading.Lock()
        self._all_done.acquire()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every thread; return when each waits at the gate, all but the last step."""
        for index in range(len(self.reports)):
            # daemon: a thread that waits for ever cannot be ended, and must not keep us
            thread = threading.Thread(target=self._main, args=(index,), daemon=True)
            try:
                thread.start()
            except RuntimeError:
                self._gate.abort()
                raise
            self._threads.append(thread)
        while self._gate.n_waiting < len(self.reports):
            time.sleep(0.0005)

    def release(self) -> None:
        """Open the gate."""
        self._gate.wait()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of all threads; False when the time is up first."""
        if self._left and not self._all_done.acquire(timeout=seconds):
            return False
        for thread in self._threads:
            thread.join()
        return True

    def stop(self) -> None:
        """Note where each unfinished thread stands. A thread cannot be ended from outside."""
        frames = sys._current_frames()
        for report, thread, ops in zip(self.reports, self._threads, self._ops, strict=True):
            if not report.finished and thread.ident is not None:
                report.done = ops.done
                report.standing = standing_at(frames.get(thread.ident))

    def _main(self, index: int) -> None:
        report, ops = self.reports[index], self._ops[index]
        worker = Worker(index, len(self.reports), ops)
        WORKER.set(index)
        try:
            self._gate.wait()
        except threading.BrokenBarrierError:
            return
        try:
            self._scenario.work(worker)
        except BaseException as error:
            report.error = describe(error)
        report.done = ops.done
        report.finished = True
        with self._count_lock:
            self._left -= 1
            if not self._left:
                self._all_done.release()
