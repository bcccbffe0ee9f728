"""The textbook's counter: one thread adds one, another takes one away, with and without a lock.

The book's program without a lock ended at -46,601 instead of 0. On today's CPython with its GIL the
same program ends at 0 nearly every time, and is as wrong as ever: on processes, and on a
free-threaded build, it loses updates.

    python examples/counter.py
"""

from __future__ import annotations

import locklab
from locklab.model.figures import Observed


class UpAndDown(locklab.Scenario):
    """Even workers increment and odd ones decrement; the counter must end at zero."""

    def setup(self, lab: locklab.Lab) -> None:
        self.lock = lab.lock()
        self.counter = lab.cell(0)

    def work(self, worker: locklab.Worker) -> None:
        lock, counter = self.lock, self.counter
        step = 1 if worker.index % 2 == 0 else -1
        for _ in worker.ops:
            with lock:
                counter.value += step

    def verify(self, run: locklab.Run) -> None:
        locklab.expect(self.counter.value, 0, "the counter did not come back to zero")


def tell(backend: str, without: Observed, with_lock: Observed) -> None:
    """Say what happened on one backend, and no more than that shows."""
    print(f"{backend}, no lock: {without.violations} of {without.trials} trials ended wrong")
    for sentence in without.evidence:
        print(f"    {sentence}")
    if not without.violations:
        print(
            "    That does not make the program right: a thread can still be stopped between\n"
            "    reading the counter and writing it. It hardly ever happens on this interpreter,\n"
            f"    and up to {without.upper_bound_95:.0%} of trials could fail and look like this."
        )
    print(f"{backend}, Lock: {with_lock.violations} of {with_lock.trials} trials ended wrong\n")


def main() -> None:
    print("Two workers, one counter: one adds as often as the other takes away.")
    print("The book's threads without a lock ended at -46,601. Here:\n")
    run = locklab.compare([UpAndDown], primitives=["*.NoLock", "*.Lock"], workers=[2])
    seen = {case.primitive: case.observed for case in run.cases}
    for backend in ("threading", "multiprocessing"):
        without, with_lock = seen[f"{backend}.NoLock"], seen[f"{backend}.Lock"]
        assert without is not None
        assert with_lock is not None
        tell(backend, without, with_lock)


if __name__ == "__main__":
    main()
