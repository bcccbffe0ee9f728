"""Random schedules: each choice uniform among what is possible."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class RandomWalk:
    """Executions at random, without end.

    Args:
        seed: The same seed gives the same executions.
    """

    complete = False

    def __init__(self, seed: int | None = None) -> None:
        self._random = Random(seed)

    def begin(self, stage: Stage) -> bool:
        """Start from nothing."""
        stage.rewind(0)
        return True

    def choose(self, stage: Stage) -> int:
        """Any of what is possible."""
        return self._random.choice(stage.options())

    def end(self, stage: Stage) -> bool:
        """Count it."""
        return True
