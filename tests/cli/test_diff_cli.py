from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from locklab import RunResult
from locklab.report import document
from tests.questions.test_diff import case, run

Cli = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, RunResult], str]:
    def save(name: str, result: RunResult) -> str:
        document.write(result, str(tmp_path / name))
        return name

    return save


def test_a_regression_exits_with_1_and_is_named(
    cli: Cli, saved: Callable[[str, RunResult], str]
) -> None:
    base = saved("base.json", run(case(), case("threading.RLock")))
    new = saved("new.json", run(case(centre=0.7e6), case("threading.RLock", seed=2)))
    found = cli("diff", base, new)
    assert found.returncode == 1, found.stderr
    assert "threading.Lock is slower" in found.stdout
    assert "no difference" in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 80
    again = cli("diff", base, base, "--quiet")
    assert again.returncode == 0
    assert "no difference" in again.stdout
    assert "take away" not in again.stdout
    # the same change does not matter to whoever says so
    assert cli("diff", base, new, "--threshold", "60%").returncode == 0


def test_the_document_of_a_comparison(cli: Cli, saved: Callable[[str, RunResult], str]) -> None:
    base, new = saved("base.json", run(case())), saved("new.json", run(case(centre=2e6)))
    told = json.loads(cli("diff", base, new, "--json", "-").stdout)
    assert told["schema"] == "locklab/diff/1"
    assert told["changes"][0]["result"] == "faster"
    cli("diff", base, new, "--json", "out.json")


def test_what_cannot_be_compared_exits_with_2_and_one_sentence(
    cli: Cli, saved: Callable[[str, RunResult], str], tmp_path: Path
) -> None:
    base = saved("base.json", run(case()))
    other = saved("other.json", run(case(), python="3.13.0"))
    (tmp_path / "cut.json").write_bytes((tmp_path / base).read_bytes()[:100])
    (tmp_path / "foreign.json").write_text('{"schema": "pyperf", "cases": []}')
    newer = (tmp_path / base).read_text().replace("locklab/run/1", "locklab/run/99")
    (tmp_path / "newer.json").write_text(newer)
    damaged = json.loads((tmp_path / base).read_text())
    damaged["cases"][0]["throughput"]["samples"][0] = 0
    (tmp_path / "damaged.json").write_text(json.dumps(damaged))
    for new, says in [
        (other, "python was 3.12.1 and is 3.13.0"),
        ("cut.json", "cut short"),
        ("foreign.json", "pyperf"),
        ("newer.json", "locklab/run/99"),
        ("missing.json", "cannot be read"),
        ("damaged.json", "damaged.json is no valid locklab/run/1 document: cases.throughput"),
        (saved("none.json", replace(run(), cases=())), "no case in common"),
    ]:
        found = cli("diff", base, new)
        assert found.returncode == 2, (new, found.stderr)
        assert says in found.stderr
        assert len(found.stderr.splitlines()) == 1
        assert found.stdout == ""
    anyway = cli("diff", base, other, "--anyway")
    assert anyway.returncode == 0
    assert "Compared although python was 3.12.1 and is 3.13.0." in anyway.stdout
    assert cli("diff", base, base, "--threshold", "much").returncode == 2
