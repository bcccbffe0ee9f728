"""The `locklab` command: its subcommands, and what becomes of errors."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

import locklab
from locklab.cli import check, compare, diff, doctor, listing, report, rules
from locklab.errors import LocklabError, RequestError

INTERRUPTED = 130
OUTPUT_FAILED = (errno.ENOSPC, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))

app = typer.Typer(
    help="Compare Python's locks across threads, processes and tasks: is it correct, "
    "and what does it cost?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("compare")(compare.command)
app.command("check")(check.command)
app.command("diff")(diff.command)
app.command("doctor")(doctor.command)
app.command("list")(listing.command)
app.command("report")(report.command)
app.command("rules")(rules.command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"locklab {locklab.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. Errors of ours become a sentence and their exit code."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # started with one of them closed: the next file to be opened would take its place
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - for as long as we run
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a terminal that knows no dash gets a question mark, and not a traceback
        sys.stdout.reconfigure(errors="replace")
    for name in ("SIGTERM", "SIGHUP"):
        # as Ctrl-C: what was measured is kept, and nothing stays behind. Not where it is ignored,
        # as under nohup.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)
    try:
        app()
    except RequestError as error:
        typer.echo(f"locklab: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("locklab: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # whoever read our output has had enough; nothing more can be said, not even that
        sys.stdout = None
        sys.exit(0)
    except OSError as error:
        if error.errno not in OUTPUT_FAILED:
            _our_fault(error)
        typer.echo(f"locklab: the output could not be written: {error.strerror}", err=True)
        # what is still buffered would be tried, and fail, once more
        sys.stdout = None
        sys.exit(LocklabError.exit_code)
    except LocklabError as error:
        _our_fault(error)
    except Exception as error:
        _our_fault(error)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _our_fault(error: Exception) -> NoReturn:
    import traceback

    traceback.print_exc()
    typer.echo(
        "locklab: this is a mistake in locklab, not in your request; please report it with the "
        f"lines above ({type(error).__name__}: {error})",
        err=True,
    )
    sys.exit(3)
