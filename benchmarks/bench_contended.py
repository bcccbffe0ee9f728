"""Each scenario under contention for each primitive: one round is one trial in a fresh interpreter.

The columns show the time of one operation of all workers together, by the trial's measured window,
so that OPS is operations per second. Cases that must deadlock have no such time and are left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from locklab.backends import PRIMITIVES
from locklab.model.primitive import expected
from locklab.report.words import amount
from locklab.scenarios import SCENARIOS
from locklab.stats.fairness import jain
from locklab.trial.launch import run_in_fresh_interpreter
from locklab.trial.record import TrialRecord
from locklab.trial.spec import Spec

WORKERS = 2
TRIALS = 7
WINDOW_S = 0.05
PILOT_OPS = 200
CASES = [
    pytest.param(scenario, primitive, id=f"{scenario}-{primitive}")
    for scenario in SCENARIOS
    for primitive in PRIMITIVES
    if expected(SCENARIOS.load(scenario), PRIMITIVES.load(primitive)) != "deadlocks"
]


def off_by(record: TrialRecord) -> int:
    """How far the end is off; of a counter, the updates that were lost."""
    _, _, actual, wanted, _ = record.violation or ("", "", 0, 0, None)
    return abs((wanted or 0) - (actual or 0))


@pytest.mark.parametrize(("scenario", "primitive"), CASES)
def test_contended(
    benchmark: Any,
    once: bool,
    rounds: Callable[[Callable[[], float], int], None],
    say: Callable[[str], None],
    scenario: str,
    primitive: str,
) -> None:
    def trial(ops: int) -> TrialRecord:
        with tempfile.TemporaryDirectory() as folder:
            record = run_in_fresh_interpreter(Spec(scenario, primitive, WORKERS, ops), folder)
        assert record.problem is None, record.problem
        return record

    ops = PILOT_OPS
    if not (once or SCENARIOS.load(scenario).paced):
        # twice, because in the first one worker is through before the other has begun
        for _ in range(2):
            pilot = trial(ops).window()
            assert pilot is not None
            ops = max(PILOT_OPS, round(pilot.ops_per_s * WINDOW_S / WORKERS))
    records: list[TrialRecord] = []

    def measure() -> float:
        record = trial(ops)
        records.append(record)
        seen = record.window()
        return 1 / seen.ops_per_s if seen else 0.0

    rounds(measure, TRIALS)
    windows = [seen for record in records if not record.stalled and (seen := record.window())]
    rates = [seen.ops_per_s for seen in windows]
    # Jain's index means something only where all workers ran at the same time
    fair = [jain(seen.counts) for seen in windows if seen.together]
    lost = [off_by(record) for record in records]
    stalls = sum(bool(record.stalled) for record in records)
    benchmark.group = f"{scenario}, {WORKERS} workers"
    benchmark.extra_info.update(
        {
            "ops_per_s": rates,
            "jain": fair,
            "off_by": lost,
            "stalls": stalls,
            "ops_a_worker": ops,
            "workers": WORKERS,
        }
    )
    rate = f"{amount(median(rates))} ops/s" if rates else "no time measured"
    fairness = f"{median(i for i in fair if i is not None):.2f}" if any(fair) else "none"
    say(
        f"{scenario} on {primitive}, {WORKERS} workers: {rate}; fairness {fairness}; off by at "
        f"most {max(lost):,}; {stalls} of {len(records)} stalled ({ops:,} operations a worker)"
    )
