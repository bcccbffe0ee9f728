"""The fresh interpreter's side: read a spec, run it, tell.

Frames of `marshal` (format 2, which every CPython since 2.5 reads and writes) go over standard
input and output. `marshal` is built in: `json` would cost an import of its own in an interpreter
that should hold nothing but what it measures.
"""

from __future__ import annotations

import _thread
import atexit
import faulthandler
import marshal
import os
import sys
import time

from locklab.errors import CaseError
from locklab.trial.process import POSIX, Parent, end_group, remove_folder
from locklab.trial.run import run_trial
from locklab.trial.spec import Spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.model.rig import Runner

# setup and verify are a few lines; one that takes longer never ends
PHASE_LIMIT_S = 5.0
BEAT_S = 1.0


def main() -> None:
    """Do the one thing that this interpreter was started for: a trial, or a probe."""
    inlet = os.fdopen(os.dup(0), "rb")
    outlet = os.fdopen(os.dup(1), "wb")
    # what a scenario prints goes with the errors, and it reads nothing
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)

    # a probe is watched, and told of, by another thread than the one that answers
    telling = _thread.allocate_lock()

    def tell(kind: str, content: Any) -> None:
        with telling:
            marshal.dump((kind, content), outlet, 2)
            outlet.flush()

    # a crash in C says where it was, and so does a trial that has to be ended by SIGABRT
    faulthandler.enable()
    parent = Parent(inlet)
    # whatever the modules and the scenario put down; it exists only while this process does
    folder = os.environ["TMPDIR"]
    os.mkdir(folder, 0o700)
    try:
        request = parent.hear()
    except SystemExit:
        remove_folder(folder)
        os._exit(1)
    sys.path.extend(path for path in request["path"] if path not in sys.path)
    if "question" in request:
        from locklab.trial.probing import beside_main

        # the main thread is one of the workers: it alone can be interrupted
        beside_main(
            lambda on_main: _live(
                parent, folder, lambda: _probe(request["question"], parent, tell, on_main)
            ),
            lambda: _look(parent, folder, tell),
        )
    else:
        _live(parent, folder, lambda: _trial(request["spec"], parent, tell))


def _live(parent: Parent, folder: str, do: Callable[[], int]) -> None:
    """Do it, put everything in order, and end the process."""
    code = 1
    try:
        code = do()
    except SystemExit:
        pass
    except BrokenPipeError:
        # nobody reads what we have to tell
        parent.lost = True
    except BaseException:
        import traceback

        traceback.print_exc()
    faulthandler.cancel_dump_traceback_later()
    alone = parent.gone()
    if alone:
        remove_folder(folder)
        # nobody will end us if what follows takes too long
        _limit(True)
    # What has to be put in order at the end is done here, and the interpreter is not torn down
    # piece by piece: that costs as much as a third of starting it, and would wait for a thread
    # that waits for ever.
    atexit._run_exitfuncs()
    if alone:
        _end_alone(folder)
    remove_folder(folder)
    sys.stderr.flush()
    os._exit(code)


def _look(parent: Parent, folder: str, tell: Callable[[str, Any], None]) -> None:
    """Give a sign of life, and end where nobody waits for one any more."""
    if parent.gone():
        _end_alone(folder)
    try:
        tell("beat", None)
    except OSError:
        # whoever read from it is about to be gone
        parent.lost = True


def _end_alone(folder: str) -> None:
    """Nobody will put anything in order after us: whatever a workload has started ends, too."""
    remove_folder(folder)
    if POSIX:
        end_group(os.getpid(), gently=False)
    os._exit(1)


def _probe(
    question: dict[str, Any],
    parent: Parent,
    tell: Callable[[str, Any], None],
    on_main: Runner,
) -> int:
    """Put one rule to one lock, and tell; the exit code."""
    from locklab.trial.probing import answer

    try:
        found = answer(question, on_main, limited=_limit)
    except CaseError as problem:
        tell("problem", str(problem))
    else:
        tell("answer", found)
        parent.hear()
    return 0


def _trial(plain: dict[str, Any], parent: Parent, tell: Callable[[str, Any], None]) -> int:
    """Run the trial that the parent asks for, and tell; the exit code."""
    spec = Spec.from_plain(plain)
    last_beat = time.monotonic()

    def look() -> bool:
        """Give a sign of life now and then, and notice when nobody listens any more."""
        nonlocal last_beat
        if time.monotonic() - last_beat > BEAT_S:
            last_beat = time.monotonic()
            tell("beat", None)
        return parent.gone()

    def ready(facts: dict[str, Any]) -> None:
        if "multiprocessing" in sys.modules:
            # Asked to end: leave by the front door, so that workers, semaphores and sockets go
            # too. Threads and tasks need no such care, nor the module, which costs a quarter of
            # a bare interpreter's start.
            import signal

            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        tell("ready", facts)
        if parent.hear() != "go":
            raise SystemExit(1)

    try:
        record = run_trial(spec, ready=ready, alone=look, limited=_limit)
    except CaseError as problem:
        tell("problem", str(problem))
    else:
        tell("record", record)
        # leaving costs processor time, and another trial may be timed just now: wait to be let go
        parent.hear()
    return 0


def _limit(limited: bool) -> None:
    """End the process, with a traceback, where setup or verify does not end.

    The watchdog of `faulthandler` is a thread in C: it needs no GIL and no import, and it is not
    there while workers run.
    """
    if limited:
        faulthandler.dump_traceback_later(PHASE_LIMIT_S, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()
