"""Whether `diff` calls the same the same, and 10 % of extra work slower.

LOCKLAB_REPEATS says how often; the promises are for 20. Each repetition measures a lock, the same
again, and the same with a tenth more work inside its sections, at the standard budget, beside the
control that tells how fast the machine is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import locklab

WORK, MORE_WORK = 200, 220


def measure(inside: int, once: bool) -> locklab.RunResult:
    wanted: dict[str, Any] = {"trials": 6} if once else {"budget": "standard"}
    run = locklab.compare(
        ["counter"],
        primitives=["threading.Lock", "threading.NoLock"],
        workers=[1],
        inside=inside,
        **wanted,
    )
    # what was made heavier is the lock, and it goes by the same name
    return replace(run, cases=tuple(replace(case, inside=WORK) for case in run.cases))


@pytest.mark.timeout(6000)
def test_diff_of_the_same_and_of_more_work(
    benchmark: Any, once: bool, say: Callable[[str], None]
) -> None:
    repeats = 1 if once else int(os.environ.get("LOCKLAB_REPEATS", "2"))
    found: dict[str, list[tuple[str, float]]] = {"the same": [], "a tenth more work": []}

    def repeat() -> None:
        base, same, heavy = measure(WORK, once), measure(WORK, once), measure(MORE_WORK, once)
        # the control of the heavier run stands for the machine, and has no more work than before
        control = next(case for case in same.cases if case.control)
        heavy = replace(
            heavy, cases=tuple(control if case.control else case for case in heavy.cases)
        )
        for name, run in (("the same", same), ("a tenth more work", heavy)):
            change = next(
                change
                for change in locklab.diff(base, run, anyway=True).changes
                if change.primitive == "threading.Lock"
            )
            assert change.ratio is not None
            found[name].append((change.result, change.ratio))

    benchmark.pedantic(repeat, rounds=repeats)
    same = sum(result == "no difference shown" for result, _ in found["the same"])
    slower = sum(result == "slower" for result, _ in found["a tenth more work"])
    benchmark.extra_info.update({"found": found, "targets": "19 of 20 each"})
    for name, right in (("the same", same), ("a tenth more work", slower)):
        ratios = ", ".join(f"{ratio:.3f}" for _, ratio in found[name])
        say(f"diff of {name}: right in {right} of {repeats} (target: 19 of 20); ratios {ratios}")
