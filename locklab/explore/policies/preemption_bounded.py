"""Every schedule with at most so many preemptions.

Musuvathi and Qadeer, "Iterative context bounding for systematic testing of multithreaded
programs" (PLDI 2007): most errors show with one or two preemptions, and the number of schedules
within a bound grows only polynomially with their length. A switch away from a worker that could
go on is a preemption; one away from a worker that waits, pauses or has finished is not.

Partial-order reduction is left out on purpose: a bound cuts the one schedule by which a class
would have been seen, so that the two need conservative additions to work together (Coons et al.
2013), and a bounded search is small enough without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locklab.explore.steps import PAUSE

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class PreemptionBounded:
    """Depth-first search over the schedules within a bound.

    Args:
        bound: The most preemptions of a schedule.

    Attributes:
        complete: Whether the bound left nothing out, once `begin` returns False.
    """

    def __init__(self, bound: int) -> None:
        self.complete = False
        self._bound = bound
        self._limited = False
        self._started = False
        self._left: list[list[int]] = []  # by position: the workers not tried yet
        self._used: list[int] = []  # by position: preemptions before it
        self._goes_on: list[int] = []  # by position: the worker that could go on, or -1
        self.spent = 0  # preemptions so far

    def begin(self, stage: Stage) -> bool:
        """Go back to the deepest choice with an alternative left."""
        if not self._started:
            self._started = True
            return True
        while self._left and not self._left[-1]:
            self._left.pop()
            self._used.pop()
            self._goes_on.pop()
        if not self._left:
            self.complete = not self._limited
            return False
        stage.rewind(len(self._left) - 1)
        return True

    def choose(self, stage: Stage) -> int:
        """The worker that goes on first, then those that the bound allows."""
        position = len(stage.choices)
        if position == len(self._left):
            last = stage.last
            options = stage.enabled()
            goes_on = last if last in options else -1
            if goes_on >= 0 and PAUSE in (stage.pending[last], stage.steps[-1]):
                goes_on = -1  # it may be held up as long as anybody likes
            if goes_on >= 0:
                if self.spent >= self._bound:
                    self._limited = self._limited or len(options) > 1
                    options = []
                else:
                    options.remove(last)
                options = [last, *options]
            elif last in options:
                options.remove(last)
                options = [last, *options]
            self._left.append(options[::-1])
            self._used.append(self.spent)
            self._goes_on.append(goes_on)
        chosen = self._left[position].pop()
        goes_on = self._goes_on[position]
        self.spent = self._used[position] + (goes_on >= 0 and chosen != goes_on)
        return chosen

    def end(self, stage: Stage) -> bool:
        """Count it."""
        return True


class Deepening:
    """No preemption first, then one, then two … so that the first failure has the fewest.

    Each bound is searched from the start, which costs a small share more than remembering where
    the last one cut, and keeps memory flat. What has been seen under a smaller bound is not
    counted again.

    Args:
        bound: The most preemptions of a schedule; None for no limit.

    Attributes:
        complete: Whether the bound left nothing out, once `begin` returns False.
    """

    def __init__(self, bound: int | None = None) -> None:
        self.complete = False
        self.level = 0
        self._bound = bound
        self._inner = PreemptionBounded(0)

    def begin(self, stage: Stage) -> bool:
        """Go on with this bound, or to the next."""
        if self._inner.begin(stage):
            return True
        self.complete = self._inner.complete
        if self.complete or self.level == self._bound:
            return False
        self.level += 1
        self._inner = PreemptionBounded(self.level)
        stage.rewind(0)
        return self._inner.begin(stage)

    def choose(self, stage: Stage) -> int:
        """As the search under this bound does."""
        return self._inner.choose(stage)

    def end(self, stage: Stage) -> bool:
        """Count what needs as many preemptions as the bound allows."""
        return self._inner.spent == self.level
