"""The textbook's loop: add one, remove two, while the box is not empty."""

from __future__ import annotations

from locklab.model.workload import Lab, Run, Scenario, Violation, Worker
from locklab.scenarios.box_flat import FlatBox

# the textbook's pace, in units of `pause`: who adds rests three, who removes rests two
ADDER_RESTS = 3
REMOVER_RESTS = 2


class BoxDrain(Scenario):
    """Adders add one and removers remove two while the box is not empty; it must not pass zero.

    The test stands outside the lock: by the time a worker acts on "not empty", another may have
    taken what it saw. Every single method is atomic under any lock, and the loop still is not, so
    no lock keeps this invariant. The box starts full enough to be drained within `ops` turns.
    """

    name = "box-drain"
    lock_suffices = False
    paced = True

    def setup(self, lab: Lab) -> None:
        stock = (lab.ops + lab.ops % 2) * max(1, lab.workers // 2)
        self.box = FlatBox(lab.lock(), lab.cell(stock))
        self.pause = lab.pause

    def work(self, worker: Worker) -> None:
        box, pause = self.box, self.pause
        removes = is_remover(worker)
        for _ in worker.ops:
            if box.items.value <= 0:
                break
            if removes:
                box.remove()
                pause(REMOVER_RESTS)
            else:
                box.add()
                pause(ADDER_RESTS)

    async def work_async(self, worker: Worker) -> None:
        box, pause = self.box, self.pause
        removes = is_remover(worker)
        for _ in worker.ops:
            if box.items.value <= 0:
                break
            if removes:
                await box.remove_async()
                await pause(REMOVER_RESTS)
            else:
                await box.add_async()
                await pause(ADDER_RESTS)

    def verify(self, run: Run) -> None:
        left = self.box.items.value
        if left < 0:
            raise Violation("the box passed below zero", left, 0)


def is_remover(worker: Worker) -> bool:
    """The last worker removes, the one before it adds, and so on."""
    return (worker.count - 1 - worker.index) % 2 == 0
