"""`locklab.compare` from code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import locklab
from locklab.backends import PRIMITIVES
from locklab.questions.measure import Measurement, Progress
from locklab.questions.plan import plan
from locklab.questions.verdicts import explore_apart
from locklab.scenarios import SCENARIOS
from tests.workloads import Fine, Liar


@pytest.fixture(scope="module")
def run() -> locklab.RunResult:
    return locklab.compare(["counter", "box"], primitives=["threading.*"], workers=[2], seed=7)


def by(run: locklab.RunResult, scenario: str, primitive: str) -> locklab.CaseResult:
    (case,) = [c for c in run.cases if (c.scenario, c.primitive) == (scenario, primitive)]
    return case


def test_nothing_is_printed(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    locklab.compare([Fine], primitives=["threading.Lock"], trials=1)
    assert capfd.readouterr() == ("", "")


def test_a_case_that_holds_has_all_its_figures(run: locklab.RunResult) -> None:
    case = by(run, "counter", "threading.Lock")
    assert case.expected == "holds"
    assert case.observed is not None
    assert (case.observed.violations, case.observed.stalls) == (0, 0)
    assert case.observed.upper_bound_95 == pytest.approx(1 - 0.05 ** (1 / case.observed.trials))
    assert case.throughput is not None
    assert len(case.throughput.samples) >= 6
    assert case.throughput.low is not None
    assert case.throughput.high is not None
    assert case.throughput.low <= case.throughput.median <= case.throughput.high
    assert case.cost_ns is not None
    assert case.cost_ns.gross == pytest.approx(1e9 / case.throughput.median)
    control = by(run, "counter", "threading.NoLock")
    assert control.cost_ns is not None
    assert control.cost_ns.net is None
    assert case.cost_ns.net == pytest.approx(case.cost_ns.gross - control.cost_ns.gross)
    assert case.rank is not None
    assert control.rank is None
    assert not case.broken


def test_a_deadlock_is_expected_explained_and_not_measured(run: locklab.RunResult) -> None:
    case = by(run, "box", "threading.Lock")
    assert case.expected == "deadlocks"
    assert not case.broken
    assert case.observed is not None
    assert case.observed.stalls == case.observed.trials
    assert any("holds that lock itself" in line for line in case.observed.evidence)
    assert (case.throughput, case.cost_ns, case.fairness, case.rank) == (None, None, None, None)


def test_every_verdict_is_what_exploration_established(run: locklab.RunResult) -> None:
    verdicts = {(case.scenario, case.primitive): case.verdict.status for case in run.cases}
    assert verdicts == {
        ("counter", "threading.NoLock"): "refuted",
        ("counter", "threading.Lock"): "proved",
        ("counter", "threading.RLock"): "proved",
        ("box", "threading.NoLock"): "refuted",
        ("box", "threading.Lock"): "deadlock",
        ("box", "threading.RLock"): "proved",
    }


def test_a_control_that_lost_nothing_is_still_refuted(run: locklab.RunResult) -> None:
    control = by(run, "counter", "threading.NoLock")
    assert control.verdict.status == "refuted"
    assert not control.broken


def test_what_kills_or_stops_its_process_is_inconclusive_and_the_others_go_on(
    workload: Callable[[str], str],
) -> None:
    cases, _ = plan([workload("Killed"), workload("Stuck"), "counter"], ["threading.Lock"], [2])
    killed, stuck, counter = explore_apart(cases)
    assert (killed.status, killed.reason) == ("inconclusive", "exploring it ended its process")
    assert stuck.status == "inconclusive"
    assert stuck.reason is not None
    assert "did not come back" in stuck.reason
    assert counter.status == "proved"


@pytest.mark.parametrize("name", list(PRIMITIVES))
def test_real_outcomes_lie_within_those_explored_at_the_same_size(
    name: str, run_trial: Callable[..., Any]
) -> None:
    """On every case: what reality shows, exploration must have found."""
    for scenario in SCENARIOS:
        proof = locklab.check_one(scenario, name, workers=2, ops=2)
        assert proof.complete
        explored = {one.outcome for one in proof.outcomes}
        for _ in range(2):
            record = run_trial(scenario, name, workers=2, ops=2, witness=True)
            seen = "deadlock" if record.stalled else record.outcome
            assert seen in explored, (scenario, seen, explored)


def test_circumstances_and_settings_are_recorded(run: locklab.RunResult) -> None:
    assert run.seed == 7
    assert run.settings["budget"] == "quick"
    for key in ("python", "gil", "switch_interval_s", "cpus_usable", "machine"):
        assert run.environment[key] is not None


def test_a_lock_that_keeps_nobody_out_is_caught_and_not_ranked(
    workload: Callable[[str], str],
) -> None:
    """Nothing is lost, so only the witness can tell."""
    for _ in range(5):
        run = locklab.compare([workload("NoCells")], primitives=[Liar, "threading.Lock"], trials=1)
        liar, honest = run.cases
        # on a busy machine one worker may be through before the other begins
        if liar.broken:
            break
    assert liar.broken
    assert liar.rank is None
    assert liar.observed is not None
    assert liar.observed.overlaps
    assert not honest.broken


def test_one_worker_has_no_fairness() -> None:
    run = locklab.compare(["counter"], primitives=["threading.Lock"], workers=[1], trials=1)
    assert run.cases[0].fairness is None
    assert run.cases[0].throughput is not None
    assert run.cases[0].throughput.low is None


def test_progress_counts_up_to_its_total() -> None:
    seen: list[tuple[int, int, str]] = []

    def note(progress: Progress) -> None:
        seen.append((progress.done, progress.total, progress.running))

    locklab.compare(["counter", "box"], primitives=["threading.Lock"], trials=2, on_progress=note)
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert {running for _, _, running in seen} >= {
        "counter × threading.Lock × 2",
        "box × threading.Lock × 2",
    }


def test_an_interrupt_keeps_what_was_measured() -> None:
    def interrupt(progress: Progress) -> None:
        if progress.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(locklab.Interrupted) as caught:
        locklab.compare(["counter"], primitives=["threading.*"], trials=3, on_progress=interrupt)
    partial = caught.value.partial
    assert partial.interrupted
    assert sum(case.observed.trials for case in partial.cases if case.observed) >= 4


def test_no_process_to_be_had_is_a_problem_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **options: Any) -> Any:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("locklab.trial.fresh.subprocess.Popen", refuse)
    run = locklab.compare(["counter"], primitives=["threading.Lock"], trials=1)
    assert run.cases[0].observed is None
    assert run.cases[0].problem is not None
    assert "no process could be started" in run.cases[0].problem


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"budget": "quik"}, "did you mean quick"),
        ({"trials": 0}, "trials: 0"),
        ({"inside": -1}, "inside: -1"),
        ({"outside": 10**12}, "the most is"),
        ({"start_method": "frok"}, "did you mean fork"),
        ({"scenarios": ["conter"]}, "did you mean counter"),
    ],
)
def test_a_wrong_request_is_refused_before_anything_runs(
    options: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Measurement, "run", lambda _: pytest.fail("it ran"))
    with pytest.raises(locklab.RequestError, match=says):
        locklab.compare(**options)


def test_the_same_seed_gives_the_same_order() -> None:
    def order(seed: int) -> list[str]:
        ended: dict[int, str] = {}

        def note(progress: Progress) -> None:
            ended[progress.done] = progress.running

        locklab.compare(
            ["counter"], primitives=["threading.*"], trials=3, seed=seed, on_progress=note
        )
        # the timed ones: how many watched ones come before depends on how long those take
        return [running for _, running in sorted(ended.items())][-9:]

    first = order(1)
    assert order(1) == first
    assert any(order(seed) != first for seed in (2, 3, 4))
