"""From samples to what is reported of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from locklab.model.results import CaseResult, Cost, Fairness, Observed, Proof, Throughput
from locklab.questions.plan import Case
from locklab.questions.samples import Samples
from locklab.stats.binomial import upper_bound
from locklab.stats.fairness import jain
from locklab.stats.median import median, median_interval
from locklab.trial.record import TrialRecord


def summarize(all_samples: Sequence[Samples], proofs: Sequence[Proof]) -> tuple[CaseResult, ...]:
    """Every case's result, with net costs and ranks, which need the other cases.

    Args:
        all_samples: What trials showed, a case each.
        proofs: What exploration established, in the same order; empty where it was not asked.
    """
    results = [_one(samples) for samples in all_samples]
    if proofs:
        pairs = zip(results, proofs, strict=True)
        results = [replace(result, verdict=proof) for result, proof in pairs]
    return _rank(_net(results))


def blank(case: Case) -> CaseResult:
    """The result of a case of which nothing is known yet."""
    return CaseResult(
        scenario=case.scenario_name,
        primitive=case.described.name,
        backend=case.described.backend,
        workers=case.workers,
        expected=case.expected,
        control=not case.described.exclusive,
        paced=case.scenario_class.paced,
    )


def _one(samples: Samples) -> CaseResult:
    result = replace(blank(samples.case), problem=samples.problem)
    if samples.trials:
        result = replace(result, observed=_observed(samples))
    if samples.windows and not samples.stalls:
        result = replace(
            result,
            throughput=_throughput(samples),
            fairness=_fairness(samples),
            ops=samples.ops,
        )
    return result


def _observed(samples: Samples) -> Observed:
    failing = min(samples.trials, samples.violations + samples.stalls)
    return Observed(
        trials=samples.trials,
        violations=samples.violations,
        stalls=samples.stalls,
        upper_bound_95=upper_bound(failing, samples.trials),
        evidence=tuple(_evidence(samples)),
        overlaps=samples.overlaps,
        lost=_lost(samples),
    )


def _lost(samples: Samples) -> tuple[int, int] | None:
    """Missing and expected of the worst trial, where the invariant is an amount to reach."""
    worst = samples.failures.get("violation")
    if worst is None or worst.violation is None:
        return None
    _, _, actual, wanted, _ = worst.violation
    if actual is None or wanted is None or not 0 <= actual < wanted:
        return None
    return wanted - actual, wanted


def _evidence(samples: Samples) -> list[str]:
    sentences: list[str] = []

    def say(kind: str, *what: str) -> None:
        often = samples.counts.get(kind, 0)
        of = f"in {often} of {samples.trials} trials: " if samples.trials > 1 else ""
        sentences.extend(of + sentence if not i else sentence for i, sentence in enumerate(what))

    for kind in ("stall", "crash", "error", "violation", "overlap"):
        record = samples.failures.get(kind)
        if record is None:
            continue
        if kind == "stall":
            say(kind, *_stall(record))
        elif kind == "crash":
            say(kind, str(record.crash))
        elif kind == "error":
            say(kind, *_errors(record))
        elif kind == "violation" and record.violation:
            sentence, _, _, _, place = record.violation
            say(kind, f"{sentence} ({place})" if place else sentence)
        elif kind == "overlap":
            say(kind, f"two workers inside one critical section; {record.overlap}")
    return sentences


def _stall(record: TrialRecord) -> list[str]:
    if record.waits:
        return list(record.waits)
    return [
        f"worker {index} got no further at {worker.standing or 'an unknown place'}"
        for index, worker in enumerate(record.workers)
        if not worker.finished and not worker.died
    ]


def _errors(record: TrialRecord) -> list[str]:
    sentences = []
    for index, worker in enumerate(record.workers):
        if worker.error:
            name, message, place = worker.error
            what = f"{name}: {message}" if name and message else name or message
            sentences.append(f"worker {index} raised {what}" + (f" at {place}" if place else ""))
        if worker.died:
            sentences.append(f"worker {index} {worker.died}")
    return sentences


def _throughput(samples: Samples) -> Throughput:
    values = [seen.ops_per_s for seen in samples.windows]
    low, high = median_interval(values) or (None, None)
    return Throughput(median(values), low, high, tuple(values))


def _fairness(samples: Samples) -> Fairness | None:
    windows = [seen for seen in samples.windows if seen.together]
    # a majority, so that one lucky overlap of 60 trials does not speak for the case
    if samples.case.workers == 1 or len(windows) * 2 <= len(samples.windows):
        return None
    indices = [index for seen in windows if (index := jain(seen.counts)) is not None]
    return Fairness(
        jain=median(indices),
        jain_window_min=None,
        share_min=median([min(seen.counts) / sum(seen.counts) for seen in windows]),
        share_max=median([max(seen.counts) / sum(seen.counts) for seen in windows]),
    )


def _net(results: list[CaseResult]) -> list[CaseResult]:
    """Add costs: gross, and less that of the control on the same backend."""
    gross = {id(result): 1e9 / result.throughput.median for result in results if result.throughput}
    # NoLock where it was measured, whatever else promises nothing
    by_choice = sorted(results, key=lambda r: r.primitive == f"{r.backend}.NoLock")
    controls = {
        (result.scenario, result.backend, result.workers): gross[id(result)]
        for result in by_choice
        if result.control and id(result) in gross
    }
    costed = []
    for result in results:
        if id(result) not in gross:
            costed.append(result)
            continue
        base = controls.get((result.scenario, result.backend, result.workers))
        own = gross[id(result)]
        net = None if base is None or result.control else own - base
        costed.append(replace(result, cost_ns=Cost(own, net)))
    return costed


def _rank(results: list[CaseResult]) -> tuple[CaseResult, ...]:
    """Rank the cases that kept their promise, fastest first, within scenario and worker count.

    Those whose interval reaches into that of the fastest not yet placed share its place: no
    difference is shown. Controls, broken cases and paced scenarios have none.
    """
    groups: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    for result in results:
        kept = result.expected == "holds" and not result.failed and not result.refuted
        if result.throughput and kept and not result.paced:
            groups[result.scenario, result.workers].append(result)
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
