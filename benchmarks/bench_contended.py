"""Each scenario under contention for each primitive: one round is one trial.

The round's time is that of the operations in the trial's window, scaled to 10,000 of them, so that
the columns of pytest-benchmark compare; what the plug-in's clock would see is mostly starting.
"""

from __future__ import annotations

import tempfile
from typing import Any

import pytest

from locklab.backends import PRIMITIVES
from locklab.model.primitive import expected
from locklab.scenarios import SCENARIOS
from locklab.stats.fairness import jain
from locklab.trial.launch import run_in_fresh_interpreter
from locklab.trial.spec import Spec

SCALE = 10_000
WORKERS = 2
CASES = [
    (scenario, primitive)
    for scenario in SCENARIOS
    for primitive in PRIMITIVES
    if expected(SCENARIOS.load(scenario), PRIMITIVES.load(primitive)) != "deadlocks"
]


@pytest.mark.parametrize(("scenario", "primitive"), CASES)
def test_contended(benchmark: Any, once: bool, scenario: str, primitive: str) -> None:
    paced = SCENARIOS.load(scenario).paced
    spec = Spec(scenario, primitive, WORKERS, 32 if once else 200 if paced else 50_000)
    now = 0.0
    seen: dict[str, list[Any]] = {"ops_per_s": [], "jain": [], "violations": []}

    def trial() -> None:
        nonlocal now
        with tempfile.TemporaryDirectory() as folder:
            record = run_in_fresh_interpreter(spec, folder)
        assert record.problem is None
        assert record.stalled is None
        measured = record.window()
        if measured is None:
            return
        now += SCALE / measured.ops_per_s
        seen["ops_per_s"].append(round(measured.ops_per_s))
        seen["jain"].append(jain(measured.counts) if measured.together else None)
        seen["violations"].append(record.violation[0] if record.violation else None)

    if not once:
        # the plug-in takes the time of a round as the difference of two readings
        benchmark._timer = lambda: now
    benchmark.pedantic(trial, rounds=1 if once else 5, iterations=1)
    benchmark.extra_info.update(seen)
