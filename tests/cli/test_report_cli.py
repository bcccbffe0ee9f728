"""`locklab report`: any format to a file or stdout, and what may stand in the way."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from locklab import RequestError
from locklab.cli.output import deliver
from locklab.report import document
from locklab.report.schema import published
from tests.questions.test_diff import case, run

RUN = run(case(), case("threading.RLock"))


def test_report_writes_any_format_to_a_file_or_stdout(cli: Any, tmp_path: Path) -> None:
    document.write(RUN, str(tmp_path / "run.json"))
    table = cli("report", "run.json")
    assert cli("report", "run.json", "--format", "csv", "-o", "run.csv").stdout == ""
    with (tmp_path / "run.csv").open(newline="") as written:
        assert len(list(csv.DictReader(written))) == 2
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
    itself = cli("report", "run.json", "--format", "csv", "-o", "./run.json")
    assert itself.returncode == 2
    assert "that is the run itself" in itself.stderr
    assert json.loads((tmp_path / "run.json").read_bytes())["schema"] == "locklab/run/1"


@pytest.mark.parametrize(
    ("command", "kind"),
    [("report", "run"), ("diff", "diff"), ("doctor", "doctor"), ("rules", "rules")],
)
def test_the_schema_is_shown_and_nothing_else_done(command: str, kind: str, cli: Any) -> None:
    shown = cli(command, "--schema")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == published(kind).read_text(encoding="utf-8")


def test_a_disk_that_fills_takes_the_document_and_not_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, shown = tmp_path / "run.json", []
    target.write_text("older")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RequestError, match=r"^--json .*: could not be written: No space left"):
        deliver(RUN, str(target), lambda: shown.append("table"))
    assert shown == ["table"]
    assert target.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
