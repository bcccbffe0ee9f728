"""Section 7 of the design, exactly."""

from __future__ import annotations

from math import comb

import pytest

from locklab.model.proofs import Proof
from locklab.questions.check import check_one


def finals(proof: Proof) -> set[int]:
    return {outcome.outcome[0] for outcome in proof.outcomes}


@pytest.mark.parametrize(
    ("ops", "interleavings", "classes", "values"),
    [(1, 6, 4, {1, 2}), (2, 70, 34, {2, 3, 4}), (3, 924, 328, {2, 3, 4, 5, 6})],
)
@pytest.mark.parametrize("backend", ["threading", "multiprocessing"])
def test_unlocked_counter(
    backend: str, ops: int, interleavings: int, classes: int, values: set[int]
) -> None:
    every = check_one("counter", f"{backend}.NoLock", 2, ops, policy="every", minimal=False)
    assert every.executions == interleavings
    assert finals(every) == values
    proof = check_one("counter", f"{backend}.NoLock", 2, ops)
    assert proof.status == "refuted"
    assert proof.complete
    assert proof.classes == classes
    assert proof.executions == classes, "one execution a class"
    assert proof.redundant == 0
    assert finals(proof) == values
    assert sum(outcome.classes or 0 for outcome in proof.outcomes) == classes


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
@pytest.mark.parametrize("backend", ["threading", "multiprocessing"])
@pytest.mark.parametrize(
    ("workers", "ops", "orders"),
    [*((2, ops, comb(2 * ops, ops)) for ops in (1, 2, 3, 4)), (3, 1, 6), (3, 2, 90)],
)
def test_locked_counter(backend: str, kind: str, workers: int, ops: int, orders: int) -> None:
    proof = check_one("counter", f"{backend}.{kind}", workers, ops)
    assert proof.status == "proved"
    assert proof.executions == proof.classes == orders
    assert [outcome.outcome for outcome in proof.outcomes] == [(workers * ops,)]


def test_three_workers_three_operations() -> None:
    proof = check_one("counter", "threading.Lock", 3, 3)
    assert (proof.status, proof.executions) == ("proved", 1680)


def test_the_first_lost_update_is_found_at_once() -> None:
    proof = check_one("counter", "threading.NoLock", 2, 1, max_executions=3)
    assert proof.status == "refuted"
    assert not proof.complete


def test_the_default_matrix() -> None:
    """What the design expects of every built-in case."""
    from locklab.backends import PRIMITIVES
    from locklab.model.primitive import expected
    from locklab.questions.check import check
    from locklab.scenarios import SCENARIOS

    proofs = check()
    assert len(proofs) == len(list(SCENARIOS)) * len(list(PRIMITIVES))
    for proof in proofs:
        assert proof.scenario is not None
        assert proof.primitive is not None
        assert proof.complete
        promise = expected(SCENARIOS.load(proof.scenario), PRIMITIVES.load(proof.primitive))
        if promise == "holds":
            assert proof.status == "proved", proof
        elif promise == "deadlocks":
            assert proof.status == "deadlock", proof
        elif proof.scenario == "box-drain" or not proof.primitive.startswith("asyncio"):
            assert proof.status == "refuted", proof
