"""The command line, driven from outside as a user does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.documents import invalid, kind_of
from tests.leftovers import MARKER, assert_nothing_left, shared_memory

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A bare environment with a temporary folder and a marker of its own."""
    # not in tmp_path: locklab goes elsewhere where sockets would get too long a name
    folder = tempfile.mkdtemp(prefix="ll")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "PYTHONDONTWRITEBYTECODE")
    }
    yield {**kept, "TMPDIR": folder, MARKER: str(tmp_path)}
    shutil.rmtree(folder)


@pytest.fixture
def start(
    environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command line; at the end nothing of it may be left."""
    before = shared_memory()
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **more: Any) -> subprocess.Popen[str]:
        more = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "cwd": tmp_path,
            **more,
            "env": {**environment, **more.pop("env", {})},
        }
        started.append(subprocess.Popen([sys.executable, "-m", "locklab", *arguments], **more))
        return started[-1]

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    for path in tmp_path.glob("*.json"):
        _assert_valid(path)
    assert_nothing_left(str(tmp_path), Path(environment["TMPDIR"]), before)
    assert not [path.name for path in tmp_path.rglob("*") if path.name.endswith(".tmp")]


def _assert_valid(path: Path) -> None:
    """Every document that a command wrote keeps to the published schema."""
    try:
        plain = json.loads(path.read_bytes())
    except ValueError:
        # not by us: a test of what is done with it
        return
    kind = kind_of(plain)
    if kind is not None:
        assert invalid(plain, kind) is None, path


@pytest.fixture
def cli(start: Callable[..., subprocess.Popen[str]]) -> Cli:
    """Run the command line to its end."""

    def run(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        process = start(*arguments, **more)
        out, err = process.communicate(timeout=100)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    return run
