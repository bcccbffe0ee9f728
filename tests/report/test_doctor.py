"""How a diagnosis reads, from records made by hand."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mashumaro.codecs.basic import BasicDecoder
from rich.console import Console

from locklab import Diagnosis, Finding, Repeats
from locklab.report import document
from locklab.report.doctor import difference, render

REPEATS = Repeats("counter", "threading.Lock", 2, "quick", (2.7e6, 3.5e6, 3.0e6), 1.296, 1.331)
BUSY = Finding("load", "warning", "5.5 on 2", "Trials wait for a [processor].", "End it.")
FINE = Finding("timer", "ok", "steps of 50 ns or less")
DARK = Finding("boost", "unknown", "the system does not say")


def diagnosis(*findings: Finding, **more: Any) -> Diagnosis:
    environment = {"implementation": "CPython", "python": "3.12.1", "gil": None, "cpus_usable": 2}
    defaults: dict[str, Any] = {
        "created": "2026-01-01T00:00:00+00:00",
        "environment": environment,
        "repeats": REPEATS,
    }
    return Diagnosis(findings=findings, **{**defaults, **more})


def printed(shown: Diagnosis, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(render(shown))
    return out.getvalue()


def test_what_it_comes_to_is_said_first_and_what_to_do_next() -> None:
    text = printed(diagnosis(FINE, DARK, BUSY))
    order = ["below about 33 %", "unsteady here", "5.5 on 2", "[processor]", "→ End it."]
    order += ["as it should be", "50 ns", "cannot be told", "boost", "GIL unknown"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert diagnosis(FINE, BUSY).warnings == (BUSY,)


def test_headings_with_nothing_under_them_are_left_out() -> None:
    text = printed(diagnosis(FINE))
    assert "unsteady here" not in text
    assert "cannot be told" not in text


@pytest.mark.parametrize("width", [60, 80, 160])
def test_it_fits_and_nothing_is_cut(width: int) -> None:
    long = replace(BUSY, means="word " * 60, remedy="end " * 40)
    text = printed(diagnosis(long, FINE, DARK), width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    assert text.count("word") == 60


def test_how_many_pairs_is_stated_with_the_furthest() -> None:
    text = difference(REPEATS)
    assert "3 runs of counter on threading.Lock with 2 workers (budget quick)" in text
    assert "Of their 3 pairs the furthest apart differ by 30 %" in text


def test_large_differences_are_factors() -> None:
    text = difference(replace(REPEATS, limit=3.21, furthest=2.4))
    assert "below about a factor of 3.2 between" in text
    assert "differ by a factor of 2.4" in text


def test_too_few_runs_are_no_figure() -> None:
    few = Repeats("counter", "threading.Lock", 2, "quick", (1e6,), problem="no memory was left")
    text = difference(few)
    assert "Too few runs" in text
    assert "The runs ended early: no memory was left." in text
    assert "%" not in text


def test_interrupted_is_said() -> None:
    assert "Interrupted" in printed(diagnosis(FINE, interrupted=True))


FINDINGS = st.builds(
    Finding,
    st.text(max_size=9),
    st.sampled_from(["ok", "warning", "unknown"]),
    st.text(),
    st.none() | st.text(),
    st.none() | st.text(),
)


# each encoding compiles anew
@settings(max_examples=15)
@given(st.lists(FINDINGS, max_size=3))
def test_the_document_reads_back_as_the_same(findings: list[Finding]) -> None:
    one = diagnosis(*findings)
    plain = json.loads(document.encode(one))
    assert plain["schema"] == "locklab/doctor/1"
    assert BasicDecoder(Diagnosis).decode(plain) == one
