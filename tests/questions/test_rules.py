"""`locklab.rules`, in code."""

from __future__ import annotations

import sys

import pytest

import locklab
from locklab.model.primitive import Primitive
from locklab.questions.interpreters import interpreters
from locklab.questions.measure import Progress
from locklab.questions.rules import rules, simulated

RLOCK = "threading.RLock"


def test_rules_come_in_the_order_of_the_table_and_answers_in_that_of_rules() -> None:
    result = rules(["reentry", "waits"], primitives=[RLOCK, "threading.NoLock"])
    assert [rule.name for rule in result.rules] == ["waits", "reentry"]
    said = [(one.rule, one.primitive, one.answer) for one in result.answers]
    assert said == [
        ("waits", RLOCK, "yes"), ("waits", "threading.NoLock", "no"),
        ("reentry", RLOCK, "yes"), ("reentry", "threading.NoLock", "yes"),
    ]  # fmt: skip
    assert result.settings == {"start_method": None, "python": None, "promises": None}


def test_progress_counts_every_probe() -> None:
    seen: list[tuple[int, int]] = []

    def look(progress: Progress) -> None:
        seen.append((progress.done, progress.total))

    rules(["acquire"], primitives=[RLOCK, "threading.Lock"], on_progress=look)
    assert seen == [(0, 2), (1, 2), (2, 2)]


def test_another_interpreter_has_a_label_and_no_simulation() -> None:
    result = rules(["acquire"], primitives=[RLOCK], python=[sys.executable])
    (one,) = result.answers
    assert one.python is not None
    assert one.simulated == "yes"
    assert set(result.environment["interpreters"]) == {one.python}


def test_free_threaded_beside_this_one() -> None:
    """Where one is found: the lock itself says whether the GIL was on while it was asked."""
    try:
        (free,) = interpreters(["3.13t"])
    except locklab.RequestError:
        pytest.skip("no free-threaded 3.13 was found")
    result = rules(["waits"], primitives=["threading.Lock"], python=[sys.executable, free.path])
    by_python = {one.python: one for one in result.answers}
    assert by_python[free.label].gil is False
    assert {one.answer for one in result.answers} == {"yes"}


def test_rules_of_ones_own(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "mine.py"
    file.write_text(
        "from locklab.probes.rule import ACQUIRE, Rule, word\n"
        "MINE = Rule('mine', 'It is mine.', 'Is it mine?',\n"
        "            lambda probe: word(probe.call(0, ACQUIRE), True), {})\n"
        "OTHER = 3\n"
    )
    result = rules([f"{file}:MINE"], primitives=["threading.Lock", "asyncio.Lock"])
    assert [one.answer for one in result.answers] == ["yes", "yes"]
    assert [one.simulated for one in result.answers] == ["yes", "yes"]
    with pytest.raises(locklab.RequestError, match="is no rule"):
        rules([f"{file}:OTHER"])


def test_only_what_is_simulated_is_asked_as_such() -> None:
    """A real lock would be waited for here, and nobody would release it."""
    from locklab.probes import RULES

    real = Primitive("real", "threading", lambda _: __import__("threading").Lock())
    assert simulated(RULES.load("waits"), real) is None


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"rules": ["no-such"]}, "there is no rule"),
        ({"primitives": []}, "there is no lock to ask"),
        ({"primitives": [3]}, "is no primitive"),
        ({"promises": {"wait": "yes"}}, "promises: there is no rule 'wait'"),
        ({"start_method": "frok"}, "start method"),
    ],
)
def test_wrong_requests(request_: dict[str, object], says: str) -> None:
    with pytest.raises(locklab.RequestError, match=says):
        rules(**request_)  # type: ignore[arg-type]
