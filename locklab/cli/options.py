"""Options that several commands share, so that they mean and say the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

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
