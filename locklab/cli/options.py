"""Options that several commands share, so that they mean and say the same everywhere."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from locklab.errors import RequestError

Scenarios = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SCENARIO]...",
        help="Names, globs ('box*') or import paths (path/file.py:Name); all where none is given.",
        show_default=False,
    ),
]
Primitives = Annotated[
    list[str] | None,
    typer.Option(
        "--primitive",
        "-p",
        help="Name, glob ('threading.*') or import path; repeatable. All where none is given.",
        show_default=False,
    ),
]
Json = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write one JSON document; - for stdout.", show_default=False),
]

Python = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH",
        help="Run on another interpreter: its path, or a version such as 3.13 or 3.13t; "
        "repeatable.",
        show_default=False,
    ),
]
StartMethod = Annotated[
    str | None,
    typer.Option(
        help="How processes start: fork, spawn or forkserver. The platform's default where "
        "not given.",
        show_default=False,
    ),
]


def shows_schema(kind: str) -> Any:
    """An option that shows the JSON Schema of a kind of document, such as `run`, and ends."""

    def show(wanted: bool) -> None:
        if wanted:
            from locklab.report.schema import published

            typer.echo(published(kind).read_text(encoding="utf-8"), nl=False)
            raise typer.Exit

    return typer.Option(
        "--schema",
        callback=show,
        is_eager=True,
        help=f"Show the JSON Schema of locklab/{kind} documents instead.",
    )


def share(option: str, text: str) -> float:
    """`5%` or `0.05` as a share.

    Raises:
        RequestError: It is neither, or not between 0 and 1.
    """
    number, percent, rest = text.strip().partition("%")
    try:
        value = float(number) / (100 if percent else 1)
    except ValueError:
        value = -1.0
    if rest or not 0 < value < 1:
        raise RequestError(f"{option} {text}: give a share between 0 and 1, such as 5% or 0.05")
    return value
