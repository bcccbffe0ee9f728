"""How long whole runs take, how large a case may be, and what it holds in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

import locklab
from locklab.trial.launch import run_in_fresh_interpreter
from locklab.trial.spec import Spec

LONG = "LOCKLAB_LONG"
MANY_OPS, FEW_OPS = 500_000, 10_000

# VmHWM starts anew with each program; ru_maxrss is inherited from whoever started it
PEAK = """
import sys
from locklab.trial.run import run_trial
from locklab.trial.spec import Spec
run_trial(Spec("counter", sys.argv[1], 2, int(sys.argv[2])))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("budget", "target"), [("quick", 15), ("standard", 60)])
def test_the_default_matrix(
    benchmark: Any, once: bool, say: Callable[[str], None], budget: str, target: int
) -> None:
    """`standard` takes a minute and runs where LOCKLAB_LONG is set."""
    if budget == "standard" and LONG not in os.environ:
        pytest.skip(f"set {LONG} to run it")
    wanted: dict[str, Any] = {"primitives": ["threading.*"], "trials": 1} if once else {}
    scenarios = ["counter"] if once else None
    begin = perf_counter()
    run = benchmark.pedantic(locklab.compare, (scenarios,), {"budget": budget, **wanted}, rounds=1)
    seconds = perf_counter() - begin
    assert not any(case.problem for case in run.cases)
    benchmark.extra_info.update(
        {"cases": len(run.cases), "seconds": seconds, "target_s": target, "load": os.getloadavg()}
    )
    say(
        f"{'a part of the' if once else 'the whole'} default matrix at {budget}: {len(run.cases)} "
        f"cases in {seconds:.1f} s (target for the whole: {target} s)"
    )


@pytest.mark.parametrize(
    ("primitive", "workers", "ops"),
    [("threading.Lock", 64, 1000), ("multiprocessing.Lock", 16, 200), ("asyncio.Lock", 10_000, 5)],
)
def test_many_workers(
    benchmark: Any, say: Callable[[str], None], primitive: str, workers: int, ops: int
) -> None:
    spec = Spec("counter", primitive, workers, ops, chunks=4, patience_s=30.0)
    begin = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        record = benchmark.pedantic(run_in_fresh_interpreter, (spec, folder), rounds=1)
    seconds = perf_counter() - begin
    assert record.problem is None
    assert record.outcome == (workers * ops,)
    benchmark.extra_info.update({"workers": workers, "ops_a_worker": ops, "seconds": seconds})
    say(f"{workers:,} workers on {primitive}, {ops} operations each: {seconds:.2f} s in all")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
@pytest.mark.parametrize("primitive", ["threading.Lock", "multiprocessing.Lock", "asyncio.Lock"])
def test_memory(benchmark: Any, once: bool, say: Callable[[str], None], primitive: str) -> None:
    """The peak of the trial's interpreter, with many operations over that with few."""
    many = FEW_OPS if once else MANY_OPS

    def peak(ops: int) -> int:
        command = [sys.executable, "-c", PEAK, primitive, str(ops)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    few_kib, many_kib = peak(FEW_OPS), benchmark.pedantic(peak, (many,), rounds=1)
    ratio = many_kib / few_kib
    benchmark.extra_info.update({"ratio": ratio, "peak_kib": many_kib, "ops_a_worker": many})
    say(
        f"peak memory of a trial on {primitive}: {many_kib / 1024:.1f} MiB with {many:,} operations"
        f" a worker, {ratio:.3f} of that with {FEW_OPS:,} (target: no growth)"
    )
