"""Drive real workers with the real primitive through a schedule, one step at a time.

What the simulated primitives predict must come of it. Where it does not, the model is wrong, and
that is our bug and nobody else's.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.errors import InternalError, RequestError
from locklab.explore.gates import Gate, GatedCell, GatedLock
from locklab.explore.judge import DEADLOCK
from locklab.explore.labs import REAL, SIMULATED
from locklab.model.workload import Lab, Run, Violation, begun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locklab.explore.case import Case
    from locklab.explore.trace import Trace
    from locklab.model.primitive import Primitive

STEP_S = 10.0  # a step that may be taken is taken at once; this is for a machine that is asleep
QUIET_S = 0.2  # so long nothing may happen where everybody waits for ever


def must_agree(case: Case, choices: Sequence[int], predicted: Trace) -> None:
    """Run an execution for real and compare what it comes to.

    Raises:
        InternalError: It came to something else.
    """
    if case.tasks:
        from locklab.explore.real_tasks import run_tasks

        real = run_tasks(case, choices)
    else:
        real = run_gated(case, predicted)
    if real != predicted.outcome:
        raise InternalError(
            f"{case.title} on {case.primitive.name}: under this schedule exploration predicts "
            f"{predicted.outcome!r}, and real workers came to {real!r}; please report it"
        )


def run_gated(case: Case, predicted: Trace) -> Any:
    """What real threads or processes come to under a schedule.

    Returns:
        The outcome, in the words of `judge`.

    Raises:
        InternalError: A worker could not take a step when its turn came.
    """
    backend = BACKENDS.load(case.primitive.backend)()
    make = backend.context.Semaphore if backend.context is not None else threading.Semaphore
    gate = Gate(case.workers, lambda: make(0))
    scenario = begun(case.make, _gated_lab(case, backend, gate))
    crew = backend.crew(scenario, case.workers, case.ops, 1)
    crew.start()
    try:
        crew.release()
        for position, step in enumerate(predicted.steps):
            gate.let(step.worker)
            if not gate.taken(STEP_S):
                raise InternalError(
                    f"{case.title} on {case.primitive.name}: at step {position + 1} real worker "
                    f"{step.worker} does not {step.action} {step.name or ''} as predicted"
                )
        if predicted.outcome == DEADLOCK:
            return _stuck(case, gate, crew)
        if not crew.wait(STEP_S):
            return "workers that go on after the last step"
    finally:
        crew.stop()
    errors = [report.error for report in crew.reports if report.error is not None]
    if errors:
        told = dict.fromkeys(
            (f"{kind}: {text}" if text else kind) for kind, text, _ in errors
        )  # fmt: skip
        return f"raised {'; '.join(told)}"
    return settled(case, scenario)


def settled(case: Case, scenario: Any) -> Any:
    """The outcome of a scenario whose workers have all finished."""
    try:
        scenario.verify(Run(case.workers, case.ops))
    except (Violation, RequestError):
        pass
    except Exception as error:
        return f"verify raised {type(error).__name__}: {error}".removesuffix(": ")
    return scenario.outcome()


def _stuck(case: Case, gate: Gate, crew: Any) -> str:
    """Let everybody try; nobody may get anywhere."""
    for worker in range(case.workers):
        gate.let(worker)
    if gate.taken(QUIET_S):
        return "a worker that goes on where all should wait for ever"
    if crew.wait(0):
        return "workers that have finished where some should wait for ever"
    return DEADLOCK


def _gated_lab(case: Case, backend: Any, gate: Gate) -> Lab:
    def lock(lab: Lab) -> Any:
        return _gated(gate, case.primitive, lab)

    def cell(initial: int) -> Any:
        return GatedCell(gate, backend.cell(initial))

    def named(lab: Lab, name: str) -> Any:
        return _gated(gate, PRIMITIVES.load(name), lab)

    return Lab(
        case.workers, case.ops, lock=lock, cell=cell, pause=gate.pause, primitive=named,
        context=backend.context,
    )  # fmt: skip


def _gated(gate: Gate, primitive: Primitive, lab: Lab) -> Any:
    """A real lock, behind the gate where the simulated one takes steps."""
    made = primitive.make(lab)
    steps = primitive.name in SIMULATED or any(type(made) is real for real, _ in REAL)
    return GatedLock(gate, made) if steps else made
