"""The parent's side of a probe: put one rule to one lock in a fresh interpreter."""

from __future__ import annotations

import sys
from typing import Any

from locklab.probes.rule import CRASHES
from locklab.trial.fresh import FreshInterpreter

# A probe gives a sign of life every half second; one that holds the GIL in C for ever cannot.
SILENCE_LIMIT_S = 10.0


class Asked:
    """What became of a probe.

    Attributes:
        answer: The answer; None where there is none, or where it is a figure.
        value: The figure; None where it is none.
        unit: Of the figure.
        transcript: What was called and what came of it.
        gil: Whether the GIL was on; None where that is not known.
        problem: Why there is no answer, as a sentence; None where there is one.
    """

    __slots__ = ("answer", "gil", "problem", "transcript", "unit", "value")

    def __init__(self, content: dict[str, Any] | None, problem: str | None = None) -> None:
        found = content or {}
        self.answer: str | None = found.get("answer")
        self.value: float | None = found.get("value")
        self.unit: str | None = found.get("unit")
        self.transcript: tuple[str, ...] = tuple(found.get("transcript", ()))
        self.gil: bool | None = found.get("gil")
        self.problem = problem


def put(
    rule: str,
    primitive: str,
    folder: str,
    *,
    python: str = sys.executable,
    start_method: str | None = None,
) -> Asked:
    """Put one rule to one lock in a fresh interpreter.

    Args:
        rule: Its name.
        primitive: Registered name or import path.
        folder: Where the interpreter makes a temporary folder of its own, while it lives.
        python: The interpreter to run it on.
        start_method: Of processes; None for the platform's default.

    Raises:
        OSError: No process could be started.
    """
    question = {"rule": rule, "primitive": primitive, "start_method": start_method}
    with FreshInterpreter({"question": question}, folder, python) as interpreter:
        frame = interpreter.hear(SILENCE_LIMIT_S)
        if frame is None:
            why, _ = interpreter.why_silent("answer", SILENCE_LIMIT_S)
            if interpreter.broke_off:
                return Asked({"answer": CRASHES, "transcript": [why]})
            return Asked(None, why)
        interpreter.answered = True
        kind, content = frame
        return Asked(None, content) if kind == "problem" else Asked(content)
