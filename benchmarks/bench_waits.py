"""What the wait pass costs, and what a million recorded waits hold in memory.

The pass is a trial of its own, so that nothing of it is in a throughput: `bench_fidelity.py` shows
that it is not.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from locklab.trial.launch import run_in_fresh_interpreter
from locklab.trial.spec import Spec

PRIMITIVES = ("threading.Lock", "threading.RLock", "multiprocessing.Lock", "multiprocessing.RLock",
              "asyncio.Lock")  # fmt: skip
WINDOW_S = 0.06
FEW = 500
MILLION = 1_000_000

# The peak of this interpreter, and of the largest worker process that it waited for, in KiB; then
# how many acquisitions were recorded: at a rate that nothing keeps up with, every one.
PEAK = """
import sys, resource
from locklab.trial.run import run_trial
from locklab.trial.spec import Spec
scenario, primitive, ops, clocked = sys.argv[1:]
record = run_trial(Spec(scenario, primitive, 2, int(ops), clocked=clocked == "True", rate=1e9))
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
waits = record["clocked"]["waits"]["counts"] if record["clocked"] else {}
print(peak, children, sum(waits.values()))
"""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("primitive", PRIMITIVES)
def test_the_wait_pass_over_the_throughput_pass(
    benchmark: Any, compare_pairs: Callable[..., None], once: bool, primitive: str, workers: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def cost(ops: int, *, clocked: bool) -> float:
            spec = Spec("counter", primitive, workers, ops, chunks=64, clocked=clocked)
            seen = run_in_fresh_interpreter(spec, folder).window()
            assert seen is not None
            return 1 / seen.ops_per_s

        ops = FEW if once else round(WINDOW_S / cost(10_000, clocked=False) / workers)
        benchmark.group = "wait pass over throughput pass"
        compare_pairs(
            f"the wait pass on {primitive} with {workers} over the throughput pass",
            lambda: cost(ops, clocked=True),
            lambda: cost(ops, clocked=False),
            pairs=31,
            target="at most 2",
        )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
@pytest.mark.parametrize("primitive", ["threading.Lock", "multiprocessing.Lock", "asyncio.Lock"])
def test_memory_of_a_million_waits(
    benchmark: Any, once: bool, say: Callable[[str], None], primitive: str
) -> None:
    """Every acquisition recorded, by an open loop that is always late; beyond the same without."""
    ops = FEW if once else MILLION // 2

    def peak(clocked: bool) -> list[int]:
        command = [sys.executable, "-c", PEAK, "counter", primitive, str(ops), str(clocked)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return [int(number) for number in done.stdout.split()]

    bare = peak(False)
    here, worker, recorded = benchmark.pedantic(peak, (True,), rounds=1)
    beyond = [(after - before) / 1024 for after, before in ((here, bare[0]), (worker, bare[1]))]
    benchmark.extra_info.update({"recorded": recorded, "beyond_mib": beyond})
    say(
        f"{recorded:,} recorded waits on {primitive}: {beyond[0]:+.1f} MiB in the trial, "
        f"{beyond[1]:+.1f} MiB in a worker process (target: at most 20)"
    )
