"""How long whole runs take, and how large a case may be."""

from __future__ import annotations

import os
from time import perf_counter
from typing import Any

import pytest

import locklab
from locklab.trial.launch import run_in_fresh_interpreter
from locklab.trial.spec import Spec


@pytest.mark.parametrize(("budget", "target"), [("quick", "15 s"), ("standard", "60 s")])
def test_the_default_matrix(
    benchmark: Any, once: bool, capsys: pytest.CaptureFixture[str], budget: str, target: str
) -> None:
    """`standard` takes a minute and runs where LOCKLAB_LONG is set."""
    if budget == "standard" and "LOCKLAB_LONG" not in os.environ:
        pytest.skip("set LOCKLAB_LONG to run it")
    scenarios = ["counter"] if once else None
    begin = perf_counter()
    run = benchmark.pedantic(locklab.compare, (scenarios,), {"budget": budget}, rounds=1)
    assert not any(case.problem for case in run.cases)
    with capsys.disabled():
        print(
            f"\n{len(run.cases)} cases at {budget}: {perf_counter() - begin:.1f} s (target for "
            f"the whole matrix: about {target})"
        )


@pytest.mark.parametrize(
    ("primitive", "workers", "ops"),
    [("threading.Lock", 64, 1000), ("multiprocessing.Lock", 16, 200), ("asyncio.Lock", 10_000, 5)],
)
def test_many_workers(
    benchmark: Any, tmp_path: Any, primitive: str, workers: int, ops: int
) -> None:
    spec = Spec("counter", primitive, workers, ops, chunks=4, patience_s=30.0)
    record = benchmark.pedantic(run_in_fresh_interpreter, (spec, str(tmp_path)), rounds=1)
    assert record.outcome == (workers * ops,)
