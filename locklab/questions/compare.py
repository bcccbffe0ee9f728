"""`locklab.compare`: is it correct, and what does it cost?"""

from __future__ import annotations

import os
import platform
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from locklab import __version__
from locklab.errors import RequestError
from locklab.model.registry import nearest
from locklab.model.results import Proof, RunResult
from locklab.questions.measure import Measurement, Progress
from locklab.questions.plan import budget_named, plan
from locklab.questions.subjects import PrimitiveLike, ScenarioLike
from locklab.questions.summary import summarize
from locklab.questions.verdicts import explore_apart
from locklab.trial.process import usable_cpus

DEFAULT_WORKERS = (2,)
# beyond that the numbers of one case no longer fit any machine's memory or patience
MOST_WORK_UNITS = 10**9


class Interrupted(KeyboardInterrupt):
    """Ctrl-C in mid-run.

    Attributes:
        partial: What was measured until then.
    """

    def __init__(self, partial: RunResult) -> None:
        super().__init__("interrupted")
        self.partial = partial


def compare(
    scenarios: Iterable[ScenarioLike] | None = None,
    *,
    primitives: Iterable[PrimitiveLike] | None = None,
    workers: Sequence[int] = DEFAULT_WORKERS,
    budget: str = "quick",
    trials: int | None = None,
    inside: int = 0,
    outside: int = 0,
    start_method: str | None = None,
    seed: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> RunResult:
    """Run scenarios on primitives, each case in fresh interpreters, and compare them.

    Args:
        scenarios: Names, globs, import paths or classes; every built-in one where None.
        primitives: Names, globs, import paths, lock classes or `Primitive`; all where None.
        workers: Worker counts; each makes a case of its own.
        budget: `quick`, `standard` or `thorough`.
        trials: Timed trials of each case, in place of the budget's; an interval needs 6.
        inside: Work units in each critical section.
        outside: Work units after each critical section.
        start_method: `fork`, `spawn` or `forkserver`; the platform's default where None.
        seed: Of the order of trials; drawn and recorded where None.
        on_progress: Called before and after each trial, from this thread.

    Returns:
        One result a case. Nothing is printed.

    Raises:
        RequestError: The request is wrong.
        Interrupted: Ctrl-C; carries what was measured.
    """
    chosen = budget_named(budget)
    if trials is not None:
        chosen = replace(chosen, trials=_whole("trials", trials, 1))
    _whole("inside", inside, 0, MOST_WORK_UNITS)
    _whole("outside", outside, 0, MOST_WORK_UNITS)
    _check_start_method(start_method)
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    cases, problems = plan(scenarios, primitives, workers)
    measurement = Measurement(
        cases,
        chosen,
        seed,
        inside=inside,
        outside=outside,
        start_method=start_method,
        on_progress=on_progress or (lambda _: None),
    )
    settings = {
        "budget": budget,
        "trials": chosen.trials,
        "window_s": chosen.window_s,
        "workers": list(workers),
        "inside": inside,
        "outside": outside,
        "start_method": start_method,
    }
    created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    load = _load_average()
    proofs: list[Proof] = []

    def result(*, interrupted: bool) -> RunResult:
        return RunResult(
            created=created,
            seed=seed,
            settings=settings,
            environment=_environment(measurement, load),
            cases=summarize(measurement.samples, proofs),
            problems=tuple(problems),
            interrupted=interrupted,
        )

    try:
        proofs = explore_apart(cases, measurement.announce)
        measurement.run()
    except KeyboardInterrupt:
        raise Interrupted(result(interrupted=True)) from None
    return result(interrupted=False)


def _whole(name: str, value: int, least: int, most: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise RequestError(f"{name}: {value!r} will not do; give a whole number from {least}")
    if most is not None and value > most:
        raise RequestError(f"{name}: {value} will not do; the most is {most}")
    return value


def _check_start_method(name: str | None) -> None:
    if name is None:
        return
    import multiprocessing

    known = multiprocessing.get_all_start_methods()
    if name not in known:
        raise RequestError(f"start method: there is no {name!r} here; {nearest(name, known)}")


def _load_average() -> float | None:
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def _environment(measurement: Measurement, load: float | None) -> dict[str, Any]:
    """What decides the numbers; what a trial reported goes before what this process is."""
    facts: dict[str, Any] = {}
    for samples in measurement.samples:
        facts.update({key: value for key, value in samples.facts.items() if value is not None})
    return {
        "locklab": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "build": platform.python_build()[0],
        "compiler": platform.python_compiler(),
        "free_threaded_build": "free-threading" in sys.version,
        "gil": facts.get("gil"),
        "switch_interval_s": facts.get("switch_interval_s"),
        "start_method": facts.get("start_method"),
        "event_loop": facts.get("event_loop"),
        "work_unit_ns": facts.get("unit_ns"),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "cpus_usable": usable_cpus(),
        "load_average_1min": load,
    }
