"""The explorer against brute force: outcomes, deadlocks, classes, schedules of random programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from locklab.explore.fibers import Greenlets, fibers
from locklab.model.proofs import Bound, Outcome, Proof
from locklab.questions.check import check_one
from tests.explore.comparison import counterexample_differences, differences, expected_status
from tests.explore.oracle import (
    Acquire,
    Ending,
    Enumeration,
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
    replay,
)
from tests.explore.random_programs import (
    SHAPES,
    TESTS,
    enumerated_large_program,
    enumerated_program,
    first_workers,
    scenario_of,
)

BATCH = 48  # a multiple of the number of shapes
# the same program text is explored on every build; where workers are threads and not greenlets, ten
# times slower, a few batches show that those come to the same
GREENLETS = isinstance(fibers(), Greenlets)
BATCHES = 25 if GREENLETS else 3
LARGE = 2 * len(SHAPES) if GREENLETS else 2


def explore(program: Program) -> Proof:
    return check_one(
        scenario_of(program), f"threading.{program.kind}", workers=len(program.workers), ops=1
    )


def report(program: Program, expected: Enumeration, found: list[str], origin: str) -> str:
    """Everything needed to understand a failure without running it again."""
    lines = [origin, str(program), "differs:", *(f"  {line}" for line in found), "reference:"]
    lines += [f"  {ending}: {count} classes" for ending, count in expected.classes.items()]
    return "\n".join(lines)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_programs(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        program, expected = enumerated_program(seed)
        found = differences(program, expected, explore(program))
        assert not found, report(program, expected, found, f"seed {seed}")


@pytest.mark.parametrize("seed", range(LARGE))
def test_programs_with_many_interleavings(seed: int) -> None:
    program, expected = enumerated_large_program(seed)
    found = differences(program, expected, explore(program))
    assert not found, report(program, expected, found, f"large seed {seed}")


@pytest.mark.parametrize("batch", range(3 if GREENLETS else 1))
def test_the_counterexample_has_the_fewest_preemptions(batch: int) -> None:
    for seed in range(5000 + batch * BATCH, 5000 + (batch + 1) * BATCH):
        program, expected = enumerated_program(seed)
        status = expected_status(program, expected)
        failing = [
            count for ending, count in expected.preemptions.items() if not program.allows(ending)
        ]
        if status == "deadlock":
            failing = [expected.preemptions["deadlock"]]
        if not failing:
            continue
        proof = explore(program)
        found = counterexample_differences(program, status, proof)
        assert not found, report(program, expected, found, f"seed {seed}")
        shown = preemptions(program, proof)
        if shown > min(failing):
            found = [f"schedule {proof.schedule} preempts {shown} times, {min(failing)} do"]
        assert not found, report(program, expected, found, f"seed {seed}")


def preemptions(program: Program, proof: Proof) -> int:
    assert proof.schedule is not None
    for count in range(len(program.workers), 0, -1):
        try:
            return replay(first_workers(program, count), proof.schedule)[1]
        except (ValueError, IndexError):
            continue
    raise AssertionError("was checked before")


small = st.integers(0, 2)
registers = st.integers(0, 1)
accesses: st.SearchStrategy[list[Instruction]] = st.one_of(
    st.builds(lambda cell, register: [Read(cell, register)], st.integers(0, 1), registers),
    st.builds(lambda cell, value: [Write(cell, None, value)], st.integers(0, 1), small),
    st.builds(
        lambda source, target, plus: [Read(source, 0), Write(target, 0, plus)],
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(1, 2),
    ),
)


def section(lock: int, body: list[Instruction]) -> list[Instruction]:
    return [Acquire(lock), *body, Release(lock)]


def tried(lock: int, register: int, body: list[Instruction]) -> list[Instruction]:
    inside = [*body, Release(lock)]
    return [TryAcquire(lock, register), Skip(register, "==", 0, len(inside)), *inside]


def condition(cell: int, test: int, value: int, body: list[Instruction]) -> list[Instruction]:
    return [Read(cell, 1), Skip(1, TESTS[test], value, len(body)), *body]


def joined(parts: list[list[Instruction]]) -> list[Instruction]:
    return [now for part in parts for now in part]


def compound(
    inner: st.SearchStrategy[list[Instruction]],
) -> st.SearchStrategy[list[Instruction]]:
    bodies = st.lists(inner, max_size=2).map(joined)
    return st.one_of(
        st.builds(section, st.integers(0, 1), bodies),
        st.builds(condition, st.integers(0, 1), small, small, bodies),
        st.builds(tried, st.integers(0, 1), registers, bodies),
    )


statements: st.SearchStrategy[list[Instruction]] = st.recursive(accesses, compound, max_leaves=3)
kinds: st.SearchStrategy[Kind] = st.sampled_from(("Lock", "RLock", "NoLock"))
programs = st.builds(
    lambda kind, cells, workers, forbidden: Program(
        kind, cells, 2, tuple(tuple(joined(code)) for code in workers), forbidden
    ),
    kinds,
    st.tuples(small, small),
    st.lists(st.lists(statements, max_size=3), min_size=2, max_size=3),
    st.none() | st.tuples(st.integers(0, 1), st.integers(0, 3)),
)


@settings(
    max_examples=150 if GREENLETS else 25, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(programs)
def test_any_program(program: Program) -> None:
    try:
        expected = enumerate_all(program, 2_000)
    except TooLarge:
        assume(False)
        raise
    found = differences(program, expected, explore(program))
    assert not found, report(program, expected, found, "found by Hypothesis")


# The comparison itself: explorers that are wrong in one way each must be caught.


def faithful(program: Program, expected: Enumeration) -> Proof:
    """What a perfect explorer says, made from the reference."""
    schedules = {ending: schedule_to(program, ending) for ending in expected.endings}
    bad = [ending for ending in expected.endings if not program.allows(ending)]
    bad.sort(key=lambda ending: ending != "deadlock")
    return Proof(
        expected_status(program, expected),  # type: ignore[arg-type]
        Bound(len(program.workers), 1),
        complete=True,
        executions=sum(expected.classes.values()),
        classes=sum(expected.classes.values()),
        outcomes=tuple(
            Outcome(ending, count, program.allows(ending), schedules[ending])
            for ending, count in expected.classes.items()
        ),
        schedule=schedules[bad[0]] if bad else None,
    )


def schedule_to(program: Program, wanted: Ending) -> tuple[int, ...]:
    """Some schedule with that ending, by trying prefixes from short to long."""
    prefixes: list[tuple[int, ...]] = [()]
    while prefixes:
        longer = []
        for prefix in prefixes:
            try:
                ending, _ = replay(program, prefix)
            except ValueError as error:
                if "can still move" in str(error):
                    longer += [(*prefix, worker) for worker in range(len(program.workers))]
                continue
            if ending == wanted:
                return prefix
        prefixes = longer
    raise AssertionError(f"no schedule ends with {wanted}")


def without(proof: Proof, index: int) -> Proof:
    return replace(proof, outcomes=proof.outcomes[:index] + proof.outcomes[index + 1 :])


def with_first(proof: Proof, **changes: object) -> Proof:
    first = replace(proof.outcomes[0], **changes)  # type: ignore[arg-type]
    return replace(proof, outcomes=(first, *proof.outcomes[1:]))


RACE = Program(
    "Lock", (0,), 0, ((Read(0, 0), Write(0, 0, 1)), (Read(0, 0), Write(0, 0, 1))), forbidden=(0, 1)
)
ABBA = Program(
    "Lock",
    (0,),
    2,
    (
        (Acquire(0), Acquire(1), Release(1), Release(0)),
        (Acquire(1), Acquire(0), Write(0, None, 1), Release(0), Release(1)),
    ),
)
HARMLESS = Program("Lock", (0,), 1, ((Acquire(0), Write(0, None, 2), Release(0)),) * 2)


@pytest.mark.parametrize("program", [RACE, ABBA, HARMLESS], ids=["race", "abba", "harmless"])
def test_a_right_proof_passes_the_comparison(program: Program) -> None:
    expected = enumerate_all(program)
    assert differences(program, expected, faithful(program, expected)) == []


WRONG: dict[str, tuple[Callable[[Proof], Proof], str]] = {
    "drops an outcome": (lambda proof: without(proof, 0), "outcomes not found"),
    "drops another": (lambda proof: without(proof, 1), "outcomes not found"),
    "invents one": (
        lambda proof: replace(proof, outcomes=(*proof.outcomes, Outcome((99,), 1, True, (0,)))),
        "outcomes that cannot be",
    ),
    "raises": (
        lambda proof: replace(
            proof, outcomes=(*proof.outcomes, Outcome("raised KeyError", 1, False, (0,)))
        ),
        "outcomes that cannot be",
    ),
    "lists one twice": (
        lambda proof: replace(proof, outcomes=proof.outcomes * 2),
        "an outcome is listed twice",
    ),
    "misses a class": (
        lambda proof: replace(proof, classes=(proof.classes or 0) - 1),
        "classes, expected",
    ),
    "counts one twice": (
        lambda proof: with_first(proof, classes=(proof.outcomes[0].classes or 0) + 1),
        "classes, expected",
    ),
    "runs too little": (lambda proof: replace(proof, executions=1), "executions cannot cover"),
    "does not finish": (lambda proof: replace(proof, complete=False), "did not go to its end"),
    "gives up": (lambda proof: replace(proof, status="inconclusive"), "status is inconclusive"),
    "calls it proved": (lambda proof: replace(proof, status="proved"), "status is proved"),
    "allows what is forbidden": (
        lambda proof: replace(
            proof, outcomes=tuple(replace(one, allowed=True) for one in proof.outcomes)
        ),
        "allowed is True",
    ),
    "has no schedule": (lambda proof: with_first(proof, schedule=None), "no schedule that reaches"),
    "swaps schedules": (
        lambda proof: with_first(proof, schedule=proof.outcomes[1].schedule),
        "leads to",
    ),
    "has an impossible schedule": (
        lambda proof: with_first(proof, schedule=(0,) * 9),
        "is impossible",
    ),
    "stops a schedule early": (
        lambda proof: with_first(proof, schedule=(proof.outcomes[0].schedule or ())[:-1]),
        "can still move",
    ),
    "shows a harmless schedule": (
        lambda proof: replace(
            proof, schedule=next(one.schedule for one in proof.outcomes if one.allowed)
        ),
        "does not show the failure",
    ),
    "shows none": (lambda proof: replace(proof, schedule=None), "no schedule that shows"),
}


@pytest.mark.parametrize("program", [RACE, ABBA], ids=["race", "abba"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_proof_is_caught(program: Program, wrong: str) -> None:
    expected = enumerate_all(program)
    spoil, complaint = WRONG[wrong]
    found = differences(program, expected, spoil(faithful(program, expected)))
    assert any(complaint in line for line in found), found


def test_a_counterexample_to_what_holds_is_caught() -> None:
    expected = enumerate_all(HARMLESS)
    proof = replace(faithful(HARMLESS, expected), schedule=(0,))
    assert differences(HARMLESS, expected, proof) == ["a proved case has a counterexample"]
