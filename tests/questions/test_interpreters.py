"""Finding other Pythons, and refusing what is none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import locklab
from locklab import RequestError
from locklab.questions.interpreters import here, interpreters

HERE = here()
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}{'t' if HERE.free_threaded_build else ''}"


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], str]:
    """An executable that runs a line of shell."""

    def write(line: str) -> str:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)
        return str(path)

    return write


def test_this_one_by_path_and_by_version() -> None:
    for text in (sys.executable, VERSION):
        (found,) = interpreters([text])
        assert found.label == HERE.label
        assert found.version == sys.version_info[:3]
        assert found.free_threaded_build == HERE.free_threaded_build


def test_one_that_is_named_twice_counts_once() -> None:
    assert len(interpreters([sys.executable, sys.executable])) == 1


def test_two_of_one_version_are_told_apart(tmp_path: Path) -> None:
    link = tmp_path / "other"
    link.symlink_to(sys.executable)
    labels = [one.label for one in interpreters([sys.executable, str(link)])]
    assert len(set(labels)) == 2
    assert all(label.startswith(HERE.label) for label in labels)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("echo rubbish", "does not answer as a Python does"),
        ("exit 3", "it said: nothing"),
        ("echo no such thing >&2; exit 1", "it said: no such thing"),
        ("echo '2.7.18|CPython|False|x|y|/usr/bin/python2'", "that is Python 2.7.18"),
        ("echo '3.8.1|CPython|False|x|y|/usr/bin/python3'", "locklab measures 3.11 and later"),
    ],
)
def test_what_is_no_python_of_use(script: Callable[[str], str], line: str, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        interpreters([script(line)])


def test_what_is_not_there_or_cannot_be_run(tmp_path: Path) -> None:
    text = tmp_path / "python.txt"
    text.write_text("hello")
    for wanted, says in [
        (str(tmp_path), "that is a folder"),
        (str(tmp_path / "missing"), "there is no such interpreter"),
        ("no-such-command", "there is no such interpreter"),
        (str(text), "cannot be run"),
        ("3.99", "no such Python was found"),
        ("3.8", "3.11 and later"),
        ("2.7", "3.11 and later"),
    ]:
        with pytest.raises(RequestError, match=says):
            interpreters([wanted])


def test_one_that_vanishes_in_mid_run_costs_its_cases_and_no_others(tmp_path: Path) -> None:
    # a link would do, but for what a virtual environment finds out by where it stands
    gone = tmp_path / "python"
    gone.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    gone.chmod(0o755)

    def vanish(progress: object) -> None:
        if gone.exists() and getattr(progress, "done", 0) >= 2:
            gone.unlink()

    run = locklab.compare(
        ["counter"],
        primitives=["threading.Lock"],
        python=[sys.executable, str(gone)],
        trials=2,
        on_progress=vanish,
    )
    kept, lost = run.cases
    assert kept.throughput is not None
    assert kept.problem is None
    assert lost.problem is not None
    assert "no process could be started" in lost.problem


def other_python() -> str | None:
    """Some other Python on this machine, by the ways that `--python` knows."""
    for minor in range(11, 20):
        for suffix in ("", "t"):
            if f"3.{minor}{suffix}" == VERSION:
                continue
            try:
                return interpreters([f"3.{minor}{suffix}"])[0].path
            except RequestError:
                continue
    return None


def test_another_python_with_nothing_of_ours_installed(
    tmp_path: Path, workload: Callable[[str], str]
) -> None:
    other = other_python()
    if other is None:
        pytest.skip("no other Python from 3.11 on was found on this machine")
    run = locklab.compare(
        [workload("Fine")],
        primitives=["threading.Lock", "multiprocessing.Lock", "asyncio.Lock"],
        python=[sys.executable, other],
        trials=1,
        start_method="spawn",
    )
    labels = {case.python for case in run.cases}
    assert len(labels) == 2
    assert [case.problem for case in run.cases] == [None] * 6
    assert all(case.throughput for case in run.cases)
    told = run.environment["interpreters"]
    assert set(told) == labels
    assert all(facts["gil"] in (True, False) for facts in told.values())


def test_a_free_threaded_build_says_whether_the_gil_was_off() -> None:
    for minor in range(13, 20):
        try:
            (found,) = interpreters([f"3.{minor}t"])
            break
        except RequestError:
            continue
    else:
        pytest.skip("no free-threaded Python was found on this machine")
    run = locklab.compare(["counter"], primitives=["threading.Lock"], python=[found.path], trials=1)
    assert run.cases[0].gil is False
    os.environ["PYTHON_GIL"] = "1"
    try:
        run = locklab.compare(
            ["counter"], primitives=["threading.Lock"], python=[found.path], trials=1
        )
    finally:
        del os.environ["PYTHON_GIL"]
    assert run.cases[0].gil is True
    assert any("GIL was on" in caution.what for caution in run.cases[0].warnings)


def test_a_command_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mypython").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert shutil.which("mypython")
    assert interpreters(["mypython"])[0].version == HERE.version
