"""How often the intervals cover what they should, over thousands of synthetic runs.

With 4,000 runs the standard error of a coverage of 95 % is 0.35 %.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import median

import pytest

from locklab.stats.difference import Estimate, difference_interval
from locklab.stats.median import median_interval
from locklab.stats.stopping import half_width, more_trials

RUNS = 4_000

Draw = Callable[[random.Random], float]

NOISE: dict[str, tuple[Draw, float]] = {
    "normal": (lambda rng: rng.gauss(100, 5), 100),
    "lognormal": (lambda rng: rng.lognormvariate(0, 0.3), 1),
    # a quarter of the trials at 70 %: the median is in the larger group
    "bimodal": (
        lambda rng: (0.7 if rng.random() < 0.25 else 1) * rng.lognormvariate(0, 0.05),
        0.9785,
    ),
    "heavy tail": (lambda rng: 1 + rng.paretovariate(2), 1 + 2**0.5),
}


@pytest.mark.parametrize("count", [6, 8, 12, 30])
@pytest.mark.parametrize("noise", NOISE)
def test_the_interval_covers_the_median(noise: str, count: int) -> None:
    draw, true = NOISE[noise]
    rng = random.Random(count)
    covered = 0
    for _ in range(RUNS):
        interval = median_interval([draw(rng) for _ in range(count)])
        assert interval is not None
        covered += interval[0] <= true <= interval[1]
    assert 0.93 <= covered / RUNS <= 0.97


def drifting(rng: random.Random, count: int, amount: float) -> list[float]:
    return [(1 - amount * i / (count - 1)) * rng.gauss(1, 0.05) for i in range(count)]


@pytest.mark.parametrize(("amount", "least", "most"), [(0.05, 0.93, 0.97), (0.2, 0.97, 1.0)])
def test_a_drift_makes_the_interval_too_wide_and_never_too_narrow(
    amount: float, least: float, most: float
) -> None:
    rng = random.Random(7)
    # what is covered is the median over the whole run
    true = median(value for _ in range(500) for value in drifting(rng, 200, amount))
    covered = 0
    for _ in range(RUNS):
        interval = median_interval(drifting(rng, 12, amount))
        assert interval is not None
        covered += interval[0] <= true <= interval[1]
    assert least <= covered / RUNS <= most


@pytest.mark.parametrize(("first", "second"), [(6, 6), (12, 30)])
def test_the_interval_of_a_difference_covers_it(first: int, second: int) -> None:
    rng = random.Random(9)
    covered = 0
    for _ in range(RUNS):
        gross = [300 * rng.lognormvariate(0, 0.2) for _ in range(first)]
        base = [150 * rng.lognormvariate(0, 0.1) for _ in range(second)]
        one, other = (
            Estimate(median(values), *(median_interval(values) or (None, None)))
            for values in (gross, base)
        )
        interval = difference_interval(one, other)
        assert interval is not None
        covered += interval[0] <= 150 <= interval[1]
    assert 0.93 <= covered / RUNS <= 0.97


def stopped(rng: random.Random, sigma: float, target: float, *, once: bool) -> list[float]:
    """The trials of a run that stops once it is precise enough, by either rule."""
    values = [rng.lognormvariate(0, sigma) for _ in range(6)]
    if once:
        more = more_trials(values, target) or 0
        return values + [rng.lognormvariate(0, sigma) for _ in range(more)]
    while more_trials(values, target) and len(values) < 200:
        values.append(rng.lognormvariate(0, sigma))
    return values


def covers(values: list[float]) -> bool:
    interval = median_interval(values)
    assert interval is not None
    return interval[0] <= 1 <= interval[1]


def test_deciding_once_covers_more_than_looking_all_the_time() -> None:
    rng = random.Random(13)
    once = sum(covers(stopped(rng, 0.1, 0.05, once=True)) for _ in range(RUNS)) / RUNS
    # 93 % in the long run: told in docs/measurement.md
    assert 0.92 <= once <= 0.97
    always = sum(covers(stopped(rng, 0.1, 0.05, once=False)) for _ in range(600)) / 600
    assert always < once


def test_more_trials_for_a_narrower_interval() -> None:
    rng = random.Random(13)
    values = [rng.gauss(100, 10) for _ in range(30)]
    half = half_width(values)
    assert half is not None
    assert more_trials(values, half * 1.01) == 0
    # half as wide takes four times as many
    assert more_trials(values, half / 2) == pytest.approx(90, abs=1)
    assert more_trials(values[:5], 0.05) is None
    assert half_width(values[:5]) is None
