"""`locklab.compare`: is it correct, and what does it cost?"""

from __future__ import annotations

import os
import platform
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from locklab import __version__
from locklab.errors import RequestError
from locklab.model.proofs import Proof
from locklab.model.results import RunResult
from locklab.questions.interpreters import Interpreter, here, interpreters
from locklab.questions.load import loads
from locklab.questions.machine.facts import machine_facts
from locklab.questions.measure import Measurement, Progress
from locklab.questions.plan import (
    Budget,
    budget_named,
    check_start_method,
    check_workers,
    plan,
)
from locklab.questions.scaling import scaling
from locklab.questions.subjects import PrimitiveLike, ScenarioLike
from locklab.questions.summary import summarize
from locklab.questions.verdicts import explore_apart
from locklab.trial.process import usable_cpus

DEFAULT_WORKERS = (2,)


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
    precision: float | None = None,
    inside: int | Sequence[int] = 0,
    outside: int | Sequence[int] = 0,
    load: str | Sequence[str] = (),
    rate: float | None = None,
    python: str | Sequence[str] = (),
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
        trials: Timed trials of each case, no fewer and no more; an interval needs 6.
        precision: Add trials until each interval reaches no further from its median than this
            share of it (0.05: 5 %), or the budget ends; the budget's own where None.
        inside: Work units in each critical section; several make cases of their own.
        outside: Work units after each critical section, likewise.
        load: In place of these two, presets: `uncontended`, `low`, `moderate`, `saturated`.
        rate: In the wait pass, acquisitions per second of all workers together, each counted from
            when it was due; as many as there can be where None.
        python: Interpreters to run trials on: paths of executables, or versions such as `3.13` or
            `3.13t`; the one that runs this where empty.
        start_method: `fork`, `spawn` or `forkserver`; the platform's default where None.
        seed: Of the order of trials; drawn and recorded where None.
        on_progress: Called before and after each trial, from this thread.

    Returns:
        One result a case. Nothing is printed.

    Raises:
        RequestError: The request is wrong.
        Interrupted: Ctrl-C; carries what was measured.
    """
    chosen = _budget(budget, trials, precision)
    check_start_method(start_method)
    check_workers(workers)
    if rate is not None and not rate > 0:
        raise RequestError(f"rate: {rate!r} will not do; give acquisitions per second, above 0")
    presets = [load] if isinstance(load, str) else list(load)
    sizes = loads(workers, inside, outside, presets)
    pythons = interpreters([python] if isinstance(python, str) else python)
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    cases, problems = plan(scenarios, primitives, workers, sizes, pythons)
    measurement = Measurement(
        cases,
        chosen,
        seed,
        rate=rate,
        start_method=start_method,
        on_progress=on_progress or (lambda _: None),
    )
    settings = {
        "budget": budget,
        "trials": chosen.trials,
        "clocked_trials": chosen.clocked,
        "precision": chosen.precision,
        "window_s": chosen.window_s,
        "workers": list(workers),
        "inside": _settled(inside),
        "outside": _settled(outside),
        "load": presets or None,
        "rate": rate,
        "python": [one.label for one in pythons] or None,
        "start_method": start_method,
    }
    created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    load_average = _load_average()
    proofs: list[Proof] = []

    def result(*, interrupted: bool) -> RunResult:
        results = summarize(measurement.samples, proofs, precision=chosen.precision, rate=rate)
        return RunResult(
            created=created,
            seed=seed,
            settings=settings,
            environment=_environment(measurement, pythons, load_average),
            cases=results,
            problems=tuple(problems),
            interrupted=interrupted,
            scaling=scaling(results),
        )

    try:
        proofs = explore_apart(cases, measurement.announce)
        measurement.run()
    except KeyboardInterrupt:
        raise Interrupted(result(interrupted=True)) from None
    return result(interrupted=False)


def _budget(name: str, trials: int | None, precision: float | None) -> Budget:
    chosen = budget_named(name)
    if trials is not None:
        # as many as were asked for, unless a precision was asked for, too
        chosen = replace(chosen, trials=_whole("trials", trials, 1), precision=None)
    if precision is not None:
        if not 0 < precision < 1:
            raise RequestError(f"precision: {precision!r} will not do; give a share, such as 0.05")
        chosen = replace(chosen, precision=precision)
    return chosen


def _settled(given: int | Sequence[int]) -> int | list[int]:
    values = [given] if isinstance(given, int) else list(given)
    return values[0] if len(values) == 1 else values


def _whole(name: str, value: int, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise RequestError(f"{name}: {value!r} will not do; give a whole number from {least}")
    return value


def _load_average() -> float | None:
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def _environment(
    measurement: Measurement, pythons: Sequence[Interpreter], load: float | None
) -> dict[str, Any]:
    """What decides the numbers: the machine, and each interpreter as its trials saw it."""
    by_label = {one.label: _interpreter(measurement, one) for one in pythons or [here()]}
    first = next(iter(by_label.values()))
    return {
        "locklab": __version__,
        # the only one, or the first, is also here, where a reader of one looks
        **first,
        "interpreters": by_label if pythons else None,
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "cpus_usable": usable_cpus(),
        **machine_facts(),
        "load_average_1min": load,
    }


def _interpreter(measurement: Measurement, one: Interpreter) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    gil: bool | None = None
    for samples in measurement.samples:
        if samples.case.python in (None, one):
            facts.update({key: value for key, value in samples.facts.items() if value is not None})
            gil = samples.gil if gil is None else bool(gil or samples.gil)
    return {
        "python": ".".join(map(str, one.version)),
        "implementation": one.implementation,
        "build": one.build,
        "compiler": one.compiler,
        "free_threaded_build": one.free_threaded_build,
        "gil": gil,
        "switch_interval_s": facts.get("switch_interval_s"),
        "start_method": facts.get("start_method"),
        "event_loop": facts.get("event_loop"),
        "work_unit_ns": facts.get("unit_ns"),
    }
