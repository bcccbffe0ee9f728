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
        more_trials: About how many more trials it would take to come within the precision asked
            for; 0 where it did; None where there is no interval to tell by.
    """

    median: float
    low: float | None
    high: float | None
    samples: tuple[float, ...]
    unit: str = "ops/s"
    confidence: float = 0.95
    more_trials: int | None = None

    @property
    def precision(self) -> float | None:
        """Half the width of the interval, as a share of the median; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2 / self.median


@dataclass(frozen=True, slots=True)
class Cost:
    """Nanoseconds of wall time per operation of all workers together.

    Attributes:
        gross: The reciprocal of the median throughput.
        net: `gross` less that of the control in the same setting (backend, scenario, workers,
            interpreter, work); None where that was not measured. Negative where the difference
            drowns in noise.
        net_low: Lower end of the 95 % interval for `net`; None where there is none.
        net_high: Upper end, likewise.
    """

    gross: float
    net: float | None
    net_low: float | None = None
    net_high: float | None = None

    @property
    def distinguishable(self) -> bool | None:
        """Whether the cost differs from the control's; None where that cannot be told."""
        if self.net_low is None or self.net_high is None:
            return None
        return not self.net_low <= 0 <= self.net_high


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly workers got their turns inside the window where all of them ran.

    Attributes:
        jain: Jain's index, 1/workers (one worker got everything) to 1 (all the same); median over
            trials (Jain, Chiu and Hawe 1984, DEC-TR-301).
        jain_window_min: Smallest index over short windows of `window_ms`; median over trials;
            None where the trials were too short for one.
        share_min: Smallest share of a worker, 0 to 1; median over trials.
        share_max: Largest share of a worker, 0 to 1; median over trials.
        jain_low: Lower end of the 95 % interval for `jain` over trials; None where too few.
        jain_high: Upper end, likewise.
        window_ms: Length of a short window; None where the trials were too short for one.
        starved_ns: The longest that a worker waited for one acquisition in the wait pass; None
            where that was not run.
    """

    jain: float
    jain_window_min: float | None
    share_min: float
    share_max: float
    jain_low: float | None = None
    jain_high: float | None = None
    window_ms: float | None = None
    starved_ns: float | None = None


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something took, in nanoseconds, from a histogram with an error below 1 %.

    Attributes:
        p50: Median.
        p90: 90th percentile, and so on.
        p99: Likewise.
        p999: Likewise.
        max: The longest.
        samples: How many were recorded.
        loop: `closed` where a worker asks again as soon as it is through, so that a long wait
            delays those behind it and hides them (coordinated omission); `open` where arrivals
            come at a rate of their own and each wait counts from when it was due.
        mean: Arithmetic mean.
        clock_ns: What reading the clock once costs in these trials; a figure of that order says
            nothing more than "at once".
    """

    p50: float
    p90: float
    p99: float
    p999: float
    max: float
    samples: int
    loop: Literal["closed", "open"] = "closed"
    mean: float | None = None
    clock_ns: float | None = None


@dataclass(frozen=True, slots=True)
class Contention:
    """Whether workers were in one another's way, from the wait pass.

    Attributes:
        waiters_mean: Workers waiting at a moment, on average: their waiting time over the time
            that passed (Little 1961, Operations Research 9:383-387).
        waiters_max: The most at one moment, at least.
        rate: Acquisitions asked for per second; None in a closed loop.
        achieved_rate: Acquisitions that were had per second.
    """

    waiters_mean: float | None
    waiters_max: int | None
    rate: float | None = None
    achieved_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that makes a figure less than it looks.

    Attributes:
        what: As a sentence fragment, the same for every case it applies to.
        detail: How it is with this one, as a sentence fragment.
    """

    what: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Scaling:
    """One primitive on one scenario against the number of workers.

    Attributes:
        scenario: Its name.
        primitive: Its name.
        workers: The worker counts, rising.
        ops_per_s: Median throughput at each.
        speedup: That over one worker's; None where one worker was not measured.
        contention: Sigma of the Universal Scalability Law, the share of work that is done one at
            a time (Gunther 2007, Guerrilla Capacity Planning, chapter 4); None where not fitted.
        coherency: Kappa, the cost of keeping each pair of workers in step.
        ideal: Lambda, the fitted throughput of one worker, in ops/s.
        peak: The worker count beyond which throughput falls; None where it does not, or not fitted.
        r_squared: Share of the variance that the fit explains.
        reason: Why no law was fitted, as a sentence; None where one was.
        python: Label of the interpreter, where there are several.
        inside: Work units in each critical section.
        outside: Work units after each critical section; of the fewest workers, where a preset
            makes it depend on them.
        load: Name of that preset.
    """

    scenario: str
    primitive: str
    workers: tuple[int, ...]
    ops_per_s: tuple[float, ...]
    speedup: tuple[float, ...] | None
    contention: float | None = None
    coherency: float | None = None
    ideal: float | None = None
    peak: float | None = None
    r_squared: float | None = None
    reason: str | None = None
    python: str | None = None
    inside: int = 0
    outside: int = 0
    load: str | None = None


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
        wait_ns: How long acquisitions waited, 0 where the lock was free; None where not measured.
        waited_share: Share of acquisitions that found the lock taken, 0 to 1; None where not
            measured, or where the lock cannot be asked without waiting.
        control: Whether the primitive promises nothing and serves as the baseline.
        paced: Whether pauses set the speed, so that throughput says nothing of the lock.
        rank: 1 for the fastest of its scenario and worker count, ties sharing the better place;
            None where the case is not ranked.
        ops: Operations of each worker in the last timed trial; None where there was none.
        problem: Why the case could not be measured, as a sentence; None where it was.
        hold_ns: How long the lock was held, of a random sample of acquisitions; None where not
            measured.
        contention: How many workers waited; None where not measured.
        python: Label of the interpreter (`3.13.1`, `3.13.1t`) where the run compares several.
        gil: Whether the GIL was on while the trials ran; None where none ran.
        inside: Work units in each critical section.
        outside: Work units after each critical section.
        load: Name of the preset that these are; None where they were given as numbers.
        warnings: What makes these numbers less than they look.
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
    wait_ns: Latency | None = None
    waited_share: float | None = None
    control: bool = False
    paced: bool = False
    rank: int | None = None
    ops: int | None = None
    problem: str | None = None
    hold_ns: Latency | None = None
    contention: Contention | None = None
    python: str | None = None
    gil: bool | None = None
    inside: int = 0
    outside: int = 0
    load: str | None = None
    warnings: tuple[Caution, ...] = ()

    @property
    def setting(self) -> tuple[str, int, int, int]:
        """What cases have in common that are compared: scenario, workers, work in and between."""
        return self.scenario, self.workers, self.inside, self.outside

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
        scaling: Throughput against workers, where several worker counts were measured.
    """

    schema: str = SCHEMA
    created: str
    seed: int
    settings: dict[str, Any]
    environment: dict[str, Any]
    cases: tuple[CaseResult, ...]
    problems: tuple[str, ...] = ()
    interrupted: bool = False
    scaling: tuple[Scaling, ...] = ()
