"""Tables of names that nobody would choose."""

from __future__ import annotations

import pytest

from tests.report.test_report import case, printed, run_of


@pytest.mark.parametrize("name", ["a[/b]", "[bold]x[/bold]", "[[", "]", "\\[x]", "x" * 200])
def test_a_name_may_hold_brackets(name: str) -> None:
    table = printed(run_of(case(scenario=name), case(scenario=name, problem="[/oops]")))
    assert name in table.replace("\n", "")
    assert "[/oops]" in table


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("length", [10, 40, 70, 200])
def test_a_long_name_cuts_no_figure(width: int, length: int) -> None:
    name = "L" * length
    table = printed(run_of(case("threading.NoLock"), case(name, backend="threading")), width)
    assert "…" not in table
    assert "1.00 M" in table
    assert table.count("L" * 10) >= 1
    assert sum(line.count("L") for line in table.splitlines() if "ock" not in line) >= length
    assert max(map(len, table.splitlines())) <= width
