"""Simulated cells: every get and every set of `.value` is a step."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

from locklab.explore.steps import OBJECT, READ, WRITE
from locklab.model.workload import INT64_MAX, INT64_MIN

if TYPE_CHECKING:
    from locklab.explore.stage import Stage


class Cell:
    """One shared integer of threads or tasks: a plain attribute, as the real one is.

    Attributes:
        number: Which object of the run it is, from 1, in the order made.
        content: What it holds, to be looked at without taking a step.
    """

    __slots__ = ("_read", "_stage", "_write", "content", "number")

    def __init__(self, stage: Stage, initial: Any) -> None:
        self._stage = stage
        self.number = number = stage.register(self)
        self.content = initial
        self._read = number << OBJECT | READ
        self._write = number << OBJECT | WRITE

    @property
    def value(self) -> Any:
        """Get: one step. Set: another."""
        self._stage.step(self._read)
        return self.content

    @value.setter
    def value(self, new: Any) -> None:
        self._stage.step(self._write, None, None, new)
        self.content = new

    def __deepcopy__(self, memo: object) -> Cell:
        return self  # shared: what a process is given of it is the same memory


class ProcessCell(Cell):
    """One shared integer of processes: 64 bits, and wraps as `multiprocessing.Value` does."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """Get: one step. Set: another."""
        self._stage.step(self._read)
        return self.content

    @value.setter
    def value(self, new: Any) -> None:
        new = index(new)  # ctypes refuses before it touches the memory: then there is no step
        if not INT64_MIN <= new <= INT64_MAX:
            new = ((new - INT64_MIN) & (2**64 - 1)) + INT64_MIN
        self._stage.step(self._write, None, None, new)
        self.content = new
