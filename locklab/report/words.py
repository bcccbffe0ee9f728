"""Numbers and findings as a person would write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from locklab.model.figures import Cost, Observed
from locklab.model.results import CaseResult, RunResult

UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def amount(value: float) -> str:
    """Three figures with a decimal prefix: `9.53 M`, `845 k`, `12.1`."""
    for size, unit in UNITS:
        if abs(value) >= size * 0.9995:
            return f"{_three(value / size)} {unit}"
    return _three(value)


def whole(count: int) -> str:
    """A count: `501`, `1,002`, `46.5 k`."""
    return f"{count:,}" if abs(count) < 10_000 else amount(count)


def span(low: float | None, high: float | None) -> str:
    """An interval with one prefix: `9.1–9.9 M`; a dash where there is none."""
    if low is None or high is None:
        return "–"
    for size, unit in UNITS:
        if abs(high) >= size * 0.9995:
            return f"{_three(low / size)}–{_three(high / size)} {unit}"
    return f"{_three(low)}–{_three(high)}"


def duration(nanoseconds: float | None, *, signed: bool = False) -> str:
    """`94 ns`, `+1.20 µs`, `105 µs`, or a dash."""
    if nanoseconds is None:
        return "–"
    sign = "-" if nanoseconds < 0 else "+" if signed else ""
    for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
        if abs(nanoseconds) >= size * 0.9995:
            return f"{sign}{_three(abs(nanoseconds) / size)} {unit}"
    return f"{sign}{abs(nanoseconds):.0f} ns"


def wait(nanoseconds: float | None) -> str:
    """A duration; `0` where there was nothing to wait for."""
    return "0" if nanoseconds == 0 else duration(nanoseconds)


def percent(share: float) -> str:
    """`3.1 %`, `28 %`, `0.04 %`: two figures, and never 0 or 100 for what is not."""
    value = share * 100
    if share in (0, 1):
        return f"{value:.0f} %"
    if value < 10:
        return f"{value:.2g} %"
    return f"{min(99.9, value):.1f} %" if value > 99 else f"{value:.0f} %"


def share(value: float | None) -> str:
    """A share in few characters: `0 %`, `<0.1 %`, `3.1 %`, `28 %`, or a dash."""
    if value is None:
        return "–"
    return "<0.1 %" if 0 < value < 0.001 else percent(value)


def primitive(case: CaseResult) -> str:
    """`threading.Lock`, with its interpreter where the run compares several."""
    return f"{case.primitive} {case.python}" if case.python else case.primitive


def workers(count: int) -> str:
    """`1 worker`, `8 workers`."""
    return "1 worker" if count == 1 else f"{count} workers"


def setting(case: CaseResult) -> str:
    """`counter, 2 workers`, with its work inside and outside where there is any."""
    text = f"{case.scenario}, {workers(case.workers)}"
    if case.load:
        text += f", load {case.load}"
    if case.inside or case.outside:
        text += f", work of {case.inside:,} units inside and {case.outside:,} outside"
    return text


def case(result: CaseResult) -> str:
    """`counter on threading.Lock (2 workers)`."""
    rest = setting(result).removeprefix(f"{result.scenario}, ")
    return f"{result.scenario} on {primitive(result)} ({rest})"


def listed(names: Iterable[str]) -> str:
    """`a, b and c`."""
    *most, last = list(names)
    return f"{', '.join(most)} and {last}" if most else last


def net(cost: Cost | None, *, wide: bool = False) -> str:
    """What is left of a cost without the control's; `~0` where the two cannot be told apart."""
    if cost is None or cost.net is None:
        return "–"
    if cost.distinguishable is False:
        return "~0"
    text = duration(cost.net, signed=True)
    if wide and cost.net_low is not None and cost.net_high is not None:
        text += f" ({duration(cost.net_low)} to {duration(cost.net_high)})"
    return text


def observed(case: CaseResult) -> str:
    """What trials showed, in a few words for a cell of the table."""
    seen = case.observed
    if seen is None:
        return "not measured"
    if seen.stalls:
        return "stalled" if seen.trials == 1 else f"stalled in {_of(seen.stalls, seen)}"
    if seen.lost and seen.violations:
        lost, of = seen.lost
        return f"lost {whole(lost)} of {whole(of)} in {_of(seen.violations, seen)}"
    if seen.violations:
        return f"broke in {_of(seen.violations, seen)}"
    if case.verdict.status in ("refuted", "deadlock"):
        # possible, and not seen: what was not seen is bounded, never excluded
        bound = percent(seen.upper_bound_95 or 1.0).replace(" ", "")
        return f"not seen in {seen.trials} (≤{bound})"
    if seen.overlaps:
        return f"clean in {seen.trials}, but overlapped"
    return f"clean in {seen.trials}"


def verdict(case: CaseResult) -> str:
    """What exploration established, in a word."""
    return case.verdict.status


def _of(count: int, seen: Observed) -> str:
    return f"{count} of {seen.trials}"


def _three(value: float) -> str:
    magnitude = abs(value)
    if magnitude >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if magnitude >= 9.995 else f"{value:.2f}"


def problems(run: RunResult) -> Iterator[str]:
    """Why something is missing: a sentence each, those that cases share told once."""
    yield from run.problems
    told: dict[tuple[str, str], list[str]] = {}
    for case in run.cases:
        if case.problem:
            told.setdefault((case.scenario, case.problem), []).append(primitive(case))
    for (scenario, problem), primitives in told.items():
        yield f"{scenario} on {', '.join(dict.fromkeys(primitives))}:\n{problem}"
