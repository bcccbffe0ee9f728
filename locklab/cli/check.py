"""`locklab check`: explore every interleaving and print what is established."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from locklab.cli.options import Json, Primitives, Scenarios

if TYPE_CHECKING:
    from locklab.model.results import RunResult


def command(
    scenarios: Scenarios = None,
    primitive: Primitives = None,
    workers: Annotated[int, typer.Option("--workers", "-w", help="Workers of each case.")] = 2,
    ops: Annotated[int, typer.Option(help="Operations of each worker.")] = 2,
    max_preemptions: Annotated[
        int | None,
        typer.Option(
            help="Only schedules with at most so many preemptions; nothing is proved then.",
            show_default=False,
        ),
    ] = None,
    policy: Annotated[
        str,
        typer.Option(
            help="exhaustive (each class once), bounded (fewest preemptions first), random, pct, "
            "or every (no reduction)."
        ),
    ] = "exhaustive",
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Also cancel tasks while they wait or pause.")
    ] = False,
    budget: Annotated[
        str, typer.Option(help="How long to look: quick, standard or thorough.")
    ] = "quick",
    seed: Annotated[
        int | None, typer.Option(help="Of the policies random and pct.", show_default=False)
    ] = None,
    json: Json = None,
    replay: Annotated[
        str | None,
        typer.Option(metavar="TOKEN", help="Show one execution again.", show_default=False),
    ] = None,
    real: Annotated[
        bool,
        typer.Option(
            "--real", help="With --replay: drive real workers through the same steps, too."
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress, and no schedules.")
    ] = False,
) -> None:
    """Explore every interleaving of scenarios on primitives: proved, refuted or deadlock.

    Exits with 0 if every verdict is as expected, 1 if a promise is broken or a limit was reached,
    2 if the request is wrong, 3 if locklab itself failed, 130 if interrupted.
    """
    from locklab.cli.output import checking, console, deliver, warn_of
    from locklab.errors import RequestError
    from locklab.questions.check import replay as play
    from locklab.questions.verdicts import check_cases
    from locklab.report import document

    if real and replay is None:
        raise RequestError("--real: goes with --replay TOKEN, which names what to drive")
    if replay is not None:
        _show_again(replay, real=real)
        return
    if json not in (None, "-"):
        assert json
        document.check_writable(json)
    with checking(quiet=quiet) as on_progress:
        run = check_cases(
            scenarios or None,
            primitives=primitive or None,
            workers=workers,
            ops=ops,
            budget=budget,
            on_case=on_progress,
            on_warning=(lambda _: None) if quiet else warn_of,
            policy=policy,
            max_preemptions=max_preemptions,
            cancel=cancel,
            seed=seed,
        )

    def show() -> None:
        from locklab.report.proofs import render_proofs

        console().print(render_proofs(run, None if quiet else play), crop=False)

    deliver(run, json, show)
    raise typer.Exit(exit_code(run))


def exit_code(run: RunResult) -> int:
    """The gravest of what the verdicts have to answer for."""
    if run.interrupted:
        return 130
    if run.problems or any(case.problem for case in run.cases):
        return 2
    limits = any(c.expected and c.verdict.status == "inconclusive" for c in run.cases)
    return int(limits or any(case.refuted for case in run.cases))


def _show_again(token: str, *, real: bool) -> None:
    from locklab.cli.output import console
    from locklab.questions.check import replay
    from locklab.report.proofs import render_trace

    shown = replay(token, real=real)
    out = console()
    out.print(
        f"{shown.scenario} on {shown.primitive}, {shown.workers} workers × {shown.ops} operations",
        style="bold",
    )
    out.print(render_trace(shown))
    if real:
        out.print(
            "\nReal workers, driven through the same steps with the real primitive, came to the "
            "same end."
        )
