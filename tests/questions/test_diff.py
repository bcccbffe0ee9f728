"""What is called faster, slower or worse, and what may be compared at all."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

import locklab
from locklab import CaseResult, Observed, Proof, RequestError, RunResult, Throughput
from locklab.model.comparison import Change
from locklab.model.proofs import Bound
from locklab.questions.diff import diff


def figures(centre: float, noise: float = 0.03, count: int = 12, seed: int = 1) -> Throughput:
    rng = random.Random(f"{centre} {seed}")
    values = tuple(centre * rng.lognormvariate(0, noise) for _ in range(count))
    return Throughput(sorted(values)[count // 2], min(values), max(values), values)


def case(primitive: str = "threading.Lock", centre: float = 1e6, **more: Any) -> CaseResult:
    defaults: dict[str, Any] = {
        "scenario": "counter",
        "backend": "threading",
        "workers": 2,
        "expected": "holds",
        "verdict": Proof("proved"),
        "observed": Observed(9, 0, 0, 0.28),
        "throughput": figures(centre, seed=more.pop("seed", 1)),
    }
    return CaseResult(primitive=primitive, **{**defaults, **more})


def run(*cases: CaseResult, **environment: Any) -> RunResult:
    known = {"python": "3.12.1", "machine": "x86_64", "cpus_usable": 2, "gil": True}
    return RunResult(
        created="2026-01-01T00:00:00+00:00",
        seed=1,
        settings={"window_s": 0.06, "trials": 12},
        environment={**known, **environment},
        cases=cases,
    )


def only(base: RunResult, new: RunResult, **more: Any) -> Change:
    (change,) = diff(base, new, **more).changes
    return change


def test_the_same_run_twice_shows_no_difference() -> None:
    found = diff(run(case()), run(case()))
    assert [change.result for change in found.changes] == ["no difference shown"]
    assert found.geometric_mean == pytest.approx(1)
    assert not found.regressed


@pytest.mark.parametrize(
    ("factor", "result"),
    [(0.85, "slower"), (1.2, "faster"), (0.98, "no difference shown")],
)
def test_faster_and_slower(factor: float, result: str) -> None:
    change = only(run(case()), run(case(centre=1e6 * factor, seed=2)))
    assert change.result == result
    ratio, low, high = change.ratio, change.low, change.high
    assert ratio is not None
    assert low is not None
    assert high is not None
    assert low < ratio < high
    assert ratio == pytest.approx(factor, rel=0.04)


def test_what_is_clear_and_does_not_matter_is_no_difference() -> None:
    one = case(throughput=figures(1e6, 0.001))
    other = case(throughput=figures(0.97e6, 0.001))
    change = only(run(one), run(other))
    assert change.p_corrected is not None
    assert change.p_corrected < 0.001
    assert change.result == "no difference shown"
    assert only(run(one), run(other), threshold=0.01).result == "slower"


def test_two_thousand_pairs_of_the_same_are_seldom_told_apart() -> None:
    false = 0
    for index in range(400):
        names = [f"threading.L{number}" for number in range(5)]
        base = run(*(case(name, throughput=figures(1e6, 0.1, 12, index * 10)) for name in names))
        new = run(*(case(name, throughput=figures(1e6, 0.1, 12, index * 10 + 1)) for name in names))
        false += any(change.result != "no difference shown" for change in diff(base, new).changes)
    assert false / 400 <= 0.05


def test_what_all_cases_share_is_put_down_to_the_machine() -> None:
    names = ("threading.Lock", "threading.RLock", "threading.NoLock")
    base = run(*map(case, names))
    found = diff(base, run(*(case(name, 0.85e6, seed=2) for name in names)))
    assert found.shared == pytest.approx(0.87, abs=0.03)
    assert not found.regressed
    # and who lost more than that is slower all the same
    slow = [case(name, 0.6e6 if name == names[0] else 0.85e6, seed=2) for name in names]
    found = diff(base, run(*slow))
    assert [change.result for change in found.changes] == [
        "slower",
        "no difference shown",
        "control",
    ]


def test_cases_that_moved_in_different_directions_share_nothing() -> None:
    base = run(case(), case("threading.NoLock"))
    found = diff(base, run(case(centre=0.85e6), case("threading.NoLock", 1.01e6, seed=2)))
    assert found.shared == 1.0
    assert found.changes[0].result == "slower"


def test_without_a_control_what_all_cases_share_may_be_the_code() -> None:
    names = ("threading.Lock", "threading.RLock")
    found = diff(run(*map(case, names)), run(*(case(name, 0.7e6) for name in names)))
    assert found.shared is None
    assert [change.result for change in found.changes] == ["slower", "slower"]
    assert "no control" in found.notes[0]


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        ("proved", "refuted", True),
        ("proved", "inconclusive", True),
        ("inconclusive", "deadlock", True),
        ("refuted", "proved", False),
        ("refuted", "deadlock", False),
    ],
)
def test_a_verdict_that_got_worse(before: Any, after: Any, worse: bool) -> None:
    base, new = run(case(verdict=Proof(before))), run(case(verdict=Proof(after)))
    found = diff(base, new)
    assert bool(found.changes[0].worse) is worse
    assert found.regressed is worse


def test_a_case_that_must_deadlock_gets_worse_where_it_does_not() -> None:
    base = case(expected="deadlocks", verdict=Proof("deadlock"), throughput=None)
    stalled = replace(base, observed=Observed(1, 0, 1, 1.0))
    new = replace(stalled, verdict=Proof("proved"))
    assert diff(run(stalled), run(new)).regressed
    assert not diff(run(stalled), run(stalled)).regressed


def test_a_promise_broken_in_trials_is_worse() -> None:
    new = case(observed=Observed(9, 2, 0, 0.5))
    found = diff(run(case()), run(new))
    assert found.regressed
    assert found.changes[0].worse == "it breaks its promise in real trials, and did not"


def test_controls_promise_nothing_and_cannot_get_worse() -> None:
    base = case("threading.NoLock", control=True, expected=None, verdict=Proof("proved"))
    new = replace(base, verdict=Proof("refuted"), observed=Observed(9, 9, 0, 1.0))
    assert not diff(run(base), run(new)).regressed


def test_runs_of_different_circumstances_are_refused_unless_told_to() -> None:
    base, new = run(case()), run(case(centre=0.7e6), python="3.13.0")
    with pytest.raises(RequestError, match=r"python was 3\.12\.1 and is 3\.13\.0\. --anyway"):
        diff(base, new)
    found = diff(base, new, anyway=True)
    assert found.differences == ("python was 3.12.1 and is 3.13.0",)
    assert found.regressed


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(RequestError, match="no case in common"):
        diff(run(case()), run(case("threading.RLock")))


def test_what_only_one_of_them_has_is_told() -> None:
    found = diff(run(case(), case("threading.RLock")), run(case(), case("asyncio.Lock")))
    assert found.only_base == ("counter × threading.RLock × 2",)
    assert found.only_new == ("counter × asyncio.Lock × 2",)


def test_what_was_not_measured_is_not_compared() -> None:
    empty = case(throughput=None, problem="no process could be started")
    change = only(run(case()), run(empty))
    assert (change.result, change.ratio, change.p) == ("not compared", None, None)
    assert change.reason == "no throughput in the second run: no process could be started"
    assert change.worse == "it was measured, and cannot be any more (no process could be started)"
    assert only(run(empty), run(empty)).reason == "no throughput in either run"
    assert not diff(run(empty), run(empty)).regressed
    assert not diff(run(empty), run(case())).regressed
    assert only(run(case(paced=True)), run(case(paced=True))).result == "not compared"


def test_cases_of_other_work_are_other_cases() -> None:
    with pytest.raises(RequestError, match="no case in common"):
        diff(run(case()), run(case(inside=10)))


def test_too_few_trials_to_show_anything_are_told_and_not_taken_for_no_difference() -> None:
    def of(count: int, cases: int, centre: float) -> RunResult:
        names = [f"threading.L{number}" for number in range(cases)]
        return run(*(case(name, throughput=figures(centre, 0.01, count)) for name in names))

    for count, cases, enough in [(1, 1, False), (6, 1, False), (7, 3, True), (7, 4, False)]:
        found = diff(of(count, cases, 1e6), of(count, cases, 0.5e6))
        assert found.regressed is enough
        for change in found.changes:
            assert change.ratio == pytest.approx(0.5, rel=0.05)
            few = f"{count} and {count} trials are too few to show a difference"
            reason = f"{few} (cases judged: {cases})"
            expected = ("slower", None) if enough else ("not compared", reason)
            assert (change.result, change.reason) == expected


def test_a_control_tells_of_the_machine_and_is_not_judged() -> None:
    name = "threading.NoLock"
    base = run(case(), case(name, control=True, expected=None))
    new = run(case(seed=2), case(name, 0.5e6, control=True, expected=None))
    found = diff(base, new)
    assert not found.regressed
    lock, control = found.changes
    assert (control.result, control.p_corrected) == ("control", None)
    assert control.ratio == pytest.approx(0.5, rel=0.05)
    # nor does it count among the cases, or in their mean
    assert lock.p_corrected == lock.p
    assert found.geometric_mean == pytest.approx(lock.ratio)


def test_where_nothing_was_measured_or_explored_there_is_nothing_to_compare() -> None:
    empty = run(case(throughput=None, verdict=Proof("inconclusive")))
    for pair in [(empty, empty), (empty, run(case(verdict=Proof("inconclusive"))))]:
        with pytest.raises(RequestError, match="no case was measured or explored in both"):
            diff(*pair)


def verdict(status: Any, ops: int = 2, reason: str | None = None) -> CaseResult:
    return case(throughput=None, verdict=Proof(status, Bound(2, ops), reason=reason))


def test_where_neither_run_measured_only_verdicts_are_compared() -> None:
    found = diff(run(verdict("proved")), run(verdict("refuted")))
    assert found.regressed
    assert found.notes == ("neither run measured throughput: only verdicts are compared",)


def test_a_larger_bound_that_took_too_long_is_nothing_worse() -> None:
    more = run(verdict("inconclusive", 3, "10 s have passed"))
    found = diff(run(verdict("proved", 2)), more)
    assert not found.regressed
    assert "other bounds" in found.notes[-1]
    # at the same bound, or where it found a failure, it is
    (change,) = diff(run(verdict("proved", 3)), more).changes
    assert change.worse == "its verdict was proved and is inconclusive (10 s have passed)"
    assert diff(run(verdict("proved", 2)), run(verdict("refuted", 3))).regressed


def test_what_makes_a_comparison_less_than_it_looks() -> None:
    one, other = (run(case(seed=seed), case("threading.NoLock")) for seed in (1, 2))
    assert diff(one, other).notes == ()
    assert "same run" in diff(one, one).notes[0]
    for pair, which in [
        ((replace(one, interrupted=True), other), "first"),
        ((one, replace(one, interrupted=True)), "second"),
    ]:
        (note,) = diff(*pair).notes
        assert note.startswith(f"the {which} run was interrupted")


@pytest.mark.parametrize("threshold", [-0.1, 1.0, float("nan")])
def test_a_threshold_is_a_share(threshold: float) -> None:
    with pytest.raises(RequestError, match="threshold"):
        diff(run(case()), run(case()), threshold=threshold)


def test_it_is_public() -> None:
    assert locklab.diff is diff
