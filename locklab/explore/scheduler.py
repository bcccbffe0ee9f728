"""The one protocol behind every policy: which worker takes the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class Scheduler(Protocol):
    """Decides the schedule of one execution after another.

    Attributes:
        complete: No schedule up to the bound was left out; to be asked when `begin` is False.
    """

    complete: bool

    def begin(self, stage: Stage) -> bool:
        """Start another execution; False where there is nothing left to try.

        What it leaves in `stage.schedule` and `stage.steps` is taken again before it is asked.
        """

    def choose(self, stage: Stage) -> int:
        """The worker that steps next, out of those that can; a negative number ends the run.

        It is asked only where a worker can step.
        """

    def end(self, stage: Stage) -> bool:
        """Learn how the execution went; False where it only repeats another."""
