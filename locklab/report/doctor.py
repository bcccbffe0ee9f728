"""What `doctor` found, for a terminal or a pipe: what it comes to first, then what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from locklab.model.diagnosis import Diagnosis, Finding, Repeats
from locklab.report import words

# From there on a factor says more than a percentage.
FACTOR = 2.0


def render(diagnosis: Diagnosis) -> RenderableType:
    """Everything that a diagnosis has to say."""
    parts: list[RenderableType] = [
        Text("How much identical runs differ here", style="bold"),
        Text(difference(diagnosis.repeats)),
    ]
    width = max((len(finding.name) for finding in diagnosis.findings), default=0)
    for title, state in (
        ("What makes numbers unsteady here", "warning"),
        ("What is as it should be", "ok"),
        ("What cannot be told here", "unknown"),
    ):
        chosen = [finding for finding in diagnosis.findings if finding.state == state]
        if chosen:
            parts += [Text(f"\n{title}", style="bold"), _list(chosen, width)]
    parts.append(Text(f"\n{circumstances(diagnosis)}", style="dim"))
    if diagnosis.interrupted:
        parts.append(Text("Interrupted: this is what was measured until then.", style="yellow"))
    return Group(*parts)


def difference(repeats: Repeats) -> str:
    """What two identical runs' differing means, in a few sentences."""
    said = list(_difference(repeats))
    if repeats.problem:
        said.append(f"The runs ended early: {repeats.problem}.")
    return " ".join(said)


def _difference(repeats: Repeats) -> Iterator[str]:
    runs = len(repeats.ops_per_s)
    what = (
        f"{repeats.scenario} on {repeats.primitive} with {words.workers(repeats.workers)}"
        f" (budget {repeats.budget})"
    )
    if repeats.limit is None or repeats.furthest is None:
        yield f"Too few runs of {what} to tell: {runs}, where 3 is the least."
        return
    yield (
        f"A difference below about {_ratio(repeats.limit)} between two runs means nothing: two "
        "runs of the very same thing differ by up to so much in 19 of 20 pairs."
    )
    yield (
        f"Measured were {runs} runs of {what}, right after one another: "
        f"{words.span(min(repeats.ops_per_s), max(repeats.ops_per_s))} ops/s. Of their "
        f"{repeats.pairs} pairs the furthest apart differ by {_ratio(repeats.furthest)}. Other "
        "cases differ more or less, and runs of different days more."
    )


def _ratio(ratio: float) -> str:
    return f"{words.percent(ratio - 1)}" if ratio < FACTOR else f"a factor of {ratio:.2g}"


def _list(findings: Iterable[Finding], width: int) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 1))
    grid.add_column(width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    for finding in findings:
        lines = [finding.found, finding.means, f"→ {finding.remedy}" if finding.remedy else None]
        grid.add_row(Text(finding.name), Text("\n".join(line for line in lines if line)))
    return grid


def circumstances(diagnosis: Diagnosis) -> str:
    """One line on where that was."""
    env = diagnosis.environment
    gil = {True: "GIL on", False: "GIL off", None: "GIL unknown"}[env.get("gil")]
    parts = [
        f"{env.get('implementation')} {env.get('python')}, {gil}",
        env.get("processor"),
        f"{env.get('cpus_usable')} CPUs",
        f"{env.get('system')} {env.get('machine')}",
    ]
    return " · ".join(part for part in parts if part)
