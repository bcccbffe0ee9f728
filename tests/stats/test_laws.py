"""Laws that hold for any numbers, and coverage by simulation."""

from __future__ import annotations

import random
from dataclasses import replace
from math import comb, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.stats.binomial import upper_bound
from locklab.stats.fairness import jain
from locklab.stats.median import FEWEST, median, median_interval
from locklab.trial.window import window

values = st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40)
confidences = st.floats(0.001, 0.999)


@given(values, confidences)
def test_the_interval_holds_the_median_whatever_the_confidence(
    sample: list[float], confidence: float
) -> None:
    interval = median_interval(sample, confidence)
    if interval is not None:
        low, high = interval
        slack = 1e-9 * max(map(abs, sample))
        assert min(sample) - slack <= low <= median(sample) + slack
        assert median(sample) - slack <= high <= max(sample) + slack


@given(values, confidences, confidences)
def test_more_confidence_is_never_a_narrower_interval(
    sample: list[float], one: float, other: float
) -> None:
    less, more = sorted((one, other))
    wide, narrow = median_interval(sample, more), median_interval(sample, less)
    if wide is None:
        return
    assert narrow is not None
    slack = 1e-9 * max(map(abs, sample))
    assert wide[0] <= narrow[0] + slack
    assert wide[1] >= narrow[1] - slack


@given(values, st.permutations(range(40)))
def test_the_order_of_samples_does_not_matter(sample: list[float], order: list[int]) -> None:
    shuffled = [sample[index] for index in order if index < len(sample)]
    assert median_interval(shuffled) == median_interval(sample)


@pytest.mark.parametrize("count", range(FEWEST, 31, 3))
def test_95_percent_are_94_to_97_of_a_hundred_also_where_times_are_skewed(count: int) -> None:
    chance = random.Random(count)
    runs, covered = 6_000, 0
    for _ in range(runs):
        interval = median_interval([chance.lognormvariate(0, 1) for _ in range(count)])
        assert interval is not None
        # the median of this distribution is exp(0)
        covered += interval[0] <= 1 <= interval[1]
    # at 0.95 the standard error of the share is 0.003; seeded, so it comes out the same each time
    assert 0.935 < covered / runs < 0.97


def test_the_fewest_are_the_fewest() -> None:
    assert median_interval(range(FEWEST - 1)) is None
    assert median_interval(range(FEWEST)) is not None


@given(st.integers(1, 200), st.data(), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_the_bound_is_where_so_few_failures_become_unlikely(
    trials: int, data: st.DataObject, confidence: float
) -> None:
    failures = data.draw(st.integers(0, trials - 1))
    p = upper_bound(failures, trials, confidence)
    assert p is not None
    at_most = sum(comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(failures + 1))
    assert at_most == pytest.approx(1 - confidence, abs=1e-6)


@given(st.integers(0, 50), st.integers(1, 50))
def test_more_clean_trials_lower_the_bound(trials: int, more: int) -> None:
    few, many = upper_bound(0, trials + 1), upper_bound(0, trials + 1 + more)
    assert few is not None
    assert many is not None
    assert 0 < many < few <= 1


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.permutations(range(30)))
def test_fairness_does_not_ask_who_is_who(shares: list[int], order: list[int]) -> None:
    shuffled = [shares[index] for index in order if index < len(shares)]
    assert jain(shuffled) == pytest.approx(jain(shares)) if any(shares) else jain(shares) is None


@given(st.integers(1, 40), st.integers(0, 39))
def test_fairness_where_only_some_get_a_share_is_their_share(count: int, idle: int) -> None:
    idle = min(idle, count - 1)
    assert jain([7] * (count - idle) + [0] * idle) == pytest.approx((count - idle) / count)


Timeline = tuple[list[int], list[int]]


@st.composite
def timelines(draw: st.DrawFn) -> list[Timeline]:
    found = []
    for _ in range(draw(st.integers(1, 5))):
        stamps, done = [draw(st.integers(1, 500))], [0]
        for _ in range(draw(st.integers(1, 6))):
            stamps.append(stamps[-1] + draw(st.integers(1, 500)))
            # a chunk holds an operation at least
            done.append(done[-1] + draw(st.integers(1, 50)))
        found.append((stamps, done))
    return found


@given(timelines(), st.integers(0, 10**15))
def test_the_clock_may_begin_anywhere(workers: list[Timeline], offset: int) -> None:
    here = window(workers)
    there = window([([stamp + offset for stamp in stamps], done) for stamps, done in workers])
    if here is None or there is None:
        assert here is there
        return
    moved = replace(here, begin_ns=here.begin_ns + offset, end_ns=here.end_ns + offset)
    # the quarter of a window may fall between two ticks of the clock, and far out on it be rounded
    assert there == replace(moved, early=there.early)
    assert there.early == pytest.approx(here.early, rel=0.2)


@given(timelines(), st.integers(2, 1000))
def test_a_slower_clock_changes_the_rate_alone(workers: list[Timeline], factor: int) -> None:
    here = window(workers)
    there = window([([stamp * factor for stamp in stamps], done) for stamps, done in workers])
    if here is None:
        assert there is None
        return
    assert there is not None
    assert there.counts == pytest.approx(here.counts)
    assert there.ops_per_s == pytest.approx(here.ops_per_s / factor)
    assert there.together == here.together


@given(timelines())
def test_the_rate_is_the_counts_over_the_time_and_never_beyond_the_fastest_moment(
    workers: list[Timeline],
) -> None:
    seen = window(workers)
    if seen is None:
        assert not any(done[-1] for _, done in workers)
        return
    assert isfinite(seen.ops_per_s)
    fastest = sum(
        max((done[i + 1] - done[i]) / (stamps[i + 1] - stamps[i]) for i in range(len(stamps) - 1))
        for stamps, done in workers
    )
    assert 0 < seen.ops_per_s <= fastest * 1e9 * (1 + 1e-9)
    assert seen.span_ns == max(s[-1] for s, _ in workers) - min(s[0] for s, _ in workers)


def test_a_chunk_that_straddles_the_edge_counts_in_part() -> None:
    # the first worker begins at 0, the second at 25: a quarter into a chunk of 100 operations
    seen = window([([0, 100], [0, 100]), ([25, 125], [0, 100])])
    assert seen is not None
    assert seen.together
    assert seen.counts == pytest.approx((75, 75))
    assert seen.ops_per_s == pytest.approx(150 / 75e-9)
