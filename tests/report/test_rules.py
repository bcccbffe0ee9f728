"""How the rules read, from records made by hand."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from locklab import RuleAnswer, RulesResult
from locklab.model.rules import Documented, RuleInfo
from locklab.report import document
from locklab.report.rules import explain, print_rules
from locklab.report.rules_markdown import encode

RULES = (
    RuleInfo("waits", "It waits.", "Does it wait?"),
    RuleInfo("release-unlocked", "It raises.", "Which exception?"),
    RuleInfo("memory", "Its size.", "How large?"),
)
PROMISED = Documented("yes", "It waits [sic].", "https://docs.python.org/3/library/x.html")
LOCK: dict[str, Any] = {"primitive": "threading.Lock", "backend": "threading"}
GOOD = RuleAnswer(
    rule="waits", answer="yes", promised=PROMISED, kept=True, simulated="yes", **LOCK,
    transcript=("worker 0: acquire() returned True",),
)  # fmt: skip
RAISES = RuleAnswer(rule="release-unlocked", answer="RuntimeError", **LOCK)
SIZE = RuleAnswer(rule="memory", value=40.0, unit="B", **LOCK)


def result(*answers: RuleAnswer, **more: Any) -> RulesResult:
    environment = {"implementation": "CPython", "python": "3.13.0", "system": "Linux"}
    defaults: dict[str, Any] = {"created": "2026-01-01T00:00:00+00:00", "settings": {}}
    return RulesResult(
        environment=environment, rules=RULES, answers=answers, **{**defaults, **more}
    )


def printed(shown: RulesResult, width: int = 80) -> str:
    out = io.StringIO()
    print_rules(shown, Console(file=out, width=width, highlight=False))
    return out.getvalue()


def test_a_matrix_and_what_its_words_mean() -> None:
    text = printed(result(GOOD, RAISES, SIZE))
    assert "RuntimeError" in text
    assert "40 B" in text
    assert "yes: it does" in text
    assert "a name: the exception" in text
    assert "every promise is kept" in text
    assert "lost:" not in text
    assert "!" not in text


def test_a_broken_promise_is_marked_and_told_with_its_page() -> None:
    text = " ".join(printed(result(replace(GOOD, answer="lost", kept=False))).split())
    assert "lost!" in text
    assert "!: breaks a promise" in text
    assert "waits, threading.Lock: lost, where yes is promised. It waits [sic]." in text
    assert "https://docs.python.org/3/library/x.html" in text
    assert "every promise is kept" not in text


def test_what_is_undefined_and_what_could_not_be_asked_is_marked() -> None:
    undefined = replace(GOOD, promised=Documented("undefined", "Anything."), kept=None)
    lost = RuleAnswer(rule="memory", problem="its factory raised", **LOCK)
    text = printed(result(undefined, lost))
    assert "yes*" in text
    assert "leaves it undefined" in text
    assert "?" in text
    assert "threading.Lock (memory): its factory raised" in text
    assert "–: cannot be asked there" in text


def test_a_model_that_reality_contradicts_is_told() -> None:
    wrong = replace(GOOD, simulated="no")
    assert wrong.contradicts_the_model
    assert "simulated, it answers no" in " ".join(printed(result(wrong)).split())
    undefined = replace(wrong, promised=Documented("undefined", "Anything."))
    assert not undefined.contradicts_the_model
    assert not replace(wrong, simulated=None).contradicts_the_model


def test_interpreters_differ() -> None:
    answers = [
        replace(GOOD, python="3.11.7", answer="no", kept=None),
        replace(GOOD, python="3.13.0t", kept=None),
        replace(SIZE, python="3.11.7"),
        replace(SIZE, python="3.13.0t", value=56.0),
    ]
    text = printed(result(*answers))
    assert "waits, threading.Lock: no on 3.11.7; yes on 3.13.0t" in text
    assert "40 B–" in text
    assert "56 B" in text


@pytest.mark.parametrize("width", [40, 60, 80, 100, 130, 160])
def test_it_keeps_to_the_width_and_to_whole_words(width: int) -> None:
    names = ["threading.Lock", "threading.RLock", "multiprocessing.Lock", "multiprocessing.RLock",
             "asyncio.Lock", "aiologic.Lock", "filelock.FileLock"]  # fmt: skip
    answers = [
        replace(RAISES, primitive=name, answer=error)
        for name in names
        for error in ("AssertionError",)
    ]
    text = printed(result(*answers), width)
    assert max(map(len, text.splitlines())) <= width
    # in full, or on two lines at its seam
    assert "AssertionError" in text or text.count("Assertion") == text.count("Error") == len(names)
    for name in ("RLock", "FileLock", "asyncio"):
        assert name in text


def test_what_stands_behind_an_answer() -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, highlight=False)
    explain(result(GOOD, RAISES), console, RULES[0])
    text = out.getvalue()
    for part in (
        "Does it wait?",
        "threading.Lock: yes",
        "worker 0: acquire() returned True",
        "promised: yes. It waits [sic].",
        PROMISED.page,
        "as check explores it: the same",
    ):
        assert str(part) in text
    assert "RuntimeError" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    explain(result(GOOD, RAISES), console, RULES[1])
    assert "promised: nothing" in out.getvalue()


def test_markdown() -> None:
    shown = result(replace(GOOD, answer="lost", kept=False), RAISES, problems=("no such | lock",))
    lines = encode(shown).decode().splitlines()
    assert lines[0] == "| rule | threading.Lock |"
    assert lines[2] == "| It waits. | lost! |"
    assert any(line.startswith("**Promises that were broken") for line in lines)
    assert any("no such \\| lock" in line for line in lines)


def test_the_document() -> None:
    plain = json.loads(document.encode(result(GOOD, SIZE)))
    assert plain["schema"] == "locklab/rules/1"
    first, second = plain["answers"]
    assert first["promised"]["answer"] == "yes"
    assert (first["value"], second["value"], second["answer"]) == (None, 40.0, None)


def test_an_answer_can_be_looked_up() -> None:
    shown = result(GOOD, RAISES)
    assert shown.answer("waits", "threading.Lock") is GOOD
    assert shown.answer("waits", "asyncio.Lock") is None
    assert shown.broken == ()
