"""The reference against what is known of small counters, and against hand-counted programs."""

from __future__ import annotations

import pytest

from tests.explore.oracle import (
    DEADLOCK,
    Acquire,
    Instruction,
    Kind,
    Program,
    Read,
    Release,
    Skip,
    TooLarge,
    TryAcquire,
    Write,
    enumerate_all,
    enumerate_merged,
    replay,
)
from tests.explore.random_programs import random_program

INCREMENT: tuple[Instruction, ...] = (Read(0, 0), Write(0, 0, 1))
LOCKED: tuple[Instruction, ...] = (Acquire(0), *INCREMENT, Release(0))


def counter(kind: Kind, workers: int, ops: int) -> Program:
    return Program(kind, (0,), 1, (LOCKED * ops,) * workers)


@pytest.mark.parametrize(
    ("ops", "interleavings", "classes", "finals"),
    [(1, 6, 4, {1, 2}), (2, 70, 34, {2, 3, 4}), (3, 924, 328, {2, 3, 4, 5, 6})],
)
def test_unlocked_counter(ops: int, interleavings: int, classes: int, finals: set[int]) -> None:
    for enumerate_ in (enumerate_all, enumerate_merged):
        found = enumerate_(counter("NoLock", 2, ops))
        assert found.executions == interleavings
        assert sum(found.classes.values()) == classes
        assert found.endings == {(final,) for final in finals}


@pytest.mark.parametrize("kind", ["Lock", "RLock"])
@pytest.mark.parametrize(
    ("workers", "ops", "orders"),
    [(2, 1, 2), (2, 2, 6), (2, 3, 20), (2, 4, 70), (3, 1, 6), (3, 2, 90), (3, 3, 1680)],
)
def test_locked_counter(kind: Kind, workers: int, ops: int, orders: int) -> None:
    for enumerate_ in (enumerate_all, enumerate_merged):
        found = enumerate_(counter(kind, workers, ops))
        assert found.executions == orders
        assert found.classes == {(workers * ops,): orders}


def test_independent_steps_make_one_class() -> None:
    found = enumerate_all(
        Program("Lock", (0, 0, 5), 0, ((Write(0, None, 1), Read(2, 0)), (Write(1, None, 2),) * 2))
    )
    assert found.executions == 6
    assert found.classes == {(1, 2, 5): 1}


def test_two_reads_are_independent_and_two_writes_are_not() -> None:
    reads = Program("Lock", (0,), 0, ((Read(0, 0),), (Read(0, 0),)))
    writes = Program("Lock", (0,), 0, ((Write(0, None, 7),), (Write(0, None, 7),)))
    assert enumerate_all(reads).classes == {(0,): 1}
    assert enumerate_all(writes).classes == {(7,): 2}


def abba(kind: Kind, *, ordered: bool) -> Program:
    first = (Acquire(0), Acquire(1), Release(1), Release(0))
    second = first if ordered else (Acquire(1), Acquire(0), Release(0), Release(1))
    return Program(kind, (0,), 2, (first, second))


def test_locks_in_opposite_orders() -> None:
    # the two first acquires in either order, or one worker after the other, where the outer release
    # of the one may come before or after the first acquire of the other
    found = enumerate_all(abba("Lock", ordered=False))
    assert found.executions == 2 + 2 * 2
    assert found.classes == {(0,): 2, DEADLOCK: 1}
    assert found.preemptions == {(0,): 0, DEADLOCK: 1}
    assert enumerate_all(abba("NoLock", ordered=False)).classes == {(0,): 1}
    assert enumerate_all(abba("Lock", ordered=True)).classes == {(0,): 2}


def test_taking_a_lock_again() -> None:
    again = (Acquire(0), Acquire(0), Release(0), Release(0))
    # whoever comes first waits for itself, and the other for it
    assert enumerate_all(Program("Lock", (0,), 1, (again,) * 2)).classes == {DEADLOCK: 2}
    assert enumerate_all(Program("RLock", (0,), 1, (again,) * 2)).classes == {(0,): 2}


def test_a_lock_that_is_never_given_back() -> None:
    keeps = Program("Lock", (0,), 1, ((Acquire(0),), LOCKED))
    assert enumerate_all(keeps).classes == {DEADLOCK: 1, (1,): 1}


def test_trying_for_a_lock() -> None:
    tries = (TryAcquire(0, 0), Skip(0, "==", 0, 2), Write(0, None, 1), Release(0))
    # one after the other (two ways), or one tries while the other is inside: before or after the
    # write is the same class, since the write touches no lock
    found = enumerate_all(Program("Lock", (0,), 1, (tries,) * 2))
    assert found.classes == {(1,): 4}


def test_conditions_follow_what_was_read() -> None:
    acts = (Read(0, 0), Skip(0, "==", 0, 1), Write(0, 0, -1))
    found = enumerate_all(Program("Lock", (1,), 0, (acts,) * 2))
    # both read 1 (the order of the writes counts: twice), or one after the other (twice)
    assert found.classes == {(0,): 4}
    assert found.executions == 4 + 2


def test_the_limit_is_kept() -> None:
    assert enumerate_all(counter("NoLock", 2, 2), limit=70).executions == 70
    with pytest.raises(TooLarge):
        enumerate_all(counter("NoLock", 2, 2), limit=69)


def test_replay_counts_preemptions_and_refuses_what_cannot_be() -> None:
    program = counter("NoLock", 2, 1)
    assert replay(program, (0, 0, 1, 1)) == ((2,), 0)
    assert replay(program, (0, 1, 1, 0)) == ((1,), 1)
    assert replay(program, (0, 1, 0, 1)) == ((1,), 2)
    assert replay(abba("Lock", ordered=False), (0, 1)) == (DEADLOCK, 1)
    with pytest.raises(ValueError, match="step 1: worker 1 cannot move"):
        replay(counter("Lock", 2, 1), (0, 1))
    with pytest.raises(ValueError, match="can still move"):
        replay(program, (0, 0, 1))


@pytest.mark.parametrize("seed", range(150))
def test_merging_prefixes_changes_nothing(seed: int) -> None:
    program = random_program(seed)
    plain, merged = enumerate_all(program), enumerate_merged(program)
    assert (plain.executions, plain.classes) == (merged.executions, merged.classes)
