"""What a lock costs before anybody has taken it."""

from __future__ import annotations

import tracemalloc
from time import perf_counter_ns

from locklab.probes.rule import Figure, Probe, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Few enough for what a system limits, such as semaphores and descriptors.
COUNT = 100
BATCHES = 7


def _memory(probe: Probe) -> Figure:
    assert probe.stock is not None
    locks: list[Any] = [None] * COUNT
    probe.stock.make()  # whatever the first one of a kind brings along is not its own
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for index in range(COUNT):
            locks[index] = probe.stock.make()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    probe.transcript.append(f"{COUNT} locks took {taken:,} bytes of the interpreter's memory")
    return Figure(taken / COUNT, "B")


def _making(probe: Probe) -> Figure:
    assert probe.stock is not None
    make = probe.stock.make
    batches = []
    for _ in range(BATCHES):
        locks: list[Any] = [None] * COUNT
        begin = perf_counter_ns()
        for index in range(COUNT):
            locks[index] = make()
        batches.append((perf_counter_ns() - begin) / COUNT)
    # the best, because everything else that the machine does can only add to it
    best = min(batches)
    probe.transcript.append(
        f"the fastest of {BATCHES} batches of {COUNT} took {best:,.0f} ns a lock, its factory and "
        "the loop included"
    )
    return Figure(best, "ns")


MEMORY = Rule(
    "memory",
    "The memory that one lock takes in the interpreter; a semaphore of the system comes on top.",
    "How many bytes of the interpreter's memory does one lock take?",
    _memory,
    {},
    simulated=(),
    workers=0,
)

MAKING = Rule(
    "making",
    "The time to make one lock.",
    "How long does it take to make one lock?",
    _making,
    {},
    simulated=(),
    workers=0,
)
