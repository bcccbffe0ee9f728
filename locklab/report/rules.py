"""The rules of locks as a matrix, and what stands behind one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from locklab.model.rules import RuleAnswer, RuleInfo, RulesResult
from locklab.report.answers import by_cell, cell, cell_of, colour, told

# From this width on there is room for the rules as sentences.
WIDE = 130
SENTENCE = 44


def print_rules(result: RulesResult, console: Console) -> None:
    """Print the matrix, what its words mean, and what breaks a promise."""
    for columns in _pages(result, console.width):
        console.print(_matrix(result, columns, console.width))
        console.print()
    for text, style in told(result):
        console.print(Text(text, style=style))


def explain(result: RulesResult, console: Console, rule: RuleInfo) -> None:
    """Print what a rule asks, and for each primitive its answer, why, and what is promised."""
    console.print(Text(rule.name, style="bold"))
    console.print(Text(f"{rule.sentence}\n{rule.question}"))
    groups = groupby(
        (one for one in result.answers if one.rule == rule.name), key=lambda one: one.primitive
    )
    for primitive, answers in groups:
        for answer in answers:
            label = f" {answer.python}" if answer.python else ""
            line = Text(f"\n{primitive}{label}: ")
            line.append(cell(answer), style=colour(answer))
            console.print(line)
            for sentence in _behind(answer):
                console.print(Padding(Text(sentence), (0, 0, 0, 2), expand=False))
    console.print()


def _behind(answer: RuleAnswer) -> Iterator[str]:
    yield from answer.transcript
    if answer.problem:
        yield answer.problem
    promised = answer.promised
    if promised is None:
        yield "promised: nothing"
    else:
        yield f"promised: {promised.answer}. {promised.says}"
        if promised.page:
            yield promised.page
    if answer.kept is False:
        yield "That promise is broken."
    if answer.simulated is not None:
        same = "the same" if answer.simulated == answer.answer else answer.simulated
        yield f"as check explores it: {same}"


def columns_of(result: RulesResult) -> list[str]:
    """The primitives, in the order asked for."""
    return list(dict.fromkeys(answer.primitive for answer in result.answers))


def _matrix(result: RulesResult, columns: Sequence[str], width: int) -> Table:
    cells = by_cell(result)
    wide = width >= WIDE
    # what separates the columns is the box; at 80 columns there is no room for more
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, int(wide), 0, 0))
    table.add_column("rule", no_wrap=True)
    if wide:
        table.add_column("as a sentence", max_width=SENTENCE, overflow="fold")
    narrow = _natural_width(result, columns) > width - (SENTENCE if wide else 0)
    for column in columns:
        table.add_column(_head(column, narrow=narrow), overflow="fold")
    for rule in result.rules:
        row = [cell_of(cells.get((rule.name, column), ())) for column in columns]
        if narrow:
            row = [_broken_up(text) for text in row]
        table.add_row(rule.name, *([rule.sentence] if wide else []), *row)
    return table


def _head(primitive: str, *, narrow: bool = False) -> str:
    """A name on two lines, so that those of one family stand under one another."""
    family, dot, name = primitive.partition(".")
    if not dot or "/" in primitive:
        return primitive
    if narrow:
        family = family.replace("multiprocessing", "multi-\nprocessing")
    return f"{family}\n{name}"


def _broken_up(text: Text) -> Text:
    """The long name of an exception on two lines."""
    match = re.search(r"[a-z](?=(Error|Exception|Warning)\b)", text.plain)
    if match is None or len(text.plain) <= 12:
        return text
    return Text("\n").join([text[: match.end()], text[match.end() :]])


def _natural_width(result: RulesResult, columns: Sequence[str]) -> int:
    cells = by_cell(result)
    names = max((len(rule.name) for rule in result.rules), default=0)
    return names + sum(1 + _column_width(cells, column) for column in columns)


def _column_width(
    cells: dict[tuple[str, str], list[RuleAnswer]], column: str, *, narrow: bool = False
) -> int:
    texts = [cell_of(answers) for (_, primitive), answers in cells.items() if primitive == column]
    if narrow:
        texts = [_broken_up(text) for text in texts]
    lines = [line for text in (_head(column, narrow=narrow), *(text.plain for text in texts))
             for line in text.splitlines()]  # fmt: skip
    return max(map(len, lines))


def _pages(result: RulesResult, width: int) -> Iterator[list[str]]:
    """The columns in as many tables as it takes to fit them into the width."""
    cells = by_cell(result)
    room = width - max((len(rule.name) for rule in result.rules), default=0)
    if width >= WIDE:
        room -= SENTENCE
    page: list[str] = []
    used = 0
    for column in columns_of(result):
        needed = 1 + _column_width(cells, column, narrow=True)
        if page and used + needed > room:
            yield page
            page, used = [], 0
        page.append(column)
        used += needed
    if page:
        yield page
