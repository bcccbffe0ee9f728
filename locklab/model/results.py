"""What locklab found out, as frozen records: the document of `--json`, and what `compare` returns.

The fields and their nesting are the JSON document (schema `locklab/run/1`). A value that was not
measured is None there and `null` in the document, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SCHEMA = "locklab/run/1"

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


@dataclass(frozen=True, slots=True)
class Observed:
    """What real trials showed.

    Attributes:
        trials: Trials that ran, 0 or more, of every pass.
        violations: Trials in which the invariant broke, a worker raised or died, or two workers
            were inside one critical section of a primitive that promises exclusion.
        stalls: Trials that had to be ended because the workers got no further.
        upper_bound_95: The largest share of failing trials (violations and stalls), 0 to 1, that
            is compatible with this many at 95 % confidence (Clopper and Pearson 1934, one-sided);
            None where no trial ran.
        evidence: What was seen, a sentence each.
        overlaps: Times two workers were seen inside one critical section, at least; None where
            no trial watched for it.
        lost: (n, m) of the worst trial of a counter: n of m updates were missing at the end; None
            where no trial ended below what was expected of it.
    """

    trials: int
    violations: int
    stalls: int
    upper_bound_95: float | None
    evidence: tuple[str, ...] = ()
    overlaps: int | None = None
    lost: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Throughput:
    """Operations per second of all workers together, over trials.

    Attributes:
        median: Median over trials.
        low: Lower end of the interval for the median; None where trials are too few for one.
        high: Upper end, likewise.
        samples: One figure a trial, in the order measured.
        unit: Always `ops/s`.
        confidence: Of the interval, 0.95.
    """

    median: float
    low: float | None
    high: float | None
    samples: tuple[float, ...]
    unit: str = "ops/s"
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Cost:
    """Nanoseconds of wall time per operation of all workers together.

    Attributes:
        gross: The reciprocal of the median throughput.
        net: `gross` less that of the control on the same backend, scenario and workers; None
            where that was not measured. Negative where the difference drowns in noise.
    """

    gross: float
    net: float | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly workers got their turns inside the window where all of them ran.

    Attributes:
        jain: Jain's index, 1/workers (one worker got everything) to 1 (all the same); median over
            trials (Jain, Chiu and Hawe 1984, DEC-TR-301).
        jain_window_min: Smallest index over short windows; None where not measured.
        share_min: Smallest share of a worker, 0 to 1; median over trials.
        share_max: Largest share of a worker, 0 to 1; median over trials.
    """

    jain: float
    jain_window_min: float | None
    share_min: float
    share_max: float


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: scenario × primitive × worker count, with all that is known of it.

    Attributes:
        scenario: Name or import path of the scenario.
        primitive: Name or import path of the primitive.
        backend: Name of the backend.
        workers: Worker count.
        expected: `holds`, `deadlocks`, or None where nothing is promised.
        verdict: What exploration established.
        observed: What real trials showed; None where none could be run.
        throughput: None where not measured, or where the case broke.
        cost_ns: None where throughput is.
        fairness: None for one worker, and where workers did not run at the same time.
        wait_ns: Wait latencies; None where not measured.
        waited_share: Share of acquisitions that waited; None where not measured.
        control: Whether the primitive promises nothing and serves as the baseline.
        paced: Whether pauses set the speed, so that throughput says nothing of the lock.
        rank: 1 for the fastest of its scenario and worker count, ties sharing the better place;
            None where the case is not ranked.
        ops: Operations of each worker in the last timed trial; None where there was none.
        problem: Why the case could not be measured, as a sentence; None where it was.
    """

    scenario: str
    primitive: str
    backend: str
    workers: int
    expected: Literal["holds", "deadlocks"] | None
    verdict: Proof = NOT_EXPLORED
    observed: Observed | None = None
    throughput: Throughput | None = None
    cost_ns: Cost | None = None
    fairness: Fairness | None = None
    wait_ns: None = None
    waited_share: float | None = None
    control: bool = False
    paced: bool = False
    rank: int | None = None
    ops: int | None = None
    problem: str | None = None

    @property
    def refuted(self) -> bool:
        """Whether the verdict contradicts what the primitive promises."""
        if self.expected == "holds":
            return self.verdict.status in ("refuted", "deadlock")
        return self.expected == "deadlocks" and self.verdict.status in ("proved", "refuted")

    @property
    def broken(self) -> bool:
        """Whether the verdict or the trials contradict what the primitive promises."""
        if self.refuted:
            return True
        if self.observed is None or self.expected is None:
            return False
        if self.expected == "deadlocks":
            return self.observed.stalls < self.observed.trials
        return bool(self.observed.violations or self.observed.stalls)

    @property
    def failed(self) -> bool:
        """Whether any trial went wrong, promised or not."""
        return self.observed is not None and bool(self.observed.violations or self.observed.stalls)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One run of `compare`.

    Attributes:
        schema: Names this document's layout.
        created: When it began, ISO 8601 with offset.
        seed: Of the order of trials; the same seed gives the same order.
        settings: What was asked for: budget, trials, workers, work units and so on.
        environment: What decides the numbers: interpreter, build, GIL, start method, processors.
        cases: In the order of the table.
        problems: What could not be measured at all, a sentence each.
        interrupted: Whether Ctrl-C ended it early.
    """

    schema: str = SCHEMA
    created: str
    seed: int
    settings: dict[str, Any]
    environment: dict[str, Any]
    cases: tuple[CaseResult, ...]
    problems: tuple[str, ...] = ()
    interrupted: bool = False
