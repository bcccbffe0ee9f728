"""From what was asked for to the cases to measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.model.places import short
from locklab.model.primitive import Primitive, expected
from locklab.model.registry import nearest
from locklab.model.workload import Scenario, title
from locklab.questions.interpreters import Interpreter
from locklab.questions.load import NOTHING, Load, Loads
from locklab.questions.subjects import (
    PrimitiveLike,
    ScenarioLike,
    primitive_of,
    primitive_reference,
    references,
    runs_on,
    scenario_class,
    scenario_reference,
)
from locklab.scenarios import SCENARIOS


@dataclass(frozen=True, slots=True)
class Budget:
    """How much time a case gets.

    Attributes:
        trials: Timed trials that each case gets; below 6 there is no 95 % interval.
        clocked: Trials of the wait pass that each case gets.
        window_s: How long one timed trial should run.
        patience_s: A trial that gets no further for so long is stalled.
        precision: Trials are added until the 95 % interval reaches no further from the median
            than this share of it; None to add none.
        seconds: No trials are added once the run has taken so long for each case ...
        at_least_s: ... and so long in all.
    """

    trials: int
    clocked: int
    window_s: float
    patience_s: float
    precision: float | None
    seconds: float
    at_least_s: float


BUDGETS = {
    "quick": Budget(6, 1, 0.020, 3.0, precision=0.10, seconds=0.5, at_least_s=1.0),
    "standard": Budget(10, 2, 0.060, 5.0, precision=0.05, seconds=1.5, at_least_s=20.0),
    "thorough": Budget(30, 10, 0.250, 10.0, precision=0.02, seconds=30.0, at_least_s=120.0),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Scenario × primitive × worker count, in one setting.

    Attributes:
        scenario: What a trial loads: a registered name or an import path.
        primitive: Likewise.
        workers: Worker count.
        scenario_class: The scenario, for what it says about itself.
        described: The primitive, for what it promises.
        scenario_name: What tables call the scenario.
        load: Work in and between critical sections.
        python: The interpreter to run it on; None for the one that runs this.
    """

    scenario: str
    primitive: str
    workers: int
    scenario_class: type[Scenario]
    described: Primitive
    scenario_name: str
    load: Load = NOTHING
    python: Interpreter | None = None

    @property
    def expected(self) -> Literal["holds", "deadlocks", "raises"] | None:
        """What must come of it."""
        return expected(self.scenario_class, self.described)

    def __str__(self) -> str:
        label = f" × {self.python.label}" if self.python else ""
        return f"{self.scenario_name} × {self.described.name} × {self.workers}{label}"


def plan(
    scenarios: Iterable[ScenarioLike] | None,
    primitives: Iterable[PrimitiveLike] | None,
    workers: Sequence[int],
    loads: Loads | None = None,
    pythons: Sequence[Interpreter] = (),
) -> tuple[list[Case], list[str]]:
    """Expand a request into cases, in the order of the table.

    Args:
        scenarios: Names, globs, import paths or classes; every built-in one where None.
        primitives: Names, globs, import paths, lock classes or `Primitive`; all where None.
        workers: Worker counts.
        loads: Work in and between critical sections, for each worker count; none where None.
        pythons: Interpreters to run it on; the one that runs this where empty.

    Returns:
        The cases, and a sentence for each scenario or primitive that could not be loaded: the
        others are still measured.

    Raises:
        RequestError: A name is not registered, a count is no count, or no case is left.
    """
    check_workers(workers)
    problems: list[str] = []
    scenario_refs = references(scenarios, SCENARIOS, scenario_reference)
    primitives_known = primitives_by_reference(primitives, problems)
    scenarios_known = _loaded(scenario_class, scenario_refs, problems)
    names = _told_apart({ref: title(kind) for ref, kind in scenarios_known.items()})
    cases = []
    for reference, kind in scenarios_known.items():
        runs = [
            Case(reference, primitive_ref, count, kind, primitive, names[reference], load, python)
            for count in dict.fromkeys(workers)
            for load in (loads[count] if loads else [NOTHING])
            for primitive_ref, primitive in primitives_known.items()
            for python in pythons or (None,)
            if runs_on(kind, primitive)
        ]
        if not runs and primitives_known:
            problems.append(f"{names[reference]} runs on none of the chosen primitives")
        cases.extend(runs)
    if not cases:
        raise RequestError("; ".join(problems) or "there is nothing to measure")
    return cases, problems


def primitives_by_reference(
    wanted: Iterable[PrimitiveLike] | None, problems: list[str]
) -> dict[str, Primitive]:
    """The primitives asked for, by what a trial loads, each by a name of its own.

    Args:
        wanted: Names, globs, import paths, lock classes or `Primitive`; all where None.
        problems: Gets a sentence for each that could not be loaded.

    Returns:
        Those of one backend together, in whatever order they were asked for.
    """
    references_wanted = references(wanted, PRIMITIVES, primitive_reference)
    known = _loaded(primitive_of, references_wanted, problems)
    shown = _told_apart({ref: primitive.name for ref, primitive in known.items()})
    backends = [primitive.backend for primitive in known.values()]
    return {
        ref: primitive.called(shown[ref])
        for ref, primitive in sorted(
            known.items(), key=lambda item: backends.index(item[1].backend)
        )
    }


def check_workers(workers: Sequence[int]) -> None:
    """Raise `RequestError` unless every worker count is a whole number of 1 or more."""
    if not workers:
        raise RequestError("workers: give at least one worker count")
    for count in workers:
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise RequestError(f"workers: {count!r} is no worker count; give whole numbers from 1")


def check_start_method(name: str | None) -> None:
    """Raise `RequestError` where processes cannot be started that way here."""
    if name is None:
        return
    import multiprocessing

    known = multiprocessing.get_all_start_methods()
    if name not in known:
        raise RequestError(f"start method: there is no {name!r} here; {nearest(name, known)}")


def budget_named(name: str) -> Budget:
    """A budget by name.

    Raises:
        RequestError: There is none of that name.
    """
    if name not in BUDGETS:
        raise RequestError(f"budget: there is no {name!r}; {nearest(name, BUDGETS)}")
    return BUDGETS[name]


def _loaded(loader: Any, references: Iterable[str], problems: list[str]) -> dict[str, Any]:
    found = {}
    for reference in references:
        try:
            found[reference] = loader(reference)
        except RequestError as error:
            problems.append(str(error))
    return found


def _told_apart(names: dict[str, str]) -> dict[str, str]:
    """Names by reference; the reference itself, where one name would stand for several things.

    Costs and ranks go by names: what shares one would be compared with itself.
    """
    often = Counter(names.values())
    return {
        reference: name if often[name] == 1 or name == reference else short(reference)
        for reference, name in names.items()
    }
