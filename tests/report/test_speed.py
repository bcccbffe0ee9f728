"""Waits, scaling and cautions, as a person reads them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from locklab import CaseResult
from locklab.model.figures import Caution, Contention, Cost, Latency, Scaling
from locklab.report import words
from locklab.report.console import print_run
from tests.questions.test_diff import case, run

WAIT = Latency(0.0, 0.0, 19_500.0, 50_600.0, 168_000.0, 1000, clock_ns=50.0)


def waiting(primitive: str = "threading.Lock", **more: Any) -> CaseResult:
    defaults: dict[str, Any] = {
        "wait_ns": WAIT,
        "hold_ns": replace(WAIT, p50=340.0),
        "waited_share": 0.074,
        "contention": Contention(0.6, 2),
    }
    return case(primitive, **{**defaults, **more})


def printed(*cases: CaseResult, width: int = 80, **more: Any) -> str:
    out = io.StringIO()
    print_run(replace(run(*cases), **more), Console(file=out, width=width))
    return out.getvalue()


CURVE = Scaling("counter", "multiprocessing.RLock", (1, 2, 4, 8), (1e6, 1.8e6, 2.5e6, 2.4e6),
                (1.0, 1.8, 2.5, 2.4), 0.1, 0.02, 1e6, 6.7, 0.99)  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_tables_keep_to_the_width(width: int) -> None:
    cases = [waiting(), waiting("multiprocessing.RLock", python="3.13.15t")]
    text = printed(*cases, width=width, scaling=(CURVE,))
    assert max(map(len, text.splitlines())) <= width
    assert "7.4 %" in text
    assert width < 80 or "340 ns" in text


def test_waits_of_a_closed_loop_are_called_so() -> None:
    text = " ".join(printed(waiting()).split())
    assert "A closed loop: each worker asks again" in text
    assert "50 ns for reading the clock" in text
    opened = waiting(wait_ns=replace(WAIT, loop="open"))
    text = " ".join(printed(opened).split())
    assert "An open loop: arrivals keep their rate" in text
    assert "The control's row shows how late the pacing itself is." in text


def test_nobody_waited_no_table() -> None:
    assert "waiters" not in printed(waiting(wait_ns=replace(WAIT, max=0.0)))
    assert "waiters" not in printed(case())


def test_the_curve_and_why_there_is_no_law() -> None:
    odd = replace(CURVE, contention=None, coherency=None, peak=None, reason="it does not fit")
    text = printed(case(), scaling=(CURVE, replace(odd, primitive="asyncio.Lock")))
    assert "×2.50" in text
    assert "0.10" in text
    assert "6.7" in text
    assert "it does not fit" in " ".join(text.split())


def test_cautions_are_told_together_with_their_details() -> None:
    hardly = Caution("hardly any acquisition had to wait")
    drift = Caution("throughput drifted", "12% slower at the end")
    text = " ".join(
        printed(
            case(warnings=(hardly, drift)),
            case("threading.RLock", warnings=(hardly,)),
            case("asyncio.Lock", workers=4, warnings=(hardly,)),
        ).split()
    )
    assert (
        "Careful: hardly any acquisition had to wait. So on threading.Lock and threading.RLock "
        "(counter, 2 workers); asyncio.Lock (counter, 4 workers)." in text
    )
    assert "So on threading.Lock (counter, 2 workers: 12% slower at the end)." in text


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (None, "–"),
        (Cost(300.0, None), "–"),
        (Cost(300.0, 120.0), "+120 ns"),
        (Cost(300.0, 120.0, 100.0, 140.0), "+120 ns"),
        (Cost(300.0, 20.0, -30.0, 70.0), "~0"),
        (Cost(300.0, -20.0, -30.0, -10.0), "-20 ns"),
    ],
)
def test_net_cost_in_a_few_characters(cost: Cost | None, text: str) -> None:
    assert words.net(cost) == text


def test_a_cost_that_cannot_be_told_from_none_is_an_answer() -> None:
    text = " ".join(printed(case(cost_ns=Cost(300.0, 20.0, -30.0, 70.0))).split())
    assert "The cost of threading.Lock is not distinguishable from the control's" in text
