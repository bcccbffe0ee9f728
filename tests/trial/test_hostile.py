"""Trials of scenarios that misbehave in ways that the polite ones do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from locklab.trial.record import TrialRecord
from tests.leftovers import MARKER, assert_nothing_left, linux_only, shared_memory

Runner = Callable[..., TrialRecord]

HOSTILE = str(Path(__file__).parent.parent / "hostile.py") + ":"
SYNC_LOCKS = ["threading.Lock", "multiprocessing.Lock"]
LOCKS = [*SYNC_LOCKS, "asyncio.Lock"]


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_a_lock_handed_on_to_be_released_by_another_is_no_overlap(
    run_trial: Runner, primitive: str
) -> None:
    record = run_trial(HOSTILE + "Handoff", primitive, ops=50, witness=True)
    assert (record.stalled, record.outcome) == (None, (100, 1))
    assert record.overlaps == 0


@pytest.mark.parametrize("primitive", LOCKS)
def test_waiting_with_a_time_limit_is_no_deadlock(run_trial: Runner, primitive: str) -> None:
    record = run_trial(HOSTILE + "Impatient", primitive, workers=3, ops=20, witness=True)
    assert (record.stalled, record.violated, record.overlaps) == (None, False, 0)


def test_a_task_that_gave_up_waiting_is_not_thought_to_wait(run_trial: Runner) -> None:
    record = run_trial(HOSTILE + "GivesUp", "asyncio.Lock", ops=1, witness=True, patience_s=5.0)
    assert record.stalled is None


@pytest.mark.parametrize("primitive", LOCKS)
def test_a_deadlock_names_the_lock_as_the_scenario_does_also_under_load(
    run_trial: Runner, primitive: str
) -> None:
    record = run_trial(HOSTILE + "Nested", primitive, witness=True, inside=1, outside=1)
    assert record.stalled == "deadlock"
    assert all("waits for inner_lock at " in wait for wait in record.waits)


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_an_error_longer_than_a_pipe_is_still_told(run_trial: Runner, primitive: str) -> None:
    record = run_trial(HOSTILE + "LongError", primitive)
    assert record.stalled is None
    for worker in record.workers:
        assert worker.error is not None
        name, message, place = worker.error
        assert name == "ValueError"
        assert message.startswith("long long")
        assert len(message) < 2_000
        assert place is not None


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_an_error_that_cannot_be_printed_is_still_told(run_trial: Runner, primitive: str) -> None:
    record = run_trial(HOSTILE + "Unspeakable", primitive)
    assert record.stalled is None
    assert [worker.error and worker.error[0] for worker in record.workers] == [
        "UnspeakableError",
        "UnspeakableError",
    ]


def test_outcomes_that_only_look_like_numbers(run_trial: Runner) -> None:
    assert run_trial(HOSTILE + "EnumOutcome", "threading.Lock").outcome == (2,)
    assert run_trial(HOSTILE + "OutcomeIsText", "threading.Lock").outcome == "'all well'"
    violation = run_trial(HOSTILE + "EnumViolation", "threading.Lock").violation
    assert violation is not None
    assert violation[1:4] == ("the light is wrong", 1, 2)


def test_a_violation_made_of_anything_is_a_violation(run_trial: Runner) -> None:
    violation = run_trial(HOSTILE + "OddViolation", "threading.Lock").violation
    assert violation is not None
    assert "inside out" in violation[0]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("OutcomeRaises", "outcome raised LookupError: no outcome today"),
        ("SetupExits", "setup raised SystemExit: enough"),
        ("VerifyExits", "verify raised SystemExit: enough"),
    ],
)
@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_what_cannot_be_run_is_told_with_file_and_line(
    run_trial: Runner, name: str, says: str, primitive: str
) -> None:
    problem = run_trial(HOSTILE + name, primitive).problem
    assert problem is not None
    assert "hostile.py:" in problem
    assert says in problem


def test_verify_that_never_ends_is_told_with_its_place(run_trial: Runner) -> None:
    problem = run_trial(HOSTILE + "VerifyHangs", "threading.Lock").problem
    assert problem is not None
    assert "hostile.py:" in problem
    assert "in verify: did not come to its end" in problem


def test_a_primitive_that_cannot_be_made_is_a_problem_with_its_place(run_trial: Runner) -> None:
    problem = run_trial("counter", HOSTILE + "BROKEN_FACTORY").problem
    assert problem is not None
    assert "hostile.py:" in problem
    assert "no lock in stock" in problem


def test_a_lock_built_on_another_crosses_to_worker_processes(run_trial: Runner) -> None:
    for method in ("fork", "spawn"):
        record = run_trial("counter", HOSTILE + "Ticket", start_method=method)
        assert (record.problem, record.outcome) == (None, (40,))


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_a_scenario_that_does_less_than_it_was_given(run_trial: Runner, primitive: str) -> None:
    record = run_trial(HOSTILE + "StopsEarly", primitive, ops=40)
    assert not record.violated
    assert [worker.done for worker in record.workers] == [11, 11]
    record = run_trial(HOSTILE + "IgnoresOps", primitive, ops=40)
    assert not record.violated
    assert [worker.done for worker in record.workers] == [0, 0]
    assert not any(stamp for worker in record.workers for stamp in worker.stamps)


def test_no_more_threads_to_be_had(run_trial: Runner) -> None:
    problem = run_trial(HOSTILE + "NoThreads", "threading.Lock").problem
    assert problem is not None
    assert "2 workers could not be started" in problem
    assert "can't start new thread" in problem


def test_a_crash_in_c_is_told(run_trial: Runner) -> None:
    record = run_trial(HOSTILE + "Segfaults", "threading.Lock")
    assert record.violated
    assert record.crash is not None
    assert "was killed by SIGSEGV" in record.crash
    record = run_trial(HOSTILE + "Segfaults", "multiprocessing.Lock")
    assert record.workers[1].died == "was killed by SIGSEGV"


def test_the_lock_is_bare_unless_watched_or_loaded(run_trial: Runner) -> None:
    for more, where in (
        ({}, "'_thread'"),
        ({"witness": True}, "'locklab.trial.witness'"),
        ({"inside": 1}, "'locklab.trial.load'"),
        ({"outside": 1}, "'locklab.trial.load'"),
    ):
        assert run_trial(HOSTILE + "TellsTypes", "threading.Lock", **more).outcome == where


@linux_only
@pytest.mark.parametrize(
    ("name", "primitive", "method"),
    [
        ("LeavesGrandchildren", "threading.Lock", None),
        ("Forgets", "threading.Lock", None),
        ("DeafToSigterm", "threading.Lock", None),
        *(
            (name, "multiprocessing.Lock", method)
            for name in (
                "LeavesGrandchildren",
                "Forgets",
                "DeafToSigterm",
                "KillsTheTrial",
                "LongError",
            )
            for method in ("fork", "spawn", "forkserver")
        ),
    ],
)
def test_nobody_survives_a_trial(
    run_trial: Runner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    primitive: str,
    method: str | None,
) -> None:
    monkeypatch.setenv(MARKER, str(tmp_path))
    before = shared_memory()
    record = run_trial(HOSTILE + name, primitive, start_method=method, patience_s=0.5)
    assert record.facts
    # this process has got its environment from before the marker was set
    assert_nothing_left(str(tmp_path), tmp_path, before)


def test_a_scenario_that_cannot_travel_is_told_so(run_trial: Runner) -> None:
    fine = run_trial(HOSTILE + "CannotTravel", "multiprocessing.Lock", start_method="fork")
    assert fine.outcome == (40,)
    for method in ("spawn", "forkserver"):
        record = run_trial(HOSTILE + "CannotTravel", "multiprocessing.Lock", start_method=method)
        assert record.problem is not None
        assert "could not be started" in record.problem
        assert "pickle" in record.problem


@pytest.mark.parametrize("primitive", SYNC_LOCKS)
def test_slow_is_not_stalled(run_trial: Runner, primitive: str) -> None:
    """All of it takes 1.6 s, which is longer than the patience of 1 s; it only has to go on."""
    record = run_trial(HOSTILE + "Sleepy", primitive, workers=1, ops=4, patience_s=1.0)
    assert (record.stalled, record.outcome) == (None, (4,))
