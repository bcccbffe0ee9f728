"""`locklab diff`: compare two saved runs."""

from __future__ import annotations

from typing import Annotated

import typer

from locklab.cli.options import Json, share, shows_schema


def command(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A document written by --json.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another, to be judged by it.")],
    threshold: Annotated[
        str, typer.Option(metavar="SHARE", help="A smaller change does not matter: 5% or 0.05.")
    ] = "5%",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare them although their circumstances differ.")
    ] = False,
    json: Json = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the table.")] = False,
    _schema: Annotated[bool, shows_schema("diff")] = False,
) -> None:
    """Tell what became faster, slower or worse from one run to another.

    Exits with 0 if nothing got slower or worse, 1 if something did, 2 if the two cannot be
    compared.
    """
    from locklab.cli.output import console, deliver
    from locklab.questions.diff import diff
    from locklab.report import document
    from locklab.report.changes import render_diff

    limit = share("--threshold", threshold)
    if json not in (None, "-"):
        assert json
        document.check_writable(json)
    found = diff(document.read(base), document.read(new), threshold=limit, anyway=anyway)
    out = console()
    wide = out.width >= 100
    deliver(found, json, lambda: out.print(render_diff(found, wide=wide, brief=quiet)))
    raise typer.Exit(int(found.regressed))
