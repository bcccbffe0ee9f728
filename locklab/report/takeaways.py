"""What a person should take away from these numbers, in plain sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from locklab.model.results import CaseResult, RunResult
from locklab.report import words
from locklab.report.speed import speed
from locklab.report.words import listed, percent, workers

# how the reason begins where a primitive says that it cannot be explored
NOT_EXPLORED = "not explored: "


def takeaways(run: RunResult) -> Iterator[str]:
    """Sentences on promises, controls, deadlocks, speed and steadiness, the gravest first."""
    yield from _broken(run)
    yield from _deadlocks(run)
    yield from _refusals(run)
    yield from _controls(run)
    yield from _no_lock_helps(run)
    yield from speed(run)
    yield from _verdicts(run)


def _broken(run: RunResult) -> Iterator[str]:
    for case in run.cases:
        if not case.broken or case.observed is None:
            continue
        name = words.case(case)
        if case.expected == "raises":
            yield (
                f"{name} should have raised, because {case.scenario} takes the lock again and "
                f"{case.primitive} says that it refuses that, and it did not in "
                f"{case.observed.trials - case.observed.violations} of {case.observed.trials} "
                "trials."
            )
        elif case.expected == "deadlocks":
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
            by_scenario[case.scenario].append(words.primitive(case))
    scenarios = {case.scenario for case in run.cases}
    for scenario, primitives in by_scenario.items():
        cure = (
            " box-flat is the cure: the same work, locking once."
            if scenario == "box" and "box-flat" in scenarios
            else ""
        )
        yield (
            f"{scenario} deadlocks on {listed(dict.fromkeys(primitives))}, as it must: a worker "
            f"that holds the lock asks for it again, and this lock does not know its holder.{cure}"
        )


def _refusals(run: RunResult) -> Iterator[str]:
    by_scenario: dict[str, list[str]] = defaultdict(list)
    for case in run.cases:
        if case.expected == "raises" and not case.broken and case.observed:
            by_scenario[case.scenario].append(words.primitive(case))
    for scenario, primitives in by_scenario.items():
        yield (
            f"{scenario} breaks off on {listed(dict.fromkeys(primitives))}, as it must: a worker "
            "that holds the lock asks for it again, and this lock knows its holder and raises."
        )


def _controls(run: RunResult) -> Iterator[str]:
    clean: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    wrong: dict[tuple[str, int], list[CaseResult]] = defaultdict(list)
    for case in run.cases:
        if case.control and case.observed and not _unkeepable(run, case):
            (wrong if case.failed else clean)[words.primitive(case), case.workers].append(case)
    for (primitive, count), cases in wrong.items():
        yield (
            f"{primitive} locks nothing, and with {workers(count)} it went wrong: "
            f"{'; '.join(map(_how_wrong, cases))}. There, the lock is what keeps the result right."
        )
    for (primitive, count), cases in clean.items():
        scenarios = listed(_scenarios(cases))
        bounds = [case.observed.upper_bound_95 or 1.0 for case in cases if case.observed]
        trials = min(case.observed.trials for case in cases if case.observed)
        yield (
            f"{primitive} locks nothing, and yet with {workers(count)} nothing was lost on "
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
            f" Exploration refutes {listed(_scenarios(refuted))}: see how with "
            f"`locklab check {first.scenario} -p {first.primitive}`."
        )
    if proved:
        names = listed(_scenarios(proved))
        said += f" Exploration proves {names} up to a small bound, even without a lock."
    return said


def _scenarios(cases: list[CaseResult]) -> list[str]:
    return list(dict.fromkeys(case.scenario for case in cases))


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
    gil = run.environment.get("gil") if case.gil is None else case.gil
    if case.backend == "threading" and gil:
        version = (case.python or run.environment.get("python") or "").partition(" ")[0]
        return (
            f" {f'CPython {version}'.rstrip()} with its GIL switches threads only at certain "
            "points of the bytecode, and hardly ever inside such short sections; other versions, "
            "and free-threaded builds, do."
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


def _verdicts(run: RunResult) -> Iterator[str]:
    reasons = {case.verdict.reason for case in run.cases}
    bounds = {case.verdict.bound for case in run.cases if case.verdict.bound}
    if bounds:
        size = max(bounds, key=lambda bound: (bound.workers, bound.ops))
        yield (
            f"Verdicts are of every interleaving of {workers(size.workers)} with {size.ops} "
            "operations each, and say nothing of larger runs; `locklab check` goes further."
        )
    unexplored: dict[str, list[str]] = defaultdict(list)
    for case in run.cases:
        reason = case.verdict.reason or ""
        if reason.startswith(NOT_EXPLORED):
            unexplored[reason.removeprefix(NOT_EXPLORED)].append(words.primitive(case))
    for reason, primitives in unexplored.items():
        yield (
            f"There is no verdict on {listed(dict.fromkeys(primitives))}: {reason}. What trials "
            "did not show may still happen."
        )
    if reasons == {"not explored"}:
        yield (
            "Every verdict is inconclusive: trials show what happened here, and never that "
            "something cannot happen."
        )
