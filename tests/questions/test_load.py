from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab import RequestError
from locklab.questions.load import PRESETS, Load, loads, parse


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0", [0]),
        ("0,10,100", [0, 10, 100]),
        ("1..1000", [1, 10, 100, 1000]),
        ("0..100", [0, 1, 10, 100]),
        ("5..120", [5, 50, 120]),
        ("0,1..10,10", [0, 1, 10]),
        ("7..7", [7]),
    ],
)
def test_lists_and_ranges(text: str, numbers: list[int]) -> None:
    assert parse("--inside", text) == numbers


@pytest.mark.parametrize("text", ["", "-1", "ten", "9..1", "1.5", "1..", "0,,1"])
def test_anything_else_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(RequestError, match="--outside"):
        parse("--outside", text)


def test_every_combination_of_work_inside_and_outside() -> None:
    found = loads([1, 2], [0, 5], 10)
    assert found == {1: [Load(0, 10), Load(5, 10)], 2: [Load(0, 10), Load(5, 10)]}


@given(st.integers(1, 64))
def test_a_preset_asks_for_its_share_of_the_time(workers: int) -> None:
    for name, share in PRESETS.items():
        (load,) = loads([workers], 0, 0, [name])[workers]
        assert load.name == name
        if share is None:
            assert load.outside == 0
        else:
            held = workers * load.inside / (load.inside + load.outside)
            assert held == pytest.approx(share, rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((1, 0, ["low"]), "not both"),
        ((0, 0, ["lwo"]), "did you mean low"),
        ((-1, 0), "inside: -1"),
        ((0, True), "outside: True"),
        ((10**10, 0), "the most is"),
        (([], 0), "at least one"),
    ],
)
def test_bad_loads_are_refused(arguments: tuple[Any, ...], says: str) -> None:
    with pytest.raises(RequestError, match=says):
        loads([2], *arguments)
