"""The Box for locks that do not nest: lock once outside, work unlocked inside."""

from __future__ import annotations

from locklab.model.workload import Lab
from locklab.scenarios.box import BoxScenario

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from locklab.model.workload import Cell


class FlatBox:
    """A number of items behind a lock that public methods take, and inner ones rely on."""

    def __init__(self, lock: Any, items: Cell) -> None:
        self.lock = lock
        self.items = items

    def _execute(self, change: int) -> None:
        self.items.value += change

    def add(self) -> None:
        with self.lock:
            self._execute(1)

    def remove(self) -> None:
        with self.lock:
            self._execute(-2)

    async def add_async(self) -> None:
        async with self.lock:
            self._execute(1)

    async def remove_async(self) -> None:
        async with self.lock:
            self._execute(-2)


class BoxFlat(BoxScenario):
    """The work of `box`, without taking a lock again: the cure where locks do not nest."""

    name = "box-flat"
    reentrant = False

    def setup(self, lab: Lab) -> None:
        self.box = FlatBox(lab.lock(), lab.cell(0))
