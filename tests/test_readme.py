"""The README says nothing that is not so any more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import locklab
from locklab.model.registry import load_path
from tests.probes.matrix import EXPECTED, FIGURES, PRIMITIVES

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
TOKENS = re.findall(r"check --replay (\w\S+)", TEXT)


def test_it_shows_schedules() -> None:
    assert len(TOKENS) == 2


@pytest.mark.parametrize("token", TOKENS)
def test_its_tokens_still_replay(token: str) -> None:
    assert not locklab.replay(token).allowed


def test_its_own_scenario_works(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(from locklab import.*?)```", TEXT, flags=re.DOTALL)
    file = tmp_path / "transfer.py"
    file.write_text(code)
    transfer = load_path(f"{file}:Transfer")
    assert locklab.check_one(transfer, "threading.Lock").status == "proved"
    assert locklab.check_one(transfer, "threading.NoLock").status == "refuted"


def test_its_matrix_of_rules_is_the_one_that_is_tested() -> None:
    (table,) = re.findall(r"\nrule .*?\n─+\n(.*?)```", TEXT, flags=re.DOTALL)
    places = [0, 18, 31, 44, 55, 66]
    rows: dict[str, list[str]] = {}
    last = ""
    for line in table.splitlines():
        parts = [line[a:b].strip() for a, b in zip(places, [*places[1:], None], strict=True)]
        rule, *cells = parts
        if rule:
            rows[rule] = cells
        else:  # the second half of long words
            rows[last] = [a + b for a, b in zip(rows[last], cells, strict=True)]
        last = rule or last
    assert set(rows) == {rule for rule, _ in EXPECTED} | set(FIGURES)
    for (rule, primitive), answer in EXPECTED.items():
        assert rows[rule][PRIMITIVES.index(primitive)].rstrip("*") == answer, (rule, primitive)
