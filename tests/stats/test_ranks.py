from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from math import comb, log
from statistics import NormalDist, pstdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from locklab.stats.ranks import holm, least_p, mann_whitney, ratio

different = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=8, unique=True)


def by_permutation(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p by going through every way to split the values in two."""
    values, n, m = [*first, *second], len(first), len(second)

    def off(chosen: tuple[int, ...]) -> float:
        one = [values[i] for i in chosen]
        other = [values[i] for i in range(n + m) if i not in chosen]
        return abs(sum(b > a for a in one for b in other) - n * m / 2)

    seen = off(tuple(range(n)))
    return sum(off(c) >= seen - 1e-9 for c in combinations(range(n + m), n)) / comb(n + m, n)


@given(different, st.integers(1, 7))
def test_p_is_that_of_all_permutations(values: list[float], cut: int) -> None:
    cut = min(cut, len(values) - 1)
    first, second = values[:cut], values[cut:]
    assert mann_whitney(first, second) == pytest.approx(by_permutation(first, second))


@given(st.lists(st.floats(0.01, 1e6), min_size=1), st.lists(st.floats(0.01, 1e6), min_size=1))
def test_there_and_back_are_the_same(first: list[float], second: list[float]) -> None:
    there, back = ratio(first, second), ratio(second, first)
    assert there.p == pytest.approx(back.p)
    assert there.value == pytest.approx(1 / back.value)
    assert (there.low is None) == (back.low is None)
    if there.low is not None and there.high is not None:
        assert there.low <= there.value <= there.high
        assert back.high == pytest.approx(1 / there.low)


@given(st.lists(st.floats(0.1, 10), min_size=4), st.floats(0.01, 100))
def test_a_factor_is_found(values: list[float], factor: float) -> None:
    assert ratio(values, [value * factor for value in values]).value == pytest.approx(factor)


@given(different.filter(lambda values: len(values) >= 8), st.integers(4, 4))
def test_the_interval_holds_what_the_test_does_not_reject(values: list[float], cut: int) -> None:
    first, second = values[:cut], values[cut:]
    found = ratio(first, second)
    assert found.low is not None
    assert found.high is not None
    for end, outwards in ((found.low, 1 / 1.0001), (found.high, 1.0001)):
        beyond = [value / (end * outwards) for value in second]
        within = [value / (end / outwards) for value in second]
        # a neighbouring ratio so close that the step reaches it proves nothing
        gaps = [abs(log(b / a / end)) for a in first for b in second]
        assume(sorted(gaps)[1] > 0.001)
        assert mann_whitney(first, beyond) < 0.05 <= mann_whitney(first, within)


def test_the_least_p_is_that_of_samples_far_apart() -> None:
    for n, m in ((1, 1), (3, 5), (6, 6)):
        far = [1000.0 + value for value in range(m)]
        assert mann_whitney([1.0 + value for value in range(n)], far) == pytest.approx(
            least_p(n, m)
        )


@given(st.lists(st.integers(1, 4), min_size=4, max_size=8), st.integers(1, 3))
def test_with_ties_the_variance_is_that_over_all_permutations(values: list[int], cut: int) -> None:
    assume(len(set(values)) < len(values))
    first, second = values[:cut], values[cut:]

    def above(one: Sequence[int], other: Sequence[int]) -> float:
        return sum((b > a) + (b == a) / 2 for a in one for b in other)

    every = [
        above([values[i] for i in c], [values[i] for i in range(len(values)) if i not in c])
        for c in combinations(range(len(values)), cut)
    ]
    centre, spread = cut * len(second) / 2, pstdev(every)
    off = max(0.0, abs(above(first, second) - centre) - 0.5)
    expected = 2 * NormalDist().cdf(-off / spread) if spread else 1.0
    assert mann_whitney(first, second) == pytest.approx(expected)


def test_ties_and_large_samples_use_the_normal_approximation() -> None:
    rng = random.Random(1)
    first = [float(rng.randrange(20)) + 1 for _ in range(200)]
    same = [float(rng.randrange(20)) + 1 for _ in range(200)]
    assert mann_whitney(first, same) > 0.05
    assert mann_whitney(first, [value + 5 for value in same]) < 1e-6
    assert mann_whitney([1.0] * 5, [1.0] * 5) == 1.0


def test_the_test_is_right_as_often_as_it_says_and_so_is_the_interval() -> None:
    rng = random.Random(2)
    runs, rejected, covered = 2_000, 0, 0
    for _ in range(runs):
        first = [rng.lognormvariate(0, 0.1) for _ in range(12)]
        second = [1.1 * rng.lognormvariate(0, 0.1) for _ in range(12)]
        found = ratio(first, second)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1.1 <= found.high
        rejected += ratio(first, [value / 1.1 for value in second]).p < 0.05
    assert 0.93 <= covered / runs <= 0.975
    assert 0.03 <= rejected / runs <= 0.065


@given(st.lists(st.floats(0, 1)))
def test_correcting_never_makes_a_p_smaller_and_keeps_their_order(ps: list[float]) -> None:
    corrected = holm(ps)
    assert all(after >= before for before, after in zip(ps, corrected, strict=True))
    assert all(0 <= after <= 1 for after in corrected)
    pairs = sorted(zip(ps, corrected, strict=True))
    assert [after for _, after in pairs] == sorted(corrected)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@pytest.mark.parametrize("bad", [([], [1.0]), ([1.0], []), ([0.0], [1.0]), ([1.0], [-1.0])])
def test_what_cannot_be_compared(bad: tuple[list[float], list[float]]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        ratio(*bad)


def test_too_few_for_an_interval() -> None:
    assert ratio([1.0, 1.1, 1.2], [2.0, 2.1, 2.2]).low is None
    assert ratio([1.0, 1.1, 1.2, 1.3], [2.0, 2.1, 2.2, 2.3]).low is not None
