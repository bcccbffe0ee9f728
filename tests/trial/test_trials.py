"""One trial in a fresh interpreter: what it finds, and what it says when things go wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from locklab.trial.record import TrialRecord
from locklab.trial.run import run_trial as run_here
from locklab.trial.spec import Spec
from tests.leftovers import eventually, orphans, shared_memory

Runner = Callable[..., TrialRecord]
Path_ = Callable[[str], str]

LOCKS = ["threading.Lock", "multiprocessing.Lock", "asyncio.Lock"]
SYNC_LOCKS = LOCKS[:2]


@pytest.mark.parametrize("primitive", LOCKS)
@pytest.mark.parametrize("witness", [False, True])
def test_a_good_trial_tells_outcome_stamps_and_circumstances(
    run_trial: Runner, primitive: str, witness: bool
) -> None:
    record = run_trial("counter", primitive, workers=3, ops=50, chunks=5, witness=witness)
    assert record.outcome == (150,)
    assert not record.violated
    assert (record.stalled, record.problem, record.crash) == (None, None, None)
    assert [worker.done for worker in record.workers] == [50, 50, 50]
    assert all(len(worker.stamps) == 6 and all(worker.stamps) for worker in record.workers)
    assert record.overlaps == (0 if witness else None)
    assert record.facts["python"]
    assert record.facts["gil"] in (True, False)
    assert record.facts["switch_interval_s"] > 0


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_the_start_method_is_used_and_told(run_trial: Runner, method: str) -> None:
    record = run_trial("counter", "multiprocessing.RLock", start_method=method)
    assert record.outcome == (40,)
    assert record.facts["start_method"] == method


def test_the_size_of_a_record_does_not_grow_with_operations(run_trial: Runner) -> None:
    few, many = (run_trial("counter", "threading.Lock", ops=ops) for ops in (64, 64_000))
    assert [len(worker.stamps) for worker in few.workers] == [65, 65]
    assert [len(worker.stamps) for worker in many.workers] == [65, 65]


@pytest.mark.parametrize(
    ("primitive", "workers", "ops"),
    [("threading.Lock", 64, 20), ("multiprocessing.Lock", 16, 5), ("asyncio.Lock", 10_000, 1)],
)
def test_many_workers(run_trial: Runner, primitive: str, workers: int, ops: int) -> None:
    record = run_trial("counter", primitive, workers=workers, ops=ops, patience_s=20.0)
    assert record.outcome == (workers * ops,)


def test_the_control_really_loses_updates_across_processes(run_trial: Runner) -> None:
    """A checker that cannot fail proves nothing."""
    record = run_trial("counter-split", "multiprocessing.NoLock", ops=200)
    assert record.violation is not None
    sentence, message, actual, expected, place = record.violation
    assert message == "updates were lost"
    assert actual is not None
    assert expected == 400
    assert actual < expected
    assert sentence == f"updates were lost: {actual} instead of 400"
    assert place is not None
    assert place.endswith("counter_split.py:40")


@pytest.mark.parametrize("primitive", ["threading", "multiprocessing", "asyncio"])
def test_the_open_window_loses_updates_on_every_backend(run_trial: Runner, primitive: str) -> None:
    # one worker may be through before the other begins; hardly ever so often in a row
    assert any(
        run_trial("counter-split", f"{primitive}.NoLock", ops=100).violated for _ in range(8)
    )


@pytest.mark.parametrize("primitive", LOCKS)
def test_a_lock_that_does_not_nest_deadlocks_and_says_how(
    run_trial: Runner, primitive: str
) -> None:
    record = run_trial("box", primitive, witness=True)
    assert record.stalled == "deadlock"
    assert record.outcome is None
    own = [wait for wait in record.waits if "it holds that lock itself" in wait]
    assert len(own) == 1
    assert "waits for box.lock at locklab/scenarios/box.py:" in own[0]
    assert "in execute" in own[0]


def test_a_cycle_of_two_locks_names_both_and_their_holders(
    run_trial: Runner, workload: Path_
) -> None:
    record = run_trial(workload("Abba"), "threading.Lock", witness=True)
    assert record.stalled == "deadlock"
    first, second = record.waits
    assert first.startswith("worker 0 waits for forks[1] at ")
    assert "; worker 1 holds it since " in first
    assert second.startswith("worker 1 waits for forks[0] at ")
    assert "; worker 0 holds it since " in second


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_a_bare_stall_says_where_each_worker_stands(
    run_trial: Runner, workload: Path_, primitive: str
) -> None:
    record = run_trial(workload("Abba"), primitive, patience_s=0.5)
    assert record.stalled == "stall"
    for worker in record.workers:
        assert worker.standing is not None
        assert "workloads.py:" in worker.standing


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_work_that_never_ends_is_ended_with_its_place(
    run_trial: Runner, workload: Path_, primitive: str
) -> None:
    record = run_trial(workload("Endless"), primitive, patience_s=0.5)
    assert record.stalled == "stall"
    assert all("in work" in str(worker.standing) for worker in record.workers)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("SetupRaises", "setup raised ZeroDivisionError: nothing to divide by"),
        ("TooBig", "cell(18446744073709551616) does not fit; a cell holds a signed 64-bit"),
        ("VerifyRaises", "verify raised LookupError: lost my notes"),
        ("NoSuchThing", "has no 'NoSuchThing'"),
    ],
)
@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_a_scenario_that_cannot_be_run_is_a_problem_with_a_place(
    run_trial: Runner, workload: Path_, name: str, says: str, primitive: str
) -> None:
    record = run_trial(workload(name), primitive)
    assert record.problem is not None
    assert "workloads.py" in record.problem
    assert says in record.problem
    assert not record.violated


def test_setup_that_never_ends_is_told_with_its_place(
    run_trial: Runner, workload: Path_, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = run_trial(workload("SetupHangs"), "threading.Lock")
    assert record.problem is not None
    assert "workloads.py:" in record.problem
    assert "in setup: did not come to its end" in record.problem


def test_locks_made_after_setup_are_refused(run_trial: Runner, workload: Path_) -> None:
    record = run_trial(workload("LateLock"), "threading.Lock")
    error = record.workers[0].error
    assert error is not None
    assert "lab.lock() was called after setup" in error[1]


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_a_worker_that_raises_is_a_violation(
    run_trial: Runner, workload: Path_, primitive: str
) -> None:
    record = run_trial(workload("Raises"), primitive)
    assert record.violated
    assert record.workers[0].error is None
    error = record.workers[1].error
    assert error is not None
    assert error[:2] == ("ValueError", "boom")


def test_a_worker_that_raises_with_the_lock_in_hand_stalls_the_others(
    run_trial: Runner, workload: Path_
) -> None:
    record = run_trial(workload("RaisesHolding"), "multiprocessing.Lock", witness=True)
    assert record.stalled == "deadlock"
    assert record.violated
    assert ", which has ended, holds it" in record.waits[0]


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_a_worker_that_exits_raises(run_trial: Runner, workload: Path_, primitive: str) -> None:
    error = run_trial(workload("Exits"), primitive).workers[0].error
    assert error is not None
    assert error[:2] == ("SystemExit", "3")


def test_a_process_killed_with_the_lock_in_hand(run_trial: Runner, workload: Path_) -> None:
    record = run_trial(workload("Killed"), "multiprocessing.Lock", witness=True)
    assert record.workers[1].died == "was killed by SIGKILL"
    assert record.stalled == "deadlock"
    assert "worker 1, which has ended, holds it" in record.waits[0]
    assert record.violated


def test_a_trial_that_is_killed_as_a_whole(run_trial: Runner, workload: Path_) -> None:
    record = run_trial(workload("Killed"), "threading.Lock")
    assert record.crash == "the trial's interpreter was killed by SIGKILL"
    assert record.violated


def test_no_more_processes_to_be_had(run_trial: Runner, workload: Path_) -> None:
    record = run_trial(workload("NoMoreProcesses"), "multiprocessing.Lock", start_method="fork")
    assert record.problem is not None
    assert "2 workers could not be started" in record.problem
    assert "Resource temporarily unavailable" in record.problem


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_what_a_scenario_prints_does_no_harm(
    run_trial: Runner, workload: Path_, primitive: str
) -> None:
    assert run_trial(workload("Chatty"), primitive, ops=300).outcome == (600,)


@pytest.mark.parametrize("backend", ["threading", "multiprocessing", "asyncio"])
def test_the_witness_sees_overlaps_that_no_final_value_shows(
    run_trial: Runner, workload: Path_, backend: str
) -> None:
    loose = run_trial(workload("NoCells"), f"{backend}.NoLock", ops=50, witness=True)
    assert loose.overlaps
    assert loose.violation is None
    assert loose.overlap is not None
    assert "workloads.py:" in loose.overlap
    tight = run_trial(workload("NoCells"), f"{backend}.Lock", ops=50, witness=True)
    assert tight.overlaps == 0


def test_nested_sections_are_no_overlap(run_trial: Runner) -> None:
    for backend in ("threading", "multiprocessing"):
        assert run_trial("box", f"{backend}.RLock", ops=300, witness=True).overlaps == 0


@pytest.mark.parametrize("primitive", LOCKS)
def test_work_units_are_done_and_their_length_is_told(run_trial: Runner, primitive: str) -> None:
    loaded = run_trial("counter", primitive, inside=50, outside=50)
    assert loaded.outcome == (40,)
    assert 0 < loaded.facts["unit_ns"] < 1e6
    assert "unit_ns" not in run_trial("counter", primitive).facts


def test_the_bare_primitive_is_handed_out_where_nothing_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    from locklab.scenarios.counter import Counter

    seen: list[Any] = []
    verify = Counter.verify

    def look(self: Counter, run: Any) -> None:
        seen.append(self.lock)
        verify(self, run)

    monkeypatch.setattr(Counter, "verify", look)
    run_here(Spec("counter", "threading.Lock", 1, 10))
    run_here(Spec("counter", "threading.Lock", 1, 10, inside=1))
    bare, loaded = seen
    assert type(bare) is type(threading.Lock())
    assert type(loaded) is not type(bare)


def test_a_trial_holds_the_standard_library_and_locklab_alone(
    run_trial: Runner, workload: Path_, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    listing = tmp_path / "modules"
    monkeypatch.setenv("LOCKLAB_TEST_FILE", str(listing))
    assert run_trial(workload("ListsModules"), "threading.Lock").outcome == (40,)
    modules = {name.partition(".")[0] for name in listing.read_text().split()}
    # what the interpreter's own site brings in is not ours to choose
    site = {name for name in modules if "distutils" in name or "virtualenv" in name}
    strangers = modules - set(sys.stdlib_module_names) - {"locklab", "__main__"} - site
    assert {name for name in strangers if not name.startswith(("locklab_file_", "_", "sitec"))} <= {
        "usercustomize"
    }
    for heavy in ("dataclasses", "typing", "json", "inspect", "multiprocessing", "asyncio"):
        assert heavy not in listing.read_text().split()


def test_nothing_of_a_trial_stays_behind(
    run_trial: Runner, workload: Path_, tmp_path: Path
) -> None:
    before = shared_memory()
    for method in ("fork", "spawn", "forkserver"):
        for name in ("Fine", "Raises", "Abba", "Killed", "SetupRaises"):
            run_trial(workload(name), "multiprocessing.Lock", start_method=method, witness=True)
    assert not [name for name in os.listdir(tmp_path) if name.startswith("pymp-")]
    eventually(lambda: not orphans(before), "the removal of what was in shared memory")
