"""`locklab.doctor`: what makes numbers unsteady here, how much, and what to do about it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from locklab import __version__
from locklab.model.diagnosis import Diagnosis, Finding, Repeats
from locklab.questions.machine import processors, python, sharing, timing
from locklab.questions.machine.facts import facts_of
from locklab.questions.machine.python import Python
from locklab.questions.machine.seam import Machine
from locklab.questions.measure import Measurement, Progress
from locklab.questions.plan import Budget, Case, budget_named, plan
from locklab.stats.median import median
from locklab.stats.repeatability import furthest, repeatability_limit

# One case for all: the classic, with as many workers as every machine can run, on the lock that
# most programs take.
SCENARIO, PRIMITIVE, WORKERS = "counter", "threading.Lock", 2
# With seven degrees of freedom the limit is a fifth wider than endless runs would give it.
RUNS = 8


def doctor(
    *,
    budget: str = "quick",
    machine: Machine | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Diagnosis:
    """Look for what makes numbers unsteady on this machine, and measure how much.

    Args:
        budget: Of each of the identical runs: `quick`, `standard` or `thorough`.
        machine: Where to look; this machine where None.
        on_progress: Called before and after each trial, from this thread.

    Returns:
        A record. Nothing is printed, and nothing raised for what cannot be told: that is
        `unknown`. Ctrl-C during the runs ends them and sets `interrupted`.

    Raises:
        RequestError: There is no such budget.
    """
    chosen = budget_named(budget)
    # first: what it counts is counted from here
    machine = machine or Machine()
    created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    (case,), _ = plan([SCENARIO], [PRIMITIVE], [WORKERS])
    runs = _Runs(case, chosen, on_progress or (lambda _: None))
    interrupted = False
    try:
        runs.measure()
    except KeyboardInterrupt:
        interrupted = True
    return Diagnosis(
        created=created,
        environment=_environment(machine, runs.facts),
        repeats=repeats(case, budget, runs.figures, runs.problem),
        findings=findings(machine, Python(runs.facts)),
        interrupted=interrupted,
    )


def findings(machine: Machine, interpreter: Python) -> tuple[Finding, ...]:
    """What every check says, in the order of the documentation."""
    of_machine = {**sharing.CHECKS, **processors.CHECKS, **timing.CHECKS}
    return (
        *(Finding(name, *check(machine)) for name, check in of_machine.items()),
        *(Finding(name, *check(interpreter)) for name, check in python.CHECKS.items()),
    )


def repeats(case: Case, budget: str, figures: list[float], problem: str | None) -> Repeats:
    """How much identical runs differ.

    Args:
        case: What was run.
        budget: Its name.
        figures: Each run's median throughput, in ops/s.
        problem: Why runs are missing.
    """
    return Repeats(
        case.scenario_name,
        case.described.name,
        case.workers,
        budget,
        tuple(figures),
        furthest(figures),
        repeatability_limit(figures),
        problem,
    )


class _Runs:
    """The same run again and again, and what is known of it so far."""

    def __init__(self, case: Case, budget: Budget, on_progress: Callable[[Progress], None]) -> None:
        self.figures: list[float] = []
        self.facts: dict[str, Any] = {}
        self.problem: str | None = None
        self._case = case
        self._budget = budget
        self._on_progress = on_progress

    def measure(self) -> None:
        """One run after another, as two commands would; taking turns would hide the drift."""
        for index in range(RUNS):
            run = Measurement([self._case], self._budget, seed=index, on_progress=self._tell)
            run.run()
            (samples,) = run.samples
            if samples.facts:
                # in any of its trials, and to their end: an import may turn the GIL on
                self.facts = {**samples.facts, "gil": samples.gil}
            if samples.problem or not samples.windows or samples.stalls:
                self.problem = samples.problem or "a trial got no further and had to be ended"
                return
            self.figures.append(median(samples.rates))

    def _tell(self, progress: Progress) -> None:
        run = len(self.figures)
        self._on_progress(
            Progress(
                run * progress.total + progress.done,
                RUNS * progress.total,
                f"run {run + 1} of {RUNS}, {progress.running}",
            )
        )


def _environment(machine: Machine, trial: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "locklab": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "gil": trial.get("gil"),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpus": machine.cpus(),
        "cpus_usable": machine.usable(),
        **facts_of(machine),
    }
