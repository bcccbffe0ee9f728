"""`locklab compare`: measure cases side by side and print the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from locklab.cli.options import Json, Primitives, Python, Scenarios, StartMethod, share

if TYPE_CHECKING:
    from locklab.model.results import RunResult


def command(
    scenarios: Scenarios = None,
    primitive: Primitives = None,
    workers: Annotated[
        str, typer.Option("--workers", "-w", help="Worker counts, separated by commas.")
    ] = "2",
    budget: Annotated[
        str, typer.Option(help="How much time to take: quick, standard or thorough.")
    ] = "quick",
    trials: Annotated[
        int | None,
        typer.Option(
            help="Timed trials of each case, in place of the budget's; an interval needs 6.",
            show_default=False,
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Add trials until each 95 % interval reaches no further from its median than this "
            "share of it, or the budget ends: 5% or 0.05. The budget's own where not given.",
            show_default=False,
        ),
    ] = None,
    inside: Annotated[
        str,
        typer.Option(
            metavar="UNITS",
            help="Work units inside each critical section: 10, 0,10,100 or 1..1000.",
        ),
    ] = "0",
    outside: Annotated[
        str, typer.Option(metavar="UNITS", help="Work units after each critical section, likewise.")
    ] = "0",
    load: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="In place of these two: uncontended, low, moderate, saturated, or several.",
            show_default=False,
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            help="Pace the wait pass: N acquisitions per second in all, each waiting from when it "
            "was due.",
            show_default=False,
        ),
    ] = None,
    python: Python = None,
    start_method: StartMethod = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Of the order of trials. Drawn where not given.", show_default=False),
    ] = None,
    json: Json = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no warnings.")
    ] = False,
) -> None:
    """Run scenarios on primitives for real: what happens, and what does it cost?

    Exits with 0 if every promise was kept, 1 if one was broken, 2 if the request is wrong,
    3 if locklab itself failed, 130 if interrupted.
    """
    from locklab.cli.output import console, deliver, progress_display, warn
    from locklab.questions.compare import Interrupted, compare
    from locklab.questions.load import parse
    from locklab.report import document
    from locklab.report.console import print_run

    counts = parse_workers(workers)
    if json not in (None, "-"):
        assert json
        document.check_writable(json)
    with progress_display(quiet=quiet) as on_progress:
        try:
            run = compare(
                scenarios or None,
                primitives=primitive or None,
                workers=counts,
                budget=budget,
                trials=trials,
                precision=None if precision is None else share("--precision", precision),
                inside=parse("--inside", inside),
                outside=parse("--outside", outside),
                load=load.split(",") if load else (),
                rate=rate,
                python=python or (),
                start_method=start_method,
                seed=seed,
                on_progress=on_progress,
            )
        except Interrupted as interrupted:
            run = interrupted.partial
    if not quiet:
        warn(run)
    deliver(run, json, lambda: print_run(run, console()))
    raise typer.Exit(exit_code(run))


def parse_workers(text: str) -> list[int]:
    """`1,2,4` as numbers.

    Raises:
        RequestError: A part is no whole number.
    """
    from locklab.errors import RequestError

    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise RequestError(
            f"--workers {text}: give whole numbers separated by commas, such as 1,2,4"
        ) from None


def exit_code(run: RunResult) -> int:
    """The gravest of what a run has to answer for."""
    if run.interrupted:
        return 130
    if run.problems or any(case.problem for case in run.cases):
        return 2
    return int(any(case.broken for case in run.cases))
