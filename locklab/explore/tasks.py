"""Workers of one event loop on the stage: they go on until they wait.

What is open on a real loop, and so what is chosen here:

- *when a pause ends.* A pause of no length (`sleep(0)`) puts its task at the end of the queue at
  once. A longer one does so between two turns of the loop, whichever they are: timers are looked
  at between turns only, and what ends of them goes behind what is in the queue already. Several
  may end between the same two turns, in any order.
- *cancellation*, where asked for: a worker that waits or pauses may be cancelled once, between
  any two callbacks, as any other callback of the loop could do.

Everything else is the loop's own order. Workers start in the order of their index, as the tasks
of a real run do.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

from locklab.backends.crew import WORKER
from locklab.errors import RequestError
from locklab.explore.fibers import Abandoned
from locklab.explore.loop import ExploringLoop
from locklab.explore.stage import Nondeterminism, Stage
from locklab.explore.steps import (
    CANCEL,
    CANCELS,
    END_PAUSE,
    NOTHING,
    OUTSIDE,
    PAUSE,
    RESUME,
    WORKER_MASK,
)
from locklab.explore.watched import take_and_release
from locklab.model.places import standing_at
from locklab.model.workload import Worker, caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from locklab.explore.scheduler import Scheduler
    from locklab.explore.stage import Held
    from locklab.model.workload import Lab, Scenario


class TaskStage(Stage):
    """Workers that are tasks of an exploring loop.

    Args:
        make: Makes the scenario of an execution.
        lab: Makes its lab.
        workers: How many workers.
        ops: Operations of each.
        max_steps: Steps after which an execution is given up.
        cancel: Whether workers may be cancelled.

    Attributes:
        tasks: The workers' tasks.
        events: What was chosen to happen between callbacks: after how many turns of the loop,
            after how many callbacks of the next turn (0: between turns), and the choice.
        at_once: For each pause in order whether it was of no length.
    """

    def __init__(
        self,
        make: Callable[[], Scenario],
        lab: Callable[[Stage], Lab],
        workers: int,
        ops: int,
        max_steps: int,
        *,
        cancel: bool = False,
    ) -> None:
        super().__init__(make, lab, workers, ops, max_steps)
        self.choices = []
        self._cancel = cancel
        self._scheduler: Scheduler
        self._loop = ExploringLoop()
        self.tasks: list[asyncio.Task[None]] = []
        self.events: list[tuple[int, int, int]] = []
        self.at_once: list[bool] = []
        self._pauses: dict[int, asyncio.Future[None]] = {}
        self._offered: list[int] = []
        self._may_cancel: set[int] = set()
        self._left = 0  # callbacks of this turn that have not run
        self._turns = 0  # turns begun
        self._ran = 0  # callbacks of this turn that have run
        self._history = 0
        self._position = 0
        self._forced = 0
        self._over = False
        self._failure: BaseException | None = None

    def step(
        self, step: int, waits: Held | None = None, touches: Held | None = None, value: Any = None
    ) -> None:
        """Take a step at once: nobody else can be running."""
        worker = self.current
        if worker == OUTSIDE:
            return
        if self._over or len(self.steps) >= self.max_steps:
            self._over = True
            raise Abandoned
        self.schedule.append(worker)
        self.steps.append(step)

    def waiting(self, worker: int, lock: Held | None) -> None:
        """A worker begins or ends to wait for a lock."""
        if worker != OUTSIDE:
            self.waits[worker] = lock

    def rewind(self, position: int) -> None:
        """Keep only so many choices."""
        del self.choices[position:]

    def options(self) -> list[int]:
        """What can be chosen now."""
        return self._offered

    def key(self) -> int:
        """What has run so far, in order, and what stands in the queue, decide all that follows."""
        queue = tuple(_worker_of(handle) for handle in self._loop.ready)
        return hash((
            self._history, queue, self._left, tuple(sorted(self._pauses)),
            tuple(sorted(self._may_cancel)), tuple(self._offered),
        ))  # fmt: skip

    async def pause(self, units: float = 0) -> None:
        """Wait until somebody chooses that the pause is over."""
        worker = self.current
        self.step(PAUSE)
        self.pending[worker] = PAUSE
        if worker in self._pauses:
            raise RequestError(f"{caller()}: worker {worker} pauses twice at the same time")
        at_once = bool(self._choose([worker | END_PAUSE, worker]) & END_PAUSE)
        self.at_once.append(at_once)
        if at_once:
            self.step(RESUME)
            await asyncio.sleep(0)
        else:
            pause = self._loop.create_future()
            self._pauses[worker] = pause
            try:
                await pause
            finally:
                self._pauses.pop(worker, None)
        self.pending[worker] = RESUME

    def play(self, scheduler: Scheduler) -> None:
        """Play one execution to its end."""
        self._scheduler = scheduler
        self._forced = len(self.choices)
        self._position = self._history = self._left = self._turns = self._ran = 0
        self.events = []
        self.at_once = []
        self._over = False
        self._failure = None
        self._pauses = {}
        self._may_cancel = set(range(self.workers)) if self._cancel else set()
        self.schedule.clear()
        self.steps.clear()
        self._loop = ExploringLoop()
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(self._loop)  # type: ignore[arg-type]
        try:
            self.set_up()
            self.tasks = [self._start(index) for index in range(self.workers)]
            self.pending = [RESUME] * self.workers
            self.waits = [None] * self.workers
            self._turn()
            unfinished = any(not task.done() for task in self.tasks)
            if self._failure is None:
                if self._over:
                    self.ending = "steps" if len(self.steps) >= self.max_steps else "cut"
                else:
                    self.ending = "deadlock" if unfinished else "finished"
                    if self.cancelled and not unfinished:
                        self._probe()
                    if unfinished and self.on_deadlock is not None:
                        self.on_deadlock()
        finally:
            self._over = True
            self.current = OUTSIDE
            self._close()
            asyncio._set_running_loop(running)
        if self._failure is not None:
            raise self._failure

    def standing(self, worker: int) -> str | None:
        """Where in the workload a worker waits: `file:line in function`."""
        place = None
        awaited: Any = self.tasks[worker].get_coro()
        while awaited is not None:
            place = standing_at(getattr(awaited, "cr_frame", None)) or place
            awaited = getattr(awaited, "cr_await", None)
        return place

    def _probe(self) -> None:
        """After a cancellation: can each lock still be had?"""
        for index, lock in enumerate(self.scenario._lab.locks):
            if not hasattr(lock, "__aenter__"):
                continue
            probe = self._loop.create_task(take_and_release(lock), context=Context())
            while self._loop.ready:
                self._loop.ready.popleft()._run()
            if not probe.done():
                self.left_locked = f"lock {index + 1} can never be had again"
                self.tasks.append(probe)

    def _close(self) -> None:
        """End the coroutines that have not finished, now, and not when they are collected."""
        for task in self.tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                coroutine: Any = task.get_coro()
                coroutine.close()

    def _start(self, index: int) -> asyncio.Task[None]:
        context = copy_context()
        context.run(WORKER.set, index)
        return self._loop.create_task(self._live(index), context=context)

    async def _live(self, index: int) -> None:
        try:
            await self.scenario.work_async(Worker(index, self.workers, range(self.ops)))
        except asyncio.CancelledError:
            self.cancelled.add(index)
        except (Abandoned, GeneratorExit):
            return
        except (KeyboardInterrupt, RequestError) as error:
            self._failure = error
        except BaseException as error:
            self.errors[index] = error
        self.pending[index] = -1

    def _turn(self) -> None:
        """Turn the loop until nothing can happen any more."""
        ready = self._loop.ready
        while True:
            if not self._left:
                self._between_turns()
                self._left = len(ready)
                self._turns += 1
                self._ran = 0
            elif self._may_cancel:
                while self._disturb(self._cancellable()):
                    pass
            if not ready or self._over or self._failure is not None:
                return
            handle = ready.popleft()
            self._left -= 1
            self._ran += 1
            self.current = worker = _worker_of(handle)
            self._history = hash((self._history, worker))
            if not handle.cancelled():
                handle._run()
            self.current = OUTSIDE
            if self._loop.unhandled:
                self._report(worker)

    def _between_turns(self) -> None:
        """End pauses, as timers do."""
        while not self._over:
            options = [worker | END_PAUSE for worker in sorted(self._pauses)]
            options += self._cancellable()
            if not options or not self._disturb(options):
                return

    def _cancellable(self) -> list[int]:
        return [
            worker | CANCELS
            for worker in sorted(self._may_cancel)
            # one that has not begun awaits nothing yet
            if getattr(self.tasks[worker].get_coro(), "cr_await", None) is not None
        ]

    def _disturb(self, options: list[int]) -> bool:
        """Let something of `options` happen, or nothing; whether anything did."""
        ready = self._loop.ready
        if ready:
            options = [_worker_of(ready[0]), *options]
        elif not self._pauses:
            options = [NOTHING, *options]
        chosen = self._choose(options)
        worker = chosen & WORKER_MASK
        if chosen & (END_PAUSE | CANCELS):
            self.events.append((self._turns, self._ran if self._left else 0, chosen))
        if chosen & END_PAUSE:
            self.schedule.append(worker)
            self.steps.append(RESUME)
            self._pauses.pop(worker).set_result(None)
        elif chosen & CANCELS:
            self.schedule.append(worker)
            self.steps.append(CANCEL)
            self._may_cancel.discard(worker)
            self._pauses.pop(worker, None)
            self._history = hash((self._history, chosen))
            self.tasks[worker].cancel()
        else:
            return False
        return True

    def _choose(self, options: list[int]) -> int:
        """Ask the scheduler, where there is something to be asked."""
        if len(options) == 1 or self._over:
            return options[0]
        self._offered = options
        position = self._position
        if position < self._forced:
            chosen = self.choices[position]
            if chosen not in options:
                raise Nondeterminism(len(self.steps), chosen & WORKER_MASK, chosen, None)
        else:
            chosen = self._scheduler.choose(self)
            if chosen < 0:
                self._over = True
                return options[0]
            self.choices.append(chosen)
        self._position = position + 1
        return chosen

    def _report(self, worker: int) -> None:
        """An exception that a callback let through ends the worker it ran for."""
        for context in self._loop.unhandled:
            error = context.get("exception")
            if isinstance(error, BaseException) and not isinstance(error, Abandoned):
                self.errors.setdefault(worker, error)
        self._loop.unhandled.clear()


def _worker_of(handle: asyncio.Handle) -> int:
    return handle._context.get(WORKER, OUTSIDE)  # type: ignore[attr-defined, no-any-return]
