"""What few or no failures in so many trials say about how often a thing fails."""

from __future__ import annotations

import math
from math import comb


def upper_bound(failures: int, trials: int, confidence: float = 0.95) -> float | None:
    """The largest failure probability compatible with what was seen.

    One-sided, exact (Clopper and Pearson 1934, Biometrika 26:404-413): the probability at which
    seeing this few failures, or fewer, has become as unlikely as 1 - `confidence`.

    Args:
        failures: 0 to `trials`.
        trials: Independent trials.
        confidence: Between 0 and 1.

    Returns:
        A probability; None where no trial ran.
    """
    if trials == 0:
        return None
    if failures == 0:
        return 1.0 - math.exp(math.log(1 - confidence) / trials)
    if failures >= trials:
        return 1.0
    low, high = failures / trials, 1.0
    # the probability falls as p rises, so halving finds where it crosses; 60 times exhaust a float
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(failures, trials, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(failures: int, trials: int, p: float) -> float:
    return sum(comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(failures + 1))
