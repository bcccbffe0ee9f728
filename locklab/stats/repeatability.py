"""How far two results of the same thing lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from statistics import stdev

# Two-sided 95 % quantiles of Student's t for 1, 2, ... degrees of freedom; the standard library has
# none. More results than these allow for get the last one, which is a little too wide for them.
_T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179)
# Two results leave one degree of freedom, and a limit six times too wide to be of use.
FEWEST = 3


def repeatability_limit(results: Sequence[float]) -> float | None:
    """The ratio of two results that is exceeded once in 20 pairs although nothing has changed.

    The repeatability limit (ISO 5725-6:1994, section 4.1): two results of standard deviation s
    differ by more than 1.96 √2 s in 5 % of pairs. Student's t takes the place of 1.96, because s is
    known from these few results only. On logarithms, because noise of a running time multiplies
    and the answer is then the same for a time as for its reciprocal.

    Args:
        results: Of identical measurements, each independent of the others and above 0.

    Returns:
        A ratio of the larger to the smaller, 1 or more; None below three results.
    """
    if len(results) < FEWEST:
        return None
    freedom = min(len(results) - 1, len(_T_95))
    return exp(_T_95[freedom - 1] * sqrt(2) * stdev(map(log, results)))


def furthest(results: Sequence[float]) -> float | None:
    """The largest ratio of any two, 1 or more; None below two. All must be above 0."""
    return max(results) / min(results) if len(results) > 1 else None
