"""Each check has a false-alarm rate and a power, and both are simulated."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.stats.steadiness import FEWEST, drift, modes, outliers, warming_up

Noise = Callable[[random.Random, int], list[float]]


def normal(rng: random.Random, count: int) -> list[float]:
    return [rng.gauss(100, 5) for _ in range(count)]


def lognormal(rng: random.Random, count: int) -> list[float]:
    return [rng.lognormvariate(15, 0.2) for _ in range(count)]


def two_modes(rng: random.Random, count: int) -> list[float]:
    return [rng.choice([70, 100]) * rng.lognormvariate(0, 0.05) for _ in range(count)]


def falling(rng: random.Random, count: int) -> list[float]:
    return [100 * (1 - 0.2 * index / (count - 1)) * rng.gauss(1, 0.05) for index in range(count)]


def one_far_off(rng: random.Random, count: int) -> list[float]:
    values = normal(rng, count)
    values[rng.randrange(count)] = rng.choice([50, 200])
    return values


def rate(check: Callable[[list[float]], object], noise: Noise, count: int, runs: int) -> float:
    rng = random.Random(count)
    return sum(bool(check(noise(rng, count))) for _ in range(runs)) / runs


@pytest.mark.parametrize("noise", [normal, lognormal])
@pytest.mark.parametrize("count", [FEWEST, 12, 30])
@pytest.mark.parametrize("check", [drift, modes, outliers])
def test_steady_noise_seldom_raises_an_alarm(
    check: Callable[[Sequence[float]], object], noise: Noise, count: int
) -> None:
    # 1 %, and three standard errors of the simulation
    assert rate(check, noise, count, 400) <= 0.01 + 3 * (0.01 * 0.99 / 400) ** 0.5


@pytest.mark.parametrize(
    ("check", "noise", "count"),
    [(drift, falling, 20), (modes, two_modes, 30), (outliers, one_far_off, 20)],
)
def test_what_is_there_is_found(
    check: Callable[[Sequence[float]], object], noise: Noise, count: int
) -> None:
    assert rate(check, noise, count, 200) >= 0.9


def test_too_few_trials_show_nothing() -> None:
    values = [1.0] * (FEWEST - 2) + [100.0]
    assert (drift(values), modes(values), outliers(values)) == (None, None, [])


def test_the_size_of_a_drift_and_of_two_modes() -> None:
    rng = random.Random(1)
    trend = drift(falling(rng, 60))
    assert trend is not None
    assert trend.change == pytest.approx(-0.2, abs=0.05)
    found = modes(two_modes(rng, 60))
    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((70, 100), rel=0.05)
    assert 0.2 <= found.share <= 0.5


@given(st.lists(st.floats(1, 1e9), min_size=FEWEST, max_size=30), st.floats(0.001, 1000))
def test_the_unit_does_not_matter(values: list[float], factor: float) -> None:
    scaled = [value * factor for value in values]
    assert len(outliers(values)) == pytest.approx(len(outliers(scaled)), abs=1)
    here, there = drift(values), drift(scaled)
    if here and there:
        assert here.change == pytest.approx(there.change, rel=1e-6)


def test_a_warm_up_that_goes_on_into_the_window() -> None:
    assert warming_up([0.8] * 7) == pytest.approx(0.2)
    # six of six happen by chance in 1.6 % of all cases
    assert warming_up([0.8] * 6) is None
    assert warming_up([0.99] * 30) is None
    assert warming_up([0.8, 1.2] * 10) is None
    assert warming_up([]) is None
