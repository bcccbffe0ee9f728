from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.stats.scaling import Law, fit

COUNTS = (1, 2, 4, 8, 16, 32)


def exact(ideal: float, sigma: float, kappa: float) -> dict[int, float]:
    law = Law(ideal, sigma, kappa, None, 1.0)
    return {count: law(count) for count in COUNTS}


@given(st.floats(1, 1e9), st.floats(0, 2), st.floats(0, 0.5))
def test_the_parameters_are_recovered(ideal: float, sigma: float, kappa: float) -> None:
    law = fit(exact(ideal, sigma, kappa))
    assert isinstance(law, Law)
    assert law.ideal == pytest.approx(ideal, rel=1e-4)
    assert law.contention == pytest.approx(sigma, abs=1e-4)
    assert law.coherency == pytest.approx(kappa, abs=1e-4)


def test_noise_of_five_percent_is_tolerated() -> None:
    rng = random.Random(3)
    for _ in range(50):
        noisy = {n: x * rng.gauss(1, 0.05) for n, x in exact(1e6, 0.2, 0.01).items()}
        law = fit(noisy)
        assert isinstance(law, Law)
        assert law.contention == pytest.approx(0.2, abs=0.15)
        assert law.coherency == pytest.approx(0.01, abs=0.01)
        assert law.peak == pytest.approx(9, abs=4)


def test_the_peak_is_where_throughput_is_largest() -> None:
    law = fit(exact(1e6, 0.1, 0.01))
    assert isinstance(law, Law)
    assert law.peak is not None
    assert law(law.peak) >= max(law(law.peak * 0.9), law(law.peak * 1.1))


def test_a_flat_curve_is_all_contention() -> None:
    law = fit({1: 3.5e6, 2: 3.4e6, 4: 3.5e6, 8: 3.4e6})
    assert isinstance(law, Law)
    assert law.contention == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("measured", "reason"),
    [
        ({1: 1.0, 2: 2.0}, "4 worker counts"),
        ({1: 1.0, 2: 4.0, 4: 16.0, 8: 64.0}, "faster than the number of workers"),
        ({1: 9.0, 2: 1.0, 4: 9.0, 8: 1.0}, "the law is off by"),
        ({}, "4 worker counts"),
    ],
)
def test_where_the_law_does_not_hold_it_says_why(measured: dict[int, float], reason: str) -> None:
    found = fit(measured)
    assert isinstance(found, str)
    assert reason in found
