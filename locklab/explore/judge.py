"""What an execution came to, and how many preemptions it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from locklab.errors import CaseError, RequestError
from locklab.explore.steps import ACQUIRE, FREE, KIND, OBJECT, PAUSE
from locklab.model.places import failed, raised_at
from locklab.model.workload import Run, Violation

if TYPE_CHECKING:
    from locklab.explore.stage import Stage

DEADLOCK = "deadlock"
LEFT_LOCKED = "left locked"


class Judgement(NamedTuple):
    """How one execution ended.

    Attributes:
        outcome: What to tabulate: the scenario's own outcome, or a sentence where there is none.
        allowed: Whether that is all right.
        message: What is wrong, as a sentence fragment; empty where nothing is.
    """

    outcome: Any
    allowed: bool
    message: str


def judge(stage: Stage) -> Judgement:
    """Say what an execution that was not cut short came to."""
    if stage.ending == "deadlock":
        return Judgement(DEADLOCK, False, "workers wait for ever")
    if stage.errors:
        told = dict.fromkeys(_told(error) for _, error in sorted(stage.errors.items()))
        index, error = min(stage.errors.items())
        place = raised_at(error)
        where = f" at {place}" if place else ""
        said = "; ".join(told)
        return Judgement(f"raised {said}", False, f"worker {index} raised {said}{where}")
    if stage.left_locked:
        return Judgement(LEFT_LOCKED, False, f"{stage.left_locked} after a cancellation")
    scenario = stage.scenario
    allowed, message = True, ""
    # after a cancellation not all operations were done, which `verify` does not know of
    if not stage.cancelled:
        try:
            scenario.verify(Run(stage.workers, stage.ops))
        except Violation as violation:
            allowed, message = False, str(violation)
        except RequestError:
            raise
        except Exception as error:
            said = f"verify raised {_told(error)}"
            return Judgement(said, False, said)
    try:
        outcome = scenario.outcome()
        hash(outcome)  # outcomes are told apart and counted: a list is none
    except (Exception, SystemExit) as error:
        raise CaseError(failed("outcome", error)) from error
    if stage.cancelled:
        outcome = f"{outcome} after {len(stage.cancelled)} cancelled"
    return Judgement(outcome, allowed, message)


def _told(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def preemptions(stage: Stage) -> int:
    """How often a worker that could have gone on was held up in the execution of a stage."""
    schedule, steps = stage.schedule, stage.steps
    if stage.choices is not schedule:
        return 0  # tasks are never held up
    # from the end: what each worker does next, and whether a lock is free until its next step
    following = [
        step if lock is not None else -1
        for step, lock in zip(stage.pending, stage.waits, strict=True)
    ]
    free: dict[int, bool] = {}
    count = 0
    for position in range(len(steps) - 1, -1, -1):
        worker, step = schedule[position], steps[position]
        following[worker] = step
        free[step >> OBJECT] = bool(step & FREE)
        if position == 0 or schedule[position - 1] == worker:
            continue
        before = schedule[position - 1]
        was_next = following[before]
        if was_next < 0 or was_next == PAUSE or steps[position - 1] == PAUSE:
            continue
        if was_next & KIND != ACQUIRE or free.get(was_next >> OBJECT, False):
            count += 1
    return count
