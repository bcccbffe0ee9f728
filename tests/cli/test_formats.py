"""Exports: every figure in its column, and files that the tools they are for can read."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from locklab import RequestError, RunResult
from locklab.model.figures import Contention, Cost, Fairness, Latency
from locklab.report import document, files
from locklab.report.as_csv import COLUMNS
from locklab.report.formats import FORMATS, export
from tests.questions.test_diff import case, run

WAIT = Latency(0.0, 10.0, 99.0, 999.0, 5000.0, 1000)
FULL = case(
    wait_ns=WAIT,
    hold_ns=replace(WAIT, p50=300.0),
    waited_share=0.25,
    cost_ns=Cost(1000.0, 300.0, 200.0, 400.0),
    fairness=Fairness(0.9, 0.5, 0.4, 0.6, 0.8, 1.0, 5.0, 5000.0),
    contention=Contention(0.5, 2),
    rank=1,
)
EMPTY = case("threading.RLock", throughput=None, observed=None, problem="no process | started")
RUN = run(FULL, EMPTY)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_csv_has_a_row_a_case_and_nothing_for_what_was_not_measured() -> None:
    full, empty = rows(export(RUN, "csv"))
    assert full["primitive"] == "threading.Lock"
    assert float(full["wait_p999_ns"]) == 999
    assert float(full["net_cost_ns_low"]) == 200
    assert full["waiters_max"] == "2"
    assert "" not in {full[name] for name in COLUMNS if name not in {"python", "load", "problem",
                      "gil"}}  # fmt: skip
    assert (empty["ops_per_s"], empty["wait_p50_ns"], empty["problem"]) == (
        "",
        "",
        "no process | started",
    )


def test_every_column_is_a_figure_of_a_case() -> None:
    from locklab.report.as_csv import _at

    for path in COLUMNS.values():
        _at(FULL, path)


def test_markdown_has_a_table_for_each_setting() -> None:
    text = export(run(FULL, EMPTY, case(workers=4)), "markdown").decode()
    assert text.count("### counter, ") == 2
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in tables}) == 1
    assert "| threading.Lock | proved | clean in 9 |" in text


def test_markdown_shows_names_as_they_are() -> None:
    text = export(run(case("locks.py:My_Lock*")), "markdown").decode()
    assert "locks.py:My\\_Lock\\*" in text


@pytest.fixture
def suite(tmp_path: Path) -> Callable[[str, RunResult], str]:
    pytest.importorskip("pyperf")

    def save(name: str, result: RunResult) -> str:
        (tmp_path / name).write_bytes(export(result, "pyperf"))
        return str(tmp_path / name)

    return save


def test_pyperf_reads_what_is_exported_for_it(suite: Callable[[str, RunResult], str]) -> None:
    import pyperf

    found = pyperf.BenchmarkSuite.load(suite("run.json", RUN))
    (benchmark,) = found.get_benchmarks()
    assert benchmark.get_name() == "counter/threading.Lock/2w"
    assert FULL.throughput is not None
    assert sorted(benchmark.get_values()) == pytest.approx(
        sorted(1 / rate for rate in FULL.throughput.samples)
    )
    assert benchmark.get_metadata()["python_version"] == "3.12.1"


def test_its_commands_do_too(suite: Callable[[str, RunResult], str]) -> None:
    base = suite("base.json", run(case()))
    new = suite("new.json", run(case(centre=0.5e6)))
    for command, says in [
        (["stats", base], "Number of run with values: 12"),
        (["hist", base], "#"),
        (["compare_to", base, new], "slower"),
    ]:
        done = subprocess.run(
            [sys.executable, "-m", "pyperf", *command], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert says in done.stdout


def test_cases_of_several_interpreters_have_their_own_metadata(
    suite: Callable[[str, RunResult], str],
) -> None:
    import pyperf

    label = "3.13.0t"
    several = run(replace(FULL, python=label), interpreters={label: {"python": "3.13.0"}})
    (benchmark,) = pyperf.BenchmarkSuite.load(suite("several.json", several)).get_benchmarks()
    assert benchmark.get_name().endswith("/3.13.0t")
    assert benchmark.get_metadata()["python_version"] == "3.13.0"


def test_a_missing_package_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyperf", None)
    with pytest.raises(RequestError, match=r"pip install 'locklab\[pyperf\]'"):
        export(RUN, "pyperf")


def test_nothing_to_export_is_said() -> None:
    pytest.importorskip("pyperf")
    with pytest.raises(RequestError, match="no throughput"):
        export(run(EMPTY), "pyperf")


def test_a_misspelt_format_names_the_nearest() -> None:
    with pytest.raises(RequestError, match="markdown"):
        export(RUN, "markdwon")


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_with_nulls_everywhere_can_be_exported(name: str) -> None:
    old = document.read(str(Path(__file__).parent.parent / "documents" / "check-1.json"))
    if name == "pyperf":
        return
    assert export(old, name)


def test_a_full_disk_leaves_the_older_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "run.csv"
    target.write_text("older")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RequestError, match=r"--output .*: could not be written: No space left"):
        files.write_whole("--output", str(target), b"newer")
    assert target.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["run.csv"]


def test_report_writes_any_format_to_a_file_or_stdout(cli: Any, tmp_path: Path) -> None:
    document.write(RUN, str(tmp_path / "run.json"))
    table = cli("report", "run.json")
    assert cli("report", "run.json", "--format", "csv", "-o", "run.csv").stdout == ""
    assert len(rows((tmp_path / "run.csv").read_bytes())) == 2
    assert cli("report", "run.json", "--format", "markdown").stdout.startswith("### counter")
    assert cli("report", "run.json", "-o", "run.txt").returncode == 0
    assert (tmp_path / "run.txt").read_text() == table.stdout
    wrong = cli("report", "run.json", "--format", "csv", "-o", ".")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "that is a folder" in wrong.stderr
    with open("/dev/full", "w") as disk:
        full = cli("report", "run.json", "--format", "csv", stdout=disk)
    assert full.returncode == 3
    assert "could not be written" in full.stderr
    assert json.loads((tmp_path / "run.json").read_bytes())["schema"] == "locklab/run/1"
