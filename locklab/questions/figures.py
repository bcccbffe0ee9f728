"""The figures of one case: throughput, fairness, waits, contention, and what to make of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from locklab.model.figures import Caution, Contention, Fairness, Latency, Throughput
from locklab.questions.samples import SHORT_NS, Clocked, Samples
from locklab.stats import steadiness
from locklab.stats.fairness import jain
from locklab.stats.median import median, median_interval
from locklab.stats.stopping import more_trials
from locklab.trial.histogram import Histogram

# Where fewer acquisitions than this had to wait, a throughput says what a lock costs that nobody
# else wants.
HARDLY_ANY = 0.01
# An open loop that had fewer of the acquisitions it asked for was not one.
KEPT_UP = 0.95


def throughput(samples: Samples, precision: float | None) -> Throughput:
    """Operations per second over the timed trials."""
    values = samples.rates
    low, high = median_interval(values) or (None, None)
    more = None if precision is None else more_trials(values, precision)
    return Throughput(median(values), low, high, tuple(values), more_trials=more)


def fairness(samples: Samples) -> Fairness | None:
    """How evenly workers got their turns; None where they did not run at the same time."""
    windows = [seen for seen in samples.windows if seen.together]
    # a majority, so that one lucky overlap of 60 trials does not speak for the case
    if samples.case.workers == 1 or len(windows) * 2 <= len(samples.windows):
        return None
    indices = [index for seen in windows if (index := jain(seen.counts)) is not None]
    low, high = median_interval(indices) or (None, None)
    short = samples.unfairest
    waits = samples.clocked.waits if samples.clocked and samples.clocked.acquired else None
    return Fairness(
        jain=median(indices),
        jain_window_min=median(short) if short else None,
        share_min=median([min(seen.counts) / sum(seen.counts) for seen in windows]),
        share_max=median([max(seen.counts) / sum(seen.counts) for seen in windows]),
        jain_low=low,
        jain_high=high,
        window_ms=SHORT_NS / 1e6 if short else None,
        starved_ns=float(waits.largest) if waits else None,
    )


def waits(clocked: Clocked, rate: float | None) -> Latency | None:
    """How long acquisitions waited; those that found the lock free waited for 0."""
    found = Histogram()
    found.add(clocked.waits)
    if clocked.acquired > found.count:
        found.record(0, clocked.acquired - found.count)
    return _latency(found, clocked, "open" if rate else "closed")


def holds(clocked: Clocked) -> Latency | None:
    """How long the lock was held."""
    return _latency(clocked.holds, clocked, "closed")


def _latency(found: Histogram, clocked: Clocked, loop: Literal["closed", "open"]) -> Latency | None:
    p50, p90, p99, p999 = (found.quantile(share) for share in (0.5, 0.9, 0.99, 0.999))
    if p50 is None or p90 is None or p99 is None or p999 is None:
        return None
    return Latency(
        p50=p50,
        p90=p90,
        p99=p99,
        p999=p999,
        max=float(found.largest),
        samples=found.count,
        loop=loop,
        mean=found.mean,
        clock_ns=clocked.clock_ns,
    )


def waited_share(clocked: Clocked) -> float | None:
    """The share of acquisitions that found the lock taken; None where that cannot be told."""
    if clocked.waited is None or not clocked.acquired:
        return None
    # without the GIL, counting what was free may miss a few; the share is no more than all
    return min(1.0, clocked.waited / clocked.acquired)


def contention(clocked: Clocked, rate: float | None) -> Contention | None:
    """How many workers waited at a moment; None where nothing was acquired."""
    if not clocked.span_ns or not clocked.acquired:
        return None
    return Contention(
        # what is late in an open loop waits for its turn, and not for the lock alone
        waiters_mean=None if rate else clocked.waits.total / clocked.span_ns,
        waiters_max=clocked.most,
        rate=rate,
        achieved_rate=clocked.acquired / clocked.span_ns * 1e9,
    )


def cautions(samples: Samples, rate: float | None) -> Iterator[Caution]:
    """What makes the figures of a case less than they look."""
    facts, clocked = samples.facts, samples.clocked
    if facts.get("free_threaded_build") and samples.gil:
        yield Caution(
            "the GIL was on although this Python was built to run without it: PYTHON_GIL, -X gil "
            "or an extension module turned it on"
        )
    if samples.unclocked:
        yield Caution("its waits could not be timed", samples.unclocked)
    if clocked is not None:
        yield from _crowd(samples, clocked, rate)
    if not samples.case.scenario_class.paced:
        yield from _unsteady(samples)


def _crowd(samples: Samples, clocked: Clocked, rate: float | None) -> Iterator[Caution]:
    share = waited_share(clocked)
    crowded = samples.case.workers > 1 and samples.case.described.exclusive
    if crowded and not rate and share is not None and share < HARDLY_ANY:
        yield Caution(
            "hardly any acquisition had to wait (under 1 %), so that this is what a lock costs "
            "with nobody in its way, whatever the number of workers"
        )
    seen = contention(clocked, rate)
    if rate and seen and seen.achieved_rate and seen.achieved_rate < rate * KEPT_UP:
        yield Caution(
            "the rate asked for was not kept up, so that waits grow for as long as it runs",
            f"{seen.achieved_rate / rate:.0%} of it",
        )


def _unsteady(samples: Samples) -> Iterator[Caution]:
    rates = samples.rates
    trend = steadiness.drift(rates)
    if trend:
        how = "slower" if trend.change < 0 else "faster"
        yield Caution(
            "throughput drifted during the run", f"{abs(trend.change):.0%} {how} at the end"
        )
    found = steadiness.modes(rates)
    if found and not trend:
        yield Caution(
            "trials fall into two groups, and the median lies in or between them by chance",
            f"{found.share:.0%} of them apart, {found.upper / found.lower:.1f} times",
        )
    far = steadiness.outliers(rates)
    if far and not found:
        yield Caution(
            "some trials lie far off the others; the median does not mind them",
            f"{len(far)} of {len(rates)}",
        )
    slow = steadiness.warming_up([seen.early for seen in samples.windows if seen.together])
    if slow:
        yield Caution(
            "trials begin slower than they go on: the warm-up had not ended",
            f"{slow:.0%} slower in the first quarter",
        )
