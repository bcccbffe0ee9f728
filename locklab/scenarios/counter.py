"""The shared counter: read, add one, write back, in one line."""

from __future__ import annotations

from locklab.model.workload import Lab, Run, Scenario, Worker, expect


class Counter(Scenario):
    """Every worker adds one, `ops` times; no update may be lost."""

    name = "counter"

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.total = lab.cell(0)

    def work(self, worker: Worker) -> None:
        lock, total = self.lock, self.total
        for _ in worker.ops:
            with lock:
                total.value += 1

    async def work_async(self, worker: Worker) -> None:
        lock, total = self.lock, self.total
        for _ in worker.ops:
            async with lock:
                total.value += 1

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers * run.ops, "updates were lost")
