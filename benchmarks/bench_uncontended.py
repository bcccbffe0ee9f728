"""Acquire and release of each primitive, with nobody else about."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.model.workload import Lab

PAIRS = 1000


@pytest.mark.parametrize("name", list(PRIMITIVES))
def test_acquire_and_release(benchmark: Any, name: str) -> None:
    primitive = PRIMITIVES.load(name)
    backend = BACKENDS.load(primitive.backend)()
    lab = Lab(
        1,
        PAIRS,
        lock=primitive.make,
        cell=backend.cell,
        pause=backend.pause,
        primitive=lambda _, wanted: PRIMITIVES.load(wanted).make(lab),
        context=backend.context,
    )
    lock = lab.lock()
    benchmark.extra_info["pairs_per_round"] = PAIRS

    def sync() -> None:
        for _ in range(PAIRS):
            with lock:
                pass

    async def tasks() -> None:
        for _ in range(PAIRS):
            async with lock:
                pass

    if backend.style == "work":
        benchmark(sync)
        return
    # one loop for all rounds: starting one is not what is measured
    with asyncio.Runner() as runner:
        benchmark(lambda: runner.run(tasks()))
