"""The textbook's counter: some add one, some take one away, with and without a lock.

The book's threads without a lock ended at -46,601 instead of 0. On today's CPython with its GIL the
same program ends at 0, every time, and is as wrong as ever: on processes it loses updates.

    python examples/counter.py
"""

from __future__ import annotations

import locklab


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


def main() -> None:
    run = locklab.compare(
        [UpAndDown], primitives=["threading.NoLock", "threading.Lock", "multiprocessing.*Lock"]
    )
    for case in run.cases:
        seen = case.observed
        assert seen is not None
        print(f"{case.primitive}: {seen.violations} of {seen.trials} trials ended wrong")
        for sentence in seen.evidence:
            print(f"    {sentence}")
    threads = run.cases[0].observed
    assert threads is not None
    if not threads.violations:
        bound = threads.upper_bound_95
        print(
            "\nThreads without a lock ended at 0 here. That does not make them right: up to "
            f"{bound:.0%}\nof trials could fail and look the same. The book saw -46,601."
        )


if __name__ == "__main__":
    main()
