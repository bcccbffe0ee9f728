"""How much work stands inside and between critical sections, and so how contended a lock is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from locklab.errors import RequestError
from locklab.model.registry import nearest

# beyond that the numbers of one case no longer fit any machine's memory or patience
MOST_WORK_UNITS = 10**9

# The share of the time that a lock is held, were nobody to wait: workers × inside over inside and
# outside together. Saturated is 1 for one worker and beyond it for more: somebody always asks.
PRESETS = {"uncontended": 0.02, "low": 0.1, "moderate": 0.5, "saturated": None}
PRESET_INSIDE = 10


@dataclass(frozen=True, slots=True)
class Load:
    """Work in and between critical sections.

    Attributes:
        inside: Work units in each critical section.
        outside: Work units after each critical section.
        name: Of the preset; None where the numbers were given.
    """

    inside: int = 0
    outside: int = 0
    name: str | None = None


NOTHING = Load()

# for each worker count, because with more workers each must stay away longer
Loads = dict[int, list[Load]]

_RANGE = re.compile(r"(\d+)\.\.(\d+)")


def loads(
    workers: Iterable[int],
    inside: int | Sequence[int],
    outside: int | Sequence[int],
    presets: Sequence[str] = (),
) -> Loads:
    """Every combination of work inside and outside, for each worker count.

    Args:
        workers: Worker counts.
        inside: Work units in each critical section: one number or several.
        outside: Work units after each critical section, likewise.
        presets: Names of presets, in place of the two.

    Raises:
        RequestError: A number is none, or there is no such preset, or both are given.
    """
    if not presets:
        sizes = [Load(a, b) for a in _units("inside", inside) for b in _units("outside", outside)]
        return dict.fromkeys(workers, sizes)
    if _units("inside", inside) != [0] or _units("outside", outside) != [0]:
        raise RequestError("load: give either a preset or work inside and outside, not both")
    for name in presets:
        if name not in PRESETS:
            raise RequestError(f"load: there is no {name!r}; {nearest(name, PRESETS)}")
    return {
        count: [
            Load(PRESET_INSIDE, _outside(count, PRESETS[name]), name)
            for name in dict.fromkeys(presets)
        ]
        for count in workers
    }


def parse(option: str, text: str) -> list[int]:
    """`0,10,100` or `1..1000`, which goes up tenfold at each step, as numbers.

    Raises:
        RequestError: A part is neither.
    """
    numbers: list[int] = []
    for part in text.split(","):
        span = _RANGE.fullmatch(part.strip())
        if span and int(span[1]) <= int(span[2]):
            number, last = int(span[1]), int(span[2])
            while number < last:
                numbers.append(number)
                number = max(1, number * 10)
            numbers.append(last)
        elif part.strip().isdecimal():
            numbers.append(int(part))
        else:
            raise RequestError(
                f"{option} {text}: {part.strip()!r} will not do; give whole numbers from 0 "
                "separated by commas, or a range that goes up tenfold, such as 1..1000"
            )
    return list(dict.fromkeys(numbers))


def _outside(workers: int, held: float | None) -> int:
    return 0 if held is None else round(PRESET_INSIDE * (workers / held - 1))


def _units(name: str, given: int | Sequence[int]) -> list[int]:
    values = [given] if isinstance(given, int) else list(given)
    if not values:
        raise RequestError(f"{name}: give at least one number of work units")
    for value in values:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise RequestError(f"{name}: {value!r} will not do; give a whole number from 0")
        if value > MOST_WORK_UNITS:
            raise RequestError(f"{name}: {value} will not do; the most is {MOST_WORK_UNITS}")
    return list(dict.fromkeys(values))
