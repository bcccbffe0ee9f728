"""`locklab doctor`: what makes numbers unsteady on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from locklab.cli.options import Json, shows_schema


def command(
    budget: Annotated[
        str, typer.Option(help="Of each of the identical runs: quick, standard or thorough.")
    ] = "quick",
    json: Json = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    _schema: Annotated[bool, shows_schema("doctor")] = False,
) -> None:
    """Find what makes numbers unsteady here, how much two identical runs differ, and what to do.

    Exits with 0 whatever is found, 2 if the request is wrong, 3 if locklab itself failed, 130 if
    interrupted.
    """
    from locklab.cli.output import console, deliver, progress_display
    from locklab.questions.doctor import doctor
    from locklab.report import document
    from locklab.report.doctor import render

    if json not in (None, "-"):
        assert json
        document.check_writable(json)
    with progress_display(quiet=quiet) as on_progress:
        diagnosis = doctor(budget=budget, on_progress=on_progress)
    deliver(diagnosis, json, lambda: console().print(render(diagnosis)))
    raise typer.Exit(130 if diagnosis.interrupted else 0)
