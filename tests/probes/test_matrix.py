"""Every rule, asked of the standard library's locks: real, simulated, and as documented."""

from __future__ import annotations

import sys

import pytest

import locklab
from locklab import RulesResult
from locklab.backends import PRIMITIVES
from locklab.explore.rigs import simulated_rig
from locklab.probes import RULES
from locklab.probes.rule import Probe, Rule, ask
from locklab.questions.rules import simulated
from tests.leftovers import linux_only
from tests.probes.matrix import EXPECTED, FIGURES, HANDED_OVER, SINCE_3_14

# where a system has other clocks, semaphores and start methods, other answers may be right
pytestmark = linux_only


@pytest.fixture(scope="module")
def matrix() -> RulesResult:
    return locklab.rules()


def test_every_rule_is_in_the_table() -> None:
    assert {rule for rule, _ in EXPECTED} | set(FIGURES) == set(RULES)


def test_the_answers_are_those_of_the_table(matrix: RulesResult) -> None:
    differing = {
        (one.rule, one.primitive): one.answer
        for one in matrix.answers
        if one.rule not in FIGURES
        and one.answer != EXPECTED[one.rule, one.primitive]
        and (one.rule, one.primitive) != HANDED_OVER
        and not (sys.version_info >= (3, 14) and (one.rule, one.primitive) in SINCE_3_14)
    }
    assert differing == {}
    assert len(matrix.answers) == len(EXPECTED) + 5 * len(FIGURES)


def test_no_documented_promise_is_broken(matrix: RulesResult) -> None:
    assert matrix.broken == ()
    assert sum(1 for one in matrix.answers if one.kept) > 70


def test_simulated_locks_answer_as_real_ones_do(matrix: RulesResult) -> None:
    """This is what ties proofs to reality: where it fails, `check` explores something else."""
    compared = 0
    for one in matrix.answers:
        if one.simulated is not None:
            compared += 1
            assert not one.contradicts_the_model, one
    assert compared > 80


def test_every_answer_says_what_happened(matrix: RulesResult) -> None:
    for one in matrix.answers:
        assert one.transcript, one
        assert one.problem is None, one
        assert one.gil is not None, one


def test_figures_are_of_the_right_size(matrix: RulesResult) -> None:
    for one in matrix.answers:
        if one.rule in FIGURES:
            assert one.answer is None
            assert one.value is not None
            assert one.unit == {"memory": "B", "making": "ns"}[one.rule]
            # an object takes 16 bytes, and some nanoseconds, at the least
            assert 16 <= one.value < 10_000_000


@pytest.mark.parametrize("name", [name for name in RULES if name not in FIGURES])
def test_the_control_is_told_from_a_lock_where_locks_matter(name: str) -> None:
    """NoLock, simulated: the rules that are about exclusion say no to it."""
    rule: Rule = RULES.load(name)
    excludes = {"waits", "try", "timeout-zero", "as-many-releases", "with", "in-order", "locked"}
    for primitive in ("threading.NoLock", "multiprocessing.NoLock", "asyncio.NoLock"):
        backend = primitive.partition(".")[0]
        if backend not in rule.simulated or backend not in rule.backends:
            continue
        rig = simulated_rig(PRIMITIVES.load(primitive), rule.workers)
        try:
            answer = ask(rule, Probe(rig, None))
        finally:
            rig.close()
        if name in excludes:
            assert answer in ("no", "TypeError"), (primitive, answer)
    assert simulated(rule, PRIMITIVES.load("threading.NoLock")) is None
