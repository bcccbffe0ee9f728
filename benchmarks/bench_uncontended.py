"""Acquire and release of each primitive, with nobody else about: the time of one such pair."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.model.workload import Lab

PAIRS = 2000


def with_statement(lock: Any) -> int:
    begin = perf_counter_ns()
    for _ in range(PAIRS):
        with lock:
            pass
    return perf_counter_ns() - begin


def two_calls(lock: Any) -> int:
    begin = perf_counter_ns()
    for _ in range(PAIRS):
        lock.acquire()
        lock.release()
    return perf_counter_ns() - begin


async def async_with_statement(lock: Any) -> int:
    begin = perf_counter_ns()
    for _ in range(PAIRS):
        async with lock:
            pass
    return perf_counter_ns() - begin


async def two_async_calls(lock: Any) -> int:
    begin = perf_counter_ns()
    for _ in range(PAIRS):
        await lock.acquire()
        lock.release()
    return perf_counter_ns() - begin


STYLES = {
    "with": (with_statement, async_with_statement),
    "calls": (two_calls, two_async_calls),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", list(PRIMITIVES))
def test_uncontended(
    benchmark: Any,
    rounds: Callable[[Callable[[], float], int], None],
    say: Callable[[str], None],
    name: str,
    style: str,
) -> None:
    primitive = PRIMITIVES.load(name)
    backend = BACKENDS.load(primitive.backend)()
    lab = Lab(
        1, PAIRS, lock=primitive.make, cell=backend.cell, pause=backend.pause,
        primitive=lambda lab, other: PRIMITIVES.load(other).make(lab), context=backend.context,
    )  # fmt: skip
    lock = lab.lock()
    plain, tasks = STYLES[style]
    seen: list[float] = []
    # one loop for all rounds: starting one is not what is measured
    with asyncio.Runner() as runner:

        def measure() -> float:
            taken = plain(lock) if backend.style == "work" else runner.run(tasks(lock))
            seen.append(taken / PAIRS)
            return taken / PAIRS / 1e9

        rounds(measure, 200)
    benchmark.group = f"uncontended, {style}"
    benchmark.extra_info.update({"median_ns": median(seen), "pairs_a_round": PAIRS})
    say(f"uncontended {name} ({style}): {median(seen):.1f} ns")
