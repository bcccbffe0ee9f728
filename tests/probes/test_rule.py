"""Answers, promises, and how calls are written."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.model.rig import Reply
from locklab.probes import RULES
from locklab.probes.rule import AN_EXCEPTION, UNDEFINED, Promise, Rule, word, written
from locklab.questions.promises import check_promises, keeps, promised

NO_LOCK = PRIMITIVES.load("threading.NoLock")
LOCK = PRIMITIVES.load("threading.Lock")
RLOCK = PRIMITIVES.load("threading.RLock")
ALL: list[Rule] = [RULES.load(name) for name in RULES]


@pytest.mark.parametrize(
    ("reply", "expected", "answer"),
    [
        (Reply("returned", True, "True"), True, "yes"),
        (Reply("returned", False, "False"), True, "no"),
        (Reply("returned", 1, "1"), True, "no"),
        (Reply("raised", None, "", "ValueError"), True, "ValueError"),
        (Reply("blocks"), True, "blocks"),
        (Reply("died"), True, "crashes"),
    ],
)
def test_words(reply: Reply, expected: object, answer: str) -> None:
    assert word(reply, expected) == answer


def test_calls_are_written_as_in_python() -> None:
    assert written(("acquire",)) == "acquire()"
    assert written(("acquire", True, 0.05)) == "acquire(True, 0.05)"
    assert written(("with", ("fail",))) == "with lock: raise"
    assert written(("with",)) == "with lock: pass"
    assert written(("begin", 0, ("acquire",))) == "worker 0: acquire() begins"
    assert written(("rest", 2)) == "2 turns of the loop"


@pytest.mark.parametrize("rule", ALL, ids=list(RULES))
def test_a_rule_is_told_as_a_person_would(rule: Rule) -> None:
    assert rule.sentence.endswith(".")
    assert rule.question.endswith("?")
    assert len(rule.name) <= 17
    for primitive, promise in rule.promises.items():
        assert primitive in PRIMITIVES
        assert primitive.partition(".")[0] in rule.backends
        assert promise.says.endswith(".")
        assert promise.page.startswith("https://docs.python.org/3/library/")


@pytest.mark.parametrize("rule", ALL, ids=list(RULES))
def test_what_is_documented_exists(rule: Rule) -> None:
    """An anchor names a thing of the module; a factory stands for what it makes."""
    for promise in rule.promises.values():
        module, *path = promise.anchor.split(".")
        if not path or promise.since:
            continue
        found: Any = importlib.import_module(module)
        for name in path:
            if module == "multiprocessing" and name in ("acquire", "release"):
                found = importlib.import_module("multiprocessing.synchronize").SemLock
                assert hasattr(found(1, 1, 1, ctx=_context()), name)
                break
            made = found() if name in ("acquire", "release", "locked") else found
            assert hasattr(made, name), promise.anchor
            found = getattr(made, name)


def _context() -> object:
    import multiprocessing

    return multiprocessing.get_context()


def test_promises_hold_from_their_version_on() -> None:
    rule = RULES.load("locked")
    assert promised(rule, RLOCK, None, (3, 13)) is None
    assert promised(rule, RLOCK, None, (3, 14)) is not None
    assert promised(rule, LOCK, None, (3, 11)) is not None


def test_a_lock_of_ones_own_promises_what_it_says() -> None:
    mine = LOCK.called("mine")
    waits, reentry = RULES.load("waits"), RULES.load("reentry")
    found = promised(waits, mine, None, (3, 13))
    assert found is not None
    assert found.answer == "yes"
    assert found.page is None
    assert promised(reentry, mine, None, (3, 13)) is None
    like = promised(reentry, mine, "threading.RLock", (3, 13))
    assert like is not None
    assert like.answer == "yes"
    told = promised(waits, mine, {"waits": "no"}, (3, 13))
    assert told is not None
    assert told.answer == "no"
    assert promised(waits, NO_LOCK.called("control"), None, (3, 13)) is None


def test_the_standard_ones_promise_what_is_documented_whatever_is_said() -> None:
    found = promised(RULES.load("waits"), LOCK, {"waits": "no"}, (3, 13))
    assert found is not None
    assert found.answer == "yes"


def test_what_keeps_a_promise() -> None:
    assert keeps("yes", "yes")
    assert not keeps("no", "yes")
    assert keeps("RuntimeError", AN_EXCEPTION)
    assert not keeps("blocks", AN_EXCEPTION)
    assert UNDEFINED not in {answer.lower() for answer in ("yes", "no", "blocks", "lost")}


@pytest.mark.parametrize(
    ("promises", "says"),
    [
        ("threading.Luck", "did you mean threading.Lock"),
        ("threading.NoLock", "there is no 'threading.NoLock'"),
        ({"wait": "yes"}, "did you mean waits"),
    ],
)
def test_wrong_promises(promises: str | dict[str, str], says: str) -> None:
    with pytest.raises(RequestError, match=says):
        check_promises(promises)


def test_a_page_of_the_documentation() -> None:
    assert Promise("yes", "asyncio.Lock.acquire", ".").page.endswith(
        "asyncio-sync.html#asyncio.Lock.acquire"
    )
    assert Promise("yes", "asyncio-task", ".").page.endswith("/asyncio-task.html")
    assert Promise("yes", "multiprocessing", ".").page.endswith("/multiprocessing.html")
