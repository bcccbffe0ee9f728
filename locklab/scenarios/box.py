"""The textbook's Box: public methods take the lock and call a method that takes it again."""

from __future__ import annotations

from locklab.model.workload import Lab, Run, Scenario, Worker, expect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from locklab.model.workload import Cell

    class AnyBox(Protocol):
        """What the loops below need of a box."""

        items: Cell

        def add(self) -> None: ...
        def remove(self) -> None: ...
        async def add_async(self) -> None: ...
        async def remove_async(self) -> None: ...


class Box:
    """A number of items behind a lock that every method takes."""

    def __init__(self, lock: Any, items: Cell) -> None:
        self.lock = lock
        self.items = items

    def execute(self, change: int) -> None:
        with self.lock:
            self.items.value += change

    def add(self) -> None:
        with self.lock:
            self.execute(1)

    def remove(self) -> None:
        with self.lock:
            self.execute(-2)

    async def execute_async(self, change: int) -> None:
        async with self.lock:
            self.items.value += change

    async def add_async(self) -> None:
        async with self.lock:
            await self.execute_async(1)

    async def remove_async(self) -> None:
        async with self.lock:
            await self.execute_async(-2)


class BoxScenario(Scenario):
    """Half the workers put in one item twice, half take out two at once; the box ends empty.

    Workers go in pairs of an adder and a remover. An odd one out does both in turn.
    """

    name = "box"
    reentrant = True
    box: AnyBox

    def setup(self, lab: Lab) -> None:
        self.box = Box(lab.lock(), lab.cell(0))

    def work(self, worker: Worker) -> None:
        box = self.box
        adds, removes = turns(worker)
        for _ in worker.ops:
            if adds:
                box.add()
                box.add()
            if removes:
                box.remove()

    async def work_async(self, worker: Worker) -> None:
        box = self.box
        adds, removes = turns(worker)
        for _ in worker.ops:
            if adds:
                await box.add_async()
                await box.add_async()
            if removes:
                await box.remove_async()

    def verify(self, run: Run) -> None:
        expect(self.box.items.value, 0, "the box holds the wrong number of items")


def turns(worker: Worker) -> tuple[bool, bool]:
    """Whether a worker adds, and whether it removes: in pairs, an odd one out doing both."""
    alone = worker.index == worker.count - 1 and worker.count % 2 == 1
    adder = worker.index % 2 == 0
    return adder or alone, not adder or alone
