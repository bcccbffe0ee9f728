"""The rules of locks as a Markdown table, for a README or an issue."""

from __future__ import annotations

from collections.abc import Iterator

from locklab.model.rules import RulesResult
from locklab.report.answers import by_cell, cell_of, told
from locklab.report.as_markdown import escaped, row
from locklab.report.rules import columns_of


def encode(result: RulesResult) -> bytes:
    """The matrix, what its words mean, and what breaks a promise."""
    return ("\n".join(_lines(result)) + "\n").encode(errors="replace")


def _lines(result: RulesResult) -> Iterator[str]:
    columns, answers = columns_of(result), by_cell(result)
    yield row(["rule", *map(escaped, columns)])
    yield row([":--"] * (1 + len(columns)))
    for rule in result.rules:
        cells = [cell_of(answers.get((rule.name, column), ())) for column in columns]
        yield row([escaped(rule.sentence), *(escaped(cell.plain) for cell in cells)])
    for text, style in told(result):
        yield ""
        for line in text.strip().splitlines():
            if style == "bold":
                yield f"**{escaped(line)}**"
            elif line.startswith("- "):
                yield f"- {escaped(line[2:])}"
            else:
                yield escaped(line)
