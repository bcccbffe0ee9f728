"""What `diff` prints: sentences for what matters, within the width that there is."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from locklab import Proof, RunResult
from locklab.model.proofs import Bound
from locklab.questions.diff import diff
from locklab.report.changes import render_diff
from tests.questions.test_diff import case, figures, run


def shown(base: RunResult, new: RunResult, *, width: int = 80, **more: Any) -> str:
    text = io.StringIO()
    console = Console(file=text, width=width, highlight=False)
    brief = more.pop("brief", False)
    console.print(render_diff(diff(base, new, **more), wide=width >= 100, brief=brief))
    assert all(len(line) <= width for line in text.getvalue().splitlines())
    return text.getvalue()


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 160])
def test_long_names_and_all_there_is_to_say_fit(width: int) -> None:
    name = "a/rather/long/path/to/some_locks.py:TicketLockWithBackoff"
    new = run(case(name, 0.5e6, observed=None, verdict=Proof("refuted")), case("threading.RLock"))
    text = shown(run(case(name), case("asyncio.Lock")), new, width=width)
    assert "worse, slower" in unwrapped(text)
    assert "Only in the second run: counter × threading.RLock × 2." in unwrapped(text)


def test_a_verdict_is_shown_where_there_is_no_throughput() -> None:
    def checked(status: Any) -> RunResult:
        return run(case(throughput=None, verdict=Proof(status, Bound(2, 2))))

    text = unwrapped(shown(checked("proved"), checked("deadlock")))
    assert "threading.Lock proved deadlock – – – worse" in text
    assert "only verdicts are compared" in text
    # nothing is said of figures that there are none of
    assert "ops/s" not in text
    assert "Not compared" not in text
    assert "no worse" in shown(checked("refuted"), checked("proved"))


def test_no_difference_is_not_called_sameness() -> None:
    text = unwrapped(shown(run(case()), run(case(seed=2))))
    assert "No difference is shown in any of the cases. That is no proof of sameness" in text


def test_what_cannot_be_measured_any_more_is_told_once() -> None:
    text = shown(run(case()), run(case(throughput=None, problem="no process could be started")))
    assert "it was measured, and cannot be any more" in unwrapped(text)
    assert text.count("could be started") == 1
    assert "Not compared" not in text


def test_too_few_trials_are_told() -> None:
    one = run(case(throughput=figures(1e6, count=5)))
    text = unwrapped(shown(one, replace(one, seed=2)))
    assert "Not compared, because 5 and 5 trials are too few to show a difference" in text
    assert "No difference is shown" not in text


def test_a_control_is_shown_and_not_judged() -> None:
    control = case("threading.NoLock", control=True, expected=None)
    text = unwrapped(shown(run(case(), control), run(case(seed=2), control)))
    assert "– control" in text


def test_briefly_the_table_alone() -> None:
    text = shown(run(case()), run(case(centre=0.5e6)), brief=True)
    assert "slower" in text
    assert "take away" not in text
    assert "ops/s:" not in text


@pytest.mark.parametrize(("threshold", "says"), [(0.025, "2.5 %"), (0.005, "0.5 %"), (0.1, "10 %")])
def test_the_threshold_is_shown_as_it_is(threshold: float, says: str) -> None:
    text = unwrapped(shown(run(case()), run(case(seed=2)), threshold=threshold))
    assert f"beyond {says}" in text
