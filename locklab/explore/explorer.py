"""Play every execution that a policy asks for, and gather what they came to."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from locklab.errors import CaseError, RequestError
from locklab.explore.case import MAX_STEPS
from locklab.explore.hidden import refuse_real_locks
from locklab.explore.judge import DEADLOCK, judge, preemptions
from locklab.explore.labs import REAL
from locklab.explore.outside import watched
from locklab.explore.stage import Nondeterminism
from locklab.explore.steps import CANCEL, KIND, OBJECT

if TYPE_CHECKING:
    from collections.abc import Callable

    from locklab.explore.case import Case
    from locklab.explore.scheduler import Scheduler
    from locklab.explore.stage import Stage

    Progress = Callable[[int, float], None]

# so many executions that reach the step limit are enough to say that the scenario may not end
MAX_ENDLESS = 25
INTERRUPTED = "it was interrupted"
# where nobody sets a limit, an execution may be so many times as long as the first, and have at
# least so many steps: loops that wait for another worker are cut off early. Not as the longest so
# far, which would let such a loop raise the limit a little each time
LONGER = 10
FEW_STEPS = 200
PROGRESS_EVERY_S = 0.1


@dataclass
class Found:
    """One outcome, with the executions that ended so.

    Attributes:
        outcome: What it is.
        allowed: Whether it is all right.
        message: What is wrong with it.
        count: How many executions ended so; for tasks, how many classes.
        schedule: The best execution's schedule: fewest preemptions, then fewest steps.
        choices: The choices that led to it.
        preemptions: How many that took.
    """

    outcome: Any
    allowed: bool
    message: str
    schedule: tuple[int, ...]
    choices: tuple[int, ...]
    preemptions: int
    count: int = 0

    @property
    def cost(self) -> tuple[int, int]:
        """What is to be small."""
        return self.preemptions, len(self.schedule)


@dataclass
class Findings:
    """What an exploration came to.

    Attributes:
        executions: Executions that were played.
        distinct: Those of them that did not repeat another.
        redundant: Those that were cut short because they would have.
        endless: Those that reached the step limit.
        outcomes: By outcome and whether it is allowed.
        complete: Nothing up to the bound was left out.
        stopped: Why exploration ended early, as a sentence fragment; empty where it did not.
        unreliable: The scenario does not do the same twice under one schedule.
        seconds: How long it took.
        notes: What workers did outside of what is explored, by auditing event.
    """

    executions: int = 0
    distinct: int = 0
    redundant: int = 0
    endless: int = 0
    outcomes: dict[tuple[Any, bool], Found] = field(default_factory=dict)
    complete: bool = False
    stopped: str = ""
    unreliable: bool = False
    seconds: float = 0.0
    notes: dict[str, str] = field(default_factory=dict)

    def worst(self) -> Found | None:
        """The failure to show: a deadlock before anything else, then the cheapest."""
        failures = [found for found in self.outcomes.values() if not found.allowed]
        if not failures:
            return None
        return min(failures, key=lambda found: (found.outcome != DEADLOCK, found.cost))


def explore(
    case: Case,
    scheduler: Scheduler,
    *,
    max_executions: int | None = None,
    max_seconds: float | None = None,
    until: Callable[[Found], bool] | None = None,
    on_progress: Progress | None = None,
) -> Findings:
    """Play the executions of a case that a scheduler asks for.

    Args:
        case: What to explore.
        scheduler: The policy.
        max_executions: Stop after so many.
        max_seconds: Stop after so long.
        until: Stop when it says so of an outcome just found.
        on_progress: Called now and then with the executions so far and the seconds.

    Raises:
        CaseError: Its scenario or its lock cannot be run.
    """
    findings = Findings()
    stage = case.stage()

    def look_once() -> None:
        stage.after_set_up = None
        if not case.tasks:
            refuse_real_locks(stage.scenario, REAL)

    stage.after_set_up = look_once
    begun = time.monotonic()
    ends = begun + max_seconds if max_seconds is not None else float("inf")
    limit = max_executions if max_executions is not None else float("inf")
    told = begun
    classes: set[int] = set()
    outside = ExitStack()
    findings.notes = outside.enter_context(watched())
    try:
        while scheduler.begin(stage):
            if findings.executions >= limit:
                findings.stopped = f"the limit of {max_executions:,} executions was reached"
                break
            if not findings.executions & 15 and findings.executions:
                now = time.monotonic()
                if now >= ends:
                    findings.stopped = f"the time limit of {max_seconds:g} s was reached"
                    break
                if on_progress is not None and now - told >= PROGRESS_EVERY_S:
                    told = now
                    on_progress(findings.executions, now - begun)
            stage.play(scheduler)
            findings.executions += 1
            if not scheduler.end(stage):
                findings.redundant += 1
                continue
            if case.max_steps is None and findings.executions == 1:
                stage.max_steps = min(MAX_STEPS, max(FEW_STEPS, LONGER * len(stage.schedule)))
            if stage.ending == "steps":
                findings.endless += 1
                if findings.endless >= MAX_ENDLESS:
                    break
                continue
            if case.tasks:
                name = class_of(stage)
                if name in classes:
                    findings.redundant += 1
                    continue
                classes.add(name)
            findings.distinct += 1
            found = _file(findings, stage)
            if until is not None and until(found):
                findings.stopped = "it was enough"
                break
        else:
            findings.complete = scheduler.complete and not findings.endless
    except Nondeterminism as parting:
        findings.stopped = _parting(stage, parting)
        findings.unreliable = True
    except KeyboardInterrupt:
        findings.stopped = INTERRUPTED
    except RequestError as error:
        # whatever was asked of a lab that it does not do: another case may well do without
        raise CaseError(str(error)) from error
    finally:
        stage.close()
        outside.close()
    if findings.endless and not findings.stopped:
        findings.stopped = (
            f"{findings.endless:,} execution{'s were' if findings.endless > 1 else ' was'} given "
            f"up after {stage.max_steps:,} steps: "
            "some schedule goes round in a loop that waits for another worker, or never ends"
        )
    findings.seconds = time.monotonic() - begun
    return findings


def _file(findings: Findings, stage: Stage) -> Found:
    """Count an execution under its outcome."""
    judgement = judge(stage)
    key = judgement.outcome, judgement.allowed
    found = findings.outcomes.get(key)
    if found is None or not judgement.allowed:
        cost = preemptions(stage), len(stage.schedule)
        if found is None or cost < found.cost:
            count = found.count if found is not None else 0
            found = findings.outcomes[key] = Found(
                *judgement, tuple(stage.schedule), tuple(stage.choices), cost[0], count
            )
    found.count += 1
    return found


def class_of(stage: Stage) -> int:
    """A name for the class of an execution: equal up to swapping independent steps.

    The class is decided by the order of steps on each object, reads between two writes in any
    order; so hash for each object that order. Steps on object 0 leave no trace.
    """
    orders: dict[int, list[Any]] = {}
    counts = [0] * stage.workers
    for worker, step in zip(stage.schedule, stage.steps, strict=True):
        thing = step >> OBJECT
        if not thing:
            if step == CANCEL:
                # it belongs to the class where in its work a worker is cancelled
                orders.setdefault(-1 - worker, []).append((counts[worker], step))
            continue
        event = worker, counts[worker], step
        counts[worker] += 1
        order = orders.setdefault(thing, [])
        if step & KIND:
            order.append(event)
        elif order and isinstance(order[-1], set):
            order[-1].add(event)
        else:
            order.append({event})
    return hash(
        tuple(
            (thing, tuple(frozenset(one) if isinstance(one, set) else one for one in order))
            for thing, order in sorted(orders.items())
        )
    )


def _parting(stage: Stage, parting: Nondeterminism) -> str:
    """Where two runs under one schedule part, as a sentence fragment."""
    from locklab.explore.trace import describe

    before = describe(stage, parting.before)
    now = "had finished" if parting.now is None else f"was about to {describe(stage, parting.now)}"
    return (
        f"the scenario is nondeterministic: at step {parting.position + 1}, where worker "
        f"{parting.worker} did {before} before, under the same schedule it {now} the second time"
    )
