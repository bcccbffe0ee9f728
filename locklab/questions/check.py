"""Proof, not luck: explore every interleaving of a case and say what is established.

`check_one` answers for one case, `check` for scenarios × primitives, `replay` shows one execution
again, step by step.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.explore.case import Case
from locklab.explore.estimate import interleavings
from locklab.explore.explorer import INTERRUPTED, Findings, Found, explore
from locklab.explore.judge import DEADLOCK
from locklab.explore.policies import POLICIES
from locklab.explore.policies.random_walk import RandomWalk
from locklab.explore.proofs import confirm
from locklab.explore.shrink import fewest, shrink
from locklab.explore.tokens import case_of, decode, encode
from locklab.explore.trace import trace
from locklab.model.primitive import Primitive
from locklab.model.proofs import Bound, Counterexample, Outcome, Proof
from locklab.model.workload import Scenario
from locklab.questions.subjects import primitive_of, runs_on, scenario_class
from locklab.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from locklab.explore.scheduler import Scheduler
    from locklab.explore.trace import Trace
    from locklab.model.proofs import Status
    from locklab.questions.subjects import PrimitiveLike, ScenarioLike

    # here a scenario is not started elsewhere, so that an object will do as well as its class
    SubjectLike = ScenarioLike | Scenario

# policies without an end of their own stop after so many executions where nothing else is said
SAMPLED = 1_000
SAMPLED_S = 2.0


def check(
    scenarios: SubjectLike | Iterable[SubjectLike] | None = None,
    *,
    primitives: PrimitiveLike | Iterable[PrimitiveLike] | None = None,
    workers: int = 2,
    ops: int = 2,
    max_seconds: float | None = None,
    on_case: Callable[[str, str], None] | None = None,
    **options: Any,
) -> list[Proof]:
    """Explore every scenario on every primitive.

    Args:
        scenarios: Names, globs, import paths, classes or objects; all built-in ones where None.
        primitives: Names, globs, import paths, `Primitive`s or lock classes; likewise.
        workers: Workers of each case.
        ops: Operations of each worker.
        max_seconds: For all cases together; what one leaves over the next may use.
        on_case: Called with the names of scenario and primitive before each case.
        **options: As for `check_one`.

    Returns:
        One proof a case, scenario by scenario. Each says what it is of.

    Raises:
        RequestError: Something asked for does not exist or cannot be explored.
    """
    import time

    subjects = [_subject(one) for one in _each(scenarios, SCENARIOS)]
    locks = [(_described(one)[0], one) for one in _each(primitives, PRIMITIVES)]
    pairs = [
        (subject, primitive, given)
        for subject in subjects
        for primitive, given in locks
        if _runs(subject, primitive)
    ]
    ends = time.monotonic() + max_seconds if max_seconds is not None else None
    proofs = []
    for index, (subject, primitive, given) in enumerate(pairs):
        share = None
        if ends is not None:
            share = max(0.0, ends - time.monotonic()) / (len(pairs) - index)
        if on_case is not None:
            on_case(Case(subject, primitive).title, primitive.name)
        proofs.append(check_one(subject, given, workers, ops, max_seconds=share, **options))
    return proofs


def check_one(
    scenario: SubjectLike,
    primitive: PrimitiveLike,
    workers: int = 2,
    ops: int = 2,
    *,
    policy: str | Scheduler = "exhaustive",
    max_preemptions: int | None = None,
    max_executions: int | None = None,
    max_seconds: float | None = None,
    max_steps: int | None = None,
    cancel: bool = False,
    seed: int | None = None,
    minimal: bool = True,
    on_progress: Callable[[int, float], None] | None = None,
) -> Proof:
    """Explore one case.

    Args:
        scenario: Name, import path, class or object.
        primitive: Name, import path, `Primitive` or lock class.
        workers: How many workers.
        ops: Operations of each.
        policy: `exhaustive` (every class once), `bounded` (no preemption, then one, and so on),
            `random`, `pct`, `every` (no reduction), or a `Scheduler` of your own.
        max_preemptions: Only schedules with at most so many; the policy is then `bounded`.
        max_executions: Stop after so many; 1,000 for `random` and `pct` where nothing else stops.
        max_seconds: Stop after so long.
        max_steps: Give up an execution after so many steps; where None, after ten times as many as
            the first execution took, at least 200 and at most 10,000.
        cancel: Also cancel tasks while they wait or pause.
        seed: Of `random` and `pct`.
        minimal: Also look for the smallest failure of the kind found, for up to two seconds.
        on_progress: Called now and then with the executions so far and the seconds.

    Raises:
        RequestError: What is asked for does not exist.
        CaseError: Its scenario or its lock cannot be explored.
    """
    described, lock = _described(primitive)
    case = Case(_subject(scenario), described, workers, ops, cancel, max_steps, lock)
    if not _runs(case.scenario, case.primitive):
        style = "work_async" if case.tasks else "work"
        raise RequestError(
            f"{case.title} has no {style}(), so it does not run on {case.primitive.backend}"
        )
    if described.unexplorable:
        return Proof(
            "inconclusive",
            reason=f"not explored: {described.unexplorable}",
            scenario=case.title,
            primitive=described.name,
        )
    if max_preemptions is not None and (max_preemptions < 0 or policy not in _BOUNDABLE):
        raise RequestError(
            f"max_preemptions={max_preemptions} with policy {policy!r}: the bound is a number from "
            "0, and for the policies exhaustive and bounded"
        )
    sampled = policy in ("random", "pct")
    if sampled and max_executions is None and max_seconds is None:
        max_executions = SAMPLED
    findings = explore(
        case,
        _scheduler(policy, case, max_preemptions, seed),
        max_executions=max_executions,
        max_seconds=max_seconds,
        on_progress=on_progress,
    )
    cut_short = findings.endless or findings.stopped.startswith("the time limit")
    if cut_short and not sampled and not findings.unreliable and findings.worst() is None:
        _sample(case, findings, seed)
    confirm(case, findings)
    counted = case.tasks or (policy == "exhaustive" and max_preemptions is None)
    return _proof(case, findings, max_preemptions, counted=counted, minimal=minimal)


def estimate(
    scenario: SubjectLike, primitive: PrimitiveLike, workers: int = 2, ops: int = 2
) -> float | None:
    """About how many interleavings a case has before reduction; None where that is not known.

    Raises:
        RequestError: What is asked for does not exist or cannot be explored.
    """
    described, lock = _described(primitive)
    return interleavings(Case(_subject(scenario), described, workers, ops, lock=lock))


def replay(
    token: str,
    scenario: SubjectLike | None = None,
    primitive: PrimitiveLike | None = None,
    *,
    real: bool = False,
) -> Trace:
    """Play the execution of a token again.

    Args:
        token: From a proof.
        scenario: In place of the one that the token names, where that cannot be imported.
        primitive: Likewise.
        real: Also drive real workers with the real primitive through the same steps.

    Raises:
        RequestError: It is no token, or its code has changed since.
        InternalError: The real run came to something else than the simulated one.
    """
    told = decode(token)
    case = case_of(
        told,
        _subject(scenario) if scenario is not None else None,
        *(_described(primitive) if primitive is not None else ()),
    )
    shown = trace(case, told.choices)
    if real:
        from locklab.explore.real import must_agree

        must_agree(case, told.choices, shown)
    return shown


_BOUNDABLE = ("exhaustive", "bounded")


def _scheduler(
    policy: str | Scheduler, case: Case, max_preemptions: int | None, seed: int | None
) -> Scheduler:
    if not isinstance(policy, str):
        return policy
    kind = POLICIES.load(policy)
    made: Scheduler
    if policy in ("random", "pct"):
        made = kind(seed=seed)
    elif case.tasks:
        # tasks are never preempted, so that every bound on preemptions is kept
        made = POLICIES.load("every")()
    elif max_preemptions is not None or policy == "bounded":
        made = POLICIES.load("bounded")(max_preemptions)
    else:
        made = kind()
    return made


def _sample(case: Case, findings: Findings, seed: int | None) -> None:
    """Look for failures at random, too.

    A search in order spends itself on how often a loop goes round before anything else changes;
    at random, loops end soon.
    """
    sampled = explore(
        case,
        RandomWalk(seed if seed is not None else 0),
        max_executions=SAMPLED,
        max_seconds=SAMPLED_S,
    )
    findings.executions += sampled.executions
    for key, found in sampled.outcomes.items():
        findings.outcomes.setdefault(key, found)


def _proof(
    case: Case, findings: Findings, bound: int | None, *, counted: bool, minimal: bool
) -> Proof:
    worst = findings.worst() if not findings.unreliable else None
    small = None
    if worst is not None and minimal:
        size, one = shrink(case, worst)
        small = Counterexample(
            size.workers, size.ops, one.preemptions, one.outcome, one.message, one.schedule,
            encode(size, one.choices),
        )  # fmt: skip
        worst = one if size is case else fewest(case, worst)
    status: Status = "proved" if findings.complete else "inconclusive"
    reason = _limit(findings, bound)
    cycle = None
    if worst is not None:
        status, reason = "refuted", worst.message
        if worst.outcome == DEADLOCK:
            status = "deadlock"
            cycle = trace(case, worst.choices).cycle
    return Proof(
        status,
        Bound(case.workers, case.ops, bound),
        findings.complete,
        findings.executions,
        findings.distinct if counted else None,
        tuple(
            Outcome(
                found.outcome, found.count if counted else None, found.allowed,
                *_shown(case, found, worst),
            )
            for found in findings.outcomes.values()
        ),
        worst.schedule if worst else None,
        cycle,
        reason,
        case.title,
        case.primitive.name,
        encode(case, worst.choices) if worst else None,
        small,
        worst.preemptions if worst else None,
        findings.redundant,
        findings.seconds,
        findings.stopped == INTERRUPTED,
        tuple(findings.notes.values()),
    )  # fmt: skip


def _shown(case: Case, found: Found, worst: Found | None) -> tuple[tuple[int, ...], str]:
    """The schedule to show for an outcome, and its token."""
    if worst is not None and (found.outcome, found.allowed) == (worst.outcome, worst.allowed):
        found = worst
    return found.schedule, encode(case, found.choices)


def _limit(findings: Findings, bound: int | None) -> str | None:
    """Why nothing is proved, as a sentence fragment."""
    if findings.complete:
        return None
    if findings.stopped:
        return findings.stopped
    if bound is not None:
        return f"nothing fails with up to {bound} preemptions; with more, nothing is known"
    return "the policy does not cover every schedule"


def _each(wanted: Any, registry: Any) -> list[Any]:
    if wanted is None:
        return list(registry)
    if isinstance(wanted, (str, type, Scenario, Primitive)):
        wanted = [wanted]
    found: list[Any] = []
    for one in wanted:
        found += registry.select([one]) if isinstance(one, str) else [one]
    return found


def _subject(wanted: SubjectLike) -> type[Scenario] | Scenario:
    """A scenario's class, or the very object that was given."""
    return wanted if isinstance(wanted, Scenario) else scenario_class(wanted)


def _described(wanted: PrimitiveLike) -> tuple[Primitive, type[Any] | None]:
    """A primitive, and the class that it describes where one was given."""
    found = PRIMITIVES.load(wanted) if isinstance(wanted, str) else wanted
    return primitive_of(wanted), found if inspect.isclass(found) else None


def _runs(scenario: type[Scenario] | Scenario, primitive: Primitive) -> bool:
    return runs_on(scenario if isinstance(scenario, type) else type(scenario), primitive)
