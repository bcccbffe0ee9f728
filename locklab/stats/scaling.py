"""How throughput goes with the number of workers: the Universal Scalability Law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

# Three parameters and one degree of freedom that can show that they do not fit.
FEWEST = 4
# The law may be off by so much of what was measured, as a root mean square, and no more. The share
# of the variance that it explains would not do: a flat curve, as under a GIL, has none.
FITS = 0.15
# Throughput that grows so much faster than the workers follows another law.
FASTER = 1.1


@dataclass(frozen=True, slots=True)
class Law:
    """X(N) = λN / (1 + σ(N - 1) + κN(N - 1)).

    Attributes:
        ideal: λ, the throughput of one worker.
        contention: σ, the share of the work that is done one at a time; 0 or more.
        coherency: κ, what it costs to keep each pair of workers in step; 0 or more.
        peak: The worker count with the most throughput, √((1 - σ) / κ), at least 1; None where
            throughput never falls.
        r_squared: Share of the variance of throughput that the law explains, up to 1; below 0
            where a constant would do better.
    """

    ideal: float
    contention: float
    coherency: float
    peak: float | None
    r_squared: float

    def __call__(self, workers: float) -> float:
        """The throughput of so many workers."""
        return _law(workers, self.ideal, self.contention, self.coherency)


def fit(throughput: Mapping[int, float]) -> Law | str:
    """Fit the law to what was measured.

    N / X(N) is linear in 1/λ, σ/λ and κ/λ, so that least squares on relative deviations need no
    iteration; a parameter that comes out below 0 is 0 and the others are fitted again (Gunther
    2007, Guerrilla Capacity Planning, sections 5.4 to 5.6, fits a parabola in the same spirit).

    Args:
        throughput: By worker count.

    Returns:
        The law, or the reason why none is meaningful, as a sentence fragment.
    """
    points = sorted((n, x) for n, x in throughput.items() if n >= 1 and x > 0)
    if len(points) < FEWEST:
        return f"a fit needs {FEWEST} worker counts or more"
    first = points[0]
    if any(x / first[1] > FASTER * n / first[0] for n, x in points):
        return "throughput grows faster than the number of workers"
    rows = [[n / x for n, x in points]]
    # in units of what was measured, so that each point weighs the same
    terms = [
        [1 / y for y in rows[0]],
        [(n - 1) / y for (n, _), y in zip(points, rows[0], strict=True)],
        [n * (n - 1) / y for (n, _), y in zip(points, rows[0], strict=True)],
    ]
    best: tuple[float, list[float]] | None = None
    for chosen in ([0, 1, 2], [0, 1], [0, 2], [0]):
        found = _least_squares([terms[index] for index in chosen], [1.0] * len(points))
        # below 0 by no more than rounding is 0
        if found is None or min(found[1:], default=0.0) < -1e-12 * found[0] or found[0] <= 0:
            continue
        full = [0.0, 0.0, 0.0]
        for index, value in zip(chosen, found, strict=True):
            full[index] = value
        error = sum(
            (sum(full[k] * terms[k][i] for k in range(3)) - 1) ** 2 for i in range(len(points))
        )
        if best is None or error < best[0]:
            best = error, full
    if best is None:
        return "no law of this kind fits"
    a, b, c = best[1]
    ideal, sigma, kappa = 1 / a, abs(b / a), abs(c / a)
    off = sqrt(fmean(((x - _law(n, ideal, sigma, kappa)) / x) ** 2 for n, x in points))
    if off > FITS:
        return f"the law is off by {off:.0%} of what was measured"
    mean = fmean(x for _, x in points)
    spread = sum((x - mean) ** 2 for _, x in points)
    missed = sum((x - _law(n, ideal, sigma, kappa)) ** 2 for n, x in points)
    explained = 1 - missed / spread if spread else 1.0
    peak = None if not kappa else sqrt(max(0.0, 1 - sigma) / kappa)
    if peak is None and sigma > 1:
        peak = 1.0
    return Law(ideal, sigma, kappa, None if peak is None else max(1.0, peak), explained)


def _law(workers: float, ideal: float, sigma: float, kappa: float) -> float:
    return ideal * workers / (1 + sigma * (workers - 1) + kappa * workers * (workers - 1))


def _least_squares(terms: Sequence[Sequence[float]], wanted: Sequence[float]) -> list[float] | None:
    """Solve the normal equations by elimination; None where they have no single solution."""
    size = len(terms)
    # scaled to 1, or the squares of some hundred workers drown the rest
    scales = [sqrt(sum(value * value for value in term)) for term in terms]
    if not all(scales):
        return None
    unit = [[value / scale for value in term] for term, scale in zip(terms, scales, strict=True)]
    matrix = [
        [sum(p * q for p, q in zip(left, right, strict=True)) for right in unit]
        + [sum(p * q for p, q in zip(left, wanted, strict=True))]
        for left in unit
    ]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(matrix[row][column]))
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        if abs(matrix[column][column]) < 1e-12:
            return None
        for row in range(size):
            if row != column:
                factor = matrix[row][column] / matrix[column][column]
                matrix[row] = [
                    a - factor * b for a, b in zip(matrix[row], matrix[column], strict=True)
                ]
    return [matrix[row][size] / matrix[row][row] / scales[row] for row in range(size)]
