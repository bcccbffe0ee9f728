"""Locks of other packages: what they promise is so, and what is said of them is, too."""

from __future__ import annotations

import sys
from importlib import import_module

import pytest

import locklab
from locklab.backends import PRIMITIVES
from locklab.model.primitive import Primitive
from locklab.questions.subjects import primitive_of
from locklab.thirdparty.needed import needed
from tests.leftovers import linux_only

OURS = [name for name, path in PRIMITIVES.added().items() if path.startswith("locklab.")]
EXPLORABLE = ("FairAsyncRLock", "anyio.Lock")
# What each is known for, and the standard library's are not.
KNOWN = {
    ("aiologic.Lock", "reentry"): "RuntimeError",
    ("aiologic.Lock", "in-order"): "yes",
    ("aiologic.Lock", "other-loop"): "yes",
    ("aiologic.Lock@asyncio", "other-loop"): "yes",
    ("aiologic.RLock", "as-many-releases"): "yes",
    ("aiologic.RLock@asyncio", "as-many-releases"): "yes",
    ("anyio.Lock", "reentry"): "RuntimeError",
    ("anyio.Lock", "after-interrupt"): "yes",
    ("FairAsyncRLock", "reentry"): "yes",
    ("FairAsyncRLock", "in-order"): "yes",
    ("filelock.FileLock", "holder-killed"): "yes",
    ("filelock.FileLock", "spawned"): "yes",
    ("filelock.FileLock", "release-by-other"): "no",
}


@pytest.fixture(scope="module")
def answers() -> locklab.RulesResult:
    rules = {"waits", "release-by-other", *(rule for _, rule in KNOWN)}
    return locklab.rules(rules, primitives=OURS)


def test_all_are_here() -> None:
    assert len(OURS) == 7
    for name in OURS:
        assert primitive_of(name).name == name


@linux_only
def test_they_keep_what_they_promise(answers: locklab.RulesResult) -> None:
    assert answers.problems == ()
    assert [one for one in answers.answers if one.problem] == []
    assert answers.broken == ()
    assert {one.primitive for one in answers.answers if one.kept} == set(OURS)


@linux_only
def test_what_each_is_known_for(answers: locklab.RulesResult) -> None:
    found = {}
    for name, rule in KNOWN:
        one = answers.answer(rule, name)
        assert one is not None
        found[name, rule] = one.answer
    assert found == KNOWN


@linux_only
@pytest.mark.parametrize("name", OURS)
def test_what_it_declares_follows_from_its_answers(answers: locklab.RulesResult, name: str) -> None:
    """Also what it does not declare: a lock that nests must say so, or `box` would be unfair."""
    primitive = primitive_of(name)
    said = {rule: answers.answer(rule, name) for rule in ("reentry", "release-by-other")}
    reentry, by_other = (one.answer if one else None for one in said.values())
    assert primitive.reentrant == (reentry == "yes")
    assert primitive.refuses == (reentry not in ("yes", "blocks"))
    assert primitive.owned == (by_other not in ("yes", "no"))


def test_where_there_is_a_verdict_it_is_of_their_own_code() -> None:
    for name in OURS:
        proof = locklab.check_one("counter-split", name)
        if name in EXPLORABLE:
            assert proof.status == "proved", name
            assert (proof.executions or 0) > 1
        else:
            assert proof.status == "inconclusive", name
            assert "exploration does not see" in str(proof.reason)


def test_cancelled_they_survive() -> None:
    for name in EXPLORABLE:
        assert locklab.check_one("counter-split", name, cancel=True).status == "proved"


@linux_only
def test_they_are_compared(tmp_path: object) -> None:
    run = locklab.compare(["counter", "box"], primitives=OURS, trials=1)
    assert run.problems == ()
    assert len(run.cases) == 2 * len(OURS)
    for case in run.cases:
        assert case.problem is None, case
        assert not case.broken, case
        refuses = primitive_of(case.primitive).refuses and case.scenario == "box"
        assert case.expected == ("raises" if refuses else "holds")
        assert (case.throughput is None) == refuses


def test_a_lock_that_should_refuse_and_does_not_breaks_its_promise() -> None:
    liar = Primitive("liar", "threading", lambda _: None, refuses=True)
    scenario = locklab.scenarios.SCENARIOS.load("box")
    from locklab.model.primitive import expected

    assert expected(scenario, liar) == "raises"
    assert expected(scenario, PRIMITIVES.load("threading.Lock")) == "deadlocks"


def test_a_missing_package_is_told_with_what_to_install() -> None:
    with pytest.raises(locklab.RequestError, match=r"pip install 'locklab\[locks\]'"):
        needed("no-such", "no_such_package")
    assert needed("sys", "sys") is sys


@pytest.mark.parametrize("module", ["aiologic", "anyio", "fair_async_rlock", "filelock"])
def test_where_the_package_is_missing(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = f"locklab.thirdparty.{module}"
    monkeypatch.delitem(sys.modules, ours, raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)

    class Absent:
        def find_spec(self, name: str, *_: object) -> None:
            if name == module:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Absent(), *sys.meta_path])
    with pytest.raises(locklab.RequestError, match="need that package: pip install"):
        import_module(ours)
