"""What to take away from the figures of speed, in plain sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from locklab.model.results import CaseResult, RunResult
from locklab.report import words
from locklab.report.words import amount, listed

# where no precision was asked for: an interval beyond this share of its median is called wide
WIDE = 0.10
# So many of these are named; the document, and the table from 100 columns on, have all.
NAMED = 3


def speed(run: RunResult) -> Iterator[str]:
    """Sentences on who is fastest, what costs nothing that shows, and what to be careful with."""
    yield from _fastest(run)
    yield from _free(run)
    yield from _warnings(run)
    yield from _wide(run)


def _fastest(run: RunResult) -> Iterator[str]:
    groups: dict[str, list[CaseResult]] = defaultdict(list)
    for case in run.cases:
        if case.rank is not None and case.throughput:
            groups[words.setting(case)].append(case)
    for setting, cases in groups.items():
        if len(cases) < 2:
            continue
        first = [case for case in cases if case.rank == 1]
        slowest = min(cases, key=_median)
        if len(first) == len(cases):
            few = any(case.throughput and case.throughput.low is None for case in cases)
            yield f"{setting}: " + (
                "too few trials to tell the locks apart; an interval needs 6."
                if few
                else "no difference is shown between the locks; their intervals overlap."
            )
            continue
        names = listed(map(words.primitive, first))
        best = max(map(_median, first))
        yield (
            f"{setting}: {names} "
            + ("are fastest, with no difference shown" if len(first) > 1 else "is fastest")
            + f" ({amount(best)} ops/s); {words.primitive(slowest)} is slowest, "
            f"{best / _median(slowest):.1f} times behind."
        )


def _free(run: RunResult) -> Iterator[str]:
    """Locks whose cost cannot be told from the control's."""
    by_primitive: dict[str, list[str]] = defaultdict(list)
    for case in run.cases:
        if case.cost_ns and case.cost_ns.distinguishable is False and not case.paced:
            by_primitive[words.primitive(case)].append(words.setting(case))
    by_settings: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for primitive, settings in by_primitive.items():
        by_settings[tuple(settings)].append(primitive)
    for places, primitives in by_settings.items():
        yield (
            f"The cost of {listed(primitives)} is not distinguishable from the control's on "
            f"{listed(places)}: the interval for the difference includes 0."
        )


def _warnings(run: RunResult) -> Iterator[str]:
    """What makes figures less than they look; cases with one caution are told together."""
    told: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for case in run.cases:
        for caution in case.warnings:
            detail = f": {caution.detail}" if caution.detail else ""
            told[caution.what][words.primitive(case)].append(words.setting(case) + detail)
    for what, by_primitive in told.items():
        where: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for primitive, settings in by_primitive.items():
            where[tuple(settings)].append(primitive)
        places = [f"{listed(names)} ({'; '.join(settings)})" for settings, names in where.items()]
        yield f"Careful: {what}. So on {'; '.join(places)}."


def _wide(run: RunResult) -> Iterator[str]:
    target = run.settings.get("precision") or WIDE
    wide = []
    for case in run.cases:
        through = case.throughput
        if through is None or case.paced or through.precision is None:
            continue
        if through.precision > target:
            wide.append((through.precision, case))
    if not wide:
        return
    measured = sum(1 for case in run.cases if case.throughput and not case.paced)
    wide.sort(key=lambda entry: entry[0], reverse=True)
    named = [_how_wide(case, half) for half, case in wide[:NAMED]]
    rest = f"; and {len(wide) - NAMED} more" if len(wide) > NAMED else ""
    yield (
        f"{len(wide)} of {measured} cases did not come within ±{target:.0%} of their median before "
        f"the budget ended: {'; '.join(named)}{rest}. See --budget and --precision."
    )


def _how_wide(case: CaseResult, half: float) -> str:
    more = case.throughput.more_trials if case.throughput else None
    cost = f", would take about {more:,} more trials" if more else ""
    return f"{words.case(case)} at ±{half:.0%}{cost}"


def _median(case: CaseResult) -> float:
    return case.throughput.median if case.throughput else 0.0
