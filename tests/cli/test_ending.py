"""However it ends: what was measured is kept, and nothing is left behind.

That nothing is left is asserted by the `start` fixture after each of these tests.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.leftovers import eventually, linux_only, processes

pytestmark = linux_only

Start = Callable[..., "subprocess.Popen[str]"]

WORKLOADS = Path(__file__).parent.parent / "workloads.py"
HOSTILE = WORKLOADS.with_name("hostile.py")
SLOW = f"{HOSTILE}:Slow"
METHODS = ["fork", "spawn", "forkserver"]
# a kill asks nobody, so that it matters only who else is there to be ended
FEW = ["threading.Lock", "multiprocessing.Lock/spawn"]
LOCKS = ["threading.Lock", "asyncio.Lock", *(f"multiprocessing.Lock/{m}" for m in METHODS)]


def arguments_for(lock: str) -> list[str]:
    name, _, method = lock.partition("/")
    return ["-p", name, *(["--start-method", method] if method else [])]


def document_in(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.fixture
def running(start: Start, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a comparison and return once the slow case is in the midst of its work."""

    def run(*arguments: str, lock: str = "threading.Lock") -> subprocess.Popen[str]:
        log = tmp_path / "log"
        process = start(
            "compare",
            SLOW,
            *arguments_for(lock),
            *arguments,
            env={"LOCKLAB_TEST_FILE": str(log)},
        )
        eventually(lambda: log.exists() or process.poll() is not None, "the first worker")
        assert process.poll() is None
        return process

    return run


@pytest.mark.parametrize("lock", LOCKS)
def test_interrupted_in_the_midst_of_a_trial(
    running: Callable[..., Any], tmp_path: Path, lock: str
) -> None:
    process = running("--json", "run.json", lock=lock)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "Interrupted" in out
    document = document_in(tmp_path / "run.json")
    assert document["interrupted"] is True
    (case,) = document["cases"]
    assert case["primitive"] == lock.partition("/")[0]
    # nothing had been measured, so nothing is claimed: null, and never 0
    assert case["observed"] is None
    assert case["throughput"] is None


def test_interrupted_later_keeps_what_was_measured(start: Start, tmp_path: Path) -> None:
    process = start(
        "compare", "counter", "-p", "threading.*", "--trials", "100", "--json", "r.json"
    )
    assert process.stderr is not None
    # a fifth of 100 rounds: every case has been measured several times by then
    for line in process.stderr:
        if " of " in line and int(line.split()[1]) > 60:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "Interrupted" in out
    document = document_in(tmp_path / "r.json")
    assert document["interrupted"] is True
    for case in document["cases"]:
        assert case["observed"]["trials"] > 10
        assert len(case["throughput"]["samples"]) >= 6
        assert case["throughput"]["low"] <= case["throughput"]["median"]


def test_interrupted_twice(running: Callable[..., Any], tmp_path: Path) -> None:
    """As by someone who is in a hurry; what counts is that nothing stays behind."""
    process = running("--json", "run.json", lock="multiprocessing.Lock")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    if (tmp_path / "run.json").exists():
        assert document_in(tmp_path / "run.json")["interrupted"] is True


@pytest.mark.parametrize("lock", FEW)
def test_killed(running: Callable[..., Any], tmp_path: Path, lock: str) -> None:
    process = running("--json", "run.json", lock=lock)
    process.kill()
    process.communicate(timeout=30)
    assert not (tmp_path / "run.json").exists()


def test_killed_between_two_trials(start: Start, tmp_path: Path) -> None:
    """At moments that nobody chose: while trials start, wait at the gate, run and leave."""
    for moment in (0, 5, 10):
        process = start("compare", "counter", "-p", "multiprocessing.*", "--trials", "50")
        assert process.stderr is not None
        for number, _ in enumerate(process.stderr):
            if number >= moment // 5:
                break
        process.kill()
        process.communicate(timeout=30)


@pytest.mark.parametrize("lock", FEW)
def test_asked_to_end(running: Callable[..., Any], tmp_path: Path, lock: str) -> None:
    process = running("--json", "run.json", lock=lock)
    process.terminate()
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert document_in(tmp_path / "run.json")["interrupted"] is True


def test_the_terminal_goes_away(running: Callable[..., Any], tmp_path: Path) -> None:
    process = running("--json", "run.json")
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert document_in(tmp_path / "run.json")["interrupted"] is True


def test_an_older_document_survives_a_kill(running: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("old")
    process = running("--json", "run.json")
    process.kill()
    process.communicate(timeout=30)
    assert (tmp_path / "run.json").read_text() == "old"


def test_nobody_reads_the_table(start: Start) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start("compare", "counter", "-p", "threading.Lock", "--trials", "1", stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def test_a_trial_is_killed_from_outside(running: Callable[..., Any], tmp_path: Path) -> None:
    """By the system when memory runs out, say: the run goes on, and tells."""
    process = running("--json", "run.json", "--trials", "1")
    # a case is given up after its second crash
    log = tmp_path / "log"
    for crash in (1, 2):

        def both_run(begun: int = 2 * crash) -> bool:
            return len(log.read_text().split()) >= begun

        eventually(both_run, "both workers")
        trial = next(
            pid for pid, line in processes(str(tmp_path)).items() if "locklab.trial.child" in line
        )
        os.kill(trial, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "was killed by SIGKILL" in out
