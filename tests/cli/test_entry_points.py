"""A package that registers a lock, as any package can."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from locklab.backends import PRIMITIVES
from locklab.model.registry import Registry
from tests.cli.conftest import Cli

POINTS = """
[locklab.primitives]
mine.Lock = mylocks:LOCK
mine.Class = mylocks:Plain
mine.Gone = mylocks:GONE
mine.Unimportable = mymissing:LOCK
threading.Lock = mylocks:LOCK
"""
LOCKS = """
import threading
from locklab import Primitive


class Plain:
    def __init__(self):
        self._lock = threading.Lock()
        self.acquire, self.release = self._lock.acquire, self._lock.release

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *exception):
        self._lock.__exit__()


LOCK = Primitive("mine.Lock", "threading", lambda _: threading.Lock(), unexplorable="it is real")
"""


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which such a package is installed."""
    site = tmp_path / "site"
    info = site / "mylocks-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mylocks\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (site / "mylocks.py").write_text(LOCKS)
    return {"PYTHONPATH": str(site)}


def test_it_is_listed_with_what_it_promises(cli: Cli, installed: dict[str, str]) -> None:
    run = cli("list", env=installed)
    assert run.returncode == 0, run.stderr
    said = " ".join(run.stdout.split())
    assert "mine.Lock one worker at a time" in said
    assert "mylocks has no 'GONE'" in said
    assert "No module named 'mymissing'" in said


def test_it_takes_part_by_name_and_by_glob(
    cli: Cli, installed: dict[str, str], tmp_path: Path
) -> None:
    run = cli(
        "compare", "counter", "-p", "mine.Lock", "-p", "mine.Cl*", "--trials", "1", "-q",
        "--json", "run.json", env=installed,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    document = json.loads((tmp_path / "run.json").read_text())
    assert {case["primitive"] for case in document["cases"]} == {"mine.Lock", "Plain"}
    assert all(case["observed"]["trials"] for case in document["cases"])
    verdict = document["cases"][0]["verdict"]
    assert (verdict["status"], verdict["reason"]) == ("inconclusive", "not explored: it is real")
    assert "There is no verdict on mine.Lock: it is real." in " ".join(run.stdout.split())
    asked = cli("rules", "waits", "-p", "mine.Lock", "-q", env=installed)
    assert asked.returncode == 0, asked.stdout
    checked = cli("check", "counter", "-p", "mine.Lock", env=installed)
    assert checked.returncode == 1
    assert "not explored: it is real" in checked.stdout


def test_one_of_a_built_in_name_is_not_taken(cli: Cli, installed: dict[str, str]) -> None:
    run = cli("check", "counter", "-p", "threading.Lock", "-q", env=installed)
    assert run.returncode == 0
    assert "proved" in run.stdout


@pytest.mark.parametrize(
    ("name", "says"),
    [("mine.Gone", "mylocks has no 'GONE'"), ("mine.Unimportable", "No module named 'mymissing'"),
     ("mine.Lok", "did you mean mine.Lock")],
)  # fmt: skip
def test_a_broken_one_is_told_where_it_is_named(
    cli: Cli, installed: dict[str, str], name: str, says: str
) -> None:
    run = cli("compare", "counter", "-p", name, env=installed)
    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr


def test_a_measured_interpreter_never_asks_what_is_installed() -> None:
    code = (
        "import sys; from locklab.backends import PRIMITIVES; PRIMITIVES.load('threading.Lock'); "
        "PRIMITIVES.load('locklab.backends.threading:RLOCK'); "
        "print('importlib.metadata' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_only_primitives_can_be_added() -> None:
    assert Registry("thing", {"one": "x:y"}).added() == {}
    assert "aiologic.Lock" in PRIMITIVES.added()
    assert "aiologic.Lock" not in PRIMITIVES
    assert PRIMITIVES.select(["aiologic.Lock"]) == ["locklab.thirdparty.aiologic:LOCK"]
