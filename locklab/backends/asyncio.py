"""Tasks of one event loop: `asyncio.Lock`, and plain attributes as cells."""

from __future__ import annotations

import asyncio
import sys
import threading

from locklab.backends.crew import PAUSE_UNIT_S, WORKER, OneProcess, OneProcessCrew, describe
from locklab.model.places import standing_at
from locklab.model.primitive import Primitive
from locklab.model.workload import Scenario, Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import FrameType
    from typing import Any

    from locklab.model.rig import Rig, Runner


class _Done:
    """An awaitable that is done at once, without a coroutine: its iterator is empty."""

    __slots__ = ()
    __await__ = "".__iter__


_DONE: Any = _Done()


class NoLock:
    """The control: the interface of `asyncio.Lock`, and no effect."""

    __slots__ = ()

    def __aenter__(self) -> Awaitable[None]:
        awaitable: Awaitable[None] = _DONE
        return awaitable

    def __aexit__(self, kind: object, value: object, traceback: object) -> Awaitable[None]:
        awaitable: Awaitable[None] = _DONE
        return awaitable

    async def acquire(self) -> bool:
        """Do nothing; succeed."""
        return True

    def release(self) -> None:
        """Do nothing."""

    def locked(self) -> bool:
        """Nobody ever holds it."""
        return False


NO_LOCK = Primitive("asyncio.NoLock", "asyncio", lambda _: NoLock(), exclusive=False)
LOCK = Primitive("asyncio.Lock", "asyncio", lambda _: asyncio.Lock())


def pause(units: float = 0) -> Awaitable[None]:
    """Give way to other tasks once, or sleep for `units` tenths of a millisecond."""
    return asyncio.sleep(units * PAUSE_UNIT_S)


class Tasks(OneProcess):
    """Runs workers as tasks of one event loop."""

    name = "asyncio"
    style = "work_async"

    pause = staticmethod(pause)

    def crew(
        self, scenario: Scenario, workers: int, ops: int, chunks: int, finish: object = None
    ) -> TaskCrew:
        """The workers of one run, not yet started; nothing of theirs is gone at their end."""
        return TaskCrew(scenario, workers, ops, chunks)

    def rig(self, make: Callable[[], Any], workers: int, on_main: Runner) -> Rig:
        """A lock and its tasks, for a probe."""
        from locklab.backends.asyncio_rig import TaskRig

        return TaskRig(make, workers, on_main)


class TaskCrew(OneProcessCrew):
    """The tasks of one run, on a loop in a thread of its own.

    The loop gets its own thread because a task that never awaits, or a loop with nothing left to
    do, can only be noticed from outside; the watching thread sleeps without the GIL meanwhile.
    """

    def __init__(self, scenario: Scenario, workers: int, ops: int, chunks: int) -> None:
        super().__init__(scenario, workers, ops, chunks)
        self.loop_name = ""
        self._ready = threading.Semaphore(0)
        self._gate = threading.Semaphore(0)
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._host, daemon=True)

    def start(self) -> None:
        """Create every task; return when the loop waits for the gate."""
        self._thread.start()
        self._ready.acquire()
        if self._failure is not None:
            raise self._failure

    def release(self) -> None:
        """Let the loop turn."""
        self._gate.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of all tasks; False when the time is up first."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Note where each unfinished task stands, then cancel it."""
        running = sys._current_frames().get(self._thread.ident or 0)
        for report, task, ops in zip(self.reports, self._tasks, self._ops, strict=False):
            if not report.finished:
                report.done = ops.done
                report.standing = _innermost(task, running)
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._cancel)
            # a task that never awaits cannot be cancelled; the thread is a daemon for that
            self._thread.join(0.2)

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _host(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._failure = error
            self._ready.release()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.loop_name = type(self._loop).__name__
        self._tasks = [self._loop.create_task(self._work(index)) for index in range(len(self._ops))]
        self._ready.release()
        # blocks the loop on purpose: no task has run yet, and none may before the gate opens
        self._gate.acquire()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, index: int) -> None:
        report, ops = self.reports[index], self._ops[index]
        WORKER.set(index)
        try:
            await self._scenario.work_async(Worker(index, len(self.reports), ops))
        except asyncio.CancelledError:
            return
        except BaseException as error:
            report.error = describe(error)
        report.done = ops.done
        report.finished = True


def _innermost(task: asyncio.Task[None], running: FrameType | None) -> str | None:
    """Where a task stands: the innermost frame of the workload along its awaits."""
    place = None
    awaited: Any = task.get_coro()
    if getattr(awaited, "cr_running", False):
        return standing_at(running)
    while awaited is not None:
        place = standing_at(getattr(awaited, "cr_frame", None)) or place
        awaited = getattr(awaited, "cr_await", None)
    return place
