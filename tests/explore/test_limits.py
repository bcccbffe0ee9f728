"""What is not established is not claimed."""

from __future__ import annotations

import random
import threading
import time
from typing import ClassVar

import pytest

from locklab.errors import RequestError
from locklab.model.workload import Lab, Scenario, Worker
from locklab.questions.check import check, check_one
from tests.explore import programs as p


def test_a_spin_loop_meets_the_step_limit() -> None:
    proof = check_one(p.SpinsForEver, "threading.NoLock", 1, 1, max_steps=100)
    assert proof.status == "inconclusive"
    assert not proof.complete
    assert proof.reason is not None
    assert "after 100 steps" in proof.reason
    proof = check_one(p.Spins, "threading.NoLock", 2, 1, max_steps=200)
    assert proof.status == "inconclusive"
    assert (1,) in {outcome.outcome for outcome in proof.outcomes}


def test_limits_on_executions_and_time() -> None:
    proof = check_one("counter", "threading.Lock", 3, 2, max_executions=10)
    assert (proof.status, proof.executions) == ("inconclusive", 10)
    assert proof.reason == "the limit of 10 executions was reached"
    proof = check_one("counter", "threading.Lock", 4, 4, max_seconds=0.05)
    assert proof.status == "inconclusive"
    assert proof.reason == "the time limit of 0.05 s was reached"
    proofs = check("counter", primitives="*.Lock", workers=3, ops=4, max_seconds=0.3)
    assert sum(proof.seconds or 0 for proof in proofs) < 2


class DrawsLots(Scenario):
    """Takes steps, or values, by chance."""

    by_value = False

    def setup(self, lab: Lab) -> None:
        self.x = lab.cell(0)

    def work(self, worker: Worker) -> None:
        lot = random.random()
        for _ in worker.ops:
            if self.by_value:
                self.x.value = int(lot * 1e9)
            elif lot < 0.5:
                self.x.value += 1
            else:
                self.x.value = 2


class DrawsValues(DrawsLots):
    by_value = True


@pytest.mark.parametrize("scenario", [DrawsLots, DrawsValues])
def test_nondeterminism_is_reported(scenario: type[Scenario]) -> None:
    proof = check_one(scenario, "threading.NoLock", 2, 4)
    assert proof.status == "inconclusive"
    assert proof.reason is not None
    assert "nondeterministic" in proof.reason
    assert proof.schedule is None


def test_where_runs_part_is_told() -> None:
    proof = check_one(DrawsLots, "threading.NoLock", 2, 4)
    assert proof.reason is not None
    assert "`x`" in proof.reason or "step" in proof.reason


def test_a_bound_that_leaves_something_out() -> None:
    proof = check_one("counter", "threading.NoLock", max_preemptions=0)
    assert proof.status == "inconclusive"
    assert proof.bound is not None
    assert proof.bound.preemptions == 0
    assert proof.reason == "nothing fails with up to 0 preemptions; with more, nothing is known"
    proof = check_one("counter", "threading.NoLock", max_preemptions=1)
    assert proof.status == "refuted"
    assert proof.preemptions == 1


def test_a_bound_that_leaves_nothing_out() -> None:
    proof = check_one("counter", "threading.NoLock", 1, 3, max_preemptions=0)
    assert proof.status == "proved"
    proof = check_one("counter", "threading.NoLock", policy="bounded", minimal=False)
    assert proof.complete
    assert proof.executions is not None
    assert proof.redundant is not None
    assert proof.executions - proof.redundant == 70


@pytest.mark.parametrize("policy", ["random", "pct"])
def test_sampling_finds_and_never_proves(policy: str) -> None:
    one = check_one("counter", "threading.NoLock", policy=policy, seed=1)
    assert one.status == "refuted"
    two = check_one("counter", "threading.NoLock", policy=policy, seed=1)
    assert one.outcomes == two.outcomes
    assert check_one("counter", "threading.Lock", policy=policy, seed=1).status == "inconclusive"
    assert check_one("counter-split", "asyncio.NoLock", policy=policy, seed=1).status == "refuted"


class Interrupts(Scenario):
    def setup(self, lab: Lab) -> None:
        self.x = lab.cell(0)

    def work(self, worker: Worker) -> None:
        self.x.value += 1
        if self.x.value > 1:
            raise KeyboardInterrupt


def test_an_interrupt_keeps_what_is_known() -> None:
    proof = check_one(Interrupts, "threading.NoLock", 2, 1)
    assert proof.status == "inconclusive"
    assert proof.reason == "it was interrupted"


class Stuck(Scenario):
    """A worker that takes no step is ended from outside; `began` is who has begun."""

    began: ClassVar[list[int]] = []

    def work(self, worker: Worker) -> None:
        self.began.append(worker.index)
        raise KeyboardInterrupt


def test_one_interrupt_is_enough_for_all_workers() -> None:
    Stuck.began.clear()
    proof = check_one(Stuck, "threading.NoLock", 3, 1)
    assert (proof.status, proof.reason) == ("inconclusive", "it was interrupted")
    assert Stuck.began == [0]


def test_progress_is_told() -> None:
    told: list[tuple[int, float]] = []
    check_one(
        "counter", "threading.Lock", 2, 8, max_seconds=0.5,
        on_progress=lambda done, seconds: told.append((done, seconds)),
    )  # fmt: skip
    assert told
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"scenario": "conter"}, "did you mean counter"),
        ({"primitive": "threading.Look"}, "did you mean threading.Lock"),
        ({"workers": 0}, "0 workers"),
        ({"workers": 64}, "64 workers"),
        ({"ops": -1}, "-1 operations"),
        ({"max_preemptions": -1}, "max_preemptions"),
        ({"max_preemptions": 1, "policy": "random"}, "max_preemptions"),
        ({"policy": "exaustive"}, "did you mean exhaustive"),
        ({"max_steps": 0}, "steps"),
    ],
)
def test_wrong_requests(arguments: dict[str, object], said: str) -> None:
    request: dict[str, object] = {"scenario": "counter", "primitive": "threading.Lock"}
    with pytest.raises(RequestError, match=said):
        check_one(**{**request, **arguments})  # type: ignore[arg-type]


def test_a_second_does_for_the_matrix() -> None:
    begun = time.monotonic()
    check()
    assert time.monotonic() - begun < 10, "ten times what it takes"


class HasARealLock(Scenario):
    def setup(self, lab: Lab) -> None:
        self.inner = {"guard": threading.Lock()}

    def work(self, worker: Worker) -> None:
        with self.inner["guard"]:
            pass


def test_a_real_lock_is_refused_with_advice() -> None:
    with pytest.raises(RequestError, match=r"HasARealLock\.inner\['guard'\] is a real threading"):
        check_one(HasARealLock, "threading.Lock")
