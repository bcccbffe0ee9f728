"""The stage: what one execution after another is played on, and what schedulers see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from locklab.explore.steps import FREE, OUTSIDE
from locklab.model.workload import Lab

if TYPE_CHECKING:
    from collections.abc import Callable

    from locklab.explore.scheduler import Scheduler
    from locklab.model.workload import Scenario

    Ending = Literal["finished", "deadlock", "cut", "steps"]

    class Simulated(Protocol):
        """A simulated cell or lock."""

        number: int

    class Held(Protocol):
        """What the stage must know of a lock."""

        owner: int


class Nondeterminism(Exception):  # noqa: N818 - says what the scenario is, not that locklab erred
    """A worker took another step than it did before, under the same schedule."""

    def __init__(self, position: int, worker: int, before: int, now: int | None) -> None:
        super().__init__(position, worker, before, now)
        self.position = position
        self.worker = worker
        self.before = before
        self.now = now


class Stage:
    """One run of a scenario, again and again under changing schedules.

    Attributes:
        workers: How many workers take part.
        ops: How many operations each has.
        schedule: The workers that stepped, in order.
        steps: What they did, as step codes (see `steps`), index by index with `schedule`.
        pending: The step that each worker stands before; -1 where it has finished.
        waits: The lock that a worker's pending step must wait for while it is held.
        current: The worker that acts, or `OUTSIDE`.
        last: The worker that stepped last, -1 before the first step.
        errors: The exception that ended a worker, by worker.
        objects: Cells and locks in the order made; their number less one is the index.
        ending: How the execution ended: all workers finished; none could step; the scheduler
            cut it short; or it reached the step limit.
    """

    def __init__(
        self,
        make: Callable[[], Scenario],
        lab: Callable[[Stage], Lab],
        workers: int,
        ops: int,
        max_steps: int,
    ) -> None:
        self.workers = workers
        self.ops = ops
        self.max_steps = max_steps
        self.schedule: list[int] = []
        self.steps: list[int] = []
        self.pending = [-1] * workers
        self.waits: list[Held | None] = [None] * workers
        self.touches: list[Held | None] = [None] * workers
        self.current = OUTSIDE
        self.last = -1
        self.errors: dict[int, BaseException] = {}
        self.objects: list[Any] = []
        self.ending: Ending = "finished"
        self.scenario: Scenario
        self._make = make
        self._lab = lab

    def register(self, made: Simulated) -> int:
        """Number a cell or lock."""
        self.objects.append(made)
        return len(self.objects)

    def step(
        self, step: int, waits: Held | None = None, touches: Held | None = None, value: Any = None
    ) -> None:
        """Stand before a step until the scheduler lets the current worker take it.

        Args:
            step: Its code.
            waits: The lock that must be free first.
            touches: The lock that it looks at or changes.
            value: What is about to be written; only records look at it.
        """
        raise NotImplementedError

    def pause(self, units: float = 0) -> Any:
        """`Lab.pause`."""
        raise NotImplementedError

    def play(self, scheduler: Scheduler) -> None:
        """Play one execution to its end."""
        raise NotImplementedError

    def __deepcopy__(self, memo: object) -> Stage:
        return self  # reached by way of `lab.pause`

    def close(self) -> None:
        """Let go of whatever outlives executions."""

    def can_step(self, worker: int) -> bool:
        """Whether a worker's pending step can be taken now."""
        if self.pending[worker] < 0:
            return False
        lock = self.waits[worker]
        return lock is None or lock.owner < 0

    def enabled(self) -> list[int]:
        """The workers that can step."""
        pending, waits = self.pending, self.waits
        found = []
        for worker in range(self.workers):
            if pending[worker] >= 0:
                lock = waits[worker]
                if lock is None or lock.owner < 0:
                    found.append(worker)
        return found

    def set_up(self) -> None:
        """Make the scenario of the next execution."""
        self.objects = []
        self.errors = {}
        self.current = OUTSIDE
        self.last = -1
        self.scenario = scenario = self._make()
        scenario.begin(self._lab(self))

    def record(self, worker: int) -> None:
        """Append a worker's pending step to the schedule."""
        step = self.pending[worker]
        lock = self.touches[worker]
        if lock is not None and lock.owner < 0:
            step |= FREE
        self.schedule.append(worker)
        self.steps.append(step)
