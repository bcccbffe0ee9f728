"""The table of waits: who waited how long, and how long the lock was held."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.results import CaseResult, Latency, RunResult
from locklab.report import words


def waiting(run: RunResult) -> Iterator[RenderableType]:
    """A table of the cases in which anybody waited; nothing where nobody did."""
    cases = [case for case in run.cases if case.wait_ns and case.wait_ns.max > 0]
    if not cases:
        return
    opened = any(case.wait_ns and case.wait_ns.loop == "open" for case in cases)
    table = Table(
        title=Text("How long acquisitions waited, and the lock was held"),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=0,
    )
    table.add_column("primitive", overflow="fold", max_width=30)
    for name in ("waited", "p50", "p90", "p99", "p99.9", "max", "held", "waiters"):
        table.add_column(name, justify="right", no_wrap=True)
    for title, group in groupby(cases, key=words.setting):
        table.add_row(Text(title, style="bold"))
        for case in group:
            table.add_row(*_row(case))
    yield table
    clock = [case.wait_ns.clock_ns for case in cases if case.wait_ns and case.wait_ns.clock_ns]
    legend = (
        "waited: share of acquisitions that found the lock taken · p50 to max: how long each "
        "waited, 0 where it was free · held: median time in the critical section · waiters: how "
        "many waited at a time, on average and at most"
    )
    if clock:
        legend += f" · reading the clock takes {words.duration(max(clock))} of each figure"
    legend += (
        "\nAn open loop: arrivals keep their rate, and a wait counts from when its acquisition was "
        "due."
        if opened
        else "\nA closed loop: each worker asks again as soon as it is through, so that a long "
        "wait puts off, and hides, those that would have come meanwhile; --rate paces them."
    )
    yield Text(legend, style="dim")


def _row(case: CaseResult) -> Iterator[RenderableType]:
    yield Padding(Text(words.primitive(case)), (0, 0, 0, 1))
    yield words.share(case.waited_share)
    yield from _latency(case.wait_ns)
    yield words.duration(case.hold_ns.p50 if case.hold_ns else None)
    seen = case.contention
    mean = "–" if seen is None or seen.waiters_mean is None else f"{seen.waiters_mean:.1f}"
    yield f"{mean}, {seen.waiters_max}" if seen else "–"


def _latency(latency: Latency | None) -> Iterator[str]:
    if latency is None:
        yield from ["–"] * 5
        return
    for value in (latency.p50, latency.p90, latency.p99, latency.p999, latency.max):
        yield "0" if value == 0 else words.duration(value)
