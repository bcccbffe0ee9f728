"""A run as Markdown tables, for a README or an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from locklab.model.results import CaseResult, RunResult
from locklab.report import curves, words
from locklab.report.console import INTERRUPTED, circumstances, legend, told
from locklab.report.proofs import LEGEND, counted, outcomes_in_words
from locklab.report.waiting import waiters

Columns = dict[str, Callable[[CaseResult], str]]

NOTHING = "–"
# Columns of text; figures are aligned to the right.
TEXT = ("primitive", "verdict", "observed", "outcomes")
# A column of which the run has nothing is left out.
MEASURED: Columns = {
    "primitive": words.primitive,
    "verdict": words.verdict,
    "observed": words.observed,
    "ops/s": lambda case: words.amount(case.throughput.median) if case.throughput else NOTHING,
    "95 %": lambda case: (
        words.span(case.throughput.low, case.throughput.high) if case.throughput else NOTHING
    ),
    "per op": lambda case: words.duration(case.cost_ns.gross if case.cost_ns else None),
    "net": lambda case: words.net(case.cost_ns),
    "fair": lambda case: f"{case.fairness.jain:.2f}" if case.fairness else NOTHING,
    "waited": lambda case: words.share(case.waited_share),
    "wait p50": lambda case: words.wait(case.wait_ns.p50 if case.wait_ns else None),
    "wait p99": lambda case: words.wait(case.wait_ns.p99 if case.wait_ns else None),
    "held": lambda case: words.duration(case.hold_ns.p50 if case.hold_ns else None),
    "waiters": waiters,
    "#": lambda case: str(case.rank) if case.rank else NOTHING,
}
EXPLORED: Columns = {
    "primitive": words.primitive,
    "verdict": words.verdict,
    "executions": lambda case: counted(case.verdict.executions),
    "classes": lambda case: counted(case.verdict.classes, more=not case.verdict.complete),
    "outcomes": lambda case: outcomes_in_words(case.verdict),
}


def encode(run: RunResult) -> bytes:
    """A table for each setting, what its columns mean, and what to take away from it.

    A run of `check` has a table of what was explored, others one of what was measured.
    """
    # a name may hold what UTF-8 has no bytes for
    return ("\n".join(_lines(run)) + "\n").encode(errors="replace")


def _lines(run: RunResult) -> Iterator[str]:
    measured = any(case.observed for case in run.cases)
    columns = {
        name: cell
        for name, cell in (MEASURED if measured else EXPLORED).items()
        if any(cell(case) != NOTHING for case in run.cases)
    }
    for title, cases in groupby(run.cases, key=words.setting):
        rows = [[cell(case) for cell in columns.values()] for case in cases]
        yield from _table(title, columns, rows)
    yield from _paragraphs(legend(run, wide=False) if measured else LEGEND)
    if run.scaling:
        counts = curves.counts_of(run)
        for title, group in groupby(run.scaling, key=curves.title_of):
            head = ["primitive", *(words.workers(count) for count in counts), *curves.LAW]
            rows = [
                [curves.name_of(one), *curves.at_workers(one, counts), *curves.law(one)]
                for one in group
            ]
            yield from _table(f"Throughput against workers, {title}", head, rows)
        yield from _paragraphs(curves.legend(run))
    for title, sentences in told(run):
        yield f"**{title}**"
        yield ""
        for sentence in sentences:
            first, *rest = sentence.splitlines()
            yield f"- {_prose(first)}"
            yield from (f"  - {_prose(line)}" for line in rest)
        yield ""
    yield _prose(circumstances(run))
    if run.interrupted:
        yield ""
        yield INTERRUPTED


def _table(title: str, head: Iterable[str], rows: Iterable[list[str]]) -> Iterator[str]:
    head = list(head)
    yield f"### {escaped(title)}"
    yield ""
    yield row(head)
    yield row(":--" if name in TEXT else "--:" for name in head)
    yield from (row(map(escaped, cells)) for cells in rows)
    yield ""


def row(cells: Iterable[str]) -> str:
    """One row of a table."""
    return f"| {' | '.join(cells)} |"


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield _prose(line)
        yield ""


def escaped(text: str) -> str:
    """Text that Markdown takes for nothing but text, on one line."""
    for special in "\\|*_`<[~":
        text = text.replace(special, "\\" + special)
    return ", ".join(filter(None, text.splitlines()))


def _prose(text: str) -> str:
    """Likewise, but what stands between backticks is a command, and stays as it is."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escaped(text)
    return "`".join(piece if i % 2 else escaped(piece) for i, piece in enumerate(pieces))
