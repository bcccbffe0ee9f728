"""The counter with its window held open: read, pause, write."""

from __future__ import annotations

from locklab.model.workload import Lab, Run, Scenario, Worker, expect


class CounterSplit(Scenario):
    """The counter, giving way between the read and the write.

    The race is the counter's; the pause only makes it show on every build, also where the
    interpreter happens not to switch in the middle of `+=`, and on tasks, which never do.
    """

    name = "counter-split"
    paced = True

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.total = lab.cell(0)
        self.pause = lab.pause

    def work(self, worker: Worker) -> None:
        lock, total, pause = self.lock, self.total, self.pause
        for _ in worker.ops:
            with lock:
                seen = total.value
                pause()
                total.value = seen + 1

    async def work_async(self, worker: Worker) -> None:
        lock, total, pause = self.lock, self.total, self.pause
        for _ in worker.ops:
            async with lock:
                seen = total.value
                await pause()
                total.value = seen + 1

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers * run.ops, "updates were lost")
