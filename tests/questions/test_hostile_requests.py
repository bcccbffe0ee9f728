"""Requests that are odd, and cases that go wrong: what `compare` makes of them."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import locklab
from locklab import RequestError
from locklab.questions import measure
from locklab.questions.load import Load
from locklab.questions.plan import BUDGETS, plan
from locklab.trial.launch import Trial

HOSTILE = str(Path(__file__).parent.parent / "hostile.py") + ":"
WORKLOADS = str(Path(__file__).parent.parent / "workloads.py") + ":"

SAME_NAME = """
import locklab

class Mine(locklab.Scenario):
    name = "counter"
    def work(self, worker):
        for _ in worker.ops:
            pass

class Lock:
    def __enter__(self): ...
    def __exit__(self, *exception): ...
"""


def compare(*scenarios: Any, primitives: Any = ("threading.Lock",), **more: Any) -> Any:
    return locklab.compare(scenarios, primitives=primitives, **{"trials": 1, **more})


def test_asking_twice_is_asking_once() -> None:
    cases, _ = plan(["counter", "count*", "counter"], ["threading.Lock"] * 2, [2, 2, 1, 2])
    assert [str(case) for case in cases if case.scenario == "counter"] == [
        "counter × threading.Lock × 2",
        "counter × threading.Lock × 1",
    ]


def test_what_shares_a_name_is_told_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.py").write_text(SAME_NAME)
    one, two = (str(tmp_path / folder / "own.py") for folder in ("one", "two"))
    cases, problems = plan(
        ["counter", f"{one}:Mine", f"{two}:Mine"], [f"{one}:Lock", f"{two}:Lock"], [2]
    )
    assert problems == []
    assert {case.scenario_name for case in cases} == {"counter", f"{one}:Mine", f"{two}:Mine"}
    assert {case.described.name for case in cases} == {f"{one}:Lock", f"{two}:Lock"}
    assert len({str(case) for case in cases}) == 6


def test_the_cost_is_net_of_nolock_whatever_else_promises_nothing(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        "import time\n"
        "class Slow:\n"
        "    exclusive = False\n"
        "    def __enter__(self): time.sleep(0.001)\n"
        "    def __exit__(self, *exception): ...\n"
    )
    for names in (("NoLock", "Slow"), ("Slow", "NoLock")):
        found = {"NoLock": "threading.NoLock", "Slow": f"{tmp_path}/own.py:Slow"}
        run = compare("counter", primitives=[*(found[name] for name in names), "threading.Lock"])
        costs = {case.primitive: case.cost_ns for case in run.cases}
        base, lock = costs["threading.NoLock"], costs["threading.Lock"]
        assert base is not None
        assert lock is not None
        assert lock.net == pytest.approx(lock.gross - base.gross)


@pytest.mark.parametrize(
    "reference",
    ["", ":", ":Name", "file.py", "file.py:", "file.py::", ".py:X", "no.such.module:X", "a b:c"],
)
@pytest.mark.parametrize("kind", ["scenario", "primitive"])
def test_a_reference_that_leads_nowhere_is_a_wrong_request(kind: str, reference: str) -> None:
    with pytest.raises(RequestError) as refused:
        plan(
            [reference if kind == "scenario" else "counter"],
            [reference if kind == "primitive" else "threading.Lock"],
            [2],
        )
    assert str(refused.value).strip()[0] not in ":,;"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def x(:\n", "own.py:1: syntax error"),
        ("\n\nimport nowhere_at_all\n", "own.py:3"),
        ("1 / 0\n", "own.py:1"),
        ("import sys\nsys.exit(5)\n", "own.py:2"),
        ("", "has no 'X'; it defines no class"),
        ("class Y: pass\n", "has no 'X'; there is Y."),
        ("X = 5\n", "is no scenario"),
        ("class X: pass\n", "is no scenario"),
        ("import locklab\nclass X(locklab.Scenario): pass\n", "runs on none"),
        ("\x00", "own.py"),
        ("# -*- coding: klingon -*-\n", "own.py"),
    ],
)
def test_a_file_that_will_not_do_is_named_with_its_line(
    tmp_path: Path, source: str, says: str
) -> None:
    (tmp_path / "own.py").write_text(source)
    with pytest.raises(RequestError) as refused:
        plan([f"{tmp_path}/own.py:X"], ["threading.Lock"], [2])
    assert says in str(refused.value)


def test_latin_1_without_saying_so(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_bytes(b"# caf\xe9\nclass X: pass\n")
    with pytest.raises(RequestError, match=r"own\.py"):
        plan([f"{tmp_path}/own.py:X"], ["threading.Lock"], [2])


def test_a_lock_that_forgets_itself_now_and_then_is_caught() -> None:
    for _ in range(5):
        (case,) = compare(HOSTILE + "Silent", primitives=[HOSTILE + "Leaky"]).cases
        # on a busy machine one worker may be through before the other begins
        if case.broken:
            break
    assert case.broken
    assert case.rank is None
    assert case.observed.overlaps
    assert any("inside one critical section" in line for line in case.observed.evidence)


def test_a_lock_that_is_never_given_back_is_explained() -> None:
    (case,) = compare("counter", primitives=[HOSTILE + "Grabby"]).cases
    assert case.broken
    assert case.observed.stalls == case.observed.trials
    assert (case.throughput, case.rank) == (None, None)
    assert any("counter.py:" in line for line in case.observed.evidence)


@pytest.mark.parametrize(
    "name", ["Segfaults", "LongError", "Unspeakable", "OddViolation", "VerifyExits", "SetupExits"]
)
def test_one_bad_case_does_not_cost_the_others_theirs(name: str) -> None:
    run = compare(HOSTILE + name, "counter")
    bad, good = run.cases
    assert good.throughput is not None
    assert good.rank == 1
    assert not good.broken
    assert bad.rank is None
    assert bad.broken or bad.problem


def test_work_that_never_looks_at_its_operations_has_no_speed() -> None:
    (case,) = compare(HOSTILE + "IgnoresOps").cases
    assert not case.broken
    assert (case.throughput, case.cost_ns, case.fairness, case.rank) == (None, None, None, None)


def test_a_handed_on_lock_keeps_its_promise() -> None:
    for case in compare(
        HOSTILE + "Handoff", primitives=["threading.Lock", "multiprocessing.Lock"]
    ).cases:
        assert not case.broken, case.observed
        assert case.observed.overlaps == 0


@pytest.mark.parametrize("after", range(6))
def test_no_process_to_be_had_at_any_moment_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    begun = 0

    def starved(*arguments: Any) -> Trial:
        nonlocal begun
        begun += 1
        if begun > after:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return Trial(*arguments)

    monkeypatch.setattr(measure, "Trial", starved)
    # so that the first timed trial is always done again
    monkeypatch.setattr(measure, "TOO_SHORT", 1e9)
    run = compare("counter", "box", trials=2)
    assert any(case.problem for case in run.cases)
    for case in run.cases:
        assert case.problem is None or "no process could be started" in case.problem


def test_progress_is_told_from_the_callers_thread_and_may_raise() -> None:
    class EnoughError(Exception):
        pass

    def enough(progress: Any) -> None:
        if progress.done:
            raise EnoughError

    with pytest.raises(EnoughError):
        compare("counter", primitives=["threading.*", "multiprocessing.*"], on_progress=enough)


@pytest.mark.parametrize("seed", [-5, 0, 2**70])
def test_seeds_as_they_come(seed: int) -> None:
    assert compare("counter", seed=seed).seed == seed


def test_patience_grows_with_the_work_asked_for() -> None:
    """One operation of so much work takes longer than a stall is given; it is none."""
    cases, _ = plan(["counter"], ["threading.Lock"], [2], {2: [Load(20_000_000, 0)]})
    budget = replace(BUDGETS["quick"], trials=1, clocked=0, window_s=0.001, patience_s=0.2)
    run = measure.Measurement(cases, budget, 1)
    (samples,) = run.samples
    samples.ops = 1
    run.run()
    assert (samples.stalls, samples.violations, samples.problem) == (0, 0, None)
