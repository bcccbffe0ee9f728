"""Verdicts on classic programs."""

from __future__ import annotations

import pytest

from locklab.model.workload import Lab, Run, Scenario, Worker, expect
from locklab.questions.check import check_one, replay
from tests.explore import programs as p


@pytest.mark.parametrize(
    ("scenario", "workers", "ops", "status"),
    [
        (p.Peterson, 2, 2, "proved"),
        (p.PetersonTurnFirst, 2, 1, "refuted"),
        (p.Dekker, 2, 2, "proved"),
        (p.DekkerNoFlag, 2, 1, "refuted"),
        (p.Bakery, 2, 2, "proved"),
        (p.BakeryNoDoors, 2, 1, "refuted"),
        (p.Abba, 2, 1, "deadlock"),
        (p.AbbaOrdered, 2, 2, "proved"),
        (p.Philosophers, 3, 1, "deadlock"),
        (p.PhilosophersOrdered, 3, 1, "proved"),
        (p.CreateOnce, 3, 1, "proved"),
        (p.CreateTwice, 2, 1, "refuted"),
        (p.AnyOrder, 2, 1, "refuted"),
        (p.NeverReleased, 2, 1, "deadlock"),
        (p.Gate, 2, 1, "proved"),
        (p.Recurses, 2, 1, "proved"),
        (p.Broken, 2, 1, "refuted"),
    ],
)
def test_verdicts(scenario: type[Scenario], workers: int, ops: int, status: str) -> None:
    proof = check_one(scenario, "threading.Lock", workers, ops)
    assert proof.status == status
    assert proof.complete
    assert proof.redundant == 0
    for outcome in proof.outcomes:
        assert outcome.token is not None
        assert replay(outcome.token, scenario).outcome == outcome.outcome


@pytest.mark.parametrize("right", [True, False])
def test_three_at_the_bakery(right: bool) -> None:
    scenario = p.Bakery if right else p.BakeryNoDoors
    proof = check_one(scenario, "threading.NoLock", 3, 1, max_executions=20_000, minimal=False)
    assert (proof.status == "refuted") is not right


def test_locked_sections_in_every_order() -> None:
    """What a peer that tries some of the orders misses."""
    proof = check_one(p.Sections, "threading.Lock", 2, 2)
    assert {outcome.outcome for outcome in proof.outcomes} == {(6,), (8,), (7,), (9,), (10,), (12,)}
    assert proof.executions == 6


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
@pytest.mark.parametrize("backend", ["threading", "multiprocessing"])
def test_box_drain_is_refuted_under_any_lock(backend: str, kind: str) -> None:
    proof = check_one("box-drain", f"{backend}.{kind}")
    assert proof.status == "refuted"
    assert proof.reason == "the box passed below zero: -1 instead of 0"


@pytest.mark.parametrize("primitive", ["threading.Lock", "multiprocessing.Lock", "asyncio.Lock"])
def test_box_deadlocks_on_itself(primitive: str) -> None:
    proof = check_one("box", primitive)
    assert proof.status == "deadlock"
    assert proof.complete
    assert proof.cycle is not None
    holder, other = proof.cycle
    assert holder.startswith("worker 0 waits at ")
    assert "`box.lock`, which it holds itself since it took it at " in holder
    assert "box.py:" in holder.partition("since")[2]
    assert "`box.lock`, which worker 0 took at" in other
    small = proof.counterexample
    assert small is not None
    assert (small.workers, small.ops, small.schedule) == (1, 1, (0,))


def test_abba_is_told_as_a_cycle() -> None:
    cycle = check_one(p.Abba, "threading.Lock", 2, 1).cycle
    assert cycle is not None
    assert "`b`, which worker 1 took at" in cycle[0]
    assert "`a`, which worker 0 took at" in cycle[1]
    assert cycle[1].endswith("and holds")


def test_a_lock_whose_holder_has_finished() -> None:
    cycle = check_one(p.NeverReleased, "threading.Lock", 2, 1).cycle
    assert cycle is not None
    assert len(cycle) == 1
    assert cycle[0].endswith("and still held when it finished")


def test_an_exception_is_an_outcome() -> None:
    proof = check_one(p.Divides, "threading.NoLock", 2, 1)
    assert proof.status == "refuted"
    raised = [outcome for outcome in proof.outcomes if isinstance(outcome.outcome, str)]
    assert [outcome.outcome for outcome in raised] == [
        "raised ZeroDivisionError: integer division or modulo by zero"
    ]
    assert proof.reason is not None
    assert "worker 1 raised ZeroDivisionError" in proof.reason
    assert "programs.py:" in proof.reason


