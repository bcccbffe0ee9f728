"""Whether `diff` calls the same the same, and a lock with a tenth more work inside slower.

LOCKLAB_REPEATS says how often; the promises are for 20. Runs of the lock and of the heavier one
take turns, at the standard budget and each beside the control, and neighbours are compared: so the
machine has as much time to change as between two runs by hand. Both locks come from one file that
is rewritten, as a lock is that somebody works on. With `--benchmark-disable`, seven trials.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import locklab

WORK, MORE = 1_000, 100
SOURCE = """
import threading
from itertools import repeat

class Tuned:
    def __init__(self):
        self._lock = threading.Lock()

    def acquire(self, *args):
        return self._lock.acquire(*args)

    __enter__ = acquire

    def release(self, *_):
        for _ in repeat(None, {extra}):
            pass
        self._lock.release()

    __exit__ = release
"""


def measure(path: Path, extra: int, *, once: bool) -> locklab.RunResult:
    path.write_text(SOURCE.format(extra=extra))
    wanted: dict[str, Any] = {"trials": 7} if once else {"budget": "standard"}
    lock = f"{path}:Tuned"
    return locklab.compare(
        ["counter"], primitives=[lock, "threading.NoLock"], workers=[1], inside=WORK, **wanted
    )


@pytest.mark.timeout(6000)
def test_diff_of_the_same_and_of_more_work(
    benchmark: Any, once: bool, say: Callable[[str], None], tmp_path: Path
) -> None:
    repeats = 1 if once else int(os.environ.get("LOCKLAB_REPEATS", "2"))
    same: list[locklab.RunResult] = []
    heavier: list[locklab.RunResult] = []

    def both() -> None:
        same.append(measure(tmp_path / "locks.py", 0, once=once))
        heavier.append(measure(tmp_path / "locks.py", MORE, once=once))

    benchmark.pedantic(both, rounds=repeats + 1)
    for name, right, pairs in (
        ("the same", "no difference shown", pairwise(same)),
        ("a tenth more work", "slower", zip(same, heavier, strict=True)),
    ):
        changes = [
            next(found for found in locklab.diff(*pair).changes if found.result != "control")
            for pair in pairs
        ]
        hits = sum(change.result == right for change in changes)
        ratios = ", ".join(f"{change.ratio or 0:.3f}" for change in changes)
        benchmark.extra_info[name] = {"right": hits, "of": len(changes), "ratios": ratios}
        say(
            f"diff of {name}: {right} in {hits} of {len(changes)} (target: 19 of 20); "
            f"ratios {ratios}"
        )
