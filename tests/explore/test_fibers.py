"""Without greenlet, threads that pass a baton come to the same."""

from __future__ import annotations

import threading

import pytest

from locklab.explore import threads
from locklab.explore.fibers import Batons
from locklab.questions.check import check_one


def test_batons_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "fibers", Batons)
    before = threading.active_count()
    proof = check_one("counter", "threading.NoLock", 2, 2)
    assert (proof.status, proof.executions, proof.classes) == ("refuted", 34, 34)
    assert check_one("counter", "multiprocessing.Lock", 3, 1).executions == 6
    proof = check_one("box", "threading.Lock")
    assert proof.status == "deadlock"
    assert proof.cycle is not None
    assert "box.py:" in proof.cycle[0]
    for thread in threading.enumerate():
        if thread.daemon:
            thread.join(1)
    assert threading.active_count() == before, "threads are ended with the stage"
