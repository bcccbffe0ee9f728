"""`locklab rules`, driven as a user drives it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from locklab.probes import RULES
from tests.cli.conftest import Cli

MINE = """
import os, threading, time


class Barger:
    def __init__(self):
        self._lock = threading.Lock()

    def acquire(self, *limits):
        return self._lock.acquire(*limits)

    def release(self):
        pass

    __enter__ = acquire

    def __exit__(self, *exception):
        self.release()


class Unmade:
    def __init__(self):
        raise ValueError("not today")


class Slow(Barger):
    def acquire(self, *limits):
        time.sleep(60)


class Ending(Barger):
    def acquire(self, *limits):
        os._exit(3)
"""


@pytest.fixture(autouse=True)
def _mine(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)


def test_all_is_as_documented(cli: Cli) -> None:
    run = cli("rules", "waits", "release*", "-p", "threading.*", "--json", "rules.json")
    assert run.returncode == 0, run.stderr
    assert "every promise is kept" in run.stdout
    assert re.search(r"release-unlocked +no +RuntimeError +RuntimeError", run.stdout)
    assert "probes; now " in run.stderr


def test_a_broken_promise_exits_with_1_and_is_explained(cli: Cli, tmp_path: Path) -> None:
    run = cli("rules", "waits", "-p", "mine.py:Barger", "--json", "rules.json", "-q")
    assert run.returncode == 1, run.stderr
    assert "lost!" in run.stdout
    assert run.stderr == ""
    document = json.loads((tmp_path / "rules.json").read_text())
    assert document["schema"] == "locklab/rules/1"
    (answer,) = document["answers"]
    assert (answer["answer"], answer["kept"]) == ("lost", False)
    explained = cli("rules", "--explain", "waits", "-p", "mine.py:Barger", "-q")
    assert explained.returncode == 1
    assert "worker 1: acquire() waits" in explained.stdout
    assert "That promise is broken." in explained.stdout


def test_promises_of_ones_own(cli: Cli) -> None:
    arguments = ("rules", "release-unlocked", "-p", "mine.py:Barger", "-q")
    assert cli(*arguments).returncode == 0
    run = cli(*arguments, "--promises", "threading.Lock")
    assert run.returncode == 1
    assert "RuntimeError is promised" in run.stdout


def test_one_that_ends_its_process_is_an_answer(cli: Cli) -> None:
    run = cli("rules", "acquire", "-p", "mine.py:Ending", "-q")
    assert run.returncode == 0
    assert "crashes" in run.stdout


def test_one_that_cannot_be_made_is_told_and_the_others_are_asked(cli: Cli) -> None:
    run = cli("rules", "acquire", "-p", "mine.py:Unmade", "-p", "threading.Lock", "-q")
    assert run.returncode == 2
    assert "making a lock raised ValueError: not today" in " ".join(run.stdout.split())
    assert "yes" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("wait",), "there is no rule 'wait'; did you mean waits"),
        (("--explain", "memry"), "did you mean memory?"),
        (("-p", "threading.Lok"), "did you mean threading.Lock"),
        (("-p", "mine.py:Nothing"), "mine.py has no 'Nothing'"),
        (("mine.py:Barger",), "is no rule"),
        (("--promises", "Lock"), "promises: there is no 'Lock'"),
        (("--python", "2.7"), "locklab measures Python 3.11 and later"),
        (("--start-method", "frok"), "start method: there is no 'frok' here"),
        (("--format", "html"), "--format: there is no 'html'"),
        (("--format", "markdown", "--explain", "waits"), "--explain has no Markdown"),
        (("--json", "no/such/rules.json"), "--json no/such/rules.json"),
    ],
)
def test_a_wrong_request_exits_with_2_and_one_sentence(
    cli: Cli, arguments: tuple[str, ...], says: str
) -> None:
    run = cli("rules", *arguments)
    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_markdown_and_json_go_to_stdout(cli: Cli) -> None:
    run = cli("rules", "waits", "-p", "threading.Lock", "--format", "markdown", "-q")
    assert run.stdout.startswith("| rule | threading.Lock |")
    run = cli("rules", "waits", "-p", "threading.Lock", "--json", "-", "-q")
    assert json.loads(run.stdout)["answers"][0]["answer"] == "yes"


def test_interrupted_keeps_what_was_answered(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = start("rules", "-p", "mine.py:Slow", "-p", "threading.Lock", "--json", "rules.json")
    assert process.stderr is not None
    for line in process.stderr:
        if "probes; now " in line and not line.startswith("locklab: 0 of"):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "Interrupted" in out
    document = json.loads((tmp_path / "rules.json").read_text())
    assert document["interrupted"] is True
    assert 0 < len(document["answers"]) < 2 * len(list(RULES))


def test_killed_leaves_nothing(start: Callable[..., subprocess.Popen[str]]) -> None:
    """The fixture looks for what is left."""
    process = start("rules", "-p", "multiprocessing.*", "-p", "mine.py:Slow")
    assert process.stderr is not None
    process.stderr.readline()
    process.kill()
    process.communicate(timeout=30)
