"""What the suites share: rounds that measure themselves, ratios of pairs, and where figures go.

Speed is a ratio measured side by side in one run. A pair takes both figures one after the other, in
turn first; the median over many pairs is what is reported. Every figure goes to `extra_info` (so
into `--benchmark-json`) and to a line of its own under the tables.

With `--benchmark-disable` everything runs once and small, only to see that it works.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import pytest

LINES = pytest.StashKey[list[str]]()
_measured = 0.0


def measured() -> float:
    """A clock that moves by what each round measured, and not by what the round took.

    With it the plug-in's columns show the quantity in question: what its own clock would see of a
    trial is mostly the start of an interpreter.
    """
    return _measured


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "rounds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.benchmark(timer=measured))


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LINES] = []


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.stash[LINES]:
        small = bool(config.getoption("--benchmark-disable"))
        terminalreporter.section("one small round each, no measurement" if small else "figures")
        for line in config.stash[LINES]:
            terminalreporter.write_line(line)


@pytest.fixture
def once(request: pytest.FixtureRequest) -> bool:
    """Whether this is only a check that the benchmarks work."""
    return bool(request.config.getoption("--benchmark-disable"))


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Put a line among the figures at the end."""
    return request.config.stash[LINES].append


@pytest.fixture
def rounds(benchmark: Any, once: bool) -> Callable[[Callable[[], float], int], None]:
    """Call a function so many times; the seconds that it returns are what the columns show."""

    def run(measure: Callable[[], float], count: int) -> None:
        def one() -> None:
            global _measured
            _measured += measure()

        benchmark.pedantic(one, rounds=1 if once else count)

    return run


@pytest.fixture
def compare_pairs(
    benchmark: Any,
    once: bool,
    rounds: Callable[[Callable[[], float], int], None],
    say: Callable[[str], None],
) -> Callable[..., None]:
    """Measure two things in alternation; report the median of their ratios. Columns show ours."""

    def run(
        name: str,
        ours: Callable[[], float],
        theirs: Callable[[], float],
        *,
        pairs: int = 25,
        target: str = "none, shown for comparison",
    ) -> None:
        ratios: list[float] = []

        def pair() -> float:
            if len(ratios) % 2:
                below, above = theirs(), ours()
            else:
                above, below = ours(), theirs()
            ratios.append(above / below)
            return above

        if not once:
            # the first of each fills caches, the second pays for nothing of the kind
            ours()
            theirs()
        rounds(pair, pairs)
        middle = median(ratios)
        quarter, _, last = quantiles(ratios, n=4) if len(ratios) > 1 else (middle,) * 3
        benchmark.extra_info.update(
            {"ratio": middle, "quartiles": [quarter, last], "pairs": len(ratios), "target": target}
        )
        say(
            f"{name}: {middle:.3f} (middle half {quarter:.3f} to {last:.3f}, {len(ratios)} pairs; "
            f"target: {target})"
        )

    return run
