"""Documents and paths that did not come out of `--json`, or should not go into it."""

from __future__ import annotations

import contextlib
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from locklab import RequestError, RunResult
from locklab.model.figures import Cost, Fairness, Observed, Throughput
from locklab.model.proofs import Bound, Outcome, Proof
from locklab.model.results import CaseResult
from locklab.report import document
from locklab.report.console import print_run

RUN = RunResult(
    created="2026-01-01T00:00:00+00:00",
    seed=2**63,
    settings={"workers": [1, 2], "start_method": None, "budget": "quick"},
    environment={"gil": True, "load_average_1min": 0.25, "compiler": "GCC “quoted” \n"},
    cases=(
        CaseResult("s", "p", "threading", 2, None),
        CaseResult(
            "päth/file.py:Näme",
            "p",
            "multiprocessing",
            2,
            "holds",
            verdict=Proof(
                "refuted",
                bound=Bound(2, 1, None),
                complete=True,
                executions=6,
                classes=4,
                outcomes=(
                    Outcome((1,), 2, False, (0, 1, 0, 1)),
                    Outcome("text", None, True, None),
                    Outcome(None, 1, True, ()),
                ),
                schedule=(0, 1, 1, 0),
                cycle=("worker 0 waits",),
                reason="because",
            ),
            observed=Observed(7, 1, 0, 0.5, ("a", "b"), 0, (1, 64)),
            throughput=Throughput(1.5, None, None, (1.0, 2.0)),
            cost_ns=Cost(1e-3, -4.5),
            fairness=Fairness(1.0, None, 0.5, 0.5),
            rank=1,
            ops=10,
            problem="none to speak of",
        ),
    ),
    problems=("one", "two"),
    interrupted=True,
)
PLAIN = json.loads(document.encode(RUN))


def test_every_field_survives_the_round_trip() -> None:
    assert document.decode(document.encode(RUN), "it") == RUN


def test_what_was_not_measured_is_null_and_present() -> None:
    case = PLAIN["cases"][0]
    for name in ("observed", "throughput", "cost_ns", "fairness", "wait_ns", "waited_share"):
        assert case[name] is None
    assert list(PLAIN)[:6] == [
        "schema", "created", "seed", "settings", "environment", "cases",
    ]  # fmt: skip
    assert {"scenario", "primitive", "backend", "workers", "expected", "verdict"} <= set(case)


@given(st.integers(0, len(document.encode(RUN)) - 3))
def test_a_document_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(RequestError):
        document.decode(document.encode(RUN)[:length], "it")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, (dict, list)):
            found += places(inner, (*path, key))
        else:
            found.append((*path, key))
    return found


@given(
    st.sampled_from(places(PLAIN)[1:]),
    st.sampled_from([None, -1, 1.5, "text", [], {}, [None], {"a": 1}, True]),
)
def test_a_document_with_anything_in_a_wrong_place_is_read_or_refused(
    place: tuple[Any, ...], value: Any
) -> None:
    changed = json.loads(document.encode(RUN))
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    # nothing else may come out of it
    with contextlib.suppress(RequestError):
        document.decode(json.dumps(changed).encode(), "it")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"\x80abc",
        b"null",
        b"42",
        b'"locklab/run/1"',
        b"[" * 100_000,
        b'{"schema": ["locklab/run/1"]}',
        b'{"schema": "locklab/run/1"}',
        b'{"schema": "locklab/run/1", "cases": 5}',
        b'{"schema": "locklab/run/999", "cases": []}',
        b'{"a": 1' + b"0" * 10_000 + b"}",
    ],
    ids=lambda data: data[:12].decode(errors="replace"),
)
def test_what_is_no_document_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(RequestError) as refused:
        document.decode(data, "it")
    assert str(refused.value).startswith("it ")
    assert len(str(refused.value)) < 300


