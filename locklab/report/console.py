"""The table of `compare`, and what it means, for a terminal or a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.results import CaseResult, RunResult
from locklab.report import waiting, words
from locklab.report.curves import scaling
from locklab.report.sections import section
from locklab.report.takeaways import takeaways

# from this width on an interval is shown by its ends, below it by its half width
WIDE = 100
# below it, a longer name of a primitive takes two lines
NAME = 15
INTERRUPTED = "Interrupted: this is what was measured until then."


def render(run: RunResult, width: int = 80) -> RenderableType:
    """Everything that a run has to say: tables, findings, takeaways, circumstances."""
    parts: list[RenderableType] = []
    for _, group in groupby(run.cases, key=lambda case: (case.setting, case.load)):
        cases = list(group)
        parts.append(_table(cases, wide=width >= WIDE))
        waits = waiting.waits_table(cases, wide=width >= WIDE)
        if waits:
            parts.append(waits)
    parts.append(Text(legend(run, wide=width >= WIDE), style="dim"))
    parts.extend(scaling(run, wide=width >= WIDE))
    parts.extend(section(title, sentences) for title, sentences in told(run))
    parts.append(Text(f"\n{circumstances(run)}", style="dim"))
    if run.interrupted:
        parts.append(Text(INTERRUPTED, style="yellow"))
    return Group(*parts)


def legend(run: RunResult, *, wide: bool) -> str:
    """What the columns mean; one line on throughput, and more where anybody waited."""
    text = (
        "ops/s: of all workers together, median over trials · 95 %: interval for that median · "
        "per op: wall time · net: less the control's, ~0 where the two cannot be told apart · "
        "fair: Jain's index, 1 is even"
        + (
            ", and the least of it in any 5 ms · more: trials it would take for the precision "
            "asked for"
            if wide
            else ""
        )
        + " · #: rank"
    )
    return "\n".join(filter(None, [text, waiting.legend(run.cases)]))


def told(run: RunResult) -> Iterator[tuple[str, list[str]]]:
    """The sentences under the tables, by section; a sentence may go on in further lines."""
    for title, sentences in (
        ("What went wrong, and where", _findings(run)),
        ("What to take away", takeaways(run)),
        ("What could not be measured", words.problems(run)),
    ):
        said = list(sentences)
        if said:
            yield title, said


def circumstances(run: RunResult) -> str:
    """One line on where and how the numbers were made."""
    env, settings = run.environment, run.settings
    several = env.get("interpreters")
    parts = [
        *(_interpreter(one) for one in (several.values() if several else [env])),
    ]
    if env.get("cpus_usable"):
        parts.append(f"{env['cpus_usable']} CPUs")
    if env.get("system"):
        parts.append(f"{env['system']} {env.get('machine') or ''}".rstrip())
    if env.get("start_method"):
        parts.append(f"processes by {env['start_method']}")
    unit = env.get("work_unit_ns")
    if unit:
        parts.append(f"a work unit takes {unit:.0f} ns")
    if settings.get("rate"):
        parts.append(f"waits at {settings['rate']:,.0f} acquisitions/s")
    trials = [len(case.throughput.samples) for case in run.cases if case.throughput]
    if trials:
        few, many = min(trials), max(trials)
        count = f"{few}" if few == many else f"{few} to {many}"
        budget = f" ({settings['budget']})" if settings.get("budget") else ""
        parts.append(f"{count} timed trials a case{budget}")
    parts.append(f"seed {run.seed}")
    return " · ".join(parts)


def _interpreter(facts: dict[str, Any]) -> str:
    gil = {True: "GIL on", False: "GIL off", None: "GIL unknown"}[facts.get("gil")]
    return f"{facts.get('implementation') or 'Python'} {facts.get('python') or 'unknown'}, {gil}"


def print_run(run: RunResult, console: Console) -> None:
    """Print a run."""
    console.print(render(run, console.width))


def _table(cases: list[CaseResult], *, wide: bool) -> Table:
    title = words.setting(cases[0])
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
    fair = ("fair", "5 ms") if wide else ("fair",)
    more = ("more",) if wide else ()
    for name in ("ops/s", "95 %", *more, "per op", "net", *fair, "#"):
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
    name = words.primitive(case).removeprefix(backend + ".")
    if not wide and len(name) > NAME:
        # rather than in the midst of a word; what stands before the point is the package
        name = name.replace(".", ".\n", 1) if "/" not in name else name
    yield Padding(Text(name), (0, 0, 0, 1))
    yield Text(words.observed(case), style=_style(case))
    yield words.amount(through.median) if through else "–"
    if through is None or through.low is None or through.high is None:
        yield "–"
    elif wide:
        yield words.span(through.low, through.high)
    else:
        yield f"±{(through.high - through.low) / 2 / through.median:.0%}"
    if wide:
        more = through.more_trials if through else None
        yield "–" if more is None else f"{more:,}"
    yield words.duration(cost.gross if cost else None)
    yield words.net(cost, wide=wide)
    fair = case.fairness
    yield f"{fair.jain:.2f}" if fair else "–"
    if wide:
        shortest = fair.jain_window_min if fair else None
        yield "–" if shortest is None else f"{shortest:.2f}"
    yield str(case.rank) if case.rank else "–"


def _style(case: CaseResult) -> str:
    if case.broken or case.problem:
        return "bold red"
    return "yellow" if case.failed else ""


def _findings(run: RunResult) -> Iterator[str]:
    """The evidence; cases of a scenario with the same findings are told together."""
    told: dict[tuple[str, tuple[str, ...]], list[CaseResult]] = {}
    for case in run.cases:
        # the control is expected to go wrong: its row says how often, and the takeaways what of it
        if case.observed and case.failed and not case.control:
            # which worker came first, and how often, differs from run to run
            lines = (re.sub(r"\bworker \d+", "worker", line) for line in _what(case))
            setting = words.setting(case).removeprefix(case.scenario)
            told.setdefault((setting, (case.scenario, *sorted(lines))), []).append(case)
    for (setting, (scenario, *_)), cases in told.items():
        names = ", ".join(map(words.primitive, cases))
        yield "\n".join([f"{scenario} on {names}{setting}:", *_what(cases[0])])


def _what(case: CaseResult) -> list[str]:
    assert case.observed
    return [re.sub(r"^in \d+ of \d+ trials: ", "", line) for line in case.observed.evidence]
