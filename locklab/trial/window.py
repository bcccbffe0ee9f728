"""From the timestamps of all workers to operations per second and each worker's part.

The window runs from the last start to the first finish, so that all workers are at it all the
time. Where there is no such time, because one was through before another began, the whole span
from the first start to the last finish is taken, and that is said.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    ops_per_s: float
    counts: tuple[float, ...]
    together: bool
    span_ns: int


def window(workers: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Window | None:
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
    counts = tuple(
        _done_at(end, stamps, done) - _done_at(begin, stamps, done) if len(stamps) >= 2 else 0.0
        for stamps, done in workers
    )
    total = sum(counts)
    return Window(total / (end - begin) * 1e9, counts, together, span) if total else None


def _done_at(when: int, stamps: Sequence[int], done: Sequence[int]) -> float:
    after = bisect_right(stamps, when)
    if after == 0:
        return 0.0
    if after == len(stamps):
        return float(done[-1])
    begin, end = stamps[after - 1], stamps[after]
    share = (when - begin) / (end - begin) if end > begin else 0.0
    return done[after - 1] + share * (done[after] - done[after - 1])
