"""`locklab doctor`: requests that will not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--budget", "quik"), "budget: there is no 'quik'"),
        (("--json", "."), "that is a folder"),
    ],
)
def test_a_wrong_request_is_told_before_anything_runs(
    cli: Cli, tmp_path: Path, arguments: tuple[str, str], says: str
) -> None:
    run = cli("doctor", *arguments)
    assert run.returncode == 2
    assert says in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
