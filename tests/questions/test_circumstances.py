"""Which runs may be compared: what decides numbers must be the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from locklab.questions.circumstances import differences
from tests.questions.test_diff import case, run


def found(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return list(differences(run(case(), **before), run(case(), **after)))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({}, {"python": "3.13.0"}, "python was 3.12.1 and is 3.13.0"),
        ({}, {"gil": False}, "gil was True and is False"),
        ({}, {"cpus_usable": 4}, "cpus usable was 2 and is 4"),
        # also what nobody here has ever heard of
        ({"phase_of_moon": 1}, {"phase_of_moon": 2}, "phase of moon was 1 and is 2"),
    ],
)
def test_what_decides_numbers_is_told(
    before: dict[str, Any], after: dict[str, Any], says: str
) -> None:
    assert found(before, after) == [says]


def test_what_does_not_decide_numbers_may_differ() -> None:
    assert found({"load_average_1min": 0.1}, {"load_average_1min": 2.0}) == []
    new = replace(run(case()), seed=7, created="2027-01-01T00:00:00+00:00")
    assert list(differences(run(case()), new)) == []


def test_what_one_of_them_does_not_tell_is_no_difference() -> None:
    assert found({"processor": "A"}, {"processor": None}) == []
    assert found({"processor": "A"}, {}) == found({}, {"processor": "A"}) == []


def test_settings_that_decide_numbers() -> None:
    base = run(case())
    for setting, differs in [("window_s", True), ("trials", False), ("ops", False)]:
        one, other = (replace(base, settings={**base.settings, setting: value}) for value in (1, 2))
        assert bool(list(differences(one, other))) is differs, setting


def test_of_several_interpreters_each_is_compared_with_itself() -> None:
    def of(*versions: str, gil: bool = True) -> dict[str, Any]:
        facts = {
            one: {"python": one, "gil": gil, "work_unit_ns": len(versions)} for one in versions
        }
        return {**facts[versions[0]], "interpreters": facts}

    # the first of them, which is also told for the whole run, is another
    assert found(of("3.12.1", "3.13.0"), of("3.13.0")) == []
    assert found(of("3.13.0"), of("3.13.0", gil=False)) == ["3.13.0 gil was True and is False"]
