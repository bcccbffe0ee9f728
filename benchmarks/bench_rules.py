"""How long it takes to ask the standard locks all rules, and what one probe takes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest

import locklab
from locklab.trial.asking import put

TARGET_S = 20


@pytest.mark.timeout(300)
def test_the_whole_matrix(benchmark: Any, once: bool, say: Callable[[str], None]) -> None:
    wanted: dict[str, Any] = {"primitives": ["threading.Lock"]} if once else {}
    begin = perf_counter()
    result = benchmark.pedantic(locklab.rules, (), wanted, rounds=1)
    seconds = perf_counter() - begin
    assert not result.broken
    benchmark.extra_info.update(
        {"answers": len(result.answers), "seconds": seconds, "target_s": TARGET_S,
         "load": os.getloadavg()}
    )  # fmt: skip
    say(
        f"{'a part of the' if once else 'the whole'} matrix: {len(result.answers)} answers in "
        f"{seconds:.1f} s (target for the whole: {TARGET_S} s)"
    )


@pytest.mark.parametrize("primitive", ["threading.Lock", "multiprocessing.Lock", "asyncio.Lock"])
def test_one_probe(benchmark: Any, primitive: str) -> None:
    """From start to end of its interpreter, where nothing blocks."""
    asked = benchmark(put, "acquire", primitive, tempfile.gettempdir())
    assert asked.answer == "yes"
