"""What starting costs: a trial, the command line, an import.

Bytecode caches are warm on both sides, as after an installation.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from locklab.trial.launch import Trial
from locklab.trial.spec import Spec

# what a program needs that starts two workers of this backend with a lock and a shared cell
NEEDS = {
    "threading": "import threading",
    "multiprocessing": (
        "import multiprocessing as m; c = m.get_context('fork'); c.Lock(); c.RawValue('q', 0); "
        "c.Pipe(); c.Semaphore(0)"
    ),
    "asyncio": "import asyncio",
}


@pytest.fixture(autouse=True)
def _caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


def duration(*command: str) -> float:
    begin = perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begin


@pytest.mark.parametrize("backend", list(NEEDS))
def test_starting_a_trial(compare_pairs: Callable[..., float], backend: str) -> None:
    """From the call until the worker stands at the gate.

    The bare interpreter's time includes its end: nothing else tells that it is up.
    """
    spec = Spec("counter", f"{backend}.Lock", 1, 10, start_method="fork")

    def trial() -> float:
        begin = perf_counter()
        with tempfile.TemporaryDirectory() as folder, Trial(spec, folder) as started:
            assert started.wait_ready()
            return perf_counter() - begin

    compare_pairs(
        f"starting a {backend} trial over the bare interpreter",
        trial,
        lambda: duration("-c", NEEDS[backend]),
        target="at most 1.5",
    )


def test_starting_the_command_line(compare_pairs: Callable[..., float], tmp_path: Path) -> None:
    program = tmp_path / "bare.py"
    program.write_text(
        "import typer\napp = typer.Typer()\n\n@app.command()\ndef main() -> None:\n"
        '    print("1")\n\napp()\n'
    )
    script = Path(sys.executable).with_name("locklab")
    ours = [str(script)] if script.exists() else ["-m", "locklab"]
    compare_pairs(
        "locklab --version over a bare typer program",
        lambda: duration(*ours, "--version"),
        lambda: duration(str(program)),
        target="at most 1.5",
    )


def test_importing(compare_pairs: Callable[..., float]) -> None:
    compare_pairs(
        "import locklab over an empty program",
        lambda: duration("-c", "import locklab"),
        lambda: duration("-c", "pass"),
        pairs=41,
        target="at most 1.2",
    )


def test_no_caches_are_forbidden() -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
