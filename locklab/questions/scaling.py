"""From cases that differ in workers alone to curves of throughput against workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from locklab.model.figures import Scaling
from locklab.model.results import CaseResult
from locklab.stats.scaling import fit


def scaling(results: Sequence[CaseResult]) -> tuple[Scaling, ...]:
    """The curve of every scenario and primitive that was measured at several worker counts.

    Broken cases and paced scenarios have none: their throughput says nothing of the lock.
    """
    curves: dict[tuple[object, ...], list[CaseResult]] = defaultdict(list)
    for result in results:
        kept = not result.broken and not result.paced
        if result.throughput and kept:
            load = result.load or (result.inside, result.outside)
            curves[result.scenario, result.primitive, result.python, load].append(result)
    return tuple(_curve(cases) for cases in curves.values() if len(cases) > 1)


def _curve(cases: list[CaseResult]) -> Scaling:
    cases = sorted(cases, key=lambda case: case.workers)
    first = cases[0]
    rates = {case.workers: case.throughput.median for case in cases if case.throughput}
    law = fit(rates)
    alone = rates.get(1)
    curve = Scaling(
        scenario=first.scenario,
        primitive=first.primitive,
        workers=tuple(rates),
        ops_per_s=tuple(rates.values()),
        speedup=tuple(rate / alone for rate in rates.values()) if alone else None,
        reason=law if isinstance(law, str) else None,
        python=first.python,
        inside=first.inside,
        outside=first.outside,
        load=first.load,
        wait_p99_ns=tuple(case.wait_ns.p99 if case.wait_ns else None for case in cases),
    )
    if isinstance(law, str):
        return curve
    return replace(
        curve,
        contention=law.contention,
        coherency=law.coherency,
        ideal=law.ideal,
        peak=law.peak,
        r_squared=law.r_squared,
    )
