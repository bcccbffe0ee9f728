"""The table of `diff`, and what it means."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.comparison import Change, DiffResult
from locklab.questions.diff import SIGNIFICANT
from locklab.report import words
from locklab.report.sections import section

STYLES = {"slower": "bold red", "faster": "green", "not compared": "dim", "control": "dim"}


def render_diff(found: DiffResult, *, wide: bool, brief: bool = False) -> RenderableType:
    """What a comparison of two runs has to say.

    Args:
        found: The comparison.
        wide: Whether there is room for long names.
        brief: The table alone.
    """
    parts: list[RenderableType] = [_table(found, wide=wide)]
    if brief:
        return parts[0]
    if any(change.ratio is not None for change in found.changes):
        parts.append(
            Text(
                "ops/s: medians, then and now · ratio: throughput now over then, by ranks, with "
                "its 95 % interval · p: of so large a difference where there is none, corrected "
                f"for the number of cases · a result needs p below {SIGNIFICANT} and a change "
                f"beyond {100 * found.threshold:.3g} %",
                style="dim",
            )
        )
    parts.append(section("What to take away", list(_takeaways(found))))
    return Group(*parts)


def _table(found: DiffResult, *, wide: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0) if wide else 0)
    table.add_column("case", overflow="fold", min_width=22, max_width=60 if wide else 30)
    for name in ("then", "now", "ratio", "95 %", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(" result", overflow="fold")
    last = None
    for change in found.changes:
        title = _setting(change)
        if title != last:
            table.add_row(Text(title, style="bold"))
            last = title
        table.add_row(*_row(change))
    return table


def _setting(change: Change) -> str:
    text = f"{change.scenario}, {words.workers(change.workers)}"
    if change.inside or change.outside:
        text += f", work {change.inside:,}/{change.outside:,}"
    return text


def _row(change: Change) -> Iterator[RenderableType]:
    name = f"{change.primitive} {change.python}" if change.python else change.primitive
    yield Padding(Text(name), (0, 0, 0, 1))
    verdicts = change.base is None and change.new is None
    for rate, verdict in ((change.base, change.base_verdict), (change.new, change.new_verdict)):
        yield verdict if verdicts else "–" if rate is None else words.amount(rate)
    yield "–" if change.ratio is None else f"{change.ratio:.3f}"
    interval = change.low is None or change.high is None
    yield "–" if interval else f"{change.low:.2f}–{change.high:.2f}"
    p = change.p_corrected
    yield "–" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"
    result = change.result.replace("no difference shown", "no difference")
    if verdicts:
        result = "worse" if change.worse else "no worse"
    elif change.worse:
        result = f"worse, {result}"
    yield Text(f" {result}", style=_style(change))


def _style(change: Change) -> str:
    return "bold red" if change.worse else STYLES.get(change.result, "")


def _takeaways(found: DiffResult) -> Iterator[str]:
    for note in found.notes:
        yield f"{note[0].upper()}{note[1:]}."
    for change in found.changes:
        if change.worse:
            yield f"{_name(change)} got worse: {change.worse}."
    for result in ("slower", "faster"):
        of = [change for change in found.changes if change.result == result]
        for change in of:
            assert change.ratio
            yield (
                f"{_name(change)} is {result}: {abs(change.ratio - 1):.1%} "
                f"{'less' if change.ratio < 1 else 'more'} throughput than before."
            )
    compared = [change for change in found.changes if change.p_corrected is not None]
    unclear = [change for change in compared if change.result == "no difference shown"]
    if unclear and len(unclear) == len(compared):
        yield (
            "No difference is shown in any of the cases. That is no proof of sameness: what could "
            "have been seen is as wide as the intervals."
        )
    if found.shared is not None and abs(found.shared - 1) > 0.02:
        how = "slower" if found.shared < 1 else "faster"
        yield (
            f"Every case is {how}, by {abs(found.shared - 1):.1%} at least. That much is put down "
            "to the machine, and a case counts only beyond it; where you changed what all of them "
            "have in common, it is your change."
        )
    ratios = [one for one in found.changes if one.ratio is not None and one.result != "control"]
    if found.geometric_mean is not None and len(ratios) > 1:
        yield f"Geometric mean of the {len(ratios)} ratios: {found.geometric_mean:.3f}."
    skipped: dict[str, list[str]] = {}
    for change in found.changes:
        # what got worse, and what neither run measured, was told before
        if change.reason and not change.worse and (change.base, change.new) != (None, None):
            skipped.setdefault(change.reason, []).append(_name(change))
    for reason, names in skipped.items():
        yield f"Not compared, because {reason}: {words.listed(names)}."
    if found.only_base:
        yield f"Only in the first run: {words.listed(found.only_base)}."
    if found.only_new:
        yield f"Only in the second run: {words.listed(found.only_new)}."
    for difference in found.differences:
        yield f"Compared although {difference}."


def _name(change: Change) -> str:
    python = f" {change.python}" if change.python else ""
    return f"{_setting(change)}, {change.primitive}{python}"
