"""The wait pass: it counts every acquisition once, times every wait, and stays out of the way."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from types import BuiltinMethodType, MethodWrapperType
from typing import Any

import pytest

from locklab.backends.crew import WORKER
from locklab.trial.clocked import ClockedLock, without_waiting
from locklab.trial.histogram import Histogram
from locklab.trial.record import TrialRecord

Runner = Callable[..., TrialRecord]

LOCKS = ["threading.Lock", "threading.RLock", "multiprocessing.Lock", "multiprocessing.RLock",
         "asyncio.Lock"]  # fmt: skip
METHODS = multiprocessing.get_all_start_methods()


def seen(record: TrialRecord) -> tuple[dict[str, Any], Histogram, Histogram]:
    """What a clocked trial saw, its waits and its holds."""
    assert (record.problem, record.crash, record.stalled) == (None, None, None)
    assert record.clocked is not None
    waits, holds = (Histogram.from_plain(record.clocked[name]) for name in ("waits", "holds"))
    return record.clocked, waits, holds


@pytest.mark.parametrize("scenario", ["counter", "Explicit"])
@pytest.mark.parametrize("primitive", LOCKS)
def test_every_acquisition_counts_once(
    run_trial: Runner, workload: Callable[[str], str], scenario: str, primitive: str
) -> None:
    where = workload(scenario) if scenario[0].isupper() else scenario
    record = run_trial(where, primitive, ops=300, clocked=True)
    clocked, waits, holds = seen(record)
    assert record.outcome == (600,)
    assert not record.violated
    counted = clocked["acquired"] + holds.count
    if scenario == "counter" or primitive.startswith("asyncio"):
        # Without the GIL, one that counts while another does may be overlooked; and where taking
        # and giving back are two calls, the last hold ends in another way than it began.
        assert 599 <= counted <= 600 if record.facts["gil"] else 570 <= counted <= 600
    else:
        # the second acquisition of each operation may or may not find the lock free
        assert 570 <= counted <= 1200
    assert 0 <= clocked["waited"] == waits.count <= clocked["acquired"]
    assert clocked["clock_ns"] > 0
    assert holds.quantile(0.5)


@pytest.mark.parametrize("method", METHODS)
def test_worker_processes_tell_what_they_saw(run_trial: Runner, method: str) -> None:
    record = run_trial("counter", "multiprocessing.Lock", ops=40, clocked=True, start_method=method)
    clocked, _, holds = seen(record)
    # of each, a quarter of its operations
    assert (clocked["acquired"], holds.count) == (60, 20)


@pytest.mark.parametrize("primitive", LOCKS)
def test_who_finds_the_lock_taken_waits(
    run_trial: Runner, workload: Callable[[str], str], primitive: str
) -> None:
    record = run_trial(workload("Slow"), primitive, workers=3, ops=12, clocked=True)
    clocked, waits, holds = seen(record)
    assert clocked["waited"] > 0
    assert 1 <= clocked["most"] <= 3
    # held for 2 ms each time; whoever comes meanwhile waits for what is left of that
    assert holds.quantile(0.0) >= 2e6  # type: ignore[operator]
    assert waits.largest >= 1e6


@pytest.mark.parametrize("primitive", ["threading.RLock", "multiprocessing.RLock"])
def test_a_lock_taken_again_is_held_until_it_is_free(run_trial: Runner, primitive: str) -> None:
    record = run_trial("box", primitive, ops=40, clocked=True)
    clocked, _, holds = seen(record)
    assert record.outcome == (0,)
    # the first so many outermost acquisitions, and no more
    assert 19 <= holds.count <= 21
    assert clocked["acquired"] > 0


@pytest.mark.parametrize("primitive", LOCKS)
def test_an_open_loop_waits_from_when_it_was_due(
    run_trial: Runner, workload: Callable[[str], str], primitive: str
) -> None:
    # more than one worker alone can keep up with, should the other come late
    rate, ops = 4000, 10
    record = run_trial(workload("Slow"), primitive, ops=ops, clocked=True, rate=rate)
    clocked, waits, _ = seen(record)
    assert clocked["acquired"] == waits.count == 2 * ops
    # the last of a worker is due after 4.5 ms, and its turn comes after 18 ms or later
    assert waits.largest >= 13e6


def test_an_open_loop_waits_for_its_time(run_trial: Runner) -> None:
    record = run_trial("counter", "threading.Lock", ops=10, clocked=True, rate=500)
    window = record.window()
    assert window is not None
    # 20 arrivals 2 ms apart
    assert window.span_ns >= 17e6


def test_a_lock_that_cannot_be_asked_cannot_tell_who_waited(
    run_trial: Runner, workload: Callable[[str], str]
) -> None:
    record = run_trial("counter", workload("WithOnly"), ops=50, clocked=True)
    clocked, waits, holds = seen(record)
    assert clocked["waited"] is None
    assert clocked["acquired"] == waits.count
    assert waits.count + holds.count == 100


def test_a_control_never_waits(run_trial: Runner) -> None:
    clocked, waits, _ = seen(run_trial("counter", "threading.NoLock", ops=50, clocked=True))
    assert (clocked["waited"], waits.count) == (0, 0)


def test_no_python_runs_while_a_free_lock_is_taken_and_held() -> None:
    """Else the interpreter could switch threads there, and the pass would make its own queue."""
    lock = threading.Lock()
    clocked = ClockedLock(lock, bytearray(1), None, holds=0)
    assert type(clocked.__enter__) is MethodWrapperType
    assert type(clocked.__exit__) is BuiltinMethodType
    assert clocked.release == lock.release


def test_holds_come_first_and_waits_after_them() -> None:
    WORKER.set(0)
    clocked = ClockedLock(threading.Lock(), bytearray(1), None, holds=3)
    for _ in range(10):
        with clocked:
            pass
    assert (clocked.tally.holds.count, clocked.tally.acquired()) == (3, 7)


def test_an_exception_goes_through_and_the_lock_is_free_again() -> None:
    WORKER.set(0)
    for holds in (0, 5):
        clocked = ClockedLock(threading.Lock(), bytearray(1), None, holds)
        with pytest.raises(ZeroDivisionError), clocked:
            raise ZeroDivisionError
        assert not clocked.locked()


def test_a_limited_wait_that_ends_without_the_lock_is_no_acquisition() -> None:
    WORKER.set(0)
    lock = threading.Lock()
    clocked = ClockedLock(lock, bytearray(1), None, holds=0)
    lock.acquire()
    assert clocked.acquire(timeout=0.001) is False
    assert (clocked.tally.waited, clocked.tally.waits.count) == (0, 0)


def test_whether_a_lock_can_be_asked_is_found_by_asking() -> None:
    class Keyword:
        def __init__(self) -> None:
            self.lock = threading.Lock()

        def acquire(self, patience: float = 9.0, *, blocking: bool = True) -> bool:
            return self.lock.acquire(blocking)

        def release(self) -> None:
            self.lock.release()

    for lock in (threading.Lock(), threading.RLock(), multiprocessing.Lock(), Keyword()):
        attempt = without_waiting(lock)
        assert attempt is not None
        assert attempt(False)
        lock.release()
    assert without_waiting(object()) is None