def test_a_document_of_a_later_version_with_more_in_it_is_read() -> None:
    changed = json.loads(document.encode(RUN))
    changed["cases"][0]["news"] = {"of": "tomorrow"}
    changed["more"] = 1
    assert document.decode(json.dumps(changed).encode(), "it") == RUN


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_refused_and_stays_what_it_is(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "target"
    if kind == "pipe":
        os.mkfifo(target)
    else:
        target.symlink_to(os.devnull)
    before = target.stat().st_mode
    with pytest.raises(RequestError, match="no ordinary file"):
        document.check_writable(str(target))
    assert target.stat().st_mode == before


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "run.json"
    link.symlink_to(tmp_path / "real" / "run.json")
    document.check_writable(str(link))
    document.write(RUN, str(link))
    assert link.is_symlink()
    assert document.read(str(tmp_path / "real" / "run.json")) == RUN
    assert os.listdir(tmp_path / "real") == ["run.json"]


def test_the_longest_name_that_a_folder_takes(tmp_path: Path) -> None:
    longest = tmp_path / ("x" * 250 + ".json")
    document.check_writable(str(longest))
    document.write(RUN, str(longest))
    assert os.listdir(tmp_path) == [longest.name]
    with pytest.raises(RequestError, match="cannot be written"):
        document.check_writable(str(tmp_path / ("x" * 251 + ".json")))


NOT_NUMBERS = ("NaN", "Infinity", "-Infinity")


@pytest.mark.parametrize("constant", NOT_NUMBERS)
def test_a_document_has_no_number_that_json_has_not(constant: str) -> None:
    data = document.encode(RUN).replace(b'"median": 1.5', f'"median": {constant}'.encode())
    with pytest.raises(RequestError, match=f"x is not JSON.*: {constant} is no number of JSON"):
        document.decode(data, "x")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda run, _: run["environment"].update(gil="no"), "environment.gil has"),
        (lambda run, _: run["environment"].update(interpreters=[1]), "environment.interpreters"),
        (lambda run, _: run["environment"].update(interpreters={"a": 1}), "interpreters has"),
        (lambda run, _: run["settings"].update(rate="fast"), "settings.rate has"),
        (lambda _, case: case["throughput"].update(median=0), "cases.throughput must be above 0"),
        (lambda _, case: case["throughput"].update(samples=[]), "and have samples"),
        (lambda _, case: case["throughput"].update(samples=[1, -1]), "cases.throughput"),
        (lambda _, case: case["observed"].update(lost=[0, 0]), "cases.observed.lost must be"),
        (
            lambda run, _: run.update(
                scaling=[{"scenario": "s", "primitive": "p", "workers": [1], "ops_per_s": []}]
            ),
            "scaling",
        ),
    ],
)
def test_what_no_run_writes_is_told_with_its_place(change: Any, says: str) -> None:
    plain = json.loads(document.encode(RUN))
    change(plain, plain["cases"][1])
    with pytest.raises(RequestError, match=says):
        document.decode(json.dumps(plain).encode(), "x")


def test_facts_may_be_missing_or_null() -> None:
    plain = json.loads(document.encode(RUN))
    plain["settings"] = {}
    plain["environment"] = dict.fromkeys((*document.ENVIRONMENT, "cpus_usable", "system"))
    run = document.decode(json.dumps(plain).encode(), "x")
    for width in (80, 160):
        out = io.StringIO()
        print_run(run, Console(file=out, width=width))
        assert "None" not in out.getvalue()


@given(st.text(st.characters(codec=None), max_size=5))
def test_any_text_at_all_is_written_and_read_back(said: str) -> None:
    """Also half of a surrogate pair, which a program may say and UTF-8 has no bytes for."""
    run = replace(RUN, problems=(said,))
    assert document.decode(document.encode(run), "x") == run


def test_a_name_that_ends_in_a_slash_or_goes_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "run.json", Path(f"{tmp_path}/nowhere/run.json")):
        with pytest.raises(RequestError):
            document.check_writable(str(path))
    with pytest.raises(RequestError):
        document.check_writable("")


def test_a_document_is_as_readable_to_others_as_any_new_file(tmp_path: Path) -> None:
    document.write(RUN, str(tmp_path / "run.json"))
    (tmp_path / "other").write_text("")
    assert (tmp_path / "run.json").stat().st_mode == (tmp_path / "other").stat().st_mode
