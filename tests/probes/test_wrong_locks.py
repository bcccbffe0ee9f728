"""No probe that cannot fail: each rule has a lock that breaks it, and the probe finds out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from locklab.probes import RULES
from locklab.trial.asking import Asked, put
from tests.leftovers import linux_only
from tests.probes.matrix import EXPECTED
from tests.probes.wrong_locks import WRONG

pytestmark = linux_only

LOCKS = Path(__file__).with_name("wrong_locks.py")
AT_A_TIME = 6


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Asked]:
    folder = str(tmp_path_factory.mktemp("probes"))
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        begun = {
            (rule, lock): pool.submit(put, rule, f"{LOCKS}:{lock}", folder)
            for rule, lock, _ in WRONG
        }
        return {which: future.result() for which, future in begun.items()}


@pytest.mark.parametrize(("rule", "lock", "answer"), WRONG)
def test_a_wrong_lock_is_found_out(
    answers: dict[tuple[str, str], Asked], rule: str, lock: str, answer: str
) -> None:
    asked = answers[rule, lock]
    assert asked.problem is None
    if asked.value is None:
        assert asked.answer == answer, asked.transcript
    else:
        least, unit = answer.split()
        assert asked.value >= int(least)
        assert asked.unit == unit


def test_every_rule_has_one() -> None:
    assert {rule for rule, _, _ in WRONG} == set(RULES)


@pytest.mark.parametrize(("rule", "answer"), sorted({(rule, answer) for rule, _, answer in WRONG}))
def test_they_are_wrong(rule: str, answer: str) -> None:
    """Some lock of the standard library answers otherwise, so that the rule tells them apart."""
    right = {said for (name, _), said in EXPECTED.items() if name == rule}
    assert not right or right - {answer}
