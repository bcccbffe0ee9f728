"""Every example runs, and says what its text promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

SAYS = {
    "counter.py": [
        r"threading, no lock: \d+ of \d+ trials",
        r"threading, Lock: 0 of ",
        # how often is luck; that it happens is tested where it is not
        r"multiprocessing, no lock: \d+ of ",
        r"multiprocessing, Lock: 0 of ",
    ],
    "box.py": [
        "the adder puts one in",
        "the remover takes 2 out",
        "in the end the box holds 0 items",
        "box on threading.Lock: deadlock",
        "it holds that lock itself since",
        "box on threading.RLock: it works",
        "box-flat on threading.Lock: it works",
    ],
    "transfer.py": ["multiprocessing.Lock   0 of ", "asyncio.Lock           0 of "],
    "from_code.py": ["fastest with two workers: threading.", "measured on "],
    "conformance.py": [
        "FairLock keeps its promises",
        "HandOverLock: promises broken: after-interrupt\n",
        "worker 0 is cancelled",
    ],
    "own_lock.py": [
        "TicketLock: clean here",
        "PoliteLock: broke its promise",
        "threading.Lock: clean here",
        r"TicketLock: [\d,]+ ns",
        r"threading.Lock: [\d,]+ ns",
    ],
}


def test_no_example_is_forgotten() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(SAYS)


@pytest.mark.parametrize("name", SAYS)
def test_it_runs_and_says_so(name: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, EXAMPLES / name],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    for words in SAYS[name]:
        assert re.search(words, run.stdout), f"{words!r} is not in:\n{run.stdout}"
