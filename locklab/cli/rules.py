"""`locklab rules`: put the rules of locks to the locks themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from locklab.cli.options import Json, Python, StartMethod, shows_schema

if TYPE_CHECKING:
    from locklab.model.rules import RulesResult

TABLE, MARKDOWN = "table", "markdown"


def command(
    rule: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RULE]...",
            help="Names or globs ('timeout*'); all where none is given.",
            show_default=False,
        ),
    ] = None,
    primitive: Annotated[
        list[str] | None,
        typer.Option(
            "--primitive",
            "-p",
            help="Name, glob ('threading.*') or import path; repeatable. All of the standard "
            "library where none is given.",
            show_default=False,
        ),
    ] = None,
    promises: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Locks of your own promise to be like this one, such as threading.Lock.",
            show_default=False,
        ),
    ] = None,
    explain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE",
            help="Show what a rule asks, what happened, and what is documented; repeatable.",
            show_default=False,
        ),
    ] = None,
    python: Python = None,
    start_method: StartMethod = None,
    to: Annotated[str, typer.Option("--format", help="What to print: table or markdown.")] = TABLE,
    json: Json = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    _schema: Annotated[bool, shows_schema("rules")] = False,
) -> None:
    """Ask each lock how it behaves: who may release it, what waits, what raises, what is lost.

    Exits with 0 if all answers are as documented, 1 if one is not, 2 if the request is wrong,
    3 if locklab itself failed or its simulated locks answer otherwise, 130 if interrupted.
    """
    import sys

    from locklab.cli.output import console, deliver, progress_display
    from locklab.errors import RequestError
    from locklab.model.registry import nearest
    from locklab.questions.rules import rules
    from locklab.report import document
    from locklab.report.rules import explain as explain_rule
    from locklab.report.rules import print_rules
    from locklab.report.rules_markdown import encode

    if to not in (TABLE, MARKDOWN):
        raise RequestError(f"--format: there is no {to!r}; {nearest(to, (TABLE, MARKDOWN))}")
    if explain and to == MARKDOWN:
        raise RequestError("--explain has no Markdown; leave one of the two out")
    if json not in (None, "-"):
        assert json
        document.check_writable(json)
    with progress_display(quiet=quiet, unit="probes") as on_progress:
        result = rules(
            [*(rule or ()), *(explain or ())] or None,
            primitives=primitive or None,
            promises=promises,
            python=python or (),
            start_method=start_method,
            on_progress=on_progress,
        )

    def show() -> None:
        if to == MARKDOWN:
            sys.stdout.buffer.write(encode(result))
            sys.stdout.flush()
        elif explain:
            out = console()
            for info in result.rules:
                explain_rule(result, out, info)
        else:
            print_rules(result, console())

    deliver(result, json, show)
    raise typer.Exit(exit_code(result))


def exit_code(result: RulesResult) -> int:
    """The gravest of what there is to answer for."""
    if result.interrupted:
        return 130
    if any(answer.contradicts_the_model for answer in result.answers):
        return 3
    if result.problems or any(answer.problem for answer in result.answers):
        return 2
    return int(bool(result.broken))
