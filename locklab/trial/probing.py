"""One probe in this very interpreter: make the lock and its workers, ask, tell."""

from __future__ import annotations

import signal
import threading
import time
from queue import SimpleQueue

from locklab.backends import BACKENDS
from locklab.errors import CaseError, LocklabError
from locklab.model.places import failed, told
from locklab.model.workload import Lab
from locklab.probes import RULES
from locklab.probes.rule import Figure, Probe, ask
from locklab.trial.run import gil_enabled, load_primitive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.model.primitive import Primitive
    from locklab.model.rig import Runner

LOOK_S = 0.5
# Of a long transcript, so many lines are kept at each end.
END_LINES = 15


def beside_main(do: Callable[[Runner], object], look: Callable[[], object]) -> None:
    """Do something in another thread, so that it can use the main thread as a worker.

    Args:
        do: What to do; given a function that runs another one in the main thread. It ends the
            process.
        look: Called now and then, also while workers wait; not where one keeps the GIL for ever.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    jobs: SimpleQueue[Callable[[], Any]] = SimpleQueue()

    def watch() -> None:
        while True:
            time.sleep(LOOK_S)
            look()

    threading.Thread(target=watch, daemon=True).start()
    threading.Thread(target=do, args=(jobs.put,), daemon=True).start()
    while True:
        try:
            jobs.get()()
        except KeyboardInterrupt:
            # came a moment too late for the call that it was meant for
            continue


class Stock:
    """Where probes get locks from.

    Args:
        primitive: Of which kind.
        start_method: Of processes; None for the platform's default.
        workers: How many will use one.
    """

    def __init__(self, primitive: Primitive, start_method: str | None, workers: int) -> None:
        self.backend = primitive.backend
        self.family = BACKENDS.load(primitive.backend)(start_method)
        self.context = self.family.context
        self._primitive = primitive
        self._lab = Lab(
            max(1, workers),
            1,
            lock=primitive.make,
            cell=self.family.cell,
            pause=self.family.pause,
            primitive=lambda lab, name: load_primitive(name).make(lab),
            context=self.family.context,
        )

    def make(self) -> Any:
        """Make a lock.

        Raises:
            CaseError: Its factory raised.
        """
        try:
            return self._primitive.make(self._lab)
        except LocklabError as error:
            raise CaseError(str(error)) from error
        except (Exception, SystemExit) as error:
            raise CaseError(failed("making a lock", error)) from error


def answer(
    question: dict[str, Any], on_main: Runner, *, limited: Callable[[bool], None]
) -> dict[str, Any]:
    """Put one rule to one lock.

    Args:
        question: `rule`, `primitive` (names or import paths) and `start_method`.
        on_main: Runs a function in the main thread, which is not the caller's.
        limited: Called with True before code that should be short, and with False after it.

    Returns:
        `answer` (None for a figure), `value` and `unit` (None for others), `transcript`, and
        whether the GIL is on.

    Raises:
        CaseError: There is no such rule or primitive, or its factory raised.
    """
    limited(True)
    try:
        rule = RULES.load(question["rule"])
        primitive = load_primitive(question["primitive"])
        stock = Stock(primitive, rule.start_method or question["start_method"], rule.workers)
    except LocklabError as error:
        raise CaseError(str(error)) from error
    transcript: list[str] = []
    try:
        rig = stock.family.rig(stock.make, rule.workers, on_main)
    except LocklabError as error:
        raise CaseError(str(error)) from error
    except (Exception, SystemExit) as error:
        if rule.start_method is None:
            raise CaseError(
                f"its workers could not be started: {type(error).__name__}: {told(error)}"
            ) from error
        # that it cannot get there is what was asked
        transcript = [f"sending it there raised {type(error).__name__}: {told(error)}"]
        return _told(type(error).__name__, transcript)
    limited(False)
    probe = Probe(rig, stock)
    try:
        found = ask(rule, probe)
    finally:
        rig.close()
    return _told(found, probe.transcript)


def _told(found: str | Figure, transcript: list[str]) -> dict[str, Any]:
    figure = found if isinstance(found, Figure) else None
    return {
        "answer": None if isinstance(found, Figure) else found,
        "value": figure and figure.value,
        "unit": figure and figure.unit,
        "transcript": _shortened(transcript),
        "gil": gil_enabled(),
    }


def _shortened(transcript: list[str]) -> list[str]:
    """What was tried again and again, once at each end."""
    if len(transcript) <= 2 * END_LINES:
        return transcript
    left_out = len(transcript) - 2 * END_LINES
    return [
        *transcript[:END_LINES],
        f"(and so on, {left_out} lines)",
        *transcript[-END_LINES:],
    ]
