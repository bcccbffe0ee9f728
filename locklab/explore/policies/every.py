"""Every schedule, without partial-order reduction.

For threads and processes this is the yardstick that the reduction is measured against. For tasks
it is the exhaustive policy: what a task does between two waits may touch any attribute, so that
no two such stretches are known to be independent, and there is nothing to reduce by. Executions
that run into a state that was seen before (the same stretches so far, the same ready queue) end
there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class Every:
    """Depth-first search over all schedules.

    Attributes:
        complete: Whether every schedule has been seen, once `begin` returns False.
    """

    def __init__(self) -> None:
        self.complete = False
        self._started = False
        self._seen: set[int] = set()
        self._left: list[list[int]] = []  # by position: the workers not tried yet

    def begin(self, stage: Stage) -> bool:
        """Go back to the deepest choice with an alternative left."""
        if not self._started:
            self._started = True
            return True
        while self._left and not self._left[-1]:
            self._left.pop()
        if not self._left:
            self.complete = True
            return False
        stage.rewind(len(self._left) - 1)
        return True

    def choose(self, stage: Stage) -> int:
        """The next worker that has not been tried here."""
        position = len(stage.choices)
        if position == len(self._left):
            key = stage.key()
            if key is not None:
                if key in self._seen:
                    return -1
                self._seen.add(key)
            self._left.append(stage.options()[::-1])
        return self._left[position].pop()

    def end(self, stage: Stage) -> bool:
        """Count it, unless it ran into what had been seen."""
        return stage.ending != "cut"
