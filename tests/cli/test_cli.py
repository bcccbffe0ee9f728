"""The command line, driven as a user drives it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from locklab import __version__
from locklab.report import document

Locklab = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def locklab(tmp_path: Path) -> Locklab:
    """Run `locklab` in an empty folder, with pipes for output."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "locklab", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            timeout=100,
            check=False,
        )

    return run


FAST = ("compare", "counter", "-p", "threading.*", "--trials", "1")


def test_version_and_help(locklab: Locklab) -> None:
    assert locklab("--version").stdout == f"locklab {__version__}\n"
    for command in ("compare", "check", "list", "report"):
        assert command in locklab("--help").stdout
        assert locklab(command, "--help").returncode == 0


def test_list_names_everything(locklab: Locklab) -> None:
    out = locklab("list").stdout
    for name in ("counter-split", "box-drain", "multiprocessing.RLock", "asyncio.NoLock"):
        assert name in out


def test_a_table_on_stdout_progress_on_stderr_and_no_colour_in_pipes(locklab: Locklab) -> None:
    run = locklab(*FAST)
    assert run.returncode == 0
    assert "counter, 2 workers" in run.stdout
    assert "What to take away" in run.stdout
    assert "trials; now counter × threading." in run.stderr
    assert "\x1b" not in run.stdout + run.stderr
    assert max(map(len, run.stdout.splitlines())) <= 80


def test_the_width_asked_for_is_used(locklab: Locklab) -> None:
    wide = locklab(*FAST, "--trials", "6", COLUMNS="160").stdout
    assert 80 < max(map(len, wide.splitlines())) <= 160


def test_quiet_says_nothing_on_stderr(locklab: Locklab) -> None:
    run = locklab(*FAST, "-q")
    assert run.stderr == ""
    assert "counter, 2 workers" in run.stdout


def test_a_document_on_stdout_is_all_there_is(locklab: Locklab) -> None:
    run = locklab(*FAST, "--json", "-", "--seed", "5")
    parsed = json.loads(run.stdout)
    assert parsed["schema"] == "locklab/run/1"
    assert parsed["seed"] == 5
    case = parsed["cases"][1]
    assert (case["scenario"], case["primitive"], case["workers"]) == (
        "counter",
        "threading.Lock",
        2,
    )
    assert case["verdict"]["status"] == "proved"
    assert case["verdict"]["bound"] == {"workers": 2, "ops": 2, "preemptions": None}
    assert case["wait_ns"]["p50"] == 0
    assert parsed["cases"][0]["wait_ns"] is None
    assert case["throughput"]["unit"] == "ops/s"


def test_report_prints_the_same_again(locklab: Locklab, tmp_path: Path) -> None:
    measured = locklab(*FAST, "--json", "run.json")
    assert locklab("report", "run.json").stdout == measured.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_every_option_is_recorded(locklab: Locklab) -> None:
    run = locklab(
        "counter", "-p", "multiprocessing.Lock", "-w", "1,2", "--budget", "quick", "--trials", "1",
        "--inside", "10", "--outside", "20", "--start-method", "spawn", "--seed", "3",
        "--json", "-",
    )  # fmt: skip
    parsed = json.loads(locklab("compare", *run.args[3:]).stdout)
    settings = parsed["settings"]
    assert settings["workers"] == [1, 2]
    assert (settings["inside"], settings["outside"]) == (10, 20)
    assert parsed["environment"]["start_method"] == "spawn"
    assert parsed["environment"]["work_unit_ns"] > 0
    assert [case["workers"] for case in parsed["cases"]] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compare", "conter"], "did you mean counter"),
        (["compare", "counter", "-p", "rlock"], "did you mean threading.RLock"),
        (["compare", "counter", "--budget", "quik"], "did you mean quick?"),
        (["compare", "counter", "--start-method", "frok"], "did you mean fork?"),
        (["compare", "counter", "--trails", "3"], "--trials"),
        (["compare", "counter", "--trials", "many"], "many"),
        (["compare", "counter", "-w", "two"], "separated by commas"),
        (["compare", "counter", "-w", "0"], "whole numbers from 1"),
        (["compare", "counter", "--inside", "-1"], "--inside -1"),
        (["compare", "nowhere.py:X"], "there is no file"),
        (["compare", "counter", "--json", "no/such/folder.json"], "cannot be written"),
        (["compare", "counter", "--json", "."], "that is a folder"),
        (["report", "nowhere.json"], "cannot be read"),
        (["compar"], "compare"),
        (["check", "conter"], "did you mean counter"),
        (["check", "counter", "--policy", "pctt"], "did you mean pct"),
        (["check", "counter", "--budget", "quik"], "did you mean quick"),
        (["check", "counter", "-w", "0"], "workers"),
        (["check", "--replay", "nonsense"], "token"),
        (["check", "counter", "--real"], "goes with --replay"),
    ],
)
def test_a_wrong_request_gets_one_sentence_and_exit_2(
    locklab: Locklab, arguments: list[str], says: str
) -> None:
    run = locklab(*arguments)
    assert run.returncode == 2
    assert says in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    # nothing was measured before that was found out
    assert "trials; now" not in run.stderr


