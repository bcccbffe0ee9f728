"""Where output goes: tables on stdout, progress and warnings on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from locklab.report.words import duration

if TYPE_CHECKING:
    from locklab.model.results import RunResult
    from locklab.questions.measure import Progress
    from locklab.report.document import Record


def console(file: IO[str] | None = None) -> Console:
    """A console that wraps for people, and never colours what is not a terminal."""
    file = file or sys.stdout
    terminal = file.isatty()
    # a pipe has no width; 80 columns read well everywhere
    width = None if terminal or "COLUMNS" in os.environ else 80
    return Console(
        file=file, width=width, highlight=False, force_terminal=None if terminal else False
    )


def deliver(record: Record, json: str | None, show: Callable[[], None]) -> None:
    """Write the document where one is wanted, and the table where it does not mix with it.

    Args:
        record: What there is to tell.
        json: A file, `-` for stdout, or None for no document.
        show: Prints the table.
    """
    from locklab.report import document

    if json == "-":
        sys.stdout.buffer.write(document.encode(record))
        sys.stdout.flush()
        return
    try:
        # the document first: the table can be made from it again, and not the other way round
        if json is not None:
            document.write(record, json)
    finally:
        # also where the folder was removed meanwhile, or the disk is full: it took long to measure
        show()


def warn_of(sentence: str) -> None:
    """One warning on stderr."""
    print(f"locklab: warning: {sentence}", file=sys.stderr, flush=True)


def warn(run: RunResult) -> None:
    """Say on stderr what makes these numbers less than they look."""
    load, cpus = run.environment.get("load_average_1min"), run.environment.get("cpus_usable")
    # one busy processor in two already makes a trial wait for its turn
    if load is not None and cpus and load > cpus / 2:
        print(
            f"locklab: warning: the machine was busy when this began (load {load:.1f} on {cpus} "
            "processors); the numbers will be unsteady",
            file=sys.stderr,
        )
    most = max((case.workers for case in run.cases if case.backend == "multiprocessing"), default=0)
    if cpus and most > cpus:
        print(
            f"locklab: warning: {most} processes share {cpus} processors; they also wait for "
            "those, not only for locks",
            file=sys.stderr,
        )


@contextmanager
def progress_display(
    *, quiet: bool, unit: str = "trials"
) -> Iterator[Callable[[Progress], None] | None]:
    """Progress on stderr: a live line in a terminal, a plain line now and then elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty() and "NO_COLOR" not in os.environ:
        with _live(unit) as update:
            yield update
    else:
        yield _plain(unit)


@contextmanager
def checking(
    *,
    quiet: bool,
) -> Iterator[Callable[[str, int, int, float, float | None], None]]:
    """What is being explored, on stderr, where that is a terminal and takes a while."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    with console(sys.stderr).status("exploring") as status:

        def update(
            case: str, done: int, executions: int, seconds: float, about: float | None
        ) -> None:
            text = f"{done} cases done; {case}: {executions:,} executions"
            if seconds:
                text += f", {executions / seconds:,.0f} a second"
            if seconds and about:
                # before reduction: it can only be less
                left = max(0.0, about - executions) * seconds / max(1, executions)
                text += f", at most {duration(left * 1e9)} left"
            status.update(escape(text))

        yield update


@contextmanager
def _live(unit: str) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn(unit),
        MofNCompleteColumn(),
        BarColumn(bar_width=20),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        TextColumn("{task.fields[running]}", markup=False),
        console=console(sys.stderr),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, running="starting")

        def update(progress: Progress) -> None:
            bar.update(
                task, completed=progress.done, total=progress.total, running=progress.running
            )

        yield update


def _plain(unit: str) -> Callable[[Progress], None]:
    told = -1

    def update(progress: Progress) -> None:
        nonlocal told
        tenth = 10 * progress.done // max(1, progress.total)
        if tenth > told:
            told = tenth
            print(
                f"locklab: {progress.done} of {progress.total} {unit}; now {progress.running}",
                file=sys.stderr,
                flush=True,
            )

    return update
