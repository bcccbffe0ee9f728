"""`locklab report`: show a saved run again, here or in another format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from locklab.cli.options import shows_schema

if TYPE_CHECKING:
    from rich.console import Console

    from locklab.model.results import RunResult


def command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A document written by --json.")],
    to: Annotated[
        str, typer.Option("--format", help="What to make of it: table, csv, markdown or pyperf.")
    ] = "table",
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it; - for stdout."),
    ] = "-",
    _schema: Annotated[bool, shows_schema("run")] = False,
) -> None:
    """Print the table of a run of compare or check that was saved with --json.

    Other formats are CSV, Markdown, and pyperf's own JSON, which needs the extra "pyperf".
    """
    import io
    import sys
    from pathlib import Path

    from locklab.cli.output import console
    from locklab.errors import RequestError
    from locklab.report.document import read
    from locklab.report.files import check_writable, write_whole
    from locklab.report.formats import TABLE, export

    shown = read(run)
    if output != "-":
        check_writable("--output", output)
        if Path(output).exists() and Path(output).samefile(run):
            raise RequestError(f"--output {output}: that is the run itself; name another file")
    if to != TABLE:
        content = export(shown, to)
    elif output == "-":
        _print(shown, console())
        return
    else:
        text = io.StringIO()
        _print(shown, console(text))
        content = text.getvalue().encode(errors="replace")
    if output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        write_whole("--output", output, content)


def _print(run: RunResult, console: Console) -> None:
    from locklab.report.console import print_run
    from locklab.report.proofs import render_proofs

    if any(case.observed for case in run.cases):
        print_run(run, console)
    else:
        console.print(render_proofs(run), crop=False)
