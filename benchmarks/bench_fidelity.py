"""How true the reported cost of an operation is.

For each primitive with one worker: the cost that locklab reports over that of a hand-written loop
of the same statements, alternating in one process, each as long as a trial of the quick budget. The
loop by hand runs where anyone would run it: in a thread, in a process, under `asyncio.run`. The
target is for `for _ in range(n)`, which is what a person writes; `itertools.repeat` makes no
integers and is shown for those who wrote that.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from itertools import repeat
from time import perf_counter_ns
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.model.workload import Lab
from locklab.questions.plan import BUDGETS
from locklab.trial.record import TrialRecord
from locklab.trial.run import run_trial
from locklab.trial.spec import Spec

# what a trial pays once is then spread as thinly as in `compare`, and no thinner
WINDOW_NS = BUDGETS["quick"].window_s * 1e9
FEW = 1000


def by_range(lock: Any, total: Any, ops: int) -> int:
    begin = perf_counter_ns()
    for _ in range(ops):
        with lock:
            total.value += 1
    return perf_counter_ns() - begin


def by_repeat(lock: Any, total: Any, ops: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, ops):
        with lock:
            total.value += 1
    return perf_counter_ns() - begin


async def by_range_async(lock: Any, total: Any, ops: int) -> int:
    begin = perf_counter_ns()
    for _ in range(ops):
        async with lock:
            total.value += 1
    return perf_counter_ns() - begin


async def by_repeat_async(lock: Any, total: Any, ops: int) -> int:
    begin = perf_counter_ns()
    for _ in repeat(None, ops):
        async with lock:
            total.value += 1
    return perf_counter_ns() - begin


LOOPS: dict[str, tuple[Any, Any]] = {
    "range": (by_range, by_range_async),
    "repeat": (by_repeat, by_repeat_async),
}


async def in_task(loop: Any, lab: Lab, ops: int) -> int:
    taken: int = await loop(lab.lock(), lab.cell(0), ops)
    return taken


def in_thread(loop: Any, lock: Any, total: Any, ops: int) -> int:
    taken: list[int] = []
    thread = threading.Thread(target=lambda: taken.append(loop(lock, total, ops)))
    thread.start()
    thread.join()
    return taken[0]


def tell(loop: Any, lock: Any, total: Any, ops: int, link: Any) -> None:
    link.send(loop(lock, total, ops))


def in_process(context: Any, loop: Any, lock: Any, total: Any, ops: int) -> int:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=tell, args=(loop, lock, total, ops, theirs))
    process.start()
    theirs.close()
    with ours:
        taken: int = ours.recv()
    process.join()
    return taken


def by_hand(name: str, loop: str, ops: int) -> float:
    """Nanoseconds an operation of the loop as anyone would write it."""
    primitive = PRIMITIVES.load(name)
    backend = BACKENDS.load(primitive.backend)()
    lab = Lab(
        1, ops, lock=primitive.make, cell=backend.cell, pause=backend.pause,
        primitive=lambda *_: None, context=backend.context,
    )  # fmt: skip
    plain, tasks = LOOPS[loop]
    if backend.style == "work_async":
        return asyncio.run(in_task(tasks, lab, ops)) / ops
    lock, total = lab.lock(), lab.cell(0)
    if backend.context is not None:
        return in_process(backend.context, plain, lock, total, ops) / ops
    return in_thread(plain, lock, total, ops) / ops


def reported(name: str, ops: int) -> float:
    """Nanoseconds an operation as locklab reports them, measured in this process."""
    spec = Spec("counter", name, 1, ops)
    seen = TrialRecord.from_plain(spec, {}, run_trial(spec)).window()
    assert seen is not None
    return 1e9 / seen.ops_per_s


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("name", list(PRIMITIVES))
def test_fidelity(
    benchmark: Any, compare_pairs: Callable[..., None], once: bool, name: str, loop: str
) -> None:
    ops = FEW if once else round(WINDOW_NS / by_hand(name, loop, 10 * FEW))
    benchmark.group = f"fidelity against {loop}"
    gc.collect()
    compare_pairs(
        f"fidelity of {name} against {loop}",
        lambda: reported(name, ops) / 1e9,
        lambda: by_hand(name, loop, ops) / 1e9,
        pairs=81,
        **({"target": "0.97 to 1.03"} if loop == "range" else {}),
    )
