"""The difference of two estimates, and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its confidence interval.

    Attributes:
        value: The estimate.
        low: Lower end of the interval; None where there is none.
        high: Upper end, likewise.
    """

    value: float
    low: float | None
    high: float | None


def difference_interval(first: Estimate, second: Estimate) -> tuple[float, float] | None:
    """An interval for the difference of two independent quantities, from those of each.

    The method of variance estimates recovery (Zou and Donner 2008, Statistics in Medicine
    27:1693-1702, equation 4): each end's distance from its estimate stands for the standard error
    on that side, and they add up as those do. It asks nothing of the distributions, and the
    intervals need not be symmetric. The confidence is that of the two, if it is the same.

    Returns:
        (low, high); None where one of the two has no interval.
    """
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return None
    between = first.value - second.value
    below = hypot(first.value - first.low, second.high - second.value)
    above = hypot(first.high - first.value, second.value - second.low)
    return between - below, between + above
