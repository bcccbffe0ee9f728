"""A scenario of one's own: money moves between two accounts, and none appears or vanishes.

locklab compare examples/transfer.py:Transfer
python examples/transfer.py
"""

from __future__ import annotations

import locklab


class Transfer(locklab.Scenario):
    """Every worker moves one from one account to the other and the next time back."""

    def setup(self, lab: locklab.Lab) -> None:
        self.lock = lab.lock()
        self.accounts = lab.cell(100), lab.cell(100)

    def work(self, worker: locklab.Worker) -> None:
        here, there = self.accounts
        for _ in worker.ops:
            with self.lock:
                here.value -= 1
                there.value += 1
            here, there = there, here

    async def work_async(self, worker: locklab.Worker) -> None:
        here, there = self.accounts
        for _ in worker.ops:
            async with self.lock:
                here.value -= 1
                there.value += 1
            here, there = there, here

    def verify(self, run: locklab.Run) -> None:
        total = sum(account.value for account in self.accounts)
        locklab.expect(total, 200, "money appeared or vanished")


def main() -> None:
    run = locklab.compare([Transfer], primitives=["*.Lock", "multiprocessing.NoLock"])
    for case in run.cases:
        seen, through = case.observed, case.throughput
        assert seen is not None
        speed = f"{through.median:,.0f} transfers a second" if through else "not measured"
        print(f"{case.primitive:22} {seen.violations} of {seen.trials} went wrong, {speed}")


if __name__ == "__main__":
    main()
