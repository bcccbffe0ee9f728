"""What a person should take away from these numbers, in plain sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import ceil

from locklab.model.results import CaseResult, RunResult
from locklab.report.words import amount, percent

# an interval wider than this share of its median, end to middle, is called unsteady
UNSTEADY = 0.10


def takeaways(run: RunResult) -> Iterator[str]:
    """Sentences on promises, controls, deadlocks, speed and steadiness, the gravest first."""
    yield from _broken(run)
    yield from _deadlocks(run)
    yield from _controls(run)
    yield from _no_lock_helps(run)
    yield from _speed(run)
    yield from _unsteady(run)
    yield from _verdicts(run)


def _broken(run: RunResult) -> Iterator[str]:
    for case in run.cases:
        if not case.broken or case.observed is None:
            continue
        name = _name(case)
        if case.expected == "deadlocks":
            yield (
                f"{name} should have deadlocked, because {case.scenario} takes the lock again and "
                f"{case.primitive} does not nest, and it did not: it nests, or it locks nothing."
            )
        else:
            seen = case.observed
            how = "stalled" if seen.stalls else "went wrong"
            count = seen.stalls or seen.violations
            yield (
                f"{name} broke its promise: it {how} in {count} of {seen.trials} trials. "
                "It is not ranked."
            )


def _deadlocks(run: RunResult) -> Iterator[str]:
    by_scenario: dict[str, list[str]] = defaultdict(list)
    for case in run.cases:
        if case.expected == "deadlocks" and not case.broken and case.observed:
            by_scenario[case.scenario].append(case.primitive)
    scenarios = {case.scenario for case in run.cases}
    for scenario, primitives in by_scenario.items():
        cure = (
            " box-flat is the cure: the same work, locking once."
            if scenario == "box" and "box-flat" in scenarios
            else ""
        )
        yield (
            f"{scenario} deadlocks on {_list(primitives)}, as it must: a worker that holds the "
            f"lock asks for it again, and this lock does not know its holder.{cure}"
        )


def _controls(run: RunResult) -> Iterator[str]:
    clean: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    wrong: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    for case in run.cases:
        if case.control and case.observed and not _unkeepable(run, case):
            (wrong if case.failed else clean)[case.primitive, case.workers].append(case)
    for (primitive, workers), cases in wrong.items():
        yield (
            f"{primitive} locks nothing, and with {_workers(workers)} it went wrong: "
            f"{'; '.join(map(_how_wrong, cases))}. There, the lock is what keeps the result right."
        )
    for (primitive, workers), cases in clean.items():
        scenarios = _list(case.scenario for case in cases)
        bounds = [case.observed.upper_bound_95 or 1.0 for case in cases if case.observed]
        trials = min(case.observed.trials for case in cases if case.observed)
        yield (
            f"{primitive} locks nothing, and yet with {_workers(workers)} nothing was lost on "
            f"{scenarios} in {trials} trials each. That is no proof: up to {percent(max(bounds))} "
            f"of trials could go wrong and look like this (95 %).{_why_clean(run, cases[0])}"
            f"{_explored(cases)}"
        )


def _explored(cases: list[CaseResult]) -> str:
    """What exploration says of controls that looked clean."""
    refuted = [case for case in cases if case.verdict.status in ("refuted", "deadlock")]
    proved = [case for case in cases if case.verdict.status == "proved"]
    said = ""
    if refuted:
        first = refuted[0]
        said += (
            f" Exploration refutes {_list(case.scenario for case in refuted)}: see how with "
            f"`locklab check {first.scenario} -p {first.primitive}`."
        )
    if proved:
        names = _list(case.scenario for case in proved)
        said += f" Exploration proves {names} up to a small bound, even without a lock."
    return said


def _how_wrong(case: CaseResult) -> str:
    seen = case.observed
    assert seen
    often = f"in {seen.violations + seen.stalls} of {seen.trials} trials"
    if seen.lost:
        lost = percent(seen.lost[0] / seen.lost[1])
        return f"{case.scenario} lost updates {often}, up to {lost} of them"
    return f"{case.scenario} {often}"


def _why_clean(run: RunResult, case: CaseResult) -> str:
    if case.workers == 1:
        return " A single worker has nobody to race with."
    if case.backend == "asyncio":
        return " Tasks give way only where an await suspends, and none does inside these sections."
    if case.backend == "threading" and run.environment.get("gil"):
        version = run.environment.get("python")
        return (
            f" CPython {version} with its GIL switches threads only at certain points of the "
            "bytecode, and hardly ever inside such short sections; other versions, and "
            "free-threaded builds, do."
        )
    return ""


def _unkeepable(run: RunResult, case: CaseResult) -> bool:
    """Whether no primitive is expected to keep this scenario, so the control teaches nothing."""
    return all(
        other.expected is None for other in run.cases if other.scenario == case.scenario
    ) and any(not other.control for other in run.cases if other.scenario == case.scenario)


def _no_lock_helps(run: RunResult) -> Iterator[str]:
    by_scenario: dict[str, list[CaseResult]] = defaultdict(list)
    for case in run.cases:
        if not case.control and case.expected is None and case.observed:
            by_scenario[case.scenario].append(case)
    for scenario, cases in by_scenario.items():
        trials = sum(case.observed.trials for case in cases if case.observed)
        bad = sum(case.observed.violations for case in cases if case.observed)
        yield (
            f"{scenario} cannot be kept right by any lock, because its test stands outside the "
            f"critical section: under real locks it went wrong in {bad} of {trials} trials."
        )


def _speed(run: RunResult) -> Iterator[str]:
    groups: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    for case in run.cases:
        if case.rank is not None:
            groups[case.scenario, case.workers].append(case)
    for (scenario, workers), cases in groups.items():
        if len(cases) < 2:
            continue
        first = [case for case in cases if case.rank == 1]
        rates = [case.throughput.median for case in first if case.throughput]
        slowest = min(
            (case for case in cases if case.throughput),
            key=lambda case: case.throughput.median if case.throughput else 0.0,
        )
        sentence = f"{scenario}, {_workers(workers)}: "
        if len(first) == len(cases):
            few = any(case.throughput and case.throughput.low is None for case in cases)
            yield sentence + (
                "too few trials to tell the locks apart; an interval needs 6."
                if few
                else "no difference is shown between the locks; their intervals overlap."
            )
            continue
        if len(first) > 1:
            sentence += (
                f"{_list(case.primitive for case in first)} are fastest, with no difference shown"
            )
        else:
            sentence += f"{first[0].primitive} is fastest"
        ratio = max(rates) / slowest.throughput.median if slowest.throughput else 1.0
        yield (
            f"{sentence} ({amount(max(rates))} ops/s); {slowest.primitive} is slowest, "
            f"{ratio:.1f} times behind."
        )


def _unsteady(run: RunResult) -> Iterator[str]:
    unsteady = []
    for case in run.cases:
        through = case.throughput
        if through is None or case.paced or through.low is None or through.high is None:
            continue
        half = (through.high - through.low) / 2 / through.median
        if half > UNSTEADY:
            unsteady.append((half, len(through.samples), case))
    if not unsteady:
        return
    half, trials, worst = max(unsteady, key=lambda entry: entry[0])
    # the width of an interval falls with the square root of the number of trials
    more = ceil(trials * (half / UNSTEADY) ** 2) - trials
    yield (
        f"{len(unsteady)} of {sum(1 for case in run.cases if case.throughput)} measured cases are "
        f"unsteady (interval beyond ±{UNSTEADY:.0%} of the median). The worst, {_name(worst)} at "
        f"±{half:.0%}, would take about {more:,} more trials; see --budget and --trials."
    )


def _verdicts(run: RunResult) -> Iterator[str]:
    reasons = {case.verdict.reason for case in run.cases}
    bounds = {case.verdict.bound for case in run.cases if case.verdict.bound}
    if bounds:
        size = max(bounds, key=lambda bound: (bound.workers, bound.ops))
        yield (
            f"Verdicts are of every interleaving of {_workers(size.workers)} with {size.ops} "
            "operations each, and say nothing of larger runs; `locklab check` goes further."
        )
    if reasons == {"not explored"}:
        yield (
            "Every verdict is inconclusive: trials show what happened here, and never that "
            "something cannot happen."
        )


def _name(case: CaseResult) -> str:
    return f"{case.scenario} on {case.primitive} ({_workers(case.workers)})"


def _workers(count: int) -> str:
    return f"{count} worker" if count == 1 else f"{count} workers"


def _list(names: Iterable[str]) -> str:
    *most, last = list(names)
    return f"{', '.join(most)} and {last}" if most else last
