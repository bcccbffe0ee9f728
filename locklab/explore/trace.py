"""One execution, step by step, with what was read and written, and where in the source."""

from __future__ import annotations

import linecache
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from locklab.errors import InternalError
from locklab.explore.deadlock import waits_for
from locklab.explore.judge import judge, preemptions
from locklab.explore.policies.replay import Replay
from locklab.explore.stage import Nondeterminism, Stage
from locklab.explore.steps import (
    ACTIONS,
    CANCEL,
    FREE,
    KIND,
    OBJECT,
    OUTSIDE,
    PAUSE,
    READ,
    TRY,
    WRITE,
)
from locklab.explore.tasks import TaskStage
from locklab.explore.threads import ThreadStage
from locklab.model.names import names_of
from locklab.model.places import is_workload, standing_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from locklab.explore.case import Case
    from locklab.explore.stage import Held


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of an execution.

    Attributes:
        worker: Who took it.
        action: `read`, `write`, `acquire`, `release`, `query` (`locked()`), `pause`; of tasks also
            `resume` (a pause ends) and `cancel`.
        name: What the scenario calls the cell or lock; None where there is none.
        value: What was read or written; whether a lock was had; None elsewhere.
        place: `file:line in function`; None where it is not in the workload's code.
        source: The text of that line, stripped; None where it is not to be had.
    """

    worker: int
    action: str
    name: str | None
    value: Any
    place: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One execution on the simulated primitives.

    Attributes:
        scenario: What the scenario is called.
        primitive: Name of the primitive.
        workers: How many took part.
        ops: Operations of each.
        steps: In order.
        outcome: What it came to.
        allowed: Whether that is all right.
        message: What is wrong, as a sentence fragment with what was found and what was expected.
        cycle: A deadlock, one sentence a worker; empty where there is none.
        preemptions: How often a worker that could have gone on was held up.
    """

    scenario: str
    primitive: str
    workers: int
    ops: int
    steps: tuple[TraceStep, ...]
    outcome: Any
    allowed: bool
    message: str
    cycle: tuple[str, ...]
    preemptions: int


def trace(case: Case, choices: Sequence[int]) -> Trace:
    """Play one execution again and record it.

    Raises:
        Nondeterminism: The scenario takes another way under the same choices.
    """
    stage = case.stage(recorded=True)
    assert isinstance(stage, Recorded)
    cycle: list[str] = []
    stage.on_deadlock = lambda: cycle.extend(waits_for(stage))
    policy = Replay(choices)
    policy.begin(stage)
    try:
        stage.play(policy)
    finally:
        stage.close()
    if stage.ending == "cut" or policy.followed < len(choices):
        raise Nondeterminism(len(stage.schedule), max(stage.last, 0), PAUSE, None)
    judgement = judge(stage)
    names = names_of(stage.scenario, stage.objects)
    return Trace(
        case.title, case.primitive.name, case.workers, case.ops,
        tuple(
            _told(stage, position, names) for position in range(len(stage.schedule))
        ),
        *judgement, tuple(cycle), preemptions(stage),
    )  # fmt: skip


class Recorded(Stage):
    """A stage that writes down where each step is taken and with what value.

    Attributes:
        places: Where each worker stood when it last came to a step.
        notes: By position: the place, the text of its line, and the value where there is one.
    """

    places: dict[int, str | None]
    notes: dict[int, tuple[str | None, str | None, Any]]

    def set_up(self) -> None:
        """Make the scenario, and start a new record."""
        self.places = {}
        self.notes = {}
        super().set_up()

    def step(
        self, step: int, waits: Held | None = None, touches: Held | None = None, value: Any = None
    ) -> None:
        """Take a step and write it down."""
        worker = self.current
        if worker == OUTSIDE:
            return
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and not is_workload(frame.f_code.co_filename):
            frame = frame.f_back
        self.places[worker] = place = standing_at(frame)
        source = (
            linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip() if frame else ""
        )
        super().step(step, waits, touches, value)
        kind = step & KIND
        if step >> OBJECT and kind == READ:
            value = self.objects[(step >> OBJECT) - 1].content
        elif kind == TRY and touches is not None:
            value = touches.owner < 0
        self.notes[len(self.schedule) - 1] = place, source or None, value

    def took(self, lock: int) -> str | None:
        """Where the present holder of a lock took it, by the lock's number."""
        for position in range(len(self.steps) - 1, -1, -1):
            step = self.steps[position]
            if step >> OBJECT != lock or ACTIONS[step & KIND] != "acquire":
                continue
            place, _, had = self.notes[position]
            if step & KIND == TRY and not had:
                continue
            # of tasks it is not recorded whether the lock was free; but theirs does not nest
            if step & FREE or not isinstance(self, ThreadStage):
                return place
        return None


class RecordedThreads(Recorded, ThreadStage):
    """Threads or processes, recorded."""


class RecordedTasks(Recorded, TaskStage):
    """Tasks, recorded."""


def describe(stage: Stage, step: int) -> str:
    """A step in words: "read `total`"."""
    number = step >> OBJECT
    if not number:
        return "pause"
    names = names_of(stage.scenario, stage.objects)
    name = names[number - 1] if number <= len(names) else f"object {number}"
    return f"{ACTIONS[step & KIND]} `{name}`"


def _told(stage: Recorded, position: int, names: list[str]) -> TraceStep:
    step = stage.steps[position]
    number, kind = step >> OBJECT, step & KIND
    place, source, value = stage.notes.get(position, (None, None, None))
    if number:
        action = ACTIONS[kind]
    elif step == PAUSE:
        action = "pause"
    else:
        action = "cancel" if kind == CANCEL else "resume"
    if kind not in (READ, WRITE, TRY) or not number:
        value = None
    name = names[number - 1] if number else None
    if number > len(names):
        raise InternalError(f"step {position + 1} is on an object that does not exist")
    return TraceStep(stage.schedule[position], action, name, value, place, source)
