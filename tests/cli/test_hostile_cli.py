"""The command line in odd places: terminals, full disks, vanishing folders, strange arguments."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.leftovers import eventually, linux_only

pytestmark = linux_only

Cli = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., subprocess.Popen[str]]

HOSTILE = str(Path(__file__).parent.parent / "hostile.py") + ":"
FAST = ("compare", "counter", "-p", "threading.*", "--trials", "1")


def in_terminal(start: Start, *arguments: str, **environment: str) -> tuple[int, str]:
    """Run with a terminal as stdin, stdout and stderr; the exit code, and what it showed."""
    ours, theirs = pty.openpty()
    process = start(
        *arguments, stdin=theirs, stdout=theirs, stderr=theirs, env={"TERM": "xterm", **environment}
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # what Linux says when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return process.wait(60), shown.decode(errors="replace")


def test_a_terminal_gets_colour_and_a_live_display(start: Start) -> None:
    code, shown = in_terminal(start, *FAST)
    assert code == 0
    assert "\x1b[1m" in shown
    assert "now counter ×" not in shown
    assert "trials" in shown
    # the cursor is back
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l")


def test_no_colour_in_a_terminal_that_wants_none(start: Start) -> None:
    code, shown = in_terminal(start, *FAST, NO_COLOR="1")
    assert code == 0
    # neither colours nor an animation: nothing moves the cursor
    for escape in ("\x1b[3", "\x1b[9", "\x1b[?25l", "\x1b[2K", "\x1b[1A"):
        assert escape not in shown, escape


def test_an_interrupt_in_a_terminal_gives_the_cursor_back(start: Start, tmp_path: Path) -> None:
    log = tmp_path / "log"
    ours, theirs = pty.openpty()
    process = start(
        "compare", HOSTILE + "Slow", "-p", "threading.Lock", "--json", "run.json",
        stdin=theirs, stdout=theirs, stderr=theirs,
        env={"TERM": "xterm", "LOCKLAB_TEST_FILE": str(log)},
    )  # fmt: skip
    os.close(theirs)
    eventually(lambda: log.exists() or process.poll() is not None, "the first worker")
    process.send_signal(signal.SIGINT)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
    os.close(ours)
    assert process.wait(30) == 130
    assert b"Interrupted" in shown
    assert b"Traceback" not in shown
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")
    assert json.loads((tmp_path / "run.json").read_text())["interrupted"] is True


@pytest.mark.parametrize(
    "more",
    [
        {"COLUMNS": "80"},
        {"COLUMNS": "160"},
        {"COLUMNS": "40"},
        {"COLUMNS": "many"},
        {"TERM": "dumb"},
    ],
    ids=str,
)
def test_widths(cli: Cli, more: dict[str, str]) -> None:
    run = cli(*FAST, env=more)
    assert run.returncode == 0
    assert "Traceback" not in run.stderr
    width = int(more["COLUMNS"]) if more.get("COLUMNS", "").isdigit() else 80
    assert max(map(len, run.stdout.splitlines())) <= width
    assert "\x1b" not in run.stdout + run.stderr


def test_report_prints_the_same_at_any_width(cli: Cli) -> None:
    assert cli(*FAST, "--trials", "6", "--json", "run.json").returncode == 0
    for columns in ("80", "160"):
        shown = cli("report", "run.json", env={"COLUMNS": columns})
        assert shown.returncode == 0
        assert max(map(len, shown.stdout.splitlines())) <= int(columns)
        assert shown.stdout == cli("report", "run.json", env={"COLUMNS": columns}).stdout


def test_an_ascii_terminal(cli: Cli) -> None:
    run = cli(*FAST, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"})
    assert "Traceback" not in run.stderr
    assert run.returncode == 0
    assert "counter, 2 workers" in run.stdout


def test_the_folder_of_the_document_goes_away_meanwhile(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    process = start(*FAST, "--json", "out/run.json")
    assert process.stderr is not None
    process.stderr.readline()
    shutil.rmtree(folder)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "could not be written" in err
    assert "Traceback" not in err
    # what was measured is not lost
    assert "counter, 2 workers" in out


def test_a_full_disk(cli: Cli) -> None:
    with open("/dev/full", "w") as full:
        run = cli(*FAST, stdout=full)
    assert "Traceback" not in run.stderr
    assert "mistake in locklab" not in run.stderr
    assert run.returncode not in (0, 1)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/full", "/dev/stdout"])
def test_devices_are_no_place_for_a_document(cli: Cli, path: str) -> None:
    before = os.stat(path).st_mode if path != "/dev/stdout" else 0
    run = cli(*FAST, "--json", path)
    assert run.returncode == 2
    assert "--json" in run.stderr
    assert "trials; now" not in run.stderr
    assert path == "/dev/stdout" or os.stat(path).st_mode == before


def test_a_read_only_document_stays_what_it_was(cli: Cli, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        locked = Path("/proc/self/status")
    else:
        locked = tmp_path / "run.json"
        locked.write_text("old")
        locked.chmod(0o400)
    run = cli(*FAST, "--json", str(locked))
    assert run.returncode == 2
    assert "cannot be written" in run.stderr
    assert "trials; now" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--bugdet", "quick"), 2, "--budget"),
        (("--start-methd", "fork"), 2, "--start-method"),
        (("-p", "threading.Rlok"), 2, "threading.RLock"),
        (("-p", "asyncio.Loc"), 2, "asyncio.Lock"),
        (("-p", "nothing.*"), 2, "nothing.*"),
        (("--budget", "stanard"), 2, "standard"),
        (("--start-method", "forkservr"), 2, "forkserver"),
        (("-w", ""), 2, "--workers"),
        (("-w", "1,,2"), 2, "--workers"),
        (("-w", "1e3"), 2, "--workers"),
        (("--trials", "-3"), 2, "trials"),
        (("--outside", "9" * 30), 2, "outside"),
        (("--seed", ""), 2, "--seed"),
    ],
)
def test_misspelt(cli: Cli, arguments: tuple[str, ...], code: int, says: str) -> None:
    run = cli("compare", "counter", "-p", "threading.Lock", *arguments)
    assert run.returncode == code
    assert says in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    assert "trials; now" not in run.stderr


@pytest.mark.parametrize(
    ("scenario", "primitive", "says"),
    [
        ("counter", HOSTILE + "Grabby", "broke its promise"),
        (HOSTILE + "Silent", HOSTILE + "Leaky", "two workers inside one critical section"),
        (HOSTILE + "Segfaults", "threading.Lock", "SIGSEGV"),
        (HOSTILE + "KillsTheTrial", "multiprocessing.Lock", "SIGKILL"),
        (HOSTILE + "LongError", "multiprocessing.Lock", "ValueError: long long"),
    ],
)
def test_broken_promises_exit_with_1(cli: Cli, scenario: str, primitive: str, says: str) -> None:
    for _ in range(5):
        run = cli("compare", scenario, "-p", primitive, "--trials", "1", "--json", "run.json")
        # on a busy machine one worker may be through before the other begins
        if run.returncode:
            break
    assert run.returncode == 1, run.stderr
    text = " ".join(run.stdout.split())
    assert says in text
    assert "It is not ranked." in text
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        ("SetupExits", "setup raised SystemExit: enough"),
        ("VerifyExits", "verify raised SystemExit: enough"),
        ("OutcomeRaises", "outcome raised LookupError"),
        ("NoThreads", "2 workers could not be started"),
        ("NOT_A_LOCK", "is no scenario"),
    ],
)
def test_what_cannot_be_run_exits_with_2_and_the_rest_is_measured(
    cli: Cli, scenario: str, says: str
) -> None:
    run = cli(
        "compare", HOSTILE + scenario, "counter", "-p", "threading.Lock", "--trials", "1",
        "--json", "-",
    )  # fmt: skip
    assert run.returncode == 2
    document: Any = json.loads(run.stdout)
    told = [*document["problems"], *(case["problem"] or "" for case in document["cases"])]
    assert says in " ".join(told)
    (good,) = [case for case in document["cases"] if case["scenario"] == "counter"]
    assert good["throughput"]["median"] > 0
    assert "Traceback" not in run.stderr


def test_a_user_who_stands_among_misleading_names(cli: Cli, tmp_path: Path) -> None:
    """Files of the working directory must not shadow what locklab imports."""
    for name in ("threading", "json", "rich", "marshal", "locklab", "queue", "random"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')\n")
    script = Path(sys.executable).with_name("locklab")
    environment = {"TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    run = subprocess.run(
        [script, *FAST], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "shadowed" not in run.stdout + run.stderr


def test_a_scenario_next_to_its_own_modules(cli: Cli, tmp_path: Path) -> None:
    """A file may import its neighbours, on every start method."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "helper_of_mine.py").write_text("STEP = 1\nclass Keep:\n    kept = 2\n")
    (tmp_path / "lib" / "own.py").write_text(
        "from helper_of_mine import STEP, Keep\n"
        "import locklab\n"
        "class Own(locklab.Scenario):\n"
        "    def setup(self, lab):\n"
        "        self.lock, self.total, self.keep = lab.lock(), lab.cell(0), Keep()\n"
        "    def work(self, worker):\n"
        "        for _ in worker.ops:\n"
        "            with self.lock:\n"
        "                self.total.value += STEP\n"
        "    def verify(self, run):\n"
        "        locklab.expect(self.total.value, run.workers * run.ops, 'updates were lost')\n"
    )
    for method in ("fork", "spawn", "forkserver"):
        run = cli(
            "compare", "lib/own.py:Own", "-p", "multiprocessing.Lock", "--trials", "1",
            "--start-method", method,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_started_with_closed_streams(tmp_path: Path, closed: str) -> None:
    command = f"{sys.executable} -m locklab compare counter -p threading.Lock --trials 1"
    run = subprocess.run(
        f"{command} --json run.json {closed}",
        shell=True, capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert "Traceback" not in run.stderr + run.stdout
    assert run.returncode == 0
    assert json.loads((tmp_path / "run.json").read_text())["cases"][0]["throughput"]
