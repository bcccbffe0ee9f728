"""Two samples compared by ranks: are they different, by how much, and of many, which ones?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, erfc, exp, log, sqrt
from statistics import NormalDist

from locklab.stats.median import median

# Beyond so many pairs the exact distribution takes longer to count than it is worth.
EXACT_PAIRS = 2_500


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as large the second sample is.

    Attributes:
        value: The Hodges-Lehmann estimate: the median of all ratios of one of the second to one
            of the first.
        low: Lower end of the interval; None where there are too few values for one.
        high: Upper end, likewise.
        p: How probable so large a difference is, either way, where there is none.
    """

    value: float
    low: float | None
    high: float | None
    p: float


def ratio(first: Sequence[float], second: Sequence[float], confidence: float = 0.95) -> Ratio:
    """Compare two samples of positive numbers.

    The Mann-Whitney test and the interval that it implies (Hodges and Lehmann 1963, Annals of
    Mathematical Statistics 34:598-611; Lehmann 1963, ibid. 34:1507-1512), on the logarithms: no
    distribution is assumed, only that the two are of one shape.

    Args:
        first: One figure a trial.
        second: Likewise.
        confidence: Of the interval.

    Raises:
        ValueError: A sample is empty, or a value is not above 0.
    """
    if not first or not second or min(*first, *second) <= 0:
        raise ValueError("both samples must hold numbers above 0")
    ratios = sorted(log(b) - log(a) for a in first for b in second)
    cut = _outside(len(first), len(second), 1 - confidence)
    low = high = None
    if cut is not None:
        low, high = exp(ratios[cut]), exp(ratios[len(ratios) - 1 - cut])
    return Ratio(exp(median(ratios)), low, high, mann_whitney(first, second))


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p of the Mann-Whitney U test.

    Exact where no two values are equal and the samples are small; else by the normal
    approximation with corrections for ties and continuity (Mann and Whitney 1947, Annals of
    Mathematical Statistics 18:50-60; Lehmann 2006, Nonparametrics, section 1.4).
    """
    n, m = len(first), len(second)
    if not n or not m:
        return 1.0
    above = sum((b > a) + (b == a) / 2 for a in first for b in second)
    extreme = min(above, n * m - above)
    ties = [count for count in Counter([*first, *second]).values() if count > 1]
    if not ties and n * m <= EXACT_PAIRS:
        ways = _ways(n, m)
        return min(1.0, 2 * sum(ways[: int(extreme) + 1]) / comb(n + m, n))
    total = n + m
    tied = sum(count**3 - count for count in ties) / (total * (total - 1)) if total > 1 else 0
    variance = n * m / 12 * (total + 1 - tied)
    if variance <= 0:
        return 1.0
    return min(1.0, erfc(max(0.0, n * m / 2 - extreme - 0.5) / sqrt(2 * variance)))


def least_p(n: int, m: int) -> float:
    """The smallest p that samples of n and m values can give: that of no overlap at all."""
    return min(1.0, 2 / comb(n + m, n))


def holm(ps: Sequence[float]) -> list[float]:
    """Each p corrected for how many there are (Holm 1979, Scandinavian Journal of Statistics 6:65).

    Whoever calls those below a level different is wrong about any of them no more often than that
    level says, if each p is right.
    """
    corrected = [0.0] * len(ps)
    most = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=lambda index: ps[index])):
        most = max(most, min(1.0, (len(ps) - rank) * ps[index]))
        corrected[index] = most
    return corrected


def _outside(n: int, m: int, alpha: float) -> int | None:
    """How many of the sorted differences lie outside the interval at each end."""
    if n * m <= EXACT_PAIRS:
        ways, all_ways = _ways(n, m), comb(n + m, n)
        below = 0.0
        for cut, count in enumerate(ways):
            below += count
            if 2 * below / all_ways > alpha:
                return cut - 1 if cut else None
        return None
    quantile = NormalDist().inv_cdf(1 - alpha / 2)
    return max(0, int(n * m / 2 - quantile * sqrt(n * m * (n + m + 1) / 12)))


@lru_cache(maxsize=64)
def _ways(n: int, m: int) -> list[int]:
    """In how many orders of n and m values exactly so many pairs are in order, from 0 to n·m.

    The coefficients of the Gaussian binomial: multiplied out one factor at a time.
    """
    ways = [1] + [0] * (n * m)
    for k in range(1, n + 1):
        for u in range(n * m, m + k - 1, -1):
            ways[u] -= ways[u - m - k]
        for u in range(k, n * m + 1):
            ways[u] += ways[u - k]
    return ways
