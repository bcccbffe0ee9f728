"""A run as CSV: a row a case, a column a figure, empty where it was not measured."""

from __future__ import annotations

import csv
import io
from typing import Any

from locklab.model.results import CaseResult, RunResult

# Name of the column, with its unit, and where the figure is in a case. Stable: columns are added
# at the end and never change their meaning.
COLUMNS = {
    "scenario": "scenario",
    "primitive": "primitive",
    "backend": "backend",
    "python": "python",
    "workers": "workers",
    "inside_units": "inside",
    "outside_units": "outside",
    "load": "load",
    "control": "control",
    "paced": "paced",
    "expected": "expected",
    "verdict": "verdict.status",
    "executions": "verdict.executions",
    "classes": "verdict.classes",
    "trials": "observed.trials",
    "violations": "observed.violations",
    "stalls": "observed.stalls",
    "failing_share_upper_95": "observed.upper_bound_95",
    "ops_per_s": "throughput.median",
    "ops_per_s_low": "throughput.low",
    "ops_per_s_high": "throughput.high",
    "cost_ns": "cost_ns.gross",
    "net_cost_ns": "cost_ns.net",
    "net_cost_ns_low": "cost_ns.net_low",
    "net_cost_ns_high": "cost_ns.net_high",
    "jain": "fairness.jain",
    "jain_low": "fairness.jain_low",
    "jain_high": "fairness.jain_high",
    "jain_short_window_min": "fairness.jain_window_min",
    "share_min": "fairness.share_min",
    "share_max": "fairness.share_max",
    "starved_ns": "fairness.starved_ns",
    "waited_share": "waited_share",
    "wait_p50_ns": "wait_ns.p50",
    "wait_p90_ns": "wait_ns.p90",
    "wait_p99_ns": "wait_ns.p99",
    "wait_p999_ns": "wait_ns.p999",
    "wait_max_ns": "wait_ns.max",
    "wait_mean_ns": "wait_ns.mean",
    "wait_samples": "wait_ns.samples",
    "wait_loop": "wait_ns.loop",
    "hold_p50_ns": "hold_ns.p50",
    "hold_p99_ns": "hold_ns.p99",
    "hold_max_ns": "hold_ns.max",
    "clock_ns": "wait_ns.clock_ns",
    "waiters_mean": "contention.waiters_mean",
    "waiters_max": "contention.waiters_max",
    "arrivals_per_s": "contention.rate",
    "acquisitions_per_s": "contention.achieved_rate",
    "rank": "rank",
    "gil": "gil",
    "problem": "problem",
}


def encode(run: RunResult) -> bytes:
    """The table, in UTF-8, with a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_at(case, path) for path in COLUMNS.values()] for case in run.cases)
    # a name may hold what UTF-8 has no bytes for
    return out.getvalue().encode(errors="replace")


def _at(case: CaseResult, path: str) -> Any:
    value: Any = case
    for name in path.split("."):
        value = getattr(value, name) if value is not None else None
    # which csv does not quote where lines end with a newline alone, and refuses to read
    return value.replace("\r", " ") if isinstance(value, str) else value
