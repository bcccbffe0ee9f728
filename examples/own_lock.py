"""Locks of one's own beside the standard ones: a ticket lock, and one that is subtly broken.

locklab compare counter-split -p examples/own_lock.py:TicketLock -p threading.Lock
python examples/own_lock.py
"""

from __future__ import annotations

import itertools
import time

import locklab


class TicketLock:
    """First come, first served: draw a number, and wait until it is called."""

    unexplorable = "its numbers are no cells of a lab, so exploration does not see them change"

    def __init__(self) -> None:
        self._tickets = itertools.count()  # one call into C, so no two draw the same
        self._called = 0

    def acquire(self) -> bool:
        mine = next(self._tickets)
        while self._called != mine:
            time.sleep(0)
        return True

    def release(self) -> None:
        self._called += 1

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()


class PoliteLock:
    """Broken: it looks whether the lock is free, and then takes it, in two steps."""

    unexplorable = TicketLock.unexplorable

    def __init__(self) -> None:
        self._taken = False

    def acquire(self) -> bool:
        while self._taken:
            time.sleep(0)
        time.sleep(0)  # somebody else may look now
        self._taken = True
        return True

    def release(self) -> None:
        self._taken = False

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()


def main() -> None:
    run = locklab.compare(["counter-split"], primitives=[TicketLock, PoliteLock, "threading.Lock"])
    for case in run.cases:
        seen = case.observed
        assert seen is not None
        print(f"{case.primitive}: {'broke its promise' if case.broken else 'clean here'}")
        for sentence in seen.evidence:
            print(f"    {sentence}")
    print("\nWhat an operation costs with two threads at it:")
    for case in locklab.compare(["counter"], primitives=[TicketLock, "threading.Lock"]).cases:
        if case.cost_ns is not None:
            print(f"{case.primitive}: {case.cost_ns.gross:,.0f} ns")


if __name__ == "__main__":
    main()
