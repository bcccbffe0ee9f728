"""One given sequence of choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locklab.explore.stage import Stage


class Replay:
    """One execution that follows given choices.

    Args:
        choices: What to choose, in order. Where they end, or cannot be followed, the execution is
            cut short.

    Attributes:
        followed: How many choices could be followed.
    """

    complete = False

    def __init__(self, choices: Sequence[int]) -> None:
        self._choices = choices
        self._started = False
        self.followed = 0

    def begin(self, stage: Stage) -> bool:
        """Start from nothing, once."""
        if self._started:
            return False
        self._started = True
        stage.rewind(0)
        return True

    def choose(self, stage: Stage) -> int:
        """The next of the given choices."""
        position = len(stage.choices)
        if position >= len(self._choices) or self._choices[position] not in stage.options():
            return -1
        self.followed = position + 1
        return self._choices[position]

    def end(self, stage: Stage) -> bool:
        """Count it."""
        return True