def test_wrong_releases_raise_as_the_real_ones_do() -> None:
    class Releases(Scenario):
        def setup(self, lab: Lab) -> None:
            self.lock = lab.lock()

        def work(self, worker: Worker) -> None:
            self.lock.release()

    for primitive, said in {
        "threading.Lock": "RuntimeError: release unlocked lock",
        "threading.RLock": "RuntimeError: cannot release un-acquired lock",
        "multiprocessing.Lock": "ValueError: semaphore or lock released too many times",
        "multiprocessing.RLock":
            "AssertionError: attempt to release recursive lock not owned by thread",
    }.items():  # fmt: skip
        proof = check_one(Releases, primitive, 1, 1)
        assert [outcome.outcome for outcome in proof.outcomes] == [f"raised {said}"]


def test_a_timeout_may_pass_or_not() -> None:
    proof = check_one(p.TryOnce, "threading.Lock", 2, 1)
    assert {outcome.outcome for outcome in proof.outcomes} == {(1,), (2,)}


def test_cells_of_processes_wrap() -> None:
    proof = check_one(p.Overflows, "multiprocessing.NoLock", 1, 1)
    assert proof.outcomes[0].outcome == (-(2**63),)
    proof = check_one(p.Overflows, "threading.NoLock", 1, 1)
    assert proof.outcomes[0].outcome == (2**63,)


def test_what_is_no_cell() -> None:
    proof = check_one(p.Private, "multiprocessing.NoLock", 2, 2)
    assert proof.status == "proved"
    assert {outcome.outcome for outcome in proof.outcomes} == {(2,)}, "each process has its own"
    proof = check_one(p.Private, "threading.NoLock", 2, 2)
    assert proof.status == "inconclusive", "threads share it, and nobody can see how"
    assert proof.reason is not None
    assert "`seen[0]`, which is no cell" in proof.reason


def test_locks_of_users() -> None:
    assert check_one("counter", p.SpinLock, 2, 1).status == "refuted"
    proof = check_one("counter", p.Wrapper, 2, 2)
    assert (proof.status, proof.executions) == ("proved", 6)
    cycle = check_one("box", p.Wrapper, 1, 1).cycle
    assert cycle is not None
    assert "`box.lock.inner`" in cycle[0]


def test_many_workers_and_thousands_of_steps() -> None:
    proof = check_one("counter", "threading.NoLock", 16, 300, max_executions=2, minimal=False)
    assert proof.status in ("inconclusive", "refuted")
    assert proof.executions == 2


class SpinningPeterson(Scenario):
    """Peterson as it is printed, with its loop."""

    right = True

    def setup(self, lab: Lab) -> None:
        self.flags = [lab.cell(0), lab.cell(0)]
        self.turn = lab.cell(0)
        self.total = lab.cell(0)

    def work(self, worker: Worker) -> None:
        me = worker.index
        for _ in worker.ops:
            if self.right:
                self.flags[me].value = 1
                self.turn.value = 1 - me
            else:
                self.turn.value = 1 - me
                self.flags[me].value = 1
            while self.flags[1 - me].value and self.turn.value == 1 - me:
                pass
            self.total.value += 1
            self.flags[me].value = 0

    def verify(self, run: Run) -> None:
        expect(self.total.value, run.workers * run.ops, "updates were lost")


class SpinningWrong(SpinningPeterson):
    right = False


def test_loops_that_wait_are_searched_as_far_as_it_goes() -> None:
    proof = check_one(SpinningPeterson, "threading.NoLock", 2, 1, max_seconds=3)
    assert proof.status == "inconclusive"
    proof = check_one(SpinningWrong, "threading.NoLock", 2, 1, max_seconds=3)
    assert proof.status == "refuted"


class Stubborn(Scenario):
    """Swallows whatever is thrown at it, in a loop."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()

    def work(self, worker: Worker) -> None:
        while True:
            try:
                self.lock.acquire()
            except BaseException:
                continue


def test_a_worker_that_cannot_be_ended_is_left_standing(capfd: pytest.CaptureFixture[str]) -> None:
    proof = check_one(Stubborn, "threading.Lock", 2, 1)
    assert (proof.status, proof.executions) == ("deadlock", 2)
