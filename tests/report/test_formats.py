"""Exports: every figure in its column, and files that the tools they are for can read."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locklab import CaseResult, Observed, Proof, RequestError, RunResult
from locklab.model.figures import Contention, Cost, Fairness, Latency, Scaling
from locklab.report import document, files
from locklab.report.as_csv import COLUMNS
from locklab.report.formats import FORMATS, export
from tests.questions.test_diff import case, run

DOCUMENTS = sorted((Path(__file__).parent.parent / "documents").glob("*.json"))
WAIT = Latency(0.0, 10.0, 99.0, 999.0, 5000.0, 1000, mean=12.0, clock_ns=40.0)
FULL = case(
    wait_ns=WAIT,
    hold_ns=replace(WAIT, p50=300.0),
    waited_share=0.25,
    verdict=Proof("proved", executions=6, classes=6, complete=True),
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
    none = {name for name, value in full.items() if not value}
    assert none == {"python", "load", "problem", "gil", "arrivals_per_s", "acquisitions_per_s"}
    assert (empty["ops_per_s"], empty["wait_p50_ns"], empty["problem"]) == (
        "",
        "",
        "no process | started",
    )


def test_every_column_is_a_figure_of_a_case() -> None:
    from locklab.report.as_csv import _at

    for path in COLUMNS.values():
        _at(FULL, path)


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=6), max_size=3))
def test_csv_holds_any_text(names: list[str]) -> None:
    found = rows(export(run(*(case(name) for name in names)), "csv"))
    # but for half of a surrogate pair, which has no bytes
    assert [row["primitive"] for row in found] == [
        name.encode(errors="replace").decode().replace("\r", " ") for name in names
    ]


def tables(content: bytes) -> list[str]:
    return [line for line in content.decode().split("\n") if line.startswith("|")]


def test_markdown_has_a_table_for_each_setting() -> None:
    content = export(run(FULL, EMPTY, case(workers=4)), "markdown")
    assert content.decode().count("### counter, ") == 2
    assert len({line.replace("\\|", "").count("|") for line in tables(content)}) == 1
    assert any("| threading.Lock | proved | clean in 9 |" in line for line in tables(content))


def test_markdown_leaves_out_what_the_run_has_nothing_of() -> None:
    (head, *_) = tables(export(run(case()), "markdown"))
    assert head == "| primitive | verdict | observed | ops/s | 95 % |"


def test_markdown_says_what_went_wrong_and_what_could_not_be_measured() -> None:
    broken = case(observed=Observed(9, 2, 0, 0.5, ("in 2 of 9 trials: updates were lost",)))
    told = replace(run(broken, EMPTY), problems=("no python3.9",), interrupted=True)
    text = export(told, "markdown").decode()
    for said in ("  - updates were lost", "- no python3.9", "no process | started", "Interrupted"):
        assert said.replace("|", "\\|") in text


def test_markdown_of_a_check_tells_what_was_explored() -> None:
    text = export(document.read(str(DOCUMENTS[0])), "markdown").decode()
    assert "| primitive | verdict | executions | classes | outcomes |" in text
    assert "| threading.NoLock | refuted | 34 | 34 | 2 ✗, 3 ✗, 4 |" in text
    assert "not measured" not in text
    # a command is shown as one
    assert "`locklab check` goes further" in text


def test_markdown_has_throughput_against_workers() -> None:
    curve = Scaling("counter", "threading.Lock", (1, 2), (2e6, 1e6), (1.0, 0.5), reason="too few")
    text = export(replace(run(case()), scaling=(curve,)), "markdown").decode()
    assert "| primitive | 1 worker | 2 workers | σ | κ | peak |" in text
    assert "| threading.Lock | 2.00 M | 1.00 M, ×0.50 | – | – | – |" in text
    assert "too few" in text


@given(st.text(max_size=12))
@example("locks.py:My_Lock*")
@example("a|b`c`d\\|\n~e")
def test_markdown_shows_any_name_as_text(name: str) -> None:
    content = export(run(case(name), case("other")), "markdown")
    head, rule, *cells = tables(content)
    assert len(cells) == 2
    for line in (rule, *cells):
        # a bar that ends a cell has an even number of backslashes before it
        bare = re.sub(r"\\.", "", line)
        assert bare.count("|") == head.count("|")
        assert not re.search(r"[*_`<\[~]", bare)


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


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        ([EMPTY], "no throughput of any case"),
        ([FULL, FULL], "does not take this run: .*already"),
        ([replace(FULL, scenario="a\nb")], "does not take this run: newline"),
    ],
)
def test_what_pyperf_cannot_hold_is_said(cases: list[CaseResult], says: str) -> None:
    pytest.importorskip("pyperf")
    with pytest.raises(RequestError, match=says):
        export(run(*cases), "pyperf")


def test_a_misspelt_format_names_the_nearest() -> None:
    with pytest.raises(RequestError, match="markdown"):
        export(RUN, "markdwon")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_of_every_time_can_be_exported(path: Path, name: str) -> None:
    old = document.read(str(path))
    if name == "pyperf":
        pytest.importorskip("pyperf")
        if not any(one.throughput for one in old.cases):
            with pytest.raises(RequestError, match="no throughput"):
                export(old, name)
            return
    content = export(old, name).decode()
    assert "None" not in content
    for one in old.cases:
        assert one.primitive in content


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
