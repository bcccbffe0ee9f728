"""`locklab.testing`: other people's locks, held to what they promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import locklab
from locklab.model.registry import load_path
from locklab.testing import Conformance, PromiseBroken, check_primitive

EXAMPLE = Path(__file__).parent.parent / "examples" / "conformance.py"


def lock_of_the_example(name: str) -> Any:
    return load_path(f"{EXAMPLE}:{name}")


def test_a_lock_that_keeps_its_promises() -> None:
    report = check_primitive(
        lock_of_the_example("FairLock"), promises="threading.Lock", rules=["wait*", "release*"]
    )
    assert isinstance(report, Conformance)
    assert report.kept
    assert "every promise is kept" in str(report)
    assert {answer.answer for answer in report.result.answers} == {"yes", "RuntimeError"}


def test_a_subtly_broken_lock_is_found_out() -> None:
    with pytest.raises(PromiseBroken, match="after-interrupt") as caught:
        check_primitive(
            lock_of_the_example("HandOverLock"),
            promises={"in-order": "yes", "after-interrupt": "yes"},
            rules=["in-order", "after-interrupt"],
        )
    assert isinstance(caught.value, AssertionError)
    text = str(caught.value)
    assert "worker 0 is cancelled" in text
    assert "That promise is broken." in text
    (broken,) = caught.value.report.result.broken
    assert (broken.rule, broken.answer) == ("after-interrupt", "lost")


def test_a_factory_is_as_good_as_a_class(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import threading\n\ndef make():\n    return threading.RLock()\n")
    report = check_primitive(f"{file}:make", promises={"reentry": "yes"}, rules=["reentry"])
    assert report.kept
    again = check_primitive(load_path(f"{file}:make"), rules=["reentry"])
    assert again.result.answers[0].answer == "yes"


def test_what_cannot_be_asked_is_no_verdict(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("class Unmade:\n    def __init__(self):\n        raise ValueError('no')\n")
    with pytest.raises(locklab.RequestError, match="making a lock raised ValueError: no"):
        check_primitive(f"{file}:Unmade", rules=["acquire"])
    with pytest.raises(locklab.RequestError, match="did you mean waits"):
        check_primitive("threading.Lock", rules=["wait"])
    with pytest.raises(locklab.RequestError, match="cannot be imported"):
        check_primitive(lambda: None, rules=["waits"])
