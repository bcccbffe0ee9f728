"""The laws of the numbers."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.stats.binomial import upper_bound
from locklab.stats.fairness import jain
from locklab.stats.median import FEWEST, median, median_interval
from locklab.trial.window import window

positive = st.floats(1e-6, 1e12)


@given(st.lists(positive, min_size=FEWEST, max_size=60))
def test_the_interval_encloses_the_median_and_stays_in_the_range(values: list[float]) -> None:
    interval = median_interval(values)
    assert interval is not None
    low, high = interval
    slack = 1e-9 * max(values)
    assert min(values) - slack <= low <= median(values) + slack
    assert median(values) - slack <= high <= max(values) + slack


@given(st.lists(positive, min_size=12, max_size=60), st.floats(0.5, 0.9), st.floats(0.01, 0.09))
def test_more_confidence_is_never_narrower(
    values: list[float], confidence: float, more: float
) -> None:
    narrow = median_interval(values, confidence)
    wide = median_interval(values, confidence + more)
    assert narrow is not None
    assert wide is not None
    slack = 1e-9 * max(values)
    assert wide[0] <= narrow[0] + slack
    assert wide[1] >= narrow[1] - slack


@given(st.lists(positive, min_size=0, max_size=FEWEST - 1))
def test_too_few_values_have_no_interval(values: list[float]) -> None:
    assert median_interval(values) is None


@pytest.mark.parametrize("count", [6, 8, 12, 30])
def test_the_interval_covers_the_true_median_as_often_as_it_says(count: int) -> None:
    rng = random.Random(count)
    runs = 4000
    covered = 0
    for _ in range(runs):
        # skewed as trial times are; the median of this distribution is 1
        interval = median_interval([rng.lognormvariate(0, 0.5) for _ in range(count)])
        assert interval is not None
        covered += interval[0] <= 1 <= interval[1]
    assert 0.93 <= covered / runs <= 0.97


@pytest.mark.parametrize(
    ("failures", "trials", "bound"),
    # 1 - 0.05 ** (1 / n), and the upper ends of published Clopper-Pearson tables
    [(0, 1, 0.95), (0, 10, 0.2589), (0, 59, 0.0495), (1, 10, 0.3942), (5, 10, 0.7776), (3, 3, 1)],
)
def test_the_upper_bound_is_that_of_clopper_and_pearson(
    failures: int, trials: int, bound: float
) -> None:
    assert upper_bound(failures, trials) == pytest.approx(bound, abs=5e-4)


def test_no_trials_bound_nothing() -> None:
    assert upper_bound(0, 0) is None


@given(st.integers(1, 60), st.data())
def test_the_bound_grows_with_failures_and_exceeds_their_share(
    trials: int, data: st.DataObject
) -> None:
    failures = data.draw(st.integers(0, trials - 1))
    bound, next_bound = upper_bound(failures, trials), upper_bound(failures + 1, trials)
    assert bound is not None
    assert next_bound is not None
    assert failures / trials < bound <= next_bound <= 1


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=50), st.floats(0.001, 1e3))
def test_jain_lies_between_one_nth_and_one_whatever_the_scale(
    shares: list[float], factor: float
) -> None:
    index = jain(shares)
    assert index is not None
    assert 1 / len(shares) - 1e-9 <= index <= 1 + 1e-9
    assert jain([share * factor for share in shares]) == pytest.approx(index)


def test_jain_at_its_ends() -> None:
    assert jain([5, 5, 5]) == pytest.approx(1)
    assert jain([9, 0, 0]) == pytest.approx(1 / 3)
    assert jain([0, 0]) is None


def test_the_window_runs_from_the_last_start_to_the_first_finish() -> None:
    seen = window([([0, 100, 200], [0, 10, 20]), ([50, 150, 250], [0, 10, 20])])
    assert seen is not None
    assert seen.together
    assert seen.span_ns == 250
    # 50 to 200 of each: 15 of the first, 15 of the second, in 150 ns
    assert seen.counts == pytest.approx((15, 15))
    assert seen.ops_per_s == pytest.approx(30 / 150e-9)


def test_workers_one_after_the_other_are_taken_whole_and_said_to_be() -> None:
    seen = window([([0, 100], [0, 10]), ([100, 200], [0, 10])])
    assert seen is not None
    assert not seen.together
    assert seen.ops_per_s == pytest.approx(20 / 200e-9)


def test_a_worker_that_never_began_counts_as_nothing() -> None:
    seen = window([([0, 100], [0, 10]), ([], [])])
    assert seen is not None
    assert not seen.together
    assert seen.counts == (10, 0)


def test_no_work_has_no_window() -> None:
    assert window([]) is None
    assert window([([5, 5], [0, 3])]) is None
    assert window([([0, 9], [0, 0])]) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 1000), st.lists(st.integers(1, 1000), min_size=1, max_size=8)),
        min_size=1,
        max_size=6,
    )
)
def test_the_window_never_counts_more_than_was_done(
    workers: list[tuple[int, list[int]]],
) -> None:
    timelines = []
    for start, steps in workers:
        stamps, done = [start], [0]
        for step in steps:
            stamps.append(stamps[-1] + step)
            done.append(done[-1] + 10)
        timelines.append((stamps, done))
    seen = window(timelines)
    assert seen is not None
    assert math.isfinite(seen.ops_per_s)
    for count, (_, done) in zip(seen.counts, timelines, strict=True):
        assert -1e-9 <= count <= done[-1] + 1e-9
    if not seen.together:
        assert seen.counts == tuple(done[-1] for _, done in timelines)
