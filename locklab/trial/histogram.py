"""A high-dynamic-range histogram: any number of durations in bounded memory, to a known error.

The layout is that of HdrHistogram (Tene, hdrhistogram.org): up to `EXACT` each value has a bucket
of its own, and beyond that each power of two is divided into `EXACT / 2` buckets of equal width, so
that a value is off by less than 1 in `EXACT / 2` whatever its size. The buckets are kept sparsely.
Our own, because what a trial imports is the standard library alone.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BITS = 8
EXACT = 1 << BITS


def bucket(value: int) -> int:
    """The number of the bucket that a value of 0 or more belongs to; rises with the value."""
    shift = value.bit_length() - BITS
    return value if shift <= 0 else (shift << (BITS - 1)) + (value >> shift)


def middle(number: int) -> float:
    """The middle of a bucket's values."""
    if number < EXACT:
        return float(number)
    shift, rest = divmod(number, EXACT // 2)
    # the upper half of the numbers of one width belong to it; the lower half were in the one before
    shift -= 1
    return float((rest + EXACT // 2 << shift) + ((1 << shift) - 1) / 2)


class Histogram:
    """Counts of durations in whole nanoseconds.

    Attributes:
        counts: How many values each bucket holds, by its number; at most some 7,000 entries.
        count: How many values in all.
        total: Their sum.
        largest: The largest; 0 where there is none.
    """

    __slots__ = ("count", "counts", "largest", "total")

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.count = 0
        self.total = 0
        self.largest = 0

    def record(self, value: int, times: int = 1) -> None:
        """Take in a value; one below 0, as of a clock that jumped, counts as 0."""
        value = max(0, value)
        number = bucket(value)
        self.counts[number] = self.counts.get(number, 0) + times
        self.count += times
        self.total += value * times
        self.largest = max(self.largest, value)

    def add(self, other: Histogram) -> None:
        """Take in all values of another histogram."""
        for number, times in other.counts.items():
            self.counts[number] = self.counts.get(number, 0) + times
        self.count += other.count
        self.total += other.total
        self.largest = max(self.largest, other.largest)

    def quantile(self, share: float) -> float | None:
        """The value that `share` (0 to 1) of the values do not exceed; None where there are none.

        The smallest recorded value with at least that share at or below it, to the width of its
        bucket, and never beyond the largest.
        """
        if not self.count:
            return None
        left = share * self.count
        for number in sorted(self.counts):
            left -= self.counts[number]
            # 0.9 * 10 is 9.000000000000002 - 1e-9 forgives what floating point adds
            if left <= 1e-9 * self.count:
                return min(middle(number), float(self.largest))
        return float(self.largest)

    @property
    def mean(self) -> float | None:
        """The arithmetic mean, exact; None where there are no values."""
        return self.total / self.count if self.count else None

    def to_plain(self) -> dict[str, object]:
        """As plain values, for the pipe."""
        return {"counts": self.counts, "total": self.total, "largest": self.largest}

    @classmethod
    def from_plain(cls, *plains: Mapping[str, object]) -> Histogram:
        """All values of the given ones, each as `to_plain` gave it."""
        found = cls()
        for plain in plains:
            other = cls()
            other.counts = dict(plain["counts"])  # type: ignore[call-overload]
            other.count = sum(other.counts.values())
            other.total = int(plain["total"])  # type: ignore[call-overload]
            other.largest = int(plain["largest"])  # type: ignore[call-overload]
            found.add(other)
        return found


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """All values of all of them."""
    found = Histogram()
    for histogram in histograms:
        found.add(histogram)
    return found
