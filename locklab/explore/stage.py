"""The stage: what one execution after another is played on, and what schedulers see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from locklab.explore.steps import OUTSIDE
from locklab.model.workload import Lab, begun

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

    What a scheduler decides is a list of `choices`. For threads and processes that is the schedule
    itself. For tasks it is less and more: tasks go on by themselves until they wait, and what is
    left open is when a pause ends and whether a worker is cancelled.

    Attributes:
        workers: How many workers take part.
        ops: How many operations each has.
        schedule: The workers that stepped, in order.
        steps: What they did, as step codes (see `steps`), index by index with `schedule`.
        choices: What was chosen, in order; where an execution begins, what is to be chosen first.
        pending: The step that each worker stands before; -1 where it has finished.
        waits: The lock that a worker's pending step must wait for while it is held.
        current: The worker that acts, or `OUTSIDE`.
        last: The worker that stepped last, -1 before the first step.
        free_run: Set by a scheduler that has nothing more to say about this execution: whoever
            goes on, goes on. For threads and processes.
        errors: The exception that ended a worker, by worker.
        cancelled: The workers that were ended by their cancellation.
        objects: Cells and locks in the order made; their number less one is the index.
        left_locked: Which lock nobody could take at the end, as a sentence; empty where none.
        after_set_up: Called when a scenario is ready for its workers.
        on_deadlock: Called while the workers of a deadlock still stand where they wait.
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
        self.choices = self.schedule
        self.pending = [-1] * workers
        self.waits: list[Held | None] = [None] * workers
        self.touches: list[Held | None] = [None] * workers
        self.current = OUTSIDE
        self.last = -1
        self.free_run = False
        self.errors: dict[int, BaseException] = {}
        self.cancelled: set[int] = set()
        self.left_locked = ""
        self.objects: list[Any] = []
        self.ending: Ending = "finished"
        self.scenario: Scenario
        self.after_set_up: Callable[[], None] | None = None
        self.on_deadlock: Callable[[], None] | None = None
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

    def waiting(self, worker: int, lock: Held | None) -> None:
        """A task begins to wait for a lock, or ends it."""

    def standing(self, worker: int) -> str | None:
        """Where in the workload a worker waits: `file:line in function`."""
        raise NotImplementedError

    def play(self, scheduler: Scheduler) -> None:
        """Play one execution to its end."""
        raise NotImplementedError

    def __deepcopy__(self, memo: object) -> Stage:
        return self  # reached by way of `lab.pause`

    def close(self) -> None:
        """Let go of what the stage keeps from one execution to the next."""

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

    def options(self) -> list[int]:
        """What can be chosen now."""
        return self.enabled()

    def rewind(self, position: int) -> None:
        """Keep only so many choices."""
        del self.schedule[position:]
        del self.steps[position:]

    def key(self) -> int | None:
        """Equal where everything that can follow is equal; None where that is not known."""
        return None

    def set_up(self) -> None:
        """Make the scenario of the next execution."""
        self.objects = []
        self.errors = {}
        self.cancelled = set()
        self.left_locked = ""
        self.current = OUTSIDE
        self.last = -1
        self.scenario = begun(self._make, self._lab(self))
        if self.after_set_up is not None:
            self.after_set_up()
