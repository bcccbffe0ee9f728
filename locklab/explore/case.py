"""What is explored: a scenario on a primitive, at one size."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from locklab.errors import RequestError
from locklab.explore.labs import lab_for
from locklab.explore.steps import MAX_WORKERS
from locklab.explore.tasks import TaskStage
from locklab.explore.threads import ThreadStage
from locklab.explore.trace import RecordedTasks, RecordedThreads
from locklab.model.primitive import Primitive
from locklab.model.workload import Scenario, title

if TYPE_CHECKING:
    from locklab.explore.stage import Stage
    from locklab.model.workload import Lab

# an execution of more steps is taken for one that does not end
MAX_STEPS = 10_000


@dataclass(frozen=True)
class Case:
    """A scenario on a primitive, at one size.

    Attributes:
        scenario: The class, made anew for each execution, or an object, copied for each.
        primitive: The primitive under test.
        workers: How many workers.
        ops: Operations of each.
        cancel: Whether tasks may be cancelled while they wait or pause.
        max_steps: Steps after which an execution is given up; None for `MAX_STEPS`, and for fewer
            once the first has shown how long they are (see `explore`).
        lock: The class that the primitive is a description of, where it was given as one.
    """

    scenario: type[Scenario] | Scenario
    primitive: Primitive
    workers: int = 2
    ops: int = 2
    cancel: bool = False
    max_steps: int | None = None
    lock: type[Any] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.workers < MAX_WORKERS:
            raise RequestError(f"{self.workers} workers; 1 to {MAX_WORKERS - 1} can be explored")
        if self.ops < 0:
            raise RequestError(f"{self.ops} operations; there is no fewer than none")
        if self.max_steps is not None and self.max_steps < 1:
            raise RequestError(f"a limit of {self.max_steps} steps lets nothing happen")
        if self.cancel and not self.tasks:
            raise RequestError(
                f"{self.primitive.name}: only tasks can be cancelled, not {self.primitive.backend}"
            )

    @property
    def kind(self) -> type[Scenario]:
        """The scenario's class."""
        return self.scenario if isinstance(self.scenario, type) else type(self.scenario)

    @property
    def title(self) -> str:
        """What the scenario is called."""
        return title(self.kind)

    @property
    def tasks(self) -> bool:
        """Whether workers are tasks of an event loop."""
        return self.primitive.backend == "asyncio"

    def resized(self, workers: int, ops: int) -> Case:
        """The same at another size."""
        return replace(self, workers=workers, ops=ops)

    def make(self) -> Scenario:
        """A scenario that nobody has used."""
        if isinstance(self.scenario, type):
            return self.scenario()
        return copy.deepcopy(self.scenario)

    def lab(self, stage: Stage) -> Lab:
        """A lab of simulated things for one execution."""
        return lab_for(stage, self.primitive, watch=self.cancel)

    def stage(self, *, recorded: bool = False) -> Stage:
        """A stage to play it on."""
        make = self.scenario if isinstance(self.scenario, type) else self.make
        size = self.workers, self.ops, self.max_steps or MAX_STEPS
        if self.tasks:
            tasks = RecordedTasks if recorded else TaskStage
            return tasks(make, self.lab, *size, cancel=self.cancel)
        threads = RecordedThreads if recorded else ThreadStage
        separate = self.primitive.backend == "multiprocessing"
        return threads(make, self.lab, *size, separate=separate)
