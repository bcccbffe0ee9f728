"""The table of waits: who waited how long, and how long the lock was held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.results import CaseResult
from locklab.report import words


def waits_table(cases: Sequence[CaseResult], *, wide: bool) -> Table | None:
    """The cases of one setting in which anybody waited; None where nobody did."""
    shown = [case for case in cases if _waited(case)]
    if not shown:
        return None
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0)
    longest = max(len(words.primitive(case)) for case in shown) + 1
    table.add_column("waits", overflow="fold", min_width=min(longest, 24), max_width=32)
    quantiles = ("p50", "p90", "p99", "p99.9", "max") if wide else ("p50", "p99", "p99.9", "max")
    for name in ("waited", *quantiles, "held", "waiters"):
        table.add_column(name, justify="right", no_wrap=True)
    for case in shown:
        table.add_row(*_row(case, quantiles))
    return table


def legend(cases: Sequence[CaseResult]) -> str | None:
    """What the columns mean and how the waits came about; None where nobody waited."""
    shown = [case.wait_ns for case in cases if case.wait_ns and _waited(case)]
    if not shown:
        return None
    text = (
        "waited: share of acquisitions that found the lock taken · p50 to max: how long each "
        "waited, 0 where it was free · held: median time in the critical section · waiters: how "
        "many waited at a time, on average and at most"
    )
    clock = [latency.clock_ns for latency in shown if latency.clock_ns]
    if clock:
        text += f" · each time includes about {words.duration(max(clock))} for reading the clock"
    if any(latency.loop == "open" for latency in shown):
        return text + (
            "\nAn open loop: arrivals keep their rate, and a wait counts from when its acquisition "
            "was due. The control's row shows how late the pacing itself is."
        )
    return text + (
        "\nA closed loop: each worker asks again as soon as it is through, so that a long wait "
        "puts off, and hides, those that would have come meanwhile; --rate paces them."
    )


def _waited(case: CaseResult) -> bool:
    return case.wait_ns is not None and case.wait_ns.max > 0


def _row(case: CaseResult, quantiles: Sequence[str]) -> Iterator[RenderableType]:
    yield Padding(Text(words.primitive(case)), (0, 0, 0, 1))
    yield words.share(case.waited_share)
    for quantile in quantiles:
        yield words.wait(getattr(case.wait_ns, quantile.replace(".", "")))
    yield words.duration(case.hold_ns.p50 if case.hold_ns else None)
    yield waiters(case)


def waiters(case: CaseResult) -> str:
    """How many waited at a time: `0.4, 3`, on average and at most, or a dash."""
    seen = case.contention
    mean = "–" if seen is None or seen.waiters_mean is None else f"{seen.waiters_mean:.1f}"
    return f"{mean}, {seen.waiters_max}" if seen else "–"
