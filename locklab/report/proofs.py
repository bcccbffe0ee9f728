"""Verdicts and schedules for people: what exploration established, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from locklab.model.proofs import Proof
from locklab.model.results import CaseResult, RunResult
from locklab.report import words
from locklab.report.sections import section

if TYPE_CHECKING:
    from locklab.explore.trace import Trace, TraceStep

# so many outcomes of a case are listed before the rest is counted
SHOWN_OUTCOMES = 6
# with more workers than this a schedule has one column that names the worker
MOST_COLUMNS = 3
LEGEND = (
    "Explored is every interleaving of the bound, at the grain of single reads, writes, acquires "
    "and releases. executions: times the code was run · classes: executions that differ in more "
    "than the order of independent steps, > where a limit stopped the search · outcomes: final "
    "values, ✗ where they break the invariant"
)
STYLES = {"proved": "green", "refuted": "yellow", "deadlock": "yellow", "inconclusive": "dim"}


def render_proofs(run: RunResult, play: Callable[[str], Trace] | None = None) -> RenderableType:
    """The table of verdicts, and under it how each failure comes about.

    Args:
        run: Of `check`.
        play: Replays a token; None where schedules are not wanted.
    """
    parts: list[RenderableType] = []
    for (scenario, workers), group in groupby(run.cases, key=lambda c: (c.scenario, c.workers)):
        parts.append(_table(scenario, workers, list(group)))
    if run.cases:
        parts.append(Text(LEGEND, style="dim"))
    if play is not None:
        parts.extend(_failures(run.cases, play))
    if problems := list(words.problems(run)):
        parts.append(section("What could not be explored", problems))
    return Group(*parts)


def render_trace(trace: Trace) -> RenderableType:
    """One execution as a table, a row a step, and what it comes to."""
    narrow = trace.workers > MOST_COLUMNS
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("step", justify="right", no_wrap=True)
    if narrow:
        table.add_column("worker", justify="right", no_wrap=True)
        table.add_column("does", overflow="fold")
    else:
        for worker in range(trace.workers):
            table.add_column(f"worker {worker}", overflow="fold", min_width=12)
    table.add_column("at", style="dim", overflow="fold")
    sources: dict[str, str] = {}
    for number, step in enumerate(trace.steps, 1):
        place = (step.place or "").partition(" in ")[0]
        if step.source:
            sources[place] = step.source
        cells = [""] * (2 if narrow else trace.workers)
        if narrow:
            cells = [str(step.worker), _does(step)]
        else:
            cells[step.worker] = _does(step)
        at = place.replace("\\", "/").rpartition("/")[2]
        # as texts: what a scenario calls its locks may look like markup
        table.add_row(str(number), *map(Text, cells), Text(at))
    lines = [f"{place}  {text}" for place, text in sources.items()]
    verdict = "This is allowed" if trace.allowed else "This must not be"
    end = "in a deadlock" if trace.cycle else f"with {_outcome(trace.outcome)}"
    ends = [f"It ends {end}. {verdict}{_colon(trace.message)}"]
    ends.extend(trace.cycle)
    ends.extend(_overwritten(trace))
    return Group(
        table if trace.steps else Text("No step is taken before its end."),
        section("The lines", lines) if lines else Text(),
        section("What came of it", ends),
    )


def outcomes_in_words(proof: Proof) -> str:
    """The reachable outcomes, those that break the invariant marked."""
    shown = sorted(proof.outcomes, key=lambda one: (one.allowed, str(one.outcome)))
    words = [_outcome(one.outcome) + ("" if one.allowed else " ✗") for one in shown]
    rest = len(words) - SHOWN_OUTCOMES
    if rest > 0:
        words = [*words[:SHOWN_OUTCOMES], f"and {rest} more"]
    return ", ".join(words) or "–"


def _table(scenario: str, workers: int, cases: list[CaseResult]) -> Table:
    ops = cases[0].verdict.bound.ops if cases[0].verdict.bound else None
    count = "1 worker" if workers == 1 else f"{workers} workers"
    table = Table(
        title=Text(f"{scenario}, {count}" + (f" × {ops} operations" if ops else "")),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    longest = max(len(case.primitive.removeprefix(case.backend + ".")) + 1 for case in cases)
    # long outcomes fold before names of usual length do
    table.add_column("primitive", overflow="fold", max_width=24, no_wrap=longest <= 24)
    table.add_column("verdict", no_wrap=True)
    table.add_column("executions", justify="right", no_wrap=True)
    table.add_column("classes", justify="right", no_wrap=True)
    table.add_column("outcomes", overflow="fold")
    for backend, rows in groupby(cases, key=lambda case: case.backend):
        table.add_row(Text(backend, style="bold"))
        for case in rows:
            proof = case.verdict
            table.add_row(
                Text(" " + case.primitive.removeprefix(backend + ".")),
                Text(proof.status, style="bold red" if case.refuted else STYLES[proof.status]),
                counted(proof.executions),
                counted(proof.classes, more=not proof.complete),
                Text(outcomes_in_words(proof)),
            )
    return table


def _failures(
    cases: Sequence[CaseResult], play: Callable[[str], Trace]
) -> Iterator[RenderableType]:
    """One schedule for each way a scenario fails, and the other cases that fail likewise."""
    told: dict[tuple[Any, ...], list[CaseResult]] = {}
    reasons: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        proof = case.verdict
        if proof.status in ("refuted", "deadlock") and _token(proof):
            tasks = case.backend == "asyncio"
            word = _word(case)
            told.setdefault((case.scenario, case.workers, word, tasks), []).append(case)
        elif proof.status == "inconclusive" and proof.reason and not case.problem:
            reasons.setdefault((case.scenario, proof.reason), []).append(case.primitive)
    for (scenario, _, word, _), group in told.items():
        first = group[0]
        token = _token(first.verdict)
        assert token
        yield Text(f"\nHow {scenario} on {first.primitive} {word}", style="bold")
        yield render_trace(play(token))
        if len(group) > 1:
            yield section("Likewise", [f"{c.primitive}: {_token(c.verdict)}" for c in group[1:]])
        yield Text("\nSee it again (with --real, on real workers and the real primitive):")
        # whole, however long: a token broken into lines cannot be copied
        yield Text(f"locklab check --replay {token}", no_wrap=True, overflow="ignore")
    notes = {note: None for case in cases for note in case.verdict.notes}
    if notes:
        yield section("Outside of what is explored", list(notes))
    if reasons:
        lines = [
            f"{scenario} on {', '.join(names)}: {reason}"
            for (scenario, reason), names in reasons.items()
        ]
        yield section("Inconclusive, which is not a pass", lines)


def _word(case: CaseResult) -> str:
    """What a scenario does where it fails, as the end of a heading."""
    if case.verdict.status == "deadlock":
        return "deadlocks"
    # a lock that says so may refuse to be taken again
    return "is refused" if case.expected == "raises" and not case.broken else "goes wrong"


def _token(proof: Proof) -> str | None:
    """The token of the smallest failure."""
    return proof.counterexample.token if proof.counterexample else proof.token


def _does(step: TraceStep) -> str:
    if step.action == "read":
        return f"read {step.name} → {step.value}"
    if step.action == "write":
        return f"write {step.name} = {step.value}"
    if step.action in ("acquire", "release", "query"):
        refused = " (refused)" if step.value is False else ""
        return f"{step.action} {step.name}{refused}"
    return step.action


def _overwritten(trace: Trace) -> Iterator[str]:
    """Lost updates: writes of values that rest on a read which had become old."""
    last_read: dict[tuple[int, str | None], int] = {}
    last_write: dict[str | None, tuple[int, int]] = {}
    for number, step in enumerate(trace.steps, 1):
        if step.action == "read":
            last_read[step.worker, step.name] = number
        elif step.action == "write":
            read = last_read.get((step.worker, step.name))
            other, written = last_write.get(step.name, (step.worker, 0))
            if read is not None and other != step.worker and written > read:
                yield (
                    f"Step {number} overwrites what worker {other} wrote to {step.name} in step "
                    f"{written}: worker {step.worker} had read it in step {read}, before that."
                )
            last_write[step.name] = (step.worker, number)


def _outcome(outcome: Any) -> str:
    if isinstance(outcome, (tuple, list)) and len(outcome) == 1:
        return str(outcome[0])
    if isinstance(outcome, list):
        return str(tuple(outcome))
    return str(outcome)


def _colon(message: str) -> str:
    return f": {message}." if message else "."


def counted(value: int | None, *, more: bool = False) -> str:
    """`1,680`, `> 1,680`, or a dash."""
    # where a limit stopped the search, what was counted is not all there is
    return "–" if value is None else f"{'> ' if more else ''}{value:,}"
