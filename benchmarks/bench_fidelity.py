"""How true the reported cost of an operation is.

For each primitive with one worker: the cost that locklab reports over that of a hand-written loop
of the same statements, alternating in one process. Target 0.97 to 1.03.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.model.workload import Lab
from locklab.trial.record import TrialRecord
from locklab.trial.run import run_trial
from locklab.trial.spec import Spec

OPS = 40_000


def plain(lock: Any, total: Any, ops: int) -> int:
    begin = perf_counter_ns()
    for _ in range(ops):
        with lock:
            total.value += 1
    return perf_counter_ns() - begin


async def plain_async(lock: Any, total: Any, ops: int) -> int:
    begin = perf_counter_ns()
    for _ in range(ops):
        async with lock:
            total.value += 1
    return perf_counter_ns() - begin


def by_hand(name: str, ops: int) -> float:
    """Nanoseconds an operation of the loop as anyone would write it."""
    primitive = PRIMITIVES.load(name)
    backend = BACKENDS.load(primitive.backend)()
    lab = Lab(
        1, ops, lock=primitive.make, cell=backend.cell, pause=backend.pause,
        primitive=lambda *_: None, context=backend.context,
    )  # fmt: skip
    lock, total = lab.lock(), lab.cell(0)
    sync = backend.style == "work"
    taken = plain(lock, total, ops) if sync else asyncio.run(plain_async(lock, total, ops))
    assert total.value == ops
    return taken / ops


def reported(name: str, ops: int) -> float:
    """Nanoseconds an operation as locklab reports them, measured in this process."""
    spec = Spec("counter", name, 1, ops)
    measured = TrialRecord.from_plain(spec, {}, run_trial(spec)).window()
    assert measured is not None
    return 1e9 / measured.ops_per_s


@pytest.mark.parametrize("name", list(PRIMITIVES))
def test_fidelity(compare_pairs: Callable[..., float], once: bool, name: str) -> None:
    ops = 1000 if once else OPS
    gc.collect()
    compare_pairs(
        f"fidelity of {name}",
        lambda: reported(name, ops),
        lambda: by_hand(name, ops),
        pairs=101,
        target="0.97 to 1.03",
    )
