"""`locklab report`: show a saved run again."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A document written by --json.")],
) -> None:
    """Print the table of a run of compare or check that was saved with --json."""
    from locklab.cli.output import console
    from locklab.report.console import print_run
    from locklab.report.document import read

    shown = read(run)
    if any(case.observed for case in shown.cases):
        print_run(shown, console())
        return
    from locklab.report.proofs import render_proofs

    console().print(render_proofs(shown.cases), crop=False)
