"""Every schedule, without reduction: the yardstick that the reduction is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class Every:
    """Depth-first search over all schedules."""

    def __init__(self) -> None:
        self.complete = False
        self._started = False
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
        del stage.schedule[len(self._left) - 1 :]
        del stage.steps[len(self._left) - 1 :]
        return True

    def choose(self, stage: Stage) -> int:
        """The next worker that has not been tried here."""
        position = len(stage.schedule)
        if position == len(self._left):
            self._left.append(stage.enabled()[::-1])
        return self._left[position].pop()

    def end(self, stage: Stage) -> bool:
        """Count it."""
        return True
