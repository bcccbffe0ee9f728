"""Tasks give way only where await really suspends."""

from __future__ import annotations

import asyncio

import pytest

from locklab.errors import RequestError
from locklab.model.workload import Lab, Run, Scenario, Worker, expect
from locklab.questions.check import check_one, replay
from tests.explore import programs as p


def test_no_await_no_race() -> None:
    proof = check_one("counter", "asyncio.NoLock", 3, 3)
    assert (proof.status, proof.executions) == ("proved", 1)


def test_an_await_between_read_and_write() -> None:
    assert check_one("counter-split", "asyncio.NoLock").status == "refuted"
    assert check_one("counter-split", "asyncio.Lock", 3, 2).status == "proved"


@pytest.mark.parametrize("lock", [p.FutureLock, p.LosesWakeup])
def test_locks_on_futures_run_as_they_are(lock: type[p.FutureLock]) -> None:
    assert check_one("counter-split", lock, 3, 2).status == "proved"


def test_a_lock_on_futures_that_lets_two_in() -> None:
    proof = check_one("counter-split", p.Barges, 2, 2)
    assert proof.status == "refuted"
    assert proof.token is not None
    replay(proof.token, real=True)


def test_cancellation() -> None:
    for lock in ("asyncio.Lock", p.FutureLock):
        assert check_one("counter-split", lock, 3, 1, cancel=True).status == "proved"
    proof = check_one("counter-split", p.LosesWakeup, 3, 1, cancel=True)
    assert proof.status == "deadlock"
    assert proof.token is not None
    assert replay(proof.token, real=True).outcome == "deadlock"
    assert "left locked" in {outcome.outcome for outcome in proof.outcomes}


def test_only_tasks_are_cancelled() -> None:
    with pytest.raises(RequestError, match="only tasks can be cancelled"):
        check_one("counter", "threading.Lock", cancel=True)


class Order(Scenario):
    """Workers queue for the lock while the first pauses in it, and note their order."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.order = lab.cell(0)
        self.pause = lab.pause

    async def work_async(self, worker: Worker) -> None:
        async with self.lock:
            self.order.value = self.order.value * 10 + worker.index
            await self.pause()


def test_waiters_wake_in_the_order_of_asking() -> None:
    proof = check_one(Order, "asyncio.Lock", 4, 1)
    assert [outcome.outcome for outcome in proof.outcomes] == [(123,)]


class Naps(Scenario):
    """Each pauses, then notes itself: pauses last any time, so every order can be."""

    def setup(self, lab: Lab) -> None:
        self.order = lab.cell(0)
        self.pause = lab.pause

    async def work_async(self, worker: Worker) -> None:
        await self.pause()
        self.order.value = self.order.value * 10 + worker.index + 1


def test_pauses_end_in_any_order() -> None:
    proof = check_one(Naps, "asyncio.NoLock", 3, 1)
    assert {outcome.outcome for outcome in proof.outcomes} == {
        (123,), (132,), (213,), (231,), (312,), (321,),
    }  # fmt: skip
    for outcome in proof.outcomes:
        assert outcome.token is not None
        assert replay(outcome.token, Naps, real=True).outcome == outcome.outcome


class SleepsForReal(Scenario):
    async def work_async(self, worker: Worker) -> None:
        await asyncio.sleep(1)


class AsksAThread(Scenario):
    async def work_async(self, worker: Worker) -> None:
        await asyncio.get_running_loop().run_in_executor(None, print)


def test_the_outside_is_refused_with_advice() -> None:
    with pytest.raises(RequestError, match=r"test_tasks\.py:\d+: .*`await lab.pause\(\)`"):
        check_one(SleepsForReal, "asyncio.NoLock", 1, 1)
    with pytest.raises(RequestError, match="run_in_executor"):
        check_one(AsksAThread, "asyncio.NoLock", 1, 1)


class Awaits(Scenario):
    """Waits for what nobody does."""

    async def work_async(self, worker: Worker) -> None:
        await asyncio.get_running_loop().create_future()


def test_a_future_that_nobody_sets() -> None:
    proof = check_one(Awaits, "asyncio.NoLock", 1, 1)
    assert proof.status == "deadlock"
    assert proof.cycle is not None
    assert "test_tasks.py:" in proof.cycle[0]
    assert proof.cycle[0].endswith("for something that nobody will do any more")


class Children(Scenario):
    """A worker with tasks of its own."""

    def setup(self, lab: Lab) -> None:
        self.total = lab.cell(0)

    async def work_async(self, worker: Worker) -> None:
        async def add() -> None:
            seen = self.total.value
            await asyncio.sleep(0)
            self.total.value = seen + 1

        await asyncio.gather(add(), add())

    def verify(self, run: Run) -> None:
        expect(self.total.value, 2 * run.workers, "updates were lost")


def test_tasks_of_tasks() -> None:
    proof = check_one(Children, "asyncio.NoLock", 1, 1)
    assert proof.status == "refuted"
    assert proof.token is not None
    replay(proof.token, Children, real=True)
