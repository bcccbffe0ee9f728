"""One trial in this very interpreter: set up, run, watch, verify, tell.

`child` calls it in a fresh interpreter. Calling it in place is for benchmarks of the harness
itself and for tests: a worker thread that waits for ever cannot be ended and stays behind.
"""

from __future__ import annotations

import sys
import time

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.errors import CaseError, LocklabError
from locklab.model.places import failed, raised_at, told
from locklab.model.primitive import Primitive
from locklab.model.workload import Lab, Run, Scenario, Violation, begun
from locklab.scenarios import SCENARIOS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.backends.crew import Crew
    from locklab.trial.spec import Spec
    from locklab.trial.waits import Waits
    from locklab.trial.witness import Witness

# how long all workers must be seen waiting for one another before that is called a deadlock
DEADLOCK_AFTER_S = 0.3


def run_trial(
    spec: Spec,
    *,
    ready: Callable[[dict[str, Any]], None] = lambda _: None,
    alone: Callable[[], bool] = lambda: False,
    limited: Callable[[bool], None] = lambda _: None,
) -> dict[str, Any]:
    """Run one trial here.

    Args:
        spec: What to run.
        ready: Called with the facts of this interpreter once every worker waits at the gate;
            returns when the gate may be opened.
        alone: Asked now and then; True once nobody wants the result any more.
        limited: Called with True before code of the scenario that should be short (import, setup,
            verify), and with False after it.

    Returns:
        The trial as plain values, see `locklab.trial.record.TrialRecord`.

    Raises:
        CaseError: Scenario or primitive cannot be loaded or set up, or workers cannot be started.
    """
    limited(True)
    try:
        scenario_class = SCENARIOS.load(spec.scenario)
        primitive = load_primitive(spec.primitive)
        backend = BACKENDS.load(primitive.backend)(spec.start_method)
    except LocklabError as error:
        raise CaseError(str(error)) from error
    witness: Witness | None = None
    if spec.witness:
        from locklab.trial.witness import Witness

        witness = Witness(backend, spec.workers)
    waits: Waits | None = None
    if spec.clocked:
        from locklab.trial.waits import Waits

        waits = Waits(backend, spec.workers, spec.ops, spec.rate)

    def make(lab: Lab) -> Any:
        lock = primitive.make(lab)
        if witness is not None:
            lock = witness.wrap(lock)
        if waits is not None:
            lock = waits.wrap(lock)
        if spec.inside or spec.outside:
            from locklab.trial.load import LoadedAsyncLock, LoadedLock

            kind = LoadedAsyncLock if backend.style == "work_async" else LoadedLock
            lock = kind(lock, spec.inside, spec.outside)
        return lock

    lab = Lab(
        spec.workers,
        spec.ops,
        lock=make,
        cell=backend.cell,
        pause=backend.pause,
        primitive=lambda lab, name: load_primitive(name).make(lab),
        context=backend.context,
    )
    scenario = begun(scenario_class, lab)
    facts = _facts(backend)
    if spec.inside or spec.outside:
        from locklab.trial.load import unit_ns

        facts["unit_ns"] = unit_ns()
    limited(False)
    finish = waits.finish if waits else None
    crew = backend.crew(scenario, spec.workers, spec.ops, spec.chunks, finish)
    try:
        crew.start()
    except (OSError, RuntimeError, MemoryError, LocklabError) as error:
        raise CaseError(f"{spec.workers} workers could not be started: {error}") from error
    facts["event_loop"] = getattr(crew, "loop_name", None)
    ready(facts)
    crew.release()
    stalled = _watch(crew, witness, spec.patience_s, alone)
    record: dict[str, Any] = {"stalled": stalled, "violation": None, "outcome": None, "waits": []}
    if stalled:
        if witness is not None:
            record["waits"] = witness.explain(scenario, lab.locks, crew.running())
        crew.stop()
    elif not any(report.error or report.died for report in crew.reports):
        # after a worker that broke off, the final state says nothing that its error does not
        limited(True)
        record.update(_verify(scenario, Run(spec.workers, spec.ops)))
        limited(False)
    record["gil"] = gil_enabled()
    record["overlaps"], record["overlap"] = witness.overlaps() if witness else (None, None)
    record["clocked"] = None
    if waits and not stalled:
        record["clocked"] = waits.collect([report.extra for report in crew.reports if report.extra])
    record["workers"] = [
        {
            "done": report.done,
            "stamps": list(report.stamps),
            "finished": report.finished,
            "error": report.error,
            "died": report.died,
            "standing": report.standing,
        }
        for report in crew.reports
    ]
    return record


def load_primitive(reference: str) -> Primitive:
    """A primitive by registered name or import path; a bare lock class is described as it looks.

    Raises:
        RequestError: There is no such primitive.
    """
    found = PRIMITIVES.load(reference)
    return found if isinstance(found, Primitive) else Primitive.of(found, reference)


def gil_enabled() -> bool:
    """Whether the GIL is on just now: an extension module may turn it on when it is imported."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    return True if enabled is None else enabled()


def _facts(backend: Any) -> dict[str, Any]:
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "implementation": sys.implementation.name,
        "free_threaded_build": "free-threading" in sys.version,
        "gil": gil_enabled(),
        "switch_interval_s": sys.getswitchinterval(),
        "start_method": backend.start_method,
    }


def _watch(
    crew: Crew, witness: Witness | None, patience_s: float, alone: Callable[[], bool]
) -> str | None:
    """Wait for the end; None, `deadlock` (all were seen waiting) or `stall` (no progress)."""
    # A watch that wakes takes the GIL from a worker: seldom, where time is measured. The witness
    # pass measures none, and a deadlock should be told quickly.
    poll = min(0.25, patience_s / 4) if witness is None else 0.05
    progress, since = crew.progress(), time.monotonic()
    waits, waiting_since = None, since
    while not crew.wait(poll):
        if alone():
            crew.stop()
            raise SystemExit(1)
        now, seen = time.monotonic(), crew.progress()
        if seen != progress:
            progress, since, waits = seen, now, None
            continue
        current = witness.all_wait(crew.running()) if witness else None
        if current is None or current != waits:
            waits, waiting_since = current, now
        elif now - waiting_since >= DEADLOCK_AFTER_S:
            return "deadlock"
        if now - since >= patience_s:
            return "stall"
    return None


def _verify(scenario: Scenario, run: Run) -> dict[str, Any]:
    """The violation, if any, and the outcome."""
    violation = None
    try:
        scenario.verify(run)
    except Violation as error:
        # plain values, because subclasses of int and str do not cross the pipe
        values = [int(v) if isinstance(v, int) else None for v in (error.actual, error.expected)]
        violation = (told(error), str(error.message), *values, raised_at(error))
    except (Exception, SystemExit) as error:
        raise CaseError(failed("verify", error)) from error
    try:
        found = scenario.outcome()
        numbers = isinstance(found, tuple) and all(isinstance(value, int) for value in found)
        outcome = tuple(map(int, found)) if numbers else repr(found)  # type: ignore[call-overload]
    except (Exception, SystemExit) as error:
        raise CaseError(failed("outcome", error)) from error
    return {"violation": violation, "outcome": outcome}
