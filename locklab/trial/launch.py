"""The parent's side of a trial: start a fresh interpreter, let it go, take the result, end it."""

from __future__ import annotations

import sys
from typing import Any

from locklab.trial.fresh import FreshInterpreter
from locklab.trial.record import TrialRecord
from locklab.trial.spec import Spec

START_LIMIT_S = 20.0
# A trial gives a sign of life every second; one that holds the GIL in C for ever cannot.
SILENCE_LIMIT_S = 10.0


class Trial:
    """One trial in one fresh interpreter; use as a context manager.

    Args:
        spec: What to run.
        folder: Where the trial makes a temporary folder of its own, for as long as it lives.
        python: The interpreter to run it on.

    Raises:
        OSError: No process could be started.
    """

    def __init__(self, spec: Spec, folder: str, python: str = sys.executable) -> None:
        self.spec = spec
        self._facts: dict[str, Any] = {}
        self._over: TrialRecord | None = None
        self._interpreter = FreshInterpreter({"spec": spec.to_plain()}, folder, python)

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def wait_ready(self) -> bool:
        """Wait until every worker stands at the gate; False where the trial is over already."""
        limit = START_LIMIT_S + 0.5 * self.spec.workers
        frame = self._interpreter.hear(limit)
        if frame is None:
            self._over = self._failed("start", limit)
        elif frame[0] == "ready":
            self._facts = frame[1]
        else:
            self._over = self._record(frame)
        return self._over is None

    def release(self) -> None:
        """Open the gate."""
        if self._over is None:
            self._interpreter.say("go")

    def result(self) -> TrialRecord:
        """Wait for the result."""
        if self._over is None:
            frame = self._interpreter.hear(SILENCE_LIMIT_S)
            if frame is None:
                self._over = self._failed("answer", SILENCE_LIMIT_S)
            else:
                self._over = self._record(frame)
        return self._over

    def dismiss(self) -> None:
        """Let the interpreter end by itself; it waits for that after its result."""
        self._interpreter.dismiss()

    def close(self) -> None:
        """End whatever is left of the trial."""
        self._interpreter.answered = self._over is not None and self._over.crash is None
        self._interpreter.close()

    def _record(self, frame: tuple[str, Any]) -> TrialRecord:
        kind, content = frame
        if kind == "problem":
            return TrialRecord(self.spec, self._facts, problem=content)
        return TrialRecord.from_plain(self.spec, self._facts, content)

    def _failed(self, phase: str, limit: float) -> TrialRecord:
        """The record of a trial that ended, or had to be ended, without a result."""
        message, brief = self._interpreter.why_silent(phase, limit)
        if brief or phase == "start":
            return TrialRecord(self.spec, self._facts, problem=message)
        return TrialRecord(self.spec, self._facts, crash=message)


def run_in_fresh_interpreter(spec: Spec, folder: str, python: str = sys.executable) -> TrialRecord:
    """Run one trial from start to end."""
    with Trial(spec, folder, python) as trial:
        if trial.wait_ready():
            trial.release()
        return trial.result()
