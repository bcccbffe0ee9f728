"""Workers that a probe tells what to do: the same of every backend, real and simulated."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.backends.calls import perform
from locklab.backends.rig import own_thread, thread_activity
from locklab.explore.rigs import simulated_rig
from locklab.model.rig import Reply
from locklab.trial.probing import Stock
from tests.leftovers import linux_only

KINDS = [
    *(f"{backend}-{kind}" for backend in BACKENDS for kind in ("real", "simulated")),
    "multiprocessing-real-spawn",
]


def aside(run: Callable[[], object]) -> None:
    threading.Thread(target=run, daemon=True).start()


@pytest.fixture(params=KINDS)
def rig(request: pytest.FixtureRequest) -> Iterator[Any]:
    backend, kind, *method = request.param.split("-")
    primitive = PRIMITIVES.load(f"{backend}.Lock")
    if kind == "simulated":
        made: Any = simulated_rig(primitive, 3)
    else:
        stock = Stock(primitive, method[0] if method else None, 3)
        made = stock.family.rig(stock.make, 3, aside)
    yield made
    made.close()


def do(rig: Any, worker: int, *calls: tuple[Any, ...]) -> Reply:
    rig.begin(worker, calls)
    found: Reply = rig.reply(worker)
    return found


def test_calls_return_raise_and_wait(rig: Any) -> None:
    taken = do(rig, 0, ("acquire",))
    assert (taken.kind, taken.value, taken.said) == ("returned", True, "True")
    assert do(rig, 1, ("acquire",)).blocks
    assert rig.reply(1, "brief").blocks
    assert do(rig, 0, ("release",)).returned
    assert rig.reply(1, "long").value is True
    assert do(rig, 1, ("release",)).returned
    refused = do(rig, 2, ("release",))
    assert refused.kind == "raised"
    assert refused.error in ("RuntimeError", "ValueError")
    assert refused.said


def test_calls_begun_together_follow_one_another_until_one_raises(rig: Any) -> None:
    assert do(rig, 0, ("acquire",), ("release",), ("acquire",)).returned
    assert do(rig, 1, ("release",), ("no_such_method",), ("acquire",)).error == "AttributeError"
    # it was released, and not taken again
    assert do(rig, 2, ("acquire",)).returned


def test_a_with_statement_and_its_ends(rig: Any) -> None:
    assert do(rig, 0, ("with", ("fail",))).error == "Failure"
    assert do(rig, 0, ("enter",)).returned
    assert do(rig, 1, ("with",)).blocks
    assert do(rig, 0, ("exit",)).returned
    assert rig.reply(1, "long").returned


def test_a_worker_that_ended_keeps_what_it_held(rig: Any) -> None:
    assert do(rig, 1, ("acquire",)).returned
    rig.end(1)
    assert do(rig, 0, ("acquire",)).blocks


def test_a_late_waiter_still_gets_it(rig: Any) -> None:
    do(rig, 0, ("acquire",))
    do(rig, 1, ("acquire",))
    rig.delay(1, late=True)
    assert do(rig, 0, ("release",)).returned
    rig.delay(1, late=False)
    assert rig.reply(1, "long").returned


@linux_only
def test_a_process_that_is_no_more_is_told_of() -> None:
    stock = Stock(PRIMITIVES.load("multiprocessing.Lock"), "fork", 2)
    rig = stock.family.rig(stock.make, 2, aside)
    try:
        rig.kill(0)
        assert do(rig, 0, ("acquire",)).kind == "died"
        assert do(rig, 1, ("acquire",)).returned
    finally:
        rig.close()


@linux_only
def test_what_the_system_says_of_a_thread() -> None:
    told: list[tuple[int, int]] = []
    go, done = threading.Event(), threading.Event()

    def live() -> None:
        told.append(own_thread())
        go.wait()
        done.set()

    thread = threading.Thread(target=live)
    thread.start()
    until = time.monotonic() + 10
    while not told or (thread_activity(*told[0]) or "?")[0] != "S":
        assert time.monotonic() < until
    go.set()
    thread.join()
    # to Python it has ended a moment before it has to the system
    while (thread_activity(*told[0]) or "?")[0] not in "XZ":
        assert time.monotonic() < until
    mine = thread_activity(*own_thread())
    assert mine is not None
    assert mine[0] == "R"
    assert thread_activity(os.getpid(), 2**22 + 1) == ("X", 0)


def test_what_a_lock_returns_may_be_anything() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise ValueError

    class Sly(int):
        def __eq__(self, other: object) -> bool:
            raise AssertionError

        __hash__ = int.__hash__

    class Lock:
        def odd(self) -> Odd:
            return Odd()

        def sly(self) -> Sly:
            return Sly(1)

    odd = perform(Lock(), [("odd",)])
    assert (odd.value, odd.said) == (None, "something whose repr raises ValueError")
    assert perform(Lock(), [("sly",)]).value is None
    assert str(Reply("blocks")) == "waits"
    assert str(Reply("raised", None, "", "KeyError")) == "raised KeyError"
