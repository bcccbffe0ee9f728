"""Known verdicts: mutual exclusion on cells alone, deadlocks and their cures, order of sections.

The class and outcome counts were counted by going through all executions, merging equal prefixes.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from locklab.model.workload import Scenario
from locklab.questions.check import check_one
from tests.explore import classics as c

Row = tuple[type[Scenario], int, int, str, int, int]

# scenario, workers, ops, verdict, classes, outcomes
WITHOUT_LOCKS: list[Row] = [
    (c.Unprotected, 2, 1, "refuted", 4, 2),
    (c.Peterson, 2, 1, "proved", 14, 8),
    (c.Peterson, 2, 2, "proved", 654, 18),
    (c.PetersonPatient, 2, 1, "proved", 28, 8),
    (c.PetersonPatient, 2, 2, "proved", 4134, 18),
    (c.PetersonTurnFirst, 2, 1, "refuted", 20, 6),
    (c.PetersonTurnFirst, 2, 2, "refuted", 822, 26),
    (c.PetersonLateFlag, 2, 1, "refuted", 8, 4),
    (c.PetersonNoTurn, 2, 1, "proved", 10, 8),
    (c.PetersonNoTurn, 2, 2, "proved", 232, 18),
    (c.PetersonNoFlags, 2, 1, "proved", 4, 4),
    (c.PetersonNoFlags, 2, 2, "proved", 34, 12),
    (c.Dekker, 2, 1, "proved", 19, 5),
    (c.Dekker, 2, 2, "proved", 1480, 13),
    (c.DekkerCareless, 2, 1, "proved", 16, 5),  # one turn each is too few to show the fault
    (c.DekkerCareless, 2, 2, "refuted", 1133, 17),
    (c.Bakery, 2, 1, "proved", 35, 4),
    (c.Bakery, 2, 2, "proved", 4831, 9),
    (c.Bakery, 3, 1, "proved", 6007, 8),
    (c.BakeryNoChoosing, 2, 1, "refuted", 22, 4),
    (c.BakeryNoChoosing, 2, 2, "refuted", 1494, 13),
    (c.BakeryNoChoosing, 3, 1, "refuted", 2955, 12),
    (c.Handover, 2, 1, "proved", 2, 1),
    (c.Handover, 2, 2, "proved", 10, 1),
    (c.HandoverBackwards, 2, 1, "refuted", 3, 3),
    (c.StoreBuffer, 2, 1, "proved", 3, 3),
    (c.StoreBuffer, 2, 2, "proved", 19, 3),
]

WITH_LOCKS: list[Row] = [
    (c.Transfers, 2, 1, "deadlock", 3, 2),
    (c.Transfers, 2, 2, "deadlock", 11, 2),
    (c.TransfersOrdered, 2, 2, "proved", 6, 1),
    (c.Philosophers, 3, 1, "deadlock", 7, 2),
    (c.Philosophers, 3, 2, "deadlock", 106, 2),
    (c.Philosophers, 4, 1, "deadlock", 15, 2),
    (c.PhilosophersOrdered, 3, 1, "proved", 6, 1),
    (c.PhilosophersOrdered, 3, 2, "proved", 90, 1),
    (c.PhilosophersOrdered, 4, 1, "proved", 14, 1),
    (c.Creation, 2, 1, "proved", 4, 1),
    (c.Creation, 2, 2, "proved", 4, 1),
    (c.Creation, 3, 1, "proved", 15, 1),
    (c.CreationUnchecked, 2, 1, "refuted", 6, 2),
    (c.CreationUnlocked, 2, 1, "refuted", 26, 2),
    (c.CreationTooSoon, 2, 1, "refuted", 6, 3),
    (c.LastItem, 2, 1, "refuted", 6, 2),
    (c.LastItem, 3, 1, "refuted", 66, 3),
    (c.LastItemAtOnce, 2, 2, "proved", 6, 1),
    (c.LastItemAtOnce, 3, 1, "proved", 6, 1),
    (c.History, 2, 1, "proved", 2, 2),
    (c.History, 3, 2, "proved", 90, 90),
    (c.HistoryBadLast, 3, 2, "refuted", 90, 90),
    (c.HistoryBadMiddle, 3, 2, "refuted", 90, 90),
    (c.LastWriter, 2, 1, "refuted", 2, 2),
    (c.LastWriter, 2, 2, "refuted", 6, 2),
    (c.LastWriter, 3, 1, "refuted", 6, 3),
]

ON_THE_CONTROL: list[Row] = [
    (c.Transfers, 2, 1, "refuted", 7, 5),
    (c.Transfers, 2, 2, "refuted", 199, 27),
    (c.TransfersOrdered, 2, 2, "refuted", 199, 27),
    (c.Philosophers, 3, 1, "refuted", 37, 7),
    (c.Philosophers, 4, 1, "refuted", 175, 15),
    (c.PhilosophersOrdered, 3, 1, "refuted", 64, 8),
    (c.Creation, 2, 1, "refuted", 28, 2),
    (c.Creation, 2, 2, "refuted", 60, 2),
    (c.Creation, 3, 1, "refuted", 4068, 3),
    (c.CreationTooSoon, 2, 1, "refuted", 40, 4),
    (c.LastItem, 2, 1, "refuted", 6, 2),
    (c.LastItemAtOnce, 2, 2, "refuted", 10, 2),
    (c.LastItemAtOnce, 3, 1, "refuted", 63, 3),
    (c.HistoryBadMiddle, 3, 2, "refuted", 7134, 267),
]

# scenario, primitive, workers, ops, verdict, classes, outcomes; small counters known by hand too.
# A pause touches nothing, so it makes no class of its own.
BUILT_IN = [
    ("counter", "threading.NoLock", 2, 1, "refuted", 4, 2),
    ("counter", "threading.NoLock", 2, 2, "refuted", 34, 3),
    ("counter", "threading.NoLock", 2, 3, "refuted", 328, 5),
    ("counter", "threading.NoLock", 3, 1, "refuted", 36, 3),
    ("counter", "threading.Lock", 2, 1, "proved", 2, 1),
    ("counter", "threading.Lock", 2, 2, "proved", 6, 1),
    ("counter", "threading.Lock", 2, 3, "proved", 20, 1),
    ("counter", "threading.Lock", 2, 4, "proved", 70, 1),
    ("counter", "threading.RLock", 3, 1, "proved", 6, 1),
    ("counter", "threading.RLock", 3, 2, "proved", 90, 1),
    ("counter", "threading.RLock", 3, 3, "proved", 1680, 1),
    ("counter-split", "threading.NoLock", 2, 2, "refuted", 34, 3),
    ("counter-split", "threading.Lock", 2, 2, "proved", 6, 1),
    ("box", "threading.Lock", 2, 2, "deadlock", 2, 1),
    ("box", "threading.Lock", 3, 1, "deadlock", 3, 1),
    ("box", "threading.RLock", 2, 2, "proved", 15, 1),
    ("box", "threading.RLock", 3, 1, "proved", 60, 1),
    ("box", "threading.NoLock", 2, 2, "refuted", 195, 8),
    ("box", "threading.NoLock", 3, 1, "refuted", 3288, 9),
    ("box-flat", "threading.Lock", 2, 2, "proved", 15, 1),
    ("box-flat", "threading.Lock", 3, 1, "proved", 60, 1),
    ("box-drain", "threading.RLock", 2, 1, "proved", 4, 2),
    ("box-drain", "threading.Lock", 2, 2, "refuted", 23, 3),
    ("box-drain", "threading.RLock", 2, 2, "refuted", 23, 3),
    ("box-drain", "threading.RLock", 3, 1, "refuted", 26, 4),
]

CASES = [
    pytest.param(primitive, *row, id=f"{row[0].__name__}-{primitive}-{row[1]}x{row[2]}")
    for primitives, rows in [
        (["threading.Lock"], WITHOUT_LOCKS),
        (["threading.Lock", "threading.RLock"], WITH_LOCKS),
        (["threading.NoLock"], ON_THE_CONTROL),
    ]
    for primitive in primitives
    for row in rows
]
CASES += [
    pytest.param(row[1], row[0], *row[2:], id=f"{row[0]}-{row[1]}-{row[2]}x{row[3]}")
    for row in BUILT_IN
]


@pytest.mark.parametrize(
    ("primitive", "scenario", "workers", "ops", "status", "classes", "outcomes"), CASES
)
def test_verdict(
    primitive: str,
    scenario: type[Scenario] | str,
    workers: int,
    ops: int,
    status: str,
    classes: int,
    outcomes: int,
) -> None:
    proof = check_one(scenario, primitive, workers=workers, ops=ops)
    assert (proof.status, proof.complete) == (status, True), proof.reason
    assert proof.classes == classes
    assert len({outcome.outcome for outcome in proof.outcomes}) == outcomes
    assert sum(outcome.classes or 0 for outcome in proof.outcomes) == classes
    assert proof.executions is not None
    assert proof.executions >= classes
    assert all(outcome.allowed for outcome in proof.outcomes) == (status == "proved")
    assert (proof.schedule is None) == (status == "proved")
    assert any(one.outcome == "deadlock" for one in proof.outcomes) == (status == "deadlock")


@pytest.mark.parametrize("scenario", [c.HistoryBadLast, c.HistoryBadMiddle])
@pytest.mark.parametrize("primitive", ["threading.Lock", "threading.RLock"])
def test_the_one_bad_order_of_ninety_is_found(primitive: str, scenario: type[c.History]) -> None:
    proof = check_one(scenario, primitive, workers=3, ops=2)
    orders = {int("".join(order)) for order in permutations("112233")}
    assert {outcome.outcome for outcome in proof.outcomes} == {(order,) for order in orders}
    assert [one.classes for one in proof.outcomes] == [1] * 90
    # acquire, read, write, release: while one is inside, the others can only wait
    assert proof.schedule == tuple(worker for worker in scenario.never for _ in range(4))
    (bad,) = (one for one in proof.outcomes if not one.allowed)
    assert bad.schedule == proof.schedule


def test_a_worker_that_raises_refutes() -> None:
    proof = check_one(c.Divider, "threading.Lock", workers=2, ops=1)
    assert (proof.status, proof.complete) == ("refuted", True)
    good = {one.outcome for one in proof.outcomes if one.allowed}
    bad = {one.outcome for one in proof.outcomes if not one.allowed}
    assert good == {(0, 5)}
    assert len(bad) == 1
    assert str(bad.pop()).startswith("raised ")


def test_a_deadlock_names_who_waits() -> None:
    proof = check_one(c.Philosophers, "threading.Lock", workers=3, ops=1)
    assert proof.cycle is not None
    assert proof.schedule is not None
    # shrunk, two philosophers are enough; each has one fork and waits for the other
    assert len(proof.cycle) in (2, 3)
    assert sorted(proof.schedule) == list(range(len(proof.cycle)))
