"""Identical runs: for real once, and what becomes of runs that fail or are interrupted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer

import locklab
from locklab.cli import doctor as cli
from locklab.questions import doctor as question
from locklab.questions.machine import timing
from locklab.questions.machine.seam import Machine
from locklab.questions.measure import Progress


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "RUNS", 3)
    monkeypatch.setattr(timing, "WATCH_NS", 20_000_000)


def test_it_runs_and_its_document_says_what_it_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "doctor.json"
    with pytest.raises(typer.Exit) as left:
        cli.command(json=str(target))
    assert left.value.exit_code == 0
    said = capsys.readouterr()
    assert "What" in said.out
    assert "run 3 of 3, counter × threading.Lock × 2" in said.err
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found["schema"] == "locklab/doctor/1"
    assert len(found["repeats"]["ops_per_s"]) == 3
    assert found["repeats"]["limit"] >= 1
    assert found["repeats"]["problem"] is None
    assert {one["state"] for one in found["findings"]} <= {"ok", "warning", "unknown"}
    # told by the trials
    names = {one["name"]: one["state"] for one in found["findings"]}
    assert names["switch interval"] != "unknown"
    assert found["environment"]["gil"] in (True, False)


def test_interrupted_it_keeps_what_it_has(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    found = locklab.doctor(machine=Machine(tmp_path), on_progress=stop)
    assert found.interrupted
    assert found.repeats.ops_per_s == ()
    assert found.repeats.limit is None
    assert found.repeats.pairs == 0
    assert found.findings


def test_where_no_process_can_be_started_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("locklab.questions.measure.Trial", refuse)
    found = locklab.doctor(machine=Machine(tmp_path))
    assert not found.interrupted
    assert found.repeats.problem
    assert "Resource temporarily unavailable" in found.repeats.problem


def test_a_wrong_budget_is_refused() -> None:
    with pytest.raises(locklab.RequestError, match="budget: there is no 'quik'"):
        locklab.doctor(budget="quik")
