"""Ctrl-C, SIGTERM and SIGKILL in mid-run: what was measured is kept, and nothing stays behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from locklab.report import document

pytestmark = pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="looks for left processes in /proc"
)
DEADLINE_S = 30.0


def processes_with(marker: str) -> set[int]:
    """Living processes whose environment holds a text."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if marker.encode() in environment and state != "Z":
            found.add(int(entry.name))
    return found


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def started(
    tmp_path: Path, workload: Callable[[str], str]
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `locklab compare` on slow work and wait until its workers run."""
    # a link, because the name of a socket in it must not be long
    short = tempfile.mkdtemp(prefix="ll")
    temporary = tmp_path / "tmp"
    temporary.symlink_to(short)
    running = tmp_path / "running"
    children = []

    def start(primitive: str, *more: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "TMPDIR": short,
            "LOCKLAB_TEST_FILE": str(running),
        }
        arguments = ["compare", workload("SlowStart"), "-p", primitive, "--json", "run.json"]
        child = subprocess.Popen(
            [sys.executable, "-m", "locklab", *arguments, *more],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        children.append(child)
        assert until(running.exists)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()
    for pid in processes_with(str(running)):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(short)


OPTIONS = [
    ("threading.Lock",),
    ("multiprocessing.Lock", "--start-method", "fork"),
    ("multiprocessing.Lock", "--start-method", "spawn"),
    ("multiprocessing.Lock", "--start-method", "forkserver"),
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options))
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_behind(
    started: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
    options: tuple[str, ...],
    how: signal.Signals,
) -> None:
    shm = Path("/dev/shm")
    before = set(os.listdir(shm)) if shm.is_dir() else set()
    child = started(*options)
    assert processes_with(str(tmp_path / "running"))
    child.send_signal(how)
    out, err = child.communicate(timeout=DEADLINE_S)
    kept = how != signal.SIGKILL
    assert child.returncode == (130 if kept else -how)
    assert "Traceback" not in err
    assert until(lambda: not processes_with(str(tmp_path / "running")))
    assert until(lambda: not list((tmp_path / "tmp").iterdir()))
    if shm.is_dir():
        assert until(
            lambda: (
                not [
                    name
                    for name in set(os.listdir(shm)) - before
                    if name.startswith(("sem.mp-", "pymp"))
                ]
            )
        )
    left = {path.name for path in tmp_path.iterdir()} - {"tmp", "running"}
    assert left == ({"run.json"} if kept else set())
    if kept:
        saved = document.read(str(tmp_path / "run.json"))
        assert saved.interrupted
        assert "Interrupted: this is what was measured until then." in out
