"""Parts that several reports are put together from."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


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
