"""What makes a median and its interval say less than they seem to: drift, two modes, outliers.

Every check is a test with a false-alarm rate of about 1 %, so that a warning is worth reading, and
asks for a size that matters, so that it is worth acting on. They work on logarithms where they
compare sizes: noise of a running time multiplies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, comb, erf, exp, log, sqrt
from statistics import fmean, pvariance

from locklab.stats.median import median

FALSE_ALARM = 0.01
# A drift or a slow start of less than this changes no conclusion.
MATTERS = 0.05
# Fewer trials can show none of these beyond doubt.
FEWEST = 8
# Two modes must each hold this share of the trials, and lie so many of their standard deviations
# apart; few trials look separate by chance. Found by simulation for the false-alarm rate.
MODE_SHARE = 0.2
APART = 4.0
APART_OF_FEW = 36.0
FEWEST_FOR_MODES = 12
# A trial so many times further from the median than the median trial is an outlier; at n = 8 the
# spread itself is little known. Found by simulation, likewise.
FAR = 5.0
FAR_OF_FEW = 40.0


@dataclass(frozen=True, slots=True)
class Drift:
    """A trend from the first trial to the last.

    Attributes:
        change: From begin to end, as a share: -0.2 is a fifth slower at the end.
        p: How probable so clear a trend is where there is none.
    """

    change: float
    p: float


@dataclass(frozen=True, slots=True)
class Modes:
    """Two groups of trials with nothing between them.

    Attributes:
        lower: Median of the lower group.
        upper: Median of the upper.
        share: Of the smaller group, 0 to 0.5.
    """

    lower: float
    upper: float
    share: float


def drift(values: Sequence[float]) -> Drift | None:
    """The trend of figures in the order measured; None where there is none that shows and matters.

    Whether: the Mann-Kendall test (Mann 1945, Econometrica 13:245-259; Kendall's normal
    approximation with continuity correction). How much: the Theil-Sen slope (Sen 1968, Journal of
    the American Statistical Association 63:1379-1389) of the logarithms.
    """
    count = len(values)
    if count < FEWEST or min(values) <= 0:
        return None
    logs = [log(value) for value in values]
    pairs = list(combinations(enumerate(logs), 2))
    rises = sum((b > a) - (b < a) for (_, a), (_, b) in pairs)
    deviation = sqrt(count * (count - 1) * (2 * count + 5) / 18)
    p = 1 - erf(max(0, abs(rises) - 1) / deviation / sqrt(2))
    slope = median([(b - a) / (j - i) for (i, a), (j, b) in pairs])
    change = exp(slope * (count - 1)) - 1
    if p > FALSE_ALARM or abs(change) < MATTERS:
        return None
    return Drift(change, p)


def modes(values: Sequence[float]) -> Modes | None:
    """Two groups that lie apart; None where there is one.

    The logarithms are cut at the widest gap that leaves a fifth of the trials on each side, and how
    far apart the two sides are is told by Ashman's D (Ashman, Bird and Zepf 1994, Astronomical
    Journal 108:2348-2361): the distance of their means in units of their joint standard deviation.
    The two halves of one normal distribution have a D of 2.65.
    """
    count = len(values)
    if count < FEWEST_FOR_MODES or min(values) <= 0:
        return None
    ordered = sorted(log(value) for value in values)
    least = max(2, ceil(count * MODE_SHARE))
    cut = max(
        range(least, count - least + 1), key=lambda index: ordered[index] - ordered[index - 1]
    )
    lower, upper = ordered[:cut], ordered[cut:]
    distance = fmean(upper) - fmean(lower)
    spread = sqrt((pvariance(lower) + pvariance(upper)) / 2)
    if distance < MATTERS or distance <= (APART + APART_OF_FEW / count) * spread:
        return None
    return Modes(exp(median(lower)), exp(median(upper)), min(len(lower), len(upper)) / count)


def outliers(values: Sequence[float]) -> list[float]:
    """The figures too far from the rest to be of their kind, in the order measured.

    By the median absolute deviation of the logarithms (Iglewicz and Hoaglin 1993, How to Detect
    and Handle Outliers).
    """
    count = len(values)
    if count < FEWEST or min(values) <= 0:
        return []
    logs = [log(value) for value in values]
    centre = median(logs)
    spread = 1.4826 * median([abs(value - centre) for value in logs])
    limit = max((FAR + FAR_OF_FEW / count) * spread, MATTERS)
    return [v for v, place in zip(values, logs, strict=True) if abs(place - centre) > limit]


def warming_up(early: Sequence[float]) -> float | None:
    """How much slower trials begin than they go on, as a share; None where that does not show.

    Args:
        early: Of each trial, the speed in its first quarter over that of the rest.

    Returns:
        0.2 where the first quarter runs at 80 %: a sign test at 1 %, and at least `MATTERS`.
    """
    count = len(early)
    if not count:
        return None
    below = sum(value < 1 for value in early)
    p = sum(comb(count, k) for k in range(below, count + 1)) / 2**count
    slower = 1 - median(early)
    return slower if p <= FALSE_ALARM and slower >= MATTERS else None
