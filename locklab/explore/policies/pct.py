"""Random priorities with a few changes: finds a bug of depth d with a known probability.

Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with probabilistic
guarantees of finding bugs" (ASPLOS 2010): with n workers and k steps, one execution finds a bug
that takes d ordering constraints with probability at least 1 / (n k^(d-1)).
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from locklab.explore.steps import WORKER_MASK

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class Pct:
    """Executions by random priorities, without end.

    Args:
        depth: The d of the paper; d - 1 times an execution the worker that goes on is put last.
        seed: The same seed gives the same executions.
    """

    complete = False

    def __init__(self, depth: int = 3, seed: int | None = None) -> None:
        self._random = Random(seed)
        self._depth = depth
        self._length = 1  # the longest execution so far stands for the k of the paper
        self._priorities: list[int] = []
        self._changes: dict[int, int] = {}

    def begin(self, stage: Stage) -> bool:
        """Draw priorities and the places where they change."""
        stage.rewind(0)
        self._priorities = list(range(self._depth, self._depth + stage.workers))
        self._random.shuffle(self._priorities)
        self._changes = {
            self._random.randrange(self._length): lower for lower in range(self._depth - 1)
        }
        return True

    def choose(self, stage: Stage) -> int:
        """The one with the highest priority."""
        options = stage.options()
        priorities = self._priorities

        def rank(option: int) -> int:
            return priorities[option & WORKER_MASK]

        lower = self._changes.pop(len(stage.choices), None)
        if lower is not None:
            priorities[max(options, key=rank) & WORKER_MASK] = lower
        best = max(map(rank, options))
        # of several things that can happen to one worker, any
        return self._random.choice([option for option in options if rank(option) == best])

    def end(self, stage: Stage) -> bool:
        """Learn how long executions are."""
        self._length = max(self._length, len(stage.choices))
        return True
