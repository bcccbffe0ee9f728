"""What the suites share: ratios of alternating pairs, and where to print them.

Speed is a ratio measured side by side in one run. A pair takes both figures one after the other, in
turn first; the median over many pairs is what is reported. With `--benchmark-disable` everything
runs once, with few pairs, to see that it works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import Any

import pytest


@pytest.fixture
def once(request: pytest.FixtureRequest) -> bool:
    """Whether this is only a check that the benchmarks work."""
    return bool(request.config.getoption("--benchmark-disable"))


@pytest.fixture
def compare_pairs(
    benchmark: Any, once: bool, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., float]]:
    """Measure two things in alternation; report and print the median of their ratios."""

    def run(
        name: str,
        ours: Callable[[], float],
        theirs: Callable[[], float],
        *,
        pairs: int = 25,
        target: str,
    ) -> float:
        pairs = 2 if once else pairs
        ratios = []
        for index in range(pairs):
            if index % 2:
                below, above = theirs(), ours()
            else:
                above, below = ours(), theirs()
            ratios.append(above / below)
        middle = median(ratios)
        quarter, _, three_quarters = quantiles(ratios, n=4) if pairs > 2 else (middle,) * 3
        benchmark.extra_info.update(
            {"ratio": middle, "quartiles": [quarter, three_quarters], "pairs": pairs}
        )
        with capsys.disabled():
            print(
                f"\n{name}: ratio {middle:.3f} (middle half {quarter:.3f} to "
                f"{three_quarters:.3f}, {pairs} pairs; target {target})"
            )
        return middle

    yield run
    # the ratio is the result; the clock of the plug-in only sees that it was taken
    benchmark.pedantic(lambda: None, rounds=1)
