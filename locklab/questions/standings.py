"""What a case is worth beside the others: cost net of the control, and rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from locklab.model.figures import Cost, Throughput
from locklab.model.results import CaseResult
from locklab.stats.difference import Estimate, difference_interval


def with_costs(results: Sequence[CaseResult]) -> list[CaseResult]:
    """Add costs: gross, and less that of the control in the same setting.

    Both are medians, and so their difference is no median of anything; its interval is put
    together from theirs (MOVER, see `locklab.stats.difference`).
    """
    # NoLock where it was measured, whatever else promises nothing
    by_choice = sorted(results, key=lambda r: r.primitive == f"{r.backend}.NoLock")
    controls = {
        (result.setting, result.backend, result.python): _cost(result.throughput)
        for result in by_choice
        if result.control and result.throughput
    }
    costed = []
    for result in results:
        if result.throughput is None:
            costed.append(result)
            continue
        own = _cost(result.throughput)
        base = controls.get((result.setting, result.backend, result.python))
        cost = Cost(own.value, None)
        if base is not None and not result.control:
            low, high = difference_interval(own, base) or (None, None)
            cost = Cost(own.value, own.value - base.value, low, high)
        costed.append(replace(result, cost_ns=cost))
    return costed


def _cost(through: Throughput) -> Estimate:
    """Nanoseconds per operation; the faster, the less."""
    low = 1e9 / through.high if through.high else None
    high = 1e9 / through.low if through.low else None
    return Estimate(1e9 / through.median, low, high)


def ranked(results: Sequence[CaseResult]) -> tuple[CaseResult, ...]:
    """Rank the cases that kept their promise, fastest first, within one setting.

    Those whose interval reaches into that of the fastest not yet placed share its place: no
    difference is shown. Controls, broken cases and paced scenarios have none.
    """
    groups: dict[tuple[str, int, int, int], list[CaseResult]] = defaultdict(list)
    for result in results:
        kept = result.expected == "holds" and not result.failed and not result.refuted
        if result.throughput and kept and not result.paced:
            groups[result.setting].append(result)
    places: dict[int, int] = {}
    for group in groups.values():
        group.sort(key=_speed, reverse=True)
        place, leader = 0, None
        for index, result in enumerate(group):
            if leader is None or not _overlap(leader, result):
                place, leader = index + 1, result
            places[id(result)] = place
    return tuple(replace(result, rank=places.get(id(result))) for result in results)


def _speed(result: CaseResult) -> float:
    assert result.throughput
    return result.throughput.median


def _overlap(faster: CaseResult, slower: CaseResult) -> bool:
    first, second = faster.throughput, slower.throughput
    assert first
    assert second
    if first.low is None or second.high is None:
        # too few trials for an interval: nothing can be told apart
        return True
    return second.high >= first.low
