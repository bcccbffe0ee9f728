"""The table of `compare`, and what it means, for a terminal or a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.results import CaseResult, RunResult
from locklab.report import words
from locklab.report.takeaways import takeaways

# from this width on an interval is shown by its ends, below it by its half width
WIDE = 100


def render(run: RunResult, width: int = 80) -> RenderableType:
    """Everything that a run has to say: tables, findings, takeaways, circumstances."""
    parts: list[RenderableType] = []
    for (scenario, workers), cases in groupby(run.cases, key=lambda c: (c.scenario, c.workers)):
        parts.append(_table(scenario, workers, list(cases), wide=width >= WIDE))
    legend = Text(
        "ops/s: of all workers together, median over trials · 95 %: interval for that median · "
        "per op: wall time · net: less the control's · fair: Jain's index, 1 is even · #: rank",
        style="dim",
    )
    parts.append(legend)
    findings = list(_findings(run))
    if findings:
        parts.append(section("What went wrong, and where", findings))
    parts.append(section("What to take away", list(takeaways(run))))
    if run.problems or any(case.problem for case in run.cases):
        parts.append(section("What could not be measured", list(_problems(run))))
    parts.append(Text(f"\n{circumstances(run)}", style="dim"))
    if run.interrupted:
        parts.append(Text("Interrupted: this is what was measured until then.", style="yellow"))
    return Group(*parts)


def circumstances(run: RunResult) -> str:
    """One line on where and how the numbers were made."""
    env, settings = run.environment, run.settings
    gil = {True: "GIL on", False: "GIL off", None: "GIL unknown"}[env.get("gil")]
    parts = [
        f"{env.get('implementation')} {env.get('python')}, {gil}",
        f"{env.get('cpus_usable')} CPUs",
        f"{env.get('system')} {env.get('machine')}",
    ]
    if env.get("start_method"):
        parts.append(f"processes by {env['start_method']}")
    if settings.get("inside") or settings.get("outside"):
        unit = env.get("work_unit_ns")
        if unit:
            inside, outside = settings["inside"] * unit, settings["outside"] * unit
            parts.append(f"work of {inside:,.0f} ns inside and {outside:,.0f} ns outside")
    parts.append(f"{settings.get('trials')} timed trials a case ({settings.get('budget')})")
    parts.append(f"seed {run.seed}")
    return " · ".join(parts)


def print_run(run: RunResult, console: Console) -> None:
    """Print a run."""
    console.print(render(run, console.width))


def _table(scenario: str, workers: int, cases: list[CaseResult], *, wide: bool) -> Table:
    count = "1 worker" if workers == 1 else f"{workers} workers"
    title = f"{scenario}, {count}"
    verdicts = {(case.verdict.status, case.verdict.reason) for case in cases}
    shared = next(iter(verdicts)) if len(verdicts) == 1 else None
    if shared:
        # one verdict for all needs no column
        title += f" · verdict: {shared[0]}" + (f" ({shared[1]})" if shared[1] else "")
    table = Table(
        # as Text: a path may have brackets in it
        title=Text(title),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0) if wide else 0,
    )
    # a name of any length may be folded, so that no figure has to be cut for it
    widest = max(len(case.backend) for case in cases)
    table.add_column("primitive", overflow="fold", min_width=widest, max_width=48 if wide else 24)
    if not shared:
        table.add_column("verdict", no_wrap=True)
    table.add_column("observed", overflow="fold")
    for name in ("ops/s", "95 %", "per op", "net", "fair", "#"):
        table.add_column(name, justify="right", no_wrap=True)
    for backend, rows in groupby(cases, key=lambda case: case.backend):
        table.add_row(Text(backend, style="bold"))
        for case in rows:
            verdict = [] if shared else [words.verdict(case)]
            first, *cells = _row(case, backend, wide=wide)
            table.add_row(first, *verdict, *cells)
    return table


def _row(case: CaseResult, backend: str, *, wide: bool) -> Iterator[RenderableType]:
    through, cost = case.throughput, case.cost_ns
    name = case.primitive.removeprefix(backend + ".")
    yield Padding(Text(name), (0, 0, 0, 1))
    yield Text(words.observed(case), style=_style(case))
    yield words.amount(through.median) if through else "–"
    if through is None or through.low is None or through.high is None:
        yield "–"
    elif wide:
        yield words.span(through.low, through.high)
    else:
        yield f"±{(through.high - through.low) / 2 / through.median:.0%}"
    yield words.duration(cost.gross if cost else None)
    yield words.duration(cost.net if cost else None, signed=True)
    yield f"{case.fairness.jain:.2f}" if case.fairness else "–"
    yield str(case.rank) if case.rank else "–"


def _style(case: CaseResult) -> str:
    if case.broken or case.problem:
        return "bold red"
    return "yellow" if case.failed else ""


def _findings(run: RunResult) -> Iterator[str]:
    """The evidence; cases of a scenario with the same findings are told together."""
    told: dict[tuple[str, int, tuple[str, ...]], list[CaseResult]] = {}
    for case in run.cases:
        # the control is expected to go wrong: its row says how often, and the takeaways what of it
        if case.observed and case.failed and not case.control:
            # which worker came first, and how often, differs from run to run
            lines = (re.sub(r"\bworker \d+", "worker", line) for line in _what(case))
            told.setdefault((case.scenario, case.workers, tuple(sorted(lines))), []).append(case)
    for (scenario, workers, _), cases in told.items():
        count = "1 worker" if workers == 1 else f"{workers} workers"
        names = ", ".join(case.primitive for case in cases)
        yield "\n".join([f"{scenario} on {names}, {count}:", *_what(cases[0])])


def _what(case: CaseResult) -> list[str]:
    assert case.observed
    return [re.sub(r"^in \d+ of \d+ trials: ", "", line) for line in case.observed.evidence]


def _problems(run: RunResult) -> Iterator[str]:
    yield from run.problems
    told: dict[tuple[str, str], list[str]] = {}
    for case in run.cases:
        if case.problem:
            told.setdefault((case.scenario, case.problem), []).append(case.primitive)
    for (scenario, problem), primitives in told.items():
        yield f"{scenario} on {', '.join(dict.fromkeys(primitives))}:\n{problem}"


def section(title: str, sentences: list[str]) -> RenderableType:
    """A heading with a list of sentences under it."""
    lines: list[RenderableType] = [Text(f"\n{title}", style="bold")]
    for sentence in sentences:
        first, *rest = sentence.split("\n")
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=1)
        grid.add_column(overflow="fold")
        grid.add_row("•", Text(first))
        for line in rest:
            grid.add_row("", Text(line))
        lines.append(grid)
    return Group(*lines)
