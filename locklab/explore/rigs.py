"""Simulated primitives put to the same probes as real ones.

What ties the proofs to reality: a test asserts that they give the same answers wherever a rule can
be put to them. Nothing waits here and there is no clock: a worker that cannot go on when nobody
else can either is one that blocks.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

from locklab.backends.calls import Tasks, perform
from locklab.backends.crew import WORKER
from locklab.errors import LocklabError
from locklab.explore.fibers import Abandoned, fibers
from locklab.explore.labs import lab_for
from locklab.explore.loop import ExploringLoop
from locklab.explore.stage import Stage
from locklab.explore.steps import OUTSIDE
from locklab.model.rig import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locklab.explore.fibers import Fiber
    from locklab.explore.stage import Held
    from locklab.model.primitive import Primitive
    from locklab.model.rig import Call, Patience

# After so many steps a worker lets others go on, and a loop is given up: it spins.
STEPS = 200
TURNS = 10_000


class SimulatedRig(Stage):
    """A simulated lock and its workers: a stage on which a probe says who does what."""

    backend: str

    def __init__(self, primitive: Primitive, workers: int) -> None:
        super().__init__(_no_scenario, lambda stage: lab_for(stage, primitive), workers, 1, 0)
        self.backend = primitive.backend
        self._replies: list[Reply | None] = [None] * workers
        self.lock: Any

    def delay(self, worker: int, *, late: bool) -> None:
        """Nothing: who has begun something goes on until it waits."""

    def _take(self, worker: int) -> Reply:
        reply, self._replies[worker] = self._replies[worker], None
        return reply or Reply("blocks")


class FiberRig(SimulatedRig):
    """Simulated locks of threads and processes, and workers that are fibers."""

    def __init__(self, primitive: Primitive, workers: int) -> None:
        super().__init__(primitive, workers)
        self.lock = lab_for(self, primitive).lock()
        self._fibers = fibers()
        self._hub = self._fibers.hub()
        self._inboxes: list[tuple[Call, ...] | None] = [None] * workers
        self._gone = [False] * workers
        self._over = False
        self._taken = 0  # steps of the worker that has control
        self._crew: list[Fiber] = [
            self._fibers.make(partial(self._live, index)) for index in range(workers)
        ]

    def step(
        self, step: int, waits: Held | None = None, touches: Held | None = None, value: Any = None
    ) -> None:
        """Take a step, once it is possible."""
        worker = self.current
        if worker == OUTSIDE:
            return
        self._taken += 1
        while (waits is not None and waits.owner >= 0) or self._taken > STEPS:
            self._hub.switch()
            if self._over:
                raise Abandoned

    def pause(self, units: float = 0) -> None:
        """Let others go on."""
        self._taken = STEPS
        self.step(0)

    def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
        """Let a worker begin its next calls."""
        self._inboxes[worker] = calls
        self._let(worker)

    def reply(self, worker: int, patience: Patience = "usual") -> Reply:
        """What became of a worker's calls, once nobody can go on."""
        for _ in range(STEPS):
            for other in range(self.workers):
                if self._inboxes[other] is not None:
                    self._let(other)
            if self._replies[worker] is not None:
                break
        return self._take(worker)

    def interrupt(self, worker: int) -> None:
        """Not here."""
        raise LocklabError("no signal arrives in the midst of a step")

    def end(self, worker: int) -> None:
        """A worker that never goes on again is one that has ended."""
        self._gone[worker] = True

    kill = end

    def close(self) -> None:
        """End the fibers, which may be threads that nobody else would end."""
        self._over = True
        for worker in range(self.workers):
            self.current = worker
            self._crew[worker].switch()

    def _let(self, worker: int) -> None:
        """Let a worker go on until it has replied, waits, or has taken many steps."""
        if not self._gone[worker]:
            self.current = worker
            self._taken = 0
            self._crew[worker].switch()
            self.current = OUTSIDE

    def _live(self, index: int) -> None:
        WORKER.set(index)
        while not self._over:
            calls = self._inboxes[index]
            if calls is not None:
                reply = perform(self.lock, calls)
                if self._over:
                    break
                self._inboxes[index] = None
                self._replies[index] = reply
            self._hub.switch()
        self._fibers.leave(self._hub)


class LoopRig(SimulatedRig):
    """Locks of tasks, and workers that are real tasks on an exploring loop."""

    def __init__(self, primitive: Primitive, workers: int) -> None:
        super().__init__(primitive, workers)
        self._loop = ExploringLoop()
        with self._running():
            self.lock = lab_for(self, primitive).lock()
            self._crew = Tasks(self.lock, workers, self._replies.__setitem__)
            for index in range(workers):
                context = copy_context()
                context.run(WORKER.set, index)
                task = self._loop.create_task(self._crew.live(index), context=context)
                self._crew.tasks.append(task)
            self._turn()

    def step(
        self, step: int, waits: Held | None = None, touches: Held | None = None, value: Any = None
    ) -> None:
        """Take a step at once: nobody else can be running."""

    async def pause(self, units: float = 0) -> None:
        """Let others go on."""
        await asyncio.sleep(0)

    def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
        """Let a task begin its next calls."""
        with self._running():
            self._crew.begin(worker, calls)

    def reply(self, worker: int, patience: Patience = "usual") -> Reply:
        """What became of a task's calls, once the loop has nothing to do."""
        with self._running():
            self._turn()
        return self._take(worker)

    def interrupt(self, worker: int) -> None:
        """Cancel a task."""
        with self._running():
            self._crew.cancel(worker)

    def end(self, worker: int) -> None:
        """Let a task come to its end."""
        with self._running():
            self._crew.begin(worker, None)
            self._turn()

    def kill(self, worker: int) -> None:
        """Cancel a task that is busy with something else than the lock."""
        with self._running():
            self._crew.kill(worker)
            self._turn()

    def close(self) -> None:
        """End the coroutines that have not finished, now, and not when they are collected."""
        with self._running():
            for task in self._crew.tasks:
                if not task.done():
                    task._log_destroy_pending = False  # type: ignore[attr-defined]
                    coroutine: Any = task.get_coro()
                    coroutine.close()

    @contextmanager
    def _running(self) -> Iterator[None]:
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self._loop)  # type: ignore[arg-type]
        try:
            yield
        finally:
            asyncio._set_running_loop(before)

    def _turn(self) -> None:
        ready = self._loop.ready
        for _ in range(TURNS):
            if not ready:
                break
            handle = ready.popleft()
            self.current = handle._context.get(WORKER, OUTSIDE)  # type: ignore[attr-defined]
            if not handle.cancelled():
                handle._run()
        self.current = OUTSIDE


def simulated_rig(primitive: Primitive, workers: int) -> FiberRig | LoopRig:
    """A rig for a primitive as `check` explores it.

    Raises:
        RequestError: It cannot be simulated.
    """
    return (LoopRig if primitive.backend == "asyncio" else FiberRig)(primitive, workers)


def _no_scenario() -> Any:
    raise AssertionError("a rig plays no scenario")
