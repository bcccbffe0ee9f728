"""`locklab report`: show a saved run again."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A document written by --json.")],
) -> None:
    """Print the table of a run that was saved with --json."""
    from locklab.cli.output import console
    from locklab.report.console import print_run
    from locklab.report.document import read

    print_run(read(run), console())
