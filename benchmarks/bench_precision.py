"""How narrow an interval a second buys, beside a loop by hand in fresh processes.

Both measure one case for the same wall time and make the same interval of what they have: locklab
with its pilots, watched and clocked trials, the loop by hand with nothing but its loop.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest

import locklab
from locklab.questions.plan import BUDGETS
from locklab.stats.median import median, median_interval

# What anybody would write: two threads, a barrier, a clock around it.
BY_HAND = """
import sys, threading, time
lock, total, ops = threading.Lock(), [0], int(sys.argv[1])
def work():
    gate.wait()
    for _ in range(ops):
        with lock:
            total[0] += 1
gate = threading.Barrier(3)
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
gate.wait()
begin = time.perf_counter()
for thread in threads: thread.join()
print(2 * ops / (time.perf_counter() - begin))
"""


def by_hand(ops: int) -> float:
    command = [sys.executable, "-I", "-c", BY_HAND, str(ops)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def width(rates: list[float]) -> float:
    """The interval's width as a share of the median."""
    interval = median_interval(rates)
    assert interval is not None
    return (interval[1] - interval[0]) / median(rates)


@pytest.mark.timeout(600)
def test_interval_at_equal_wall_time(
    benchmark: Any, compare_pairs: Callable[..., None], once: bool
) -> None:
    taken: list[float] = []

    def ours() -> float:
        begin = perf_counter()
        # a precision that is never reached, so that the time is used up
        wanted: dict[str, Any] = {"trials": 6} if once else {"budget": "standard"}
        run = locklab.compare(
            ["counter"], primitives=["threading.Lock"], precision=0.0001, **wanted
        )
        taken.append(perf_counter() - begin)
        assert run.cases[0].throughput
        return width(list(run.cases[0].throughput.samples))

    def theirs() -> float:
        ops = round(by_hand(10_000) * BUDGETS["standard"].window_s / 2)
        until = perf_counter() + (0.0 if once else taken[-1] if taken else 20.0)
        rates: list[float] = []
        while perf_counter() < until or len(rates) < 6:
            rates.append(by_hand(ops))
        return width(rates)

    benchmark.group = "precision"
    compare_pairs(
        "width of the interval over that of a loop by hand in as much time",
        ours,
        theirs,
        pairs=5,
        target="at most 1",
    )
