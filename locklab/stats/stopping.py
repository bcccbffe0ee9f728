"""When a case has been measured often enough."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from locklab.stats.median import median, median_interval


def half_width(values: Sequence[float]) -> float | None:
    """Half the width of the 95 % interval, as a share of the median; None where there is none."""
    interval = median_interval(values)
    if interval is None:
        return None
    return (interval[1] - interval[0]) / 2 / median(values)


def enough(values: Sequence[float], target: float) -> bool:
    """Whether the interval is within `target`, a share of the median."""
    half = half_width(values)
    return half is not None and half <= target


def more_trials(values: Sequence[float], target: float) -> int | None:
    """About how many more trials it would take; None where there is no interval to tell by.

    The width of an interval falls with the square root of the number of trials.
    """
    half = half_width(values)
    if half is None:
        return None
    return max(0, ceil(len(values) * (half / target) ** 2) - len(values))
