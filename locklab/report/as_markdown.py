"""A run as Markdown tables, for a README or an issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from locklab.model.results import CaseResult, RunResult
from locklab.report import words
from locklab.report.console import circumstances
from locklab.report.takeaways import takeaways

HEADER = ("primitive", "verdict", "observed", "ops/s", "95 %", "per op", "net", "fair", "waited",
          "wait p50", "wait p99", "#")  # fmt: skip
# Text to the left, figures to the right.
RULE = (":--",) * 3 + ("--:",) * (len(HEADER) - 3)


def encode(run: RunResult) -> bytes:
    """A table for each scenario, worker count and load, and what to take away from them."""
    return ("\n".join(_lines(run)) + "\n").encode()


def _lines(run: RunResult) -> Iterator[str]:
    for title, cases in groupby(run.cases, key=words.setting):
        yield f"### {_escaped(title)}"
        yield ""
        yield _row(HEADER)
        yield _row(RULE)
        for case in cases:
            yield _row(map(_escaped, _cells(case)))
        yield ""
    for sentence in takeaways(run):
        yield f"- {_escaped(sentence)}"
    yield ""
    yield _escaped(circumstances(run))


def _cells(case: CaseResult) -> Iterator[str]:
    through, cost, wait = case.throughput, case.cost_ns, case.wait_ns
    yield words.primitive(case)
    yield words.verdict(case)
    yield words.observed(case)
    yield words.amount(through.median) if through else "–"
    yield words.span(through.low, through.high) if through else "–"
    yield words.duration(cost.gross if cost else None)
    yield words.net(cost)
    yield f"{case.fairness.jain:.2f}" if case.fairness else "–"
    yield words.share(case.waited_share)
    yield words.duration(wait.p50 if wait else None)
    yield words.duration(wait.p99 if wait else None)
    yield str(case.rank) if case.rank else "–"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes for nothing but text."""
    for special in "\\|*_`<[":
        text = text.replace(special, "\\" + special)
    return text.replace("\n", " ")
