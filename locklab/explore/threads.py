"""Workers of threads and processes on the stage: fibers that can be preempted before each step."""

from __future__ import annotations

import copy
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from locklab.backends.crew import WORKER
from locklab.errors import RequestError
from locklab.explore.fibers import Abandoned, fibers
from locklab.explore.stage import Nondeterminism, Stage
from locklab.explore.steps import FREE, KIND, OUTSIDE, PAUSE
from locklab.model.places import standing_at
from locklab.model.workload import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from locklab.explore.fibers import Fiber
    from locklab.explore.scheduler import Scheduler
    from locklab.explore.stage import Held
    from locklab.model.workload import Lab, Scenario

# a worker that swallows every exception in a loop is left standing after this many attempts
STUBBORN = 1000
# left to itself, a worker goes on until it cannot; after so many steps that changed nothing another
# has a turn, so that a worker that spins for what another must do does not spin to the step limit
SPIN = 64


class ThreadStage(Stage):
    """Workers that are fibers.

    A worker stands before its next step and has told which it is, so that whoever schedules knows
    what every worker would do. Control goes from worker to worker, and not by way of a hub: the
    one that gives up control asks the scheduler itself. That halves the switches, and makes a
    worker that just goes on cost no switch at all.

    Fibers outlive executions: making one costs more than ten steps.
    """

    def __init__(
        self,
        make: Callable[[], Scenario],
        lab: Callable[[Stage], Lab],
        workers: int,
        ops: int,
        max_steps: int,
        *,
        separate: bool = False,
    ) -> None:
        super().__init__(make, lab, workers, ops, max_steps)
        self._separate = separate
        self._fibers = fibers()
        self._crew: list[Fiber] = [
            self._fibers.make(partial(self._live, index)) for index in range(workers)
        ]
        self._hub: Fiber
        self._scheduler: Scheduler
        self._scenarios: list[Scenario] = []
        self._starting = False
        self._over = False
        self._closed = False
        self._position = 0
        self._forced = 0
        self._idle = 0  # steps in a row that changed nothing
        self._stubborn = 0
        self._failure: BaseException | None = None

    def step(
        self, step: int, waits: Held | None = None, touches: Held | None = None, value: Any = None
    ) -> None:
        """Stand before a step until the scheduler lets the current worker take it."""
        worker = self.current
        if worker == OUTSIDE:
            return
        if self._over:
            self._give_up(worker)
        # most steps repeat what is known, or go on with nobody to ask: the same as _next does for
        # them, without a call. Whether a repeated step is possible need not be asked, because the
        # same steps so far leave the same locks held
        position = self._position
        if position < self._forced:
            if (
                self.schedule[position] == worker
                and self.steps[position] & ~FREE == step
                and not self._starting
            ):
                self._position = position + 1
                self.last = worker
                return
        elif self.free_run and (waits is None or waits.owner < 0) and position < self.max_steps:
            if step & KIND:
                self._idle = 0
                self._position = position + 1
                self.schedule.append(worker)
                free = touches is not None and touches.owner < 0
                self.steps.append(step | FREE if free else step)
                return
            if self._idle < SPIN:
                self._idle += 1
                self._position = position + 1
                self.schedule.append(worker)
                self.steps.append(step)
                return
        self.pending[worker] = step
        self.waits[worker] = waits
        self.touches[worker] = touches
        if self._starting:
            self._hub.switch()
        else:
            fiber = self._next()
            if fiber is not self._crew[worker]:
                fiber.switch()
        if self._over:
            raise Abandoned

    def pause(self, units: float = 0) -> None:
        """A step that touches nothing."""
        self.step(PAUSE)

    def standing(self, worker: int) -> str | None:
        """Where in the workload a worker waits: `file:line in function`."""
        return standing_at(self._fibers.frame(self._crew[worker]))

    def play(self, scheduler: Scheduler) -> None:
        """Play one execution to its end."""
        self._hub = self._fibers.hub()
        self._scheduler = scheduler
        self._failure = None
        self._position = self._idle = 0
        self._forced = len(self.schedule)
        self.free_run = False
        self.set_up()
        scenario = self.scenario
        if self._separate:
            self._scenarios = [own_copy(scenario) for _ in range(self.workers)]
        else:
            self._scenarios = [scenario] * self.workers
        self._over = False
        self._starting = True
        for index, fiber in enumerate(self._crew):
            if self._failure is not None:
                # Ctrl-C in a worker that takes no step is not spent on it alone: nobody follows
                self.pending[index] = -1
                self.waits[index] = None
                continue
            self.current = index
            fiber.switch()
        self._starting = False
        chosen = self._hub if self._failed() else self._next()
        if chosen is not self._hub:
            chosen.switch()
        if self.ending == "deadlock" and self.on_deadlock is not None:
            self.on_deadlock()
        failure = self._failed()
        if self.ending != "finished" or failure is not None:
            self._abandon()
        self.current = OUTSIDE
        if failure is not None:
            raise failure

    def close(self) -> None:
        """End the fibers, which may be threads that nobody else would end."""
        self._closed = True
        self._hub = self._fibers.hub()
        for fiber in self._crew:
            fiber.switch()

    def _failed(self) -> BaseException | None:
        """What went wrong in some fiber, to be raised in the hub."""
        return self._failure

    def _next(self) -> Fiber:
        """Who has control next; decides and records the next step."""
        position = self._position
        try:
            if position < self._forced:
                chosen = self.schedule[position]
                step = self.pending[chosen]
                if step != self.steps[position] & ~FREE or not self.can_step(chosen):
                    before = self.steps[position] & ~FREE
                    raise Nondeterminism(position, chosen, before, step if step >= 0 else None)
            else:
                # whoever goes on, goes on: that is also what is found fastest
                chosen = self.last
                lock = self.waits[chosen]
                if (
                    self.pending[chosen] < 0
                    or (lock is not None and lock.owner >= 0)
                    or self._idle > SPIN
                ):
                    chosen = self._another()
                    if chosen < 0:
                        self.ending = "finished" if max(self.pending) < 0 else "deadlock"
                        return self._hub
                if position >= self.max_steps:
                    self.ending = "steps"
                    return self._hub
                if not self.free_run:
                    chosen = self._scheduler.choose(self)
                    if chosen < 0:
                        self.ending = "cut"
                        return self._hub
                step = self.pending[chosen]
                self._idle = 0 if step & KIND else self._idle + 1
                lock = self.touches[chosen]
                if lock is not None and lock.owner < 0:
                    step |= FREE
                self.schedule.append(chosen)
                self.steps.append(step)
        except BaseException as error:
            # raised in a worker's fiber, but none of its business
            self._failure = error
            return self._hub
        self._position = position + 1
        self.current = self.last = chosen
        return self._crew[chosen]

    def _another(self) -> int:
        """The next worker that can step, in turn; the last one again where it alone can, or -1."""
        self._idle = 0
        chosen: int
        for chosen in (*range(self.last + 1, self.workers), *range(self.last + 1)):
            if self.pending[chosen] >= 0:
                lock = self.waits[chosen]
                if lock is None or lock.owner < 0:
                    return chosen
        return -1

    def _live(self, index: int) -> None:
        """The life of a fiber: one worker of every execution."""
        WORKER.set(index)
        while not self._closed:
            try:
                self._scenarios[index].work(Worker(index, self.workers, range(self.ops)))
            except Abandoned:
                pass
            except (KeyboardInterrupt, RequestError) as error:
                self._failure = error
            except BaseException as error:
                if type(error).__name__ == "GreenletExit":
                    return
                if not self._over:
                    self.errors[index] = error
            if not self._over:  # else left as it was, for whoever asks why it did not finish
                self.pending[index] = -1
                self.waits[index] = None
            if self._starting or self._over or self._failure is not None:
                self._hub.switch()
            else:
                self._next().switch()
        self._fibers.leave(self._hub)

    def _abandon(self) -> None:
        """End the workers that have not finished, each with its own handlers."""
        self._over = True
        for index, fiber in enumerate(self._crew):
            if self.pending[index] >= 0:
                self.current = index
                self._stubborn = 0
                fiber.switch()
                if self._stubborn > STUBBORN:
                    self._crew[index] = self._fibers.make(partial(self._live, index))

    def _give_up(self, worker: int) -> None:
        self._stubborn += 1
        while self._stubborn > STUBBORN:
            # for good: being collected must not wake it either
            with suppress(BaseException):
                self._hub.switch()
        raise Abandoned


def own_copy(scenario: Scenario) -> Scenario:
    """What a worker process is given of a scenario: cells and locks are shared, the rest copied."""
    lab = scenario._lab
    return copy.deepcopy(scenario, {id(lab): lab})
