"""Throughput against workers."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.figures import Scaling
from locklab.model.results import RunResult
from locklab.report import words

# Blocks of eight heights: a curve in one line of text.
BLOCKS = "▁▂▃▄▅▆▇█"
# Columns of the Universal Scalability Law.
LAW = ("σ", "κ", "peak")


def scaling(run: RunResult, *, wide: bool) -> Iterator[RenderableType]:
    """A table of the curves; nothing where there is one worker count."""
    if not run.scaling:
        return
    counts = counts_of(run)
    table = Table(
        title=Text("Throughput against workers"),
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    longest = max(len(name_of(curve)) for curve in run.scaling) + 1
    table.add_column("workers", overflow="fold", min_width=min(longest, 30), max_width=30)
    for name in (*map(str, counts), *(["curve"] if wide else []), *LAW):
        table.add_column(name, justify="right", no_wrap=True)
    last = None
    for curve in run.scaling:
        title = title_of(curve)
        if title != last:
            table.add_row(Text(title, style="bold"))
            last = title
        table.add_row(*_row(curve, counts, wide=wide))
    yield table
    yield Text(legend(run), style="dim")


def legend(run: RunResult) -> str:
    """What the columns mean, and why a law was not fitted."""
    text = (
        "operations per second of all workers together; that over one worker's; and where anybody "
        "waited, how long 99 % of acquisitions waited at most · σ, κ: "
        "contention and coherency of the Universal Scalability Law, where it fits · peak: workers "
        "with the most throughput by that law"
    )
    reasons = list(dict.fromkeys(curve.reason for curve in run.scaling if curve.reason))
    if len(reasons) == 1:
        text += f" · –: {reasons[0]}"
    elif reasons:
        text += " · –: it does not fit, and the document says why"
    return text


def counts_of(run: RunResult) -> list[int]:
    """The worker counts of all curves, rising."""
    return sorted({count for curve in run.scaling for count in curve.workers})


def title_of(curve: Scaling) -> str:
    """`counter`, with its load where there is any."""
    title = curve.scenario
    if curve.load:
        title += f", load {curve.load}"
    elif curve.inside or curve.outside:
        title += f", work of {curve.inside:,} units inside and {curve.outside:,} outside"
    return title


def name_of(curve: Scaling) -> str:
    """`threading.Lock`, with its interpreter where the run compares several."""
    return f"{curve.primitive} {curve.python}" if curve.python else curve.primitive


def _row(curve: Scaling, counts: list[int], *, wide: bool) -> Iterator[RenderableType]:
    yield Padding(Text(name_of(curve)), (0, 0, 0, 1))
    yield from at_workers(curve, counts)
    if wide:
        most = max(curve.ops_per_s)
        yield "".join(BLOCKS[round(rate / most * (len(BLOCKS) - 1))] for rate in curve.ops_per_s)
    yield from law(curve)


def at_workers(curve: Scaling, counts: list[int]) -> Iterator[str]:
    """At each worker count throughput, speed-up and, where anybody waited, wait: a line each."""
    rates = dict(zip(curve.workers, curve.ops_per_s, strict=True))
    speedup = dict(zip(curve.workers, curve.speedup or (), strict=False))
    waits = dict(zip(curve.workers, curve.wait_p99_ns, strict=False))
    waited = any(waits.values())
    for count in counts:
        if count not in rates:
            yield "–"
            continue
        times = f"\n×{speedup[count]:.2f}" if count in speedup and count > 1 else "\n"
        latency = f"\n{words.wait(waits.get(count))}" if waited else ""
        yield f"{words.amount(rates[count])}{times}{latency}"


def law(curve: Scaling) -> Iterator[str]:
    """What the columns `LAW` hold."""
    yield "–" if curve.contention is None else f"{curve.contention:.2f}"
    yield "–" if curve.coherency is None else f"{curve.coherency:.3f}"
    yield "–" if curve.peak is None else f"{curve.peak:.1f}"
