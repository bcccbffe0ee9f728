"""From a request to cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from locklab import Primitive, RequestError, Scenario
from locklab.model.places import short
from locklab.questions.plan import plan
from locklab.questions.subjects import import_path
from locklab.scenarios.counter import Counter
from tests.workloads import LIAR_OF_PROCESSES, Fine, Liar, ThreadsOnly


def test_no_request_is_the_whole_matrix() -> None:
    cases, problems = plan(None, None, [2])
    assert problems == []
    assert len(cases) == 5 * 8
    assert str(cases[0]) == "counter × threading.NoLock × 2"


def test_names_globs_paths_classes_and_objects_all_work(workload: Callable[[str], str]) -> None:
    cases, _ = plan(
        [Counter, "box*", workload("Fine"), Fine],
        ["threading.R*", Liar, LIAR_OF_PROCESSES],
        [1, 3],
    )
    assert {case.scenario_name for case in cases} == {
        "counter",
        "box",
        "box-flat",
        "box-drain",
        # one class, reached by two ways: told apart by them
        short(workload("Fine")),
        "tests.workloads:Fine",
    }
    assert {case.described.name for case in cases} == {"threading.RLock", "Liar", "liar"}
    assert {case.workers for case in cases} == {1, 3}


def test_a_scenario_without_tasks_is_not_planned_on_tasks() -> None:
    cases, problems = plan([ThreadsOnly], None, [2])
    assert {case.described.backend for case in cases} == {"threading", "multiprocessing"}
    assert problems == []


def test_what_runs_nowhere_is_said(workload: Callable[[str], str]) -> None:
    with pytest.raises(RequestError, match="ThreadsOnly runs on none of the chosen primitives"):
        plan([ThreadsOnly], ["asyncio.*"], [2])


def test_one_bad_file_does_not_keep_the_others_from_being_measured(
    workload: Callable[[str], str],
) -> None:
    cases, problems = plan(["counter", workload("Nothing")], ["threading.Lock"], [2])
    assert [case.scenario_name for case in cases] == ["counter"]
    assert len(problems) == 1
    assert "has no 'Nothing'" in problems[0]


@pytest.mark.parametrize("workers", [[], [0], [-1], [True], ["2"], [1.5]])
def test_worker_counts_are_whole_numbers_from_one(workers: Any) -> None:
    with pytest.raises(RequestError, match="workers"):
        plan(None, None, workers)


@pytest.mark.parametrize(
    ("scenario", "primitive", "says"),
    [
        (int, None, "is no scenario"),
        ("json:dumps", None, "is no scenario"),
        (None, 5, "is no primitive"),
        (None, "math:pi", "is no primitive"),
    ],
)
def test_what_is_neither_is_refused(scenario: Any, primitive: Any, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        plan(
            None if scenario is None else [scenario],
            None if primitive is None else [primitive],
            [2],
        )


def test_an_unknown_backend_is_named_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="there is no backend 'thread'"):
        plan(None, [f"{__file__}:WRONG"], [2])


WRONG = Primitive("x", "thread", lambda _: Liar())


def test_a_class_inside_a_function_cannot_be_found_again() -> None:
    class Local(Scenario):
        pass

    with pytest.raises(RequestError, match="top level of a file"):
        import_path(Local, "scenario")
