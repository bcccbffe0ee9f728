"""Where exploration runs on threads, ten times slower, a part of the largest tests stands for all.

What differs there are the fibers alone, which have tests of their own (`test_fibers.py`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from locklab.explore.fibers import Greenlets, fibers

LARGE = {"test_classics.py", "test_programs.py", "test_oracle.py", "test_oracle_itself.py"}
ONE_IN = 4


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    large = [item for item in items if item.path.parent == here and item.path.name in LARGE]
    if isinstance(fibers(), Greenlets) or len(large) < ONE_IN:
        return
    left_out = [item for index, item in enumerate(large) if index % ONE_IN]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
