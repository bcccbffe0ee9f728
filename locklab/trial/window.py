"""From the timestamps of all workers to operations per second and each worker's part.

The window runs from the last start to the first finish, so that all workers are at it all the
time. Where there is no such time, because one was through before another began, the whole span
from the first start to the last finish is taken, and that is said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Of one worker: its timestamps in nanoseconds, and how many operations it had done at each.
Timeline = tuple[Sequence[int], Sequence[int]]

# A window shorter than this share of the whole span says more about starting than about running.
SHORTEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Window:
    """What happened in the window of one trial.

    Attributes:
        ops_per_s: Operations of all workers together, per second of measured time.
        counts: Operations of each worker in the window; fractions of a chunk are interpolated.
        together: Whether all workers ran during all of the window.
        span_ns: First start to last finish.
        begin_ns: When the window begins, on the clock of the timestamps.
        end_ns: When it ends.
        early: How fast the first quarter of the window was, over the rest of it; below 1 where
            a warm-up had not ended.
    """

    ops_per_s: float
    counts: tuple[float, ...]
    together: bool
    span_ns: int
    begin_ns: int
    end_ns: int
    early: float


def window(workers: Sequence[Timeline]) -> Window | None:
    """Find the window of one trial.

    Args:
        workers: For each worker its timestamps in nanoseconds, and how many operations it had
            done at each (so the first is 0). Workers that never began have no timestamps.

    Returns:
        The window; None where no time passed or nobody did anything.
    """
    active = [(stamps, done) for stamps, done in workers if len(stamps) >= 2]
    if not active:
        return None
    first, last = min(s[0] for s, _ in active), max(s[-1] for s, _ in active)
    begin, end = max(s[0] for s, _ in active), min(s[-1] for s, _ in active)
    span = last - first
    together = len(active) == len(workers) and end - begin > span * SHORTEST_SHARE
    if not together:
        begin, end = first, last
    if end <= begin:
        return None
    counts = _between(workers, begin, end)
    total = sum(counts)
    if not total:
        return None
    quarter = sum(_between(workers, begin, begin + (end - begin) / 4))
    early = 3 * quarter / (total - quarter) if total > quarter else float("inf")
    return Window(total / (end - begin) * 1e9, counts, together, span, begin, end, early)


def stretches(workers: Sequence[Timeline], seen: Window, width_ns: int) -> list[tuple[float, ...]]:
    """Each worker's operations in each full stretch of the window.

    Args:
        workers: As for `window`.
        seen: The window of these.
        width_ns: Length of a stretch.

    Returns:
        A tuple a stretch, in order of time: operations of each worker; empty where the window is
        shorter than a stretch.
    """
    count = (seen.end_ns - seen.begin_ns) // width_ns
    edges = [seen.begin_ns + index * width_ns for index in range(count + 1)]
    return [_between(workers, begin, end) for begin, end in pairwise(edges)]


def _between(workers: Sequence[Timeline], begin: float, end: float) -> tuple[float, ...]:
    return tuple(
        _done_at(end, stamps, done) - _done_at(begin, stamps, done) if len(stamps) >= 2 else 0.0
        for stamps, done in workers
    )


def _done_at(when: float, stamps: Sequence[int], done: Sequence[int]) -> float:
    after = bisect_right(stamps, when)
    if after == 0:
        return 0.0
    if after == len(stamps):
        return float(done[-1])
    begin, end = stamps[after - 1], stamps[after]
    share = (when - begin) / (end - begin) if end > begin else 0.0
    return done[after - 1] + share * (done[after] - done[after - 1])