def test_a_broken_promise_exits_1_and_is_not_ranked(
    locklab: Locklab, workload: Callable[[str], str]
) -> None:
    for _ in range(5):
        run = locklab("compare", workload("NoCells"), "-p", workload("Liar"), "--trials", "1")
        # on a busy machine one worker may be through before the other begins
        if run.returncode:
            break
    assert run.returncode == 1
    assert "broke its promise" in run.stdout
    assert "two workers inside one critical section" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


def test_bad_scenarios_are_told_and_the_others_measured(
    locklab: Locklab, workload: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text("def x(:\n")
    run = locklab(
        "compare", "broken.py:X", workload("SetupRaises"), workload("TooBig"), "counter",
        "-p", "threading.Lock", "--trials", "1", "--json", "run.json",
    )  # fmt: skip
    assert run.returncode == 2
    text = " ".join(run.stdout.split())
    assert "broken.py:1: syntax error" in text
    assert "setup raised ZeroDivisionError" in text
    assert "does not fit" in text
    saved = document.read(str(tmp_path / "run.json"))
    (good,) = [case for case in saved.cases if case.scenario == "counter"]
    assert good.throughput is not None


def test_check_shows_how_the_counter_loses_an_update(locklab: Locklab) -> None:
    run = locklab("check", "counter", "-p", "threading.*")
    assert run.returncode == 0
    text = " ".join(run.stdout.split())
    assert "refuted 34 34 2 ✗, 3 ✗, 4" in text
    assert "Lock proved 6 6 4" in text
    assert "read total → 0" in text
    assert "updates were lost: 1 instead of 2" in text
    assert "Step 4 overwrites what worker 1 wrote to total in step 3" in text
    assert "total.value += 1" in text


def test_check_shows_why_the_box_deadlocks(locklab: Locklab) -> None:
    run = locklab("check", "box", "-p", "threading.Lock")
    assert run.returncode == 0
    text = " ".join(run.stdout.split())
    assert "It ends in a deadlock" in text
    assert "which it holds itself since it took it at" in text


@pytest.mark.parametrize("primitive", ["threading.NoLock", "multiprocessing.NoLock"])
def test_a_token_replays_here_and_for_real(locklab: Locklab, primitive: str) -> None:
    out = locklab("check", "counter", "-p", primitive).stdout
    (token,) = [line.split()[-1] for line in out.splitlines() if "check --replay" in line]
    again = locklab("check", "--replay", token, "--real")
    assert again.returncode == 0
    assert "updates were lost: 1 instead of 2" in again.stdout
    assert "came to the same end" in " ".join(again.stdout.split())


def test_a_lock_that_refuses_to_be_taken_again_does_as_it_must(
    locklab: Locklab, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(
        "import threading\n"
        "from locklab import Primitive\n\n\n"
        "class Refusing:\n"
        "    def __init__(self, lab):\n"
        "        self.lock, self.holder = lab.primitive('threading.Lock'), lab.cell(0)\n\n"
        "    def __enter__(self):\n"
        "        if self.holder.value == threading.get_ident():\n"
        "            raise RuntimeError('already yours')\n"
        "        self.lock.acquire()\n"
        "        self.holder.value = threading.get_ident()\n\n"
        "    def __exit__(self, *_):\n"
        "        self.holder.value = 0\n"
        "        self.lock.release()\n\n\n"
        "LOCK = Primitive('a-lock-that-says-no', 'threading', Refusing, refuses=True)\n"
    )
    run = locklab("check", "box", "-p", "mine.py:LOCK")
    assert run.returncode == 0, run.stdout
    assert " a-lock-that-says-no " in run.stdout
    assert "How box on a-lock-that-says-no is refused" in run.stdout


def test_a_limit_reached_is_no_pass(locklab: Locklab) -> None:
    run = locklab("check", "counter", "-p", "threading.Lock", "--max-preemptions", "0")
    assert run.returncode == 1
    assert "inconclusive" in run.stdout
    assert "Inconclusive, which is not a pass" in run.stdout


def test_check_writes_the_same_document(locklab: Locklab, tmp_path: Path) -> None:
    assert locklab("check", "box", "-q", "--json", "check.json").returncode == 0
    saved = document.read(str(tmp_path / "check.json"))
    assert {case.verdict.status for case in saved.cases} == {"proved", "refuted", "deadlock"}
    assert all(case.observed is None for case in saved.cases)
    assert locklab("report", "check.json").returncode == 0


def test_a_refuted_promise_exits_1(locklab: Locklab, workload: Callable[[str], str]) -> None:
    run = locklab("check", "counter", "-p", workload("Liar"))
    assert run.returncode == 1
    assert "refuted" in run.stdout


def test_what_cannot_be_explored_is_told_and_the_rest_explored(
    locklab: Locklab, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(
        "from locklab import Primitive, Scenario\n\n\n"
        "class Bad(Scenario):\n"
        "    def setup(self, lab):\n"
        "        raise KeyError('ouch')\n\n"
        "    def work(self, worker):\n"
        "        pass\n\n\n"
        "class Odd(Scenario):\n"
        "    def work(self, worker):\n"
        "        pass\n\n"
        "    def outcome(self):\n"
        "        raise LookupError('no end')\n\n\n"
        "class Listed(Odd):\n"
        "    def outcome(self):\n"
        "        return [1]\n\n\n"
        "class Large(Scenario):\n"
        "    def setup(self, lab):\n"
        "        lab.cell(2**64)\n\n"
        "    def work(self, worker):\n"
        "        pass\n\n\n"
        "SELF = Primitive('self', 'threading', lambda lab: lab.lock())\n"
    )
    run = locklab(
        "check", "counter", "mine.py:Bad", "mine.py:Odd", "mine.py:Listed", "mine.py:Large",
        "mine.py:None",
        "-p", "threading.Lock", "-p", "mine.py:SELF", "--json", "check.json",
    )  # fmt: skip
    assert run.returncode == 2
    text = " ".join(run.stdout.split())
    assert "Lock proved 6 6 4" in text
    for said in (
        "mine.py has no 'None'",
        "mine.py:6: setup raised KeyError: 'ouch'",
        "mine.py:17: outcome raised LookupError: no end",
        "outcome raised TypeError: unhashable type: 'list'",
        "mine.py:27: cell(18446744073709551616) does not fit",
        "mine.py:33: lab.lock() makes the lock under test",
    ):
        assert said in text, text
    saved = document.read(str(tmp_path / "check.json"))
    assert len([case for case in saved.cases if case.problem]) == 9
    assert "setup raised KeyError" in locklab("report", "check.json").stdout


def test_an_error_of_ours_has_its_own_exit_code(tmp_path: Path) -> None:
    code = (
        "import locklab.questions.compare as c\n"
        "def broken(*a, **k): raise KeyError('our mistake')\n"
        "c.compare = broken\n"
        "import sys; sys.argv = ['locklab', 'compare', 'counter']\n"
        "from locklab.cli.app import main; main()\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 3
    assert "a mistake in locklab, not in your request" in run.stderr


def test_a_reader_that_has_had_enough_is_no_error(locklab: Locklab) -> None:
    run = subprocess.run(
        f"{sys.executable} -m locklab list | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in run.stderr
