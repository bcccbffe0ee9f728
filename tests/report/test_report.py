"""Words, takeaways, tables and documents, from records made by hand."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from locklab import CaseResult, Cost, Fairness, Observed, RequestError, RunResult, Throughput
from locklab.report import document, words
from locklab.report.console import print_run
from locklab.report.takeaways import takeaways

CLEAN = Observed(9, 0, 0, 0.28, overlaps=0)


def case(primitive: str = "threading.Lock", scenario: str = "counter", **more: Any) -> CaseResult:
    defaults: dict[str, Any] = {
        "backend": primitive.partition(".")[0],
        "workers": 2,
        "expected": None if "NoLock" in primitive else "holds",
        "control": "NoLock" in primitive,
        "observed": CLEAN,
        "throughput": Throughput(1e6, 0.9e6, 1.1e6, (1e6,) * 6),
        "cost_ns": Cost(1000, 200),
        "fairness": Fairness(0.99, None, 0.45, 0.55),
    }
    return CaseResult(scenario=scenario, primitive=primitive, **{**defaults, **more})


def run_of(*cases: CaseResult, **more: Any) -> RunResult:
    environment = {"gil": True, "python": "3.12.1", "implementation": "CPython", "cpus_usable": 2}
    defaults: dict[str, Any] = {
        "created": "2026-01-01T00:00:00+00:00",
        "seed": 1,
        "settings": {"trials": 6, "budget": "quick"},
        "environment": environment,
    }
    return RunResult(cases=cases, **{**defaults, **more})


def printed(run: RunResult, width: int = 80) -> str:
    out = io.StringIO()
    print_run(run, Console(file=out, width=width))
    return out.getvalue()


def said(*cases: CaseResult, **more: Any) -> str:
    return "\n".join(takeaways(run_of(*cases, **more)))


@pytest.mark.parametrize(
    ("value", "text"),
    [(9_534_210, "9.53 M"), (845_400, "845 k"), (12.1, "12.1"), (999_999, "1.00 M"), (0, "0.00")],
)
def test_amounts_have_three_figures(value: float, text: str) -> None:
    assert words.amount(value) == text


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [(94.4, False, "94 ns"), (1204, True, "+1.20 µs"), (-599, True, "-599 ns"), (None, True, "–")],
)
def test_durations(value: float | None, signed: bool, text: str) -> None:
    assert words.duration(value, signed=signed) == text


@given(st.floats(0, 1))
def test_a_share_is_never_rounded_to_none_or_all(share: float) -> None:
    text = words.percent(share)
    assert (text == "0 %") == (share == 0)
    assert (text == "100 %") == (share == 1)


@pytest.mark.parametrize(
    ("seen", "text"),
    [
        (CLEAN, "clean in 9"),
        (replace(CLEAN, overlaps=3), "clean in 9, but overlapped"),
        (replace(CLEAN, violations=8, lost=(3, 20)), "lost 3 of 20 in 8 of 9"),
        (replace(CLEAN, violations=2), "broke in 2 of 9"),
        (replace(CLEAN, stalls=1), "stalled in 1 of 9"),
        (Observed(1, 0, 1, 1.0), "stalled"),
        (None, "not measured"),
    ],
)
def test_what_was_observed_in_a_few_words(seen: Observed | None, text: str) -> None:
    assert words.observed(case(observed=seen)) == text


def test_zero_losses_are_never_called_correct() -> None:
    text = said(case("threading.NoLock"), case())
    assert "nothing was lost" in text
    assert "That is no proof: up to 28 % of trials could go wrong" in text
    assert "switches threads only at certain points" in text
    assert "correct" not in text
    assert "proved" not in text


def test_a_clean_control_is_explained_by_its_backend_and_build() -> None:
    assert "await suspends" in said(case("asyncio.NoLock"), case("asyncio.Lock"))
    off = {"gil": False, "python": "3.13.0"}
    assert "bytecode" not in said(case("threading.NoLock"), case(), environment=off)
    assert "nobody to race" in said(case("threading.NoLock", workers=1), case(workers=1))


def test_a_control_that_lost_says_what_the_lock_is_for() -> None:
    seen = Observed(9, 8, 0, 0.99, lost=(28, 100))
    text = said(case("multiprocessing.NoLock", observed=seen), case("multiprocessing.Lock"))
    assert "counter lost updates in 8 of 9 trials, up to 28 % of them" in text
    assert "the lock is what keeps the result right" in text


def test_a_broken_promise_comes_first() -> None:
    bad = case(observed=Observed(9, 4, 0, 0.7), rank=None)
    first = next(iter(takeaways(run_of(case("threading.NoLock"), bad))))
    assert first.startswith("counter on threading.Lock (2 workers) broke its promise")
    assert bad.broken


def test_a_lock_that_should_deadlock_and_does_not_is_broken() -> None:
    bad = case(scenario="box", expected="deadlocks")
    assert bad.broken
    assert "should have deadlocked" in said(bad)
    good = replace(bad, observed=Observed(1, 0, 1, 1.0))
    assert not good.broken
    assert "box deadlocks on threading.Lock, as it must" in said(good)


def test_speed_is_told_only_where_a_difference_shows() -> None:
    fast, slow = case(rank=1), case("multiprocessing.Lock", rank=2)
    slow = replace(slow, throughput=Throughput(2.5e5, 2e5, 3e5, (2.5e5,) * 6))
    assert "threading.Lock is fastest (1.00 M ops/s)" in said(fast, slow)
    assert "4.0 times behind" in said(fast, slow)
    assert "no difference is shown" in said(fast, replace(slow, rank=1))
    few = replace(slow, rank=1, throughput=Throughput(2.5e5, None, None, (2.5e5,)))
    assert "too few trials" in said(fast, few)


def test_unsteady_cases_are_named_with_the_trials_they_want() -> None:
    shaky = case(throughput=Throughput(1e6, 0.5e6, 1.5e6, (1e6,) * 6, more_trials=144))
    assert "±50%, would take about 144 more trials" in said(shaky)
    steady = case(throughput=Throughput(1e6, 0.99e6, 1.01e6, (1e6,) * 6))
    assert "did not come within" not in said(steady)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal_and_no_figure_is_cut(width: int) -> None:
    run = run_of(
        case("threading.NoLock", cost_ns=Cost(104_784, None)),
        case(rank=1, observed=Observed(12, 12, 0, 1.0, ("evidence",), 5, (34_512, 166_880))),
        case("multiprocessing.RLock", rank=2, cost_ns=Cost(104_784, -64_578)),
        case("asyncio.Lock", throughput=None, cost_ns=None, fairness=None),
    )
    text = printed(run, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    assert "+200 ns" in text
    assert "-64.6 µs" in text
    for name in ("primitive", "observed", "ops/s", "95 %", "per op", "net", "fair", "#"):
        assert name in text
    assert ("0.90–1.10 M" in text) == (width >= 100)


def test_verdicts_that_differ_get_a_column() -> None:
    one = case()
    proved = replace(one, verdict=replace(one.verdict, status="proved", reason=None))
    text = printed(run_of(one, replace(proved, primitive="threading.RLock")))
    assert "verdict: " not in text
    assert "proved" in text
    assert "inconclusive" in text


def test_what_could_not_be_measured_is_told_once() -> None:
    bad = case(observed=None, throughput=None, cost_ns=None, fairness=None, problem="a.py:1: no")
    text = printed(run_of(bad, replace(bad, primitive="threading.RLock"), problems=("b.py: no",)))
    assert text.count("a.py:1: no") == 1
    assert "counter on threading.Lock, threading.RLock:" in text
    assert "b.py: no" in text


def test_a_document_reads_back_as_the_same_run() -> None:
    run = run_of(case(), case("asyncio.Lock", throughput=None, cost_ns=None, fairness=None))
    assert document.decode(document.encode(run), "x") == run
    assert b'"wait_ns": null' in document.encode(run)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "x is not JSON, or is cut short"),
        (b'{"schema": "locklab/run/1", "crea', "is cut short"),
        (b"[1]", "x has no schema; this locklab reads 'locklab/run/1'"),
        (b'{"schema": "other/9"}', "x has schema 'other/9'"),
        (b'{"schema": "locklab/run/1"}', "is missing"),
        (b"\xff\xfe", "x is not JSON"),
    ],
)
def test_a_document_that_is_none_of_ours_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        document.decode(data, "x")
    assert says in str(caught.value)


def test_a_wrong_value_is_told_with_its_place() -> None:
    data = document.encode(run_of(case())).replace(b'"workers": 2', b'"workers": "two"')
    with pytest.raises(RequestError, match=r"cases\.workers has an invalid value"):
        document.decode(data, "x")


def test_writing_replaces_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "run.json"
    run = run_of(case())
    document.write(run, str(target))
    before = target.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RequestError, match="No space left on device"):
        document.write(replace(run, seed=2), str(target))
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_whether_it_can_be_written_is_known_before_and_leaves_nothing(tmp_path: Path) -> None:
    document.check_writable(str(tmp_path / "new.json"))
    assert list(tmp_path.iterdir()) == []
    for path in (tmp_path, tmp_path / "no" / "run.json"):
        with pytest.raises(RequestError, match="--json"):
            document.check_writable(str(path))
