"""The contract of every backend: cells, notes, and crews from start to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.backends.crew import Chunked
from locklab.model.primitive import Primitive
from locklab.model.workload import Lab, Run, Scenario
from locklab.scenarios import SCENARIOS
from tests.workloads import Fine, Raises


def control_of(backend: Any) -> Primitive:
    found: Primitive = PRIMITIVES.load(f"{backend.name}.NoLock")
    return found


def lock_of(backend: Any) -> Primitive:
    found: Primitive = PRIMITIVES.load(f"{backend.name}.Lock")
    return found


def test_a_cell_keeps_what_is_written_over_the_whole_range(backend: Any) -> None:
    cell = backend.cell(7)
    assert cell.value == 7
    for value in (0, -(2**63), 2**63 - 1):
        cell.value = value
        assert cell.value == value


def test_notes_keep_texts_apart(backend: Any) -> None:
    notes = backend.notes(3)
    notes[1] = "wörker 1"
    assert [notes[index] for index in range(3)] == ["", "wörker 1", ""]


def test_notes_shared_by_processes_are_cut_not_spilt() -> None:
    notes = BACKENDS.load("multiprocessing")().notes(2)
    notes[0] = "x" * 10_000
    assert notes[1] == ""
    assert set(notes[0]) == {"x"}


@pytest.mark.parametrize(("ops", "chunks"), [(100, 10), (7, 3), (5, 64), (1, 1)])
def test_a_crew_does_all_its_work(
    backend: Any, new_lab: Callable[..., Lab], ops: int, chunks: int
) -> None:
    scenario = Fine()
    scenario.begin(new_lab(backend, lock_of(backend), 3, ops))
    chunks = min(chunks, ops)
    crew = backend.crew(scenario, 3, ops, chunks)
    crew.start()
    crew.release()
    assert crew.wait(30)
    scenario.verify(Run(3, ops))
    assert crew.running() == []
    for report in crew.reports:
        assert report.finished
        assert report.error is None
        assert report.done == ops
        stamps = list(report.stamps)
        assert len(stamps) == chunks + 1
        assert all(stamps)
        assert stamps == sorted(stamps)


def test_no_worker_begins_before_the_gate_opens(backend: Any, new_lab: Callable[..., Lab]) -> None:
    scenario = Fine()
    scenario.begin(new_lab(backend, control_of(backend)))
    crew = backend.crew(scenario, 2, 10, 5)
    crew.start()
    try:
        assert not crew.wait(0.05)
        assert crew.progress() == 0
        assert crew.running() == [0, 1]
        assert scenario.total.value == 0
    finally:
        crew.release()
        assert crew.wait(30)


def test_an_error_is_reported_with_its_place(new_lab: Callable[..., Lab]) -> None:
    for name in ("threading", "multiprocessing"):
        backend = BACKENDS.load(name)()
        scenario = Raises()
        scenario.begin(new_lab(backend, lock_of(backend)))
        crew = backend.crew(scenario, 2, 10, 5)
        crew.start()
        crew.release()
        assert crew.wait(30)
        fine, bad = crew.reports
        assert fine.error is None
        assert bad.error is not None
        kind, message, place = bad.error
        assert (kind, message) == ("ValueError", "boom")
        assert place is not None
        assert "workloads.py:" in place
        assert bad.done == 3


def test_a_stopped_crew_says_where_its_workers_stand(
    backend: Any, new_lab: Callable[..., Lab]
) -> None:
    scenario: Scenario = SCENARIOS.load("box")()
    scenario.begin(new_lab(backend, lock_of(backend)))
    crew = backend.crew(scenario, 2, 10, 5)
    crew.start()
    crew.release()
    assert not crew.wait(0.3)
    assert crew.running() == [0, 1]
    crew.stop()
    for report in crew.reports:
        assert not report.finished
        assert report.standing is not None
        assert "scenarios/box.py:" in report.standing.replace("\\", "/")


def test_every_scenario_that_should_hold_holds(
    primitive: Primitive, new_lab: Callable[..., Lab]
) -> None:
    backend = BACKENDS.load(primitive.backend)()
    for name in SCENARIOS:
        scenario: Scenario = SCENARIOS.load(name)()
        nests = scenario.reentrant and not primitive.reentrant
        if not primitive.exclusive or nests or not scenario.lock_suffices:
            continue
        scenario.begin(new_lab(backend, primitive, 4, 50))
        crew = backend.crew(scenario, 4, 50, 10)
        crew.start()
        crew.release()
        assert crew.wait(60), name
        scenario.verify(Run(4, 50))
        assert isinstance(hash(scenario.outcome()), int)


def test_chunks_hand_out_every_operation_and_count_those_taken() -> None:
    stamps = [0] * 5
    ops = Chunked(10, 4, stamps)
    assert ops.done == 0
    for taken, _ in enumerate(ops, 1):
        assert ops.done == taken
        if taken == 6:
            break
    assert ops.done == 6
    # two chunks of three, stamped at the start and after the first; the second was not left
    assert [bool(stamp) for stamp in stamps] == [True, True, False, False, False]
    assert sum(1 for _ in Chunked(10, 4, [0] * 5)) == 10
