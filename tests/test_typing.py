"""What a user's type checker sees: mypy runs over this file, and so does the interpreter."""

from __future__ import annotations

from typing import Any, Literal, assert_type

import pytest

import locklab


class Own(locklab.Scenario):
    """A scenario as the README shows it."""

    def setup(self, lab: locklab.Lab) -> None:
        self.lock = lab.lock()
        self.total = lab.cell(0)
        assert_type(self.total.value, int)
        assert_type(lab.workers, int)

    def work(self, worker: locklab.Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.total.value += 1

    def verify(self, run: locklab.Run) -> None:
        locklab.expect(self.total.value, run.workers * run.ops, "updates were lost")


def names(run: locklab.RunResult) -> list[str]:
    assert_type(run.interrupted, bool)
    assert_type(run.settings, dict[str, Any])
    found = []
    for case in run.cases:
        assert_type(case, locklab.CaseResult)
        assert_type(case.observed, locklab.Observed | None)
        assert_type(case.expected, Literal["holds", "deadlocks", "raises"] | None)
        assert_type(case.verdict, locklab.Proof)
        assert_type(case.broken, bool)
        if case.throughput is not None:
            assert_type(case.throughput.samples, tuple[float, ...])
            assert_type(case.throughput.low, float | None)
        if case.fairness is not None:
            assert_type(case.fairness.jain, float)
        found.append(case.primitive)
    return found


def test_comparing_from_code_is_typed_from_end_to_end() -> None:
    lock = locklab.Primitive("own.Lock", "threading", lambda lab: lab.primitive("threading.Lock"))
    assert_type(lock.exclusive, bool)
    run = assert_type(
        locklab.compare([Own, "counter"], primitives=["threading.Lock"], workers=(1,), trials=1),
        locklab.RunResult,
    )
    assert names(run) == ["threading.Lock"] * 2
    with pytest.raises(locklab.RequestError) as refused:
        locklab.compare(["no such thing"])
    assert_type(refused.value.exit_code, int)
    assert refused.value.exit_code == 2
