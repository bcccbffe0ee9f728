"""What trials measured, as frozen records; part of the document of a run.

A value that was not measured is None here and `null` in the document, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
        wait_p99_ns: How long 99 % of acquisitions waited at most, at each; None where not
            measured.
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
    wait_p99_ns: tuple[float | None, ...] = ()
