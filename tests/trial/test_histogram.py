from __future__ import annotations

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.trial.histogram import EXACT, Histogram, bucket, middle

durations = st.integers(0, 10**15)


@given(durations, durations)
def test_buckets_are_in_order(one: int, other: int) -> None:
    assert (bucket(one) <= bucket(other)) or one > other


@given(durations)
def test_a_bucket_is_no_wider_than_promised(value: int) -> None:
    off = abs(middle(bucket(value)) - value)
    assert off <= (0 if value < EXACT else value / EXACT)


@given(st.integers(0, 8 * EXACT))
def test_every_bucket_number_is_used(number: int) -> None:
    assert bucket(int(middle(number))) == number


@given(st.lists(durations, min_size=1), st.sampled_from([0.0, 0.5, 0.9, 0.99, 0.999, 1.0]))
def test_a_quantile_is_that_of_the_sorted_values(values: list[int], share: float) -> None:
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    rank = max(1, ceil(share * len(values) - 1e-9))
    exact = sorted(values)[rank - 1]
    assert histogram.quantile(share) == pytest.approx(exact, rel=1 / EXACT, abs=0.5)


@given(st.lists(durations), st.lists(durations))
def test_adding_is_recording_both(some: list[int], more: list[int]) -> None:
    one, other, both = Histogram(), Histogram(), Histogram()
    for value in some:
        one.record(value)
    for value in more:
        other.record(value)
    for value in some + more:
        both.record(value)
    one.add(Histogram.from_plain(other.to_plain()))
    assert one.to_plain() == both.to_plain()
    assert (one.count, one.mean) == (both.count, both.mean)


def test_memory_is_bounded_whatever_is_recorded() -> None:
    histogram = Histogram()
    for exponent in range(50):
        for step in range(EXACT * 2):
            histogram.record((1 << exponent) + step * max(1, (1 << exponent) // EXACT))
    assert len(histogram.counts) < 50 * EXACT // 2 + EXACT


def test_a_clock_that_jumps_back_counts_as_no_time() -> None:
    histogram = Histogram()
    histogram.record(-5)
    assert (histogram.quantile(1.0), histogram.total) == (0.0, 0)


def test_nothing_recorded_has_no_quantile() -> None:
    assert Histogram().quantile(0.5) is None
    assert Histogram().mean is None
