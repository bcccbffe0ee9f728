"""Make a counterexample small: fewest workers, operations, preemptions, then steps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from locklab.explore.explorer import Found, explore
from locklab.explore.judge import DEADLOCK
from locklab.explore.policies.every import Every
from locklab.explore.policies.exhaustive import Exhaustive
from locklab.explore.policies.preemption_bounded import PreemptionBounded

if TYPE_CHECKING:
    from locklab.explore.case import Case

MAX_EXECUTIONS = 2_000


def shrink(case: Case, found: Found, *, max_seconds: float = 2.0) -> tuple[Case, Found]:
    """Look for the same kind of failure at a smaller size.

    Sizes are tried from the smallest, so that the first that fails is the answer; not by taking
    away from the failure at hand, because a scenario decides itself what each worker does, and a
    part of a schedule means nothing at another size.

    Args:
        case: Where the failure was found.
        found: The failure.
        max_seconds: How long to look.

    Returns:
        The smallest case that fails so, and its failure with the fewest preemptions.
    """
    ends = time.monotonic() + max_seconds
    for workers in range(1, case.workers + 1):
        for ops in range(1, case.ops + 1):
            left = ends - time.monotonic()
            if (workers, ops) == (case.workers, case.ops) or left <= 0:
                break
            smaller = case.resized(workers, ops)
            findings = explore(
                smaller,
                Every() if case.tasks else Exhaustive(),
                max_executions=MAX_EXECUTIONS,
                max_seconds=left,
                until=lambda one: same_kind(one, found),
            )
            for one in findings.outcomes.values():
                if same_kind(one, found):
                    return smaller, fewest(smaller, one, max_seconds=max(0.1, left))
    return case, fewest(case, found, max_seconds=max(0.1, ends - time.monotonic()))


def fewest(case: Case, found: Found, *, max_seconds: float = 1.0) -> Found:
    """The same kind of failure at the same size with the fewest preemptions, then steps.

    The reduction plays one schedule of each class, and not the one that reads best, so the bounded
    search looks for that.
    """
    ends = time.monotonic() + max_seconds
    best = found
    if case.tasks:
        return best
    for bound in range(found.preemptions + 1):
        findings = explore(
            case,
            PreemptionBounded(bound),
            max_executions=MAX_EXECUTIONS,
            max_seconds=max(0.0, ends - time.monotonic()),
        )
        for one in findings.outcomes.values():
            if same_kind(one, found) and one.cost < best.cost:
                best = one
        if best.preemptions <= bound:
            break
    return best


def same_kind(one: Found, other: Found) -> bool:
    """Whether two failures are of one kind: a deadlock, an exception, or a broken invariant."""
    return _kind(one) == _kind(other)


def _kind(found: Found) -> str:
    if found.allowed:
        return ""
    if found.outcome == DEADLOCK:
        return DEADLOCK
    raised = isinstance(found.outcome, str) and "raised " in found.outcome
    return found.outcome if raised else "violation"
