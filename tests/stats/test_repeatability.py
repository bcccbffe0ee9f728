"""The repeatability limit: its laws, and whether it keeps what it promises."""

from __future__ import annotations

import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.stats.repeatability import furthest, repeatability_limit

RESULTS = st.lists(st.floats(1e-3, 1e9), min_size=3, max_size=20)


@given(RESULTS, st.floats(1e-3, 1e3))
def test_units_do_not_matter_nor_whether_it_is_a_time_or_a_rate(
    results: list[float], unit: float
) -> None:
    limit = repeatability_limit(results)
    assert limit is not None
    assert limit >= 1
    assert repeatability_limit([unit * one for one in results]) == pytest.approx(limit)
    assert repeatability_limit([1 / one for one in results]) == pytest.approx(limit)


@given(RESULTS)
def test_the_furthest_pair_is_a_pair(results: list[float]) -> None:
    most = furthest(results)
    assert most == max(a / b for a in results for b in results)


def test_what_never_differs_has_no_limit_to_exceed() -> None:
    assert repeatability_limit([5.0] * 4) == 1
    assert furthest([5.0] * 4) == 1


def test_too_few_results_say_nothing() -> None:
    assert repeatability_limit([1.0, 2.0]) is None
    assert furthest([1.0]) is None


def test_known_values() -> None:
    # s = ln 2 of the logarithms, and 4.303 √2 of that
    assert repeatability_limit([1.0, 2.0, 4.0]) == pytest.approx(2 ** (4.303 * 2**0.5))


NOISE = {
    "lognormal": lambda draw: draw.lognormvariate(0, 0.1),
    "two modes": lambda draw: draw.lognormvariate(0, 0.05) * (1.3 if draw.random() < 0.4 else 1),
    "outliers": lambda draw: draw.lognormvariate(0, 0.05) * (0.5 if draw.random() < 0.1 else 1),
}


@pytest.mark.parametrize("noise", NOISE)
def test_so_many_new_pairs_stay_within_it(noise: str) -> None:
    """Eight runs of six trials each, and two more: the two are within the limit of the eight."""
    draw = random.Random(4)
    runs = 1_200
    within = 0
    for _ in range(runs):
        figures = [median(NOISE[noise](draw) for _ in range(6)) for _ in range(10)]
        limit, new = repeatability_limit(figures[:8]), furthest(figures[8:])
        assert limit is not None
        assert new is not None
        within += new <= limit
    assert 0.92 <= within / runs <= 0.98
