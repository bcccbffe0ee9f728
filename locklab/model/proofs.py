"""What exploration established, as frozen records; part of the document of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["proved", "refuted", "deadlock", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Bound:
    """Up to which size exploration went.

    Attributes:
        workers: Workers of the explored run.
        ops: Operations of each worker.
        preemptions: The most preemptions of a schedule; None where they were not limited.
    """

    workers: int
    ops: int
    preemptions: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way for a run to end.

    Attributes:
        outcome: What the scenario's `outcome()` gave: by default the final value of each cell.
        classes: How many equivalence classes of schedules end so; None where not counted.
        allowed: Whether `verify` accepts it.
        schedule: One schedule that ends so, as worker indices, one a step.
        token: Replays that schedule.
    """

    outcome: Any
    classes: int | None
    allowed: bool
    schedule: tuple[int, ...] | None
    token: str | None = None

    def __post_init__(self) -> None:
        _restore(self)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest failure of the kind that was found, at the smallest size that shows it.

    Attributes:
        workers: Of that size.
        ops: Operations of each worker.
        preemptions: How often a worker that could have gone on was held up.
        outcome: What it comes to.
        message: What is wrong with that, as a sentence fragment.
        schedule: Worker indices, one a step.
        token: Replays it.
    """

    workers: int
    ops: int
    preemptions: int
    outcome: Any
    message: str
    schedule: tuple[int, ...]
    token: str

    def __post_init__(self) -> None:
        _restore(self)


def _restore(record: Outcome | Counterexample) -> None:
    """JSON has no tuples; an outcome that is read back equals the one that was written."""
    if isinstance(record.outcome, list):
        object.__setattr__(record, "outcome", tuple(record.outcome))


@dataclass(frozen=True, slots=True)
class Proof:
    """What exploration established for one case.

    Attributes:
        status: `deadlock` where some schedule leaves workers waiting for ever; else `refuted`
            where some schedule breaks the invariant or raises; else `proved`, or `inconclusive`
            where a limit was reached.
        bound: The size explored; None where nothing was.
        complete: Whether every schedule up to the bound was covered.
        executions: How many times the scenario was run.
        classes: How many executions were distinct up to swapping independent steps.
        outcomes: Every way to end that was reached.
        schedule: The shortest schedule with the fewest preemptions that shows the failure.
        cycle: The deadlock, one sentence a worker.
        reason: Why nothing was established, or what failed, as a sentence.
        scenario: What the scenario is called.
        primitive: Name of the primitive.
        token: Replays `schedule`.
        counterexample: The failure made as small as it goes; None where there is none.
        preemptions: Of `schedule`.
        redundant: Executions that were dropped because they would have repeated another.
        seconds: How long exploration took.
        interrupted: Whether Ctrl-C ended it.
        notes: What the code did that exploration cannot see, a sentence each.
    """

    status: Status
    bound: Bound | None = None
    complete: bool = False
    executions: int | None = None
    classes: int | None = None
    outcomes: tuple[Outcome, ...] = ()
    schedule: tuple[int, ...] | None = None
    cycle: tuple[str, ...] | None = None
    reason: str | None = None
    scenario: str | None = None
    primitive: str | None = None
    token: str | None = None
    counterexample: Counterexample | None = None
    preemptions: int | None = None
    redundant: int | None = None
    seconds: float | None = None
    interrupted: bool = False
    notes: tuple[str, ...] = ()


NOT_EXPLORED = Proof("inconclusive", reason="not explored")
