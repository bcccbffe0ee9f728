"""What starting costs: a trial, the command line, an import.

Bytecode caches are allowed and warm on both sides, as after an installation.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from locklab.trial.launch import Trial
from locklab.trial.spec import Spec

# what a program by hand imports that starts workers of a backend with a lock and a shared cell
NEEDS = {
    "threading": "import threading, time",
    "multiprocessing": (
        "import multiprocessing, multiprocessing.connection, multiprocessing.heap, "
        "multiprocessing.popen_fork, multiprocessing.sharedctypes, multiprocessing.synchronize"
    ),
    "asyncio": "import asyncio",
}
# a trial hands over only when its worker is up; so does the program by hand
STARTS = {
    "threading": "threading.Thread(target=lambda: None).start()",
    "multiprocessing": (
        "c = multiprocessing.get_context('fork'); l = c.Lock(); v = c.RawValue('q', 0); "
        "c.Process(target=lambda: None).start()"
    ),
    "asyncio": "asyncio.new_event_loop()",
}
UP = "import os; os.write(1, b'.')"


@pytest.fixture(autouse=True)
def _caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


def until_up(*command: str) -> float:
    """From the call until the program says so: the time it takes to end is not in it."""
    begin = perf_counter()
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.read(1)
        return perf_counter() - begin


def until_end(*command: str) -> float:
    begin = perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begin


@pytest.mark.parametrize("workers_by_hand", [False, True], ids=["modules", "and-worker"])
@pytest.mark.parametrize("backend", NEEDS)
def test_starting_a_trial(
    compare_pairs: Callable[..., None], backend: str, workers_by_hand: bool
) -> None:
    """From the call until the one worker stands at the gate."""
    method = "fork" if backend == "multiprocessing" else None
    spec = Spec("counter", f"{backend}.Lock", 1, 10, start_method=method)

    def trial() -> float:
        with tempfile.TemporaryDirectory() as folder:
            begin = perf_counter()
            with Trial(spec, folder) as started:
                assert started.wait_ready()
                return perf_counter() - begin

    bare = [NEEDS[backend], STARTS[backend]] if workers_by_hand else [NEEDS[backend]]
    compare_pairs(
        f"starting a trial on {backend} over the bare interpreter with its modules"
        + (" and a worker" if workers_by_hand else ""),
        trial,
        lambda: until_up("-P", "-c", "; ".join([*bare, UP])),
        target="at most 1.5",
    )


def test_starting_the_command_line(compare_pairs: Callable[..., None], tmp_path: Path) -> None:
    program = tmp_path / "bare.py"
    program.write_text(
        "import typer\n\napp = typer.Typer()\n\n\n@app.command()\ndef main() -> None:\n"
        '    typer.echo("1")\n\n\nif __name__ == "__main__":\n    app()\n'
    )
    script = Path(sys.executable).with_name("locklab")
    ours = [str(script)] if script.exists() else ["-m", "locklab"]
    compare_pairs(
        "locklab --version over a bare typer program",
        lambda: until_end(*ours, "--version"),
        lambda: until_end(str(program)),
        target="at most 1.5",
    )


def test_importing(compare_pairs: Callable[..., None]) -> None:
    compare_pairs(
        "import locklab over an empty program",
        lambda: until_end("-c", "import locklab"),
        lambda: until_end("-c", "pass"),
        pairs=51,
        target="at most 1.2",
    )
