"""How many schedules there are, told before any time is spent on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locklab.explore.explorer import explore
from locklab.explore.policies.random_walk import RandomWalk

if TYPE_CHECKING:
    from locklab.explore.case import Case
    from locklab.explore.stage import Stage

# enough for the order of magnitude, which is all that is told
SAMPLES = 30
SECONDS = 0.5


class _Weighing(RandomWalk):
    """Random schedules, each with the number of schedules that it stands for.

    The product of the numbers of alternatives along a random path has the number of leaves as its
    mean (Knuth 1975, Mathematics of Computation 29:121-136).
    """

    def __init__(self) -> None:
        super().__init__(seed=0)
        self.weights: list[float] = []
        self._weight = 1.0

    def begin(self, stage: Stage) -> bool:
        """Start from nothing."""
        self._weight = 1.0
        return super().begin(stage)

    def choose(self, stage: Stage) -> int:
        """Any of what is possible, remembering among how many."""
        self._weight *= len(stage.options())
        return super().choose(stage)

    def end(self, stage: Stage) -> bool:
        """Note its weight."""
        self.weights.append(self._weight)
        return super().end(stage)


def interleavings(case: Case) -> float | None:
    """About how many interleavings a case has, before any reduction.

    Reduction leaves fewer: a third at 2 workers × 3 unlocked increments, less at larger sizes.

    Returns:
        The estimate, good for its order of magnitude; None where no schedule came to an end.
    """
    weighing = _Weighing()
    explore(case, weighing, max_executions=SAMPLES, max_seconds=SECONDS)
    return sum(weighing.weights) / len(weighing.weights) if weighing.weights else None
