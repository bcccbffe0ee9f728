"""From what was asked for to the cases to measure."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.errors import RequestError
from locklab.model.places import short
from locklab.model.primitive import Primitive, expected
from locklab.model.registry import is_path, nearest
from locklab.model.workload import Scenario, title
from locklab.scenarios import SCENARIOS

ScenarioLike = str | type[Scenario]
PrimitiveLike = str | type[Any] | Primitive


@dataclass(frozen=True, slots=True)
class Budget:
    """How much time a case gets.

    Attributes:
        trials: Timed trials of each case; below 6 there is no 95 % interval.
        window_s: How long one timed trial should run.
        patience_s: A trial that gets no further for so long is stalled.
    """

    trials: int
    window_s: float
    patience_s: float


BUDGETS = {
    "quick": Budget(trials=6, window_s=0.020, patience_s=3.0),
    "standard": Budget(trials=12, window_s=0.060, patience_s=5.0),
    "thorough": Budget(trials=30, window_s=0.250, patience_s=10.0),
}


@dataclass(frozen=True, slots=True)
class Case:
    """Scenario × primitive × worker count.

    Attributes:
        scenario: What a trial loads: a registered name or an import path.
        primitive: Likewise.
        workers: Worker count.
        scenario_class: The scenario, for what it says about itself.
        described: The primitive, for what it promises.
        scenario_name: What tables call the scenario.
    """

    scenario: str
    primitive: str
    workers: int
    scenario_class: type[Scenario]
    described: Primitive
    scenario_name: str

    @property
    def expected(self) -> Literal["holds", "deadlocks"] | None:
        """What must come of it."""
        return expected(self.scenario_class, self.described)

    def __str__(self) -> str:
        return f"{self.scenario_name} × {self.described.name} × {self.workers}"


def plan(
    scenarios: Iterable[ScenarioLike] | None,
    primitives: Iterable[PrimitiveLike] | None,
    workers: Sequence[int],
) -> tuple[list[Case], list[str]]:
    """Expand a request into cases, in the order of the table.

    Returns:
        The cases, and a sentence for each scenario or primitive that could not be loaded: the
        others are still measured.

    Raises:
        RequestError: A name is not registered, a count is no count, or no case is left.
    """
    check_workers(workers)
    problems: list[str] = []
    scenario_refs = _references(scenarios, SCENARIOS, _scenario_reference)
    primitive_refs = _references(primitives, PRIMITIVES, _primitive_reference)
    primitives_known = _loaded(_load_primitive, primitive_refs, problems)
    scenarios_known = _loaded(_load_scenario, scenario_refs, problems)
    names = _told_apart({ref: title(kind) for ref, kind in scenarios_known.items()})
    shown = _told_apart({ref: primitive.name for ref, primitive in primitives_known.items()})
    primitives_known = {
        ref: primitive.called(shown[ref]) for ref, primitive in primitives_known.items()
    }
    cases = []
    for reference, kind in scenarios_known.items():
        runs = [
            Case(reference, primitive_ref, count, kind, primitive, names[reference])
            for count in dict.fromkeys(workers)
            for primitive_ref, primitive in primitives_known.items()
            if runs_on(kind, primitive)
        ]
        if not runs and primitives_known:
            problems.append(f"{names[reference]} runs on none of the chosen primitives")
        cases.extend(runs)
    if not cases:
        raise RequestError("; ".join(problems) or "there is nothing to measure")
    return cases, problems


def runs_on(scenario: type[Scenario], primitive: Primitive) -> bool:
    """Whether a scenario has the method that the primitive's workers run."""
    style: str = BACKENDS.load(primitive.backend).style
    return getattr(scenario, style) is not getattr(Scenario, style)


def check_workers(workers: Sequence[int]) -> None:
    """Raise `RequestError` unless every worker count is a whole number of 1 or more."""
    if not workers:
        raise RequestError("workers: give at least one worker count")
    for count in workers:
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise RequestError(f"workers: {count!r} is no worker count; give whole numbers from 1")


def budget_named(name: str) -> Budget:
    """A budget by name.

    Raises:
        RequestError: There is none of that name.
    """
    if name not in BUDGETS:
        raise RequestError(f"budget: there is no {name!r}; {nearest(name, BUDGETS)}")
    return BUDGETS[name]


def import_path(thing: type[Any], what: str) -> str:
    """The import path by which a fresh interpreter finds a class.

    Raises:
        RequestError: It was defined inside a function, or typed in.
    """
    module = sys.modules.get(thing.__module__)
    file = getattr(module, "__file__", None)
    if "<locals>" in thing.__qualname__ or (file is None and thing.__module__ == "__main__"):
        raise RequestError(
            f"{what} {thing.__qualname__} cannot be imported by a fresh interpreter; "
            "move it to the top level of a file"
        )
    spec = None
    if thing.__module__ != "__main__" and not thing.__module__.startswith("locklab_file_"):
        try:
            spec = importlib.util.find_spec(thing.__module__)
        except (ImportError, ValueError):
            spec = None
    if spec is not None and (file is None or spec.origin == file):
        return f"{thing.__module__}:{thing.__qualname__}"
    return f"{os.path.abspath(str(file))}:{thing.__qualname__}"


def _references(wanted: Iterable[Any] | None, registry: Any, of_object: Any) -> list[str]:
    if wanted is None:
        return list(registry)
    if isinstance(wanted, str):
        wanted = [wanted]
    chosen: dict[str, None] = {}
    for item in wanted:
        found = registry.select([item]) if isinstance(item, str) else [of_object(item)]
        # a fresh interpreter may stand elsewhere; a path given from here must still lead there
        chosen.update((_absolute(reference), None) for reference in found)
    return list(chosen)


def _absolute(reference: str) -> str:
    path, colon, name = reference.rpartition(":")
    if is_path(reference) and path.endswith(".py"):
        return f"{os.path.abspath(path)}{colon}{name}"
    return reference


def _scenario_reference(scenario: type[Scenario]) -> str:
    if not inspect.isclass(scenario) or not issubclass(scenario, Scenario):
        raise RequestError(f"{scenario!r} is no scenario: subclass locklab.Scenario")
    return import_path(scenario, "scenario")


def _primitive_reference(primitive: PrimitiveLike) -> str:
    if isinstance(primitive, Primitive):
        if primitive.name in PRIMITIVES:
            return primitive.name
        # an instance does not know its own name, but the module that made it does
        module = sys.modules.get(getattr(primitive.factory, "__module__", ""))
        for name, value in vars(module).items() if module else ():
            if value is primitive:
                file = os.path.abspath(str(getattr(module, "__file__", "")))
                return f"{file}:{name}"
        raise RequestError(
            f"primitive {primitive.name!r} cannot be imported by a fresh interpreter; "
            "keep it in a variable at the top level of a file, next to its factory"
        )
    if not inspect.isclass(primitive):
        raise RequestError(f"{primitive!r} is no primitive: give a lock class or a Primitive")
    return import_path(primitive, "primitive")


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


def _load_scenario(reference: str) -> type[Scenario]:
    found = SCENARIOS.load(reference)
    if not inspect.isclass(found) or not issubclass(found, Scenario):
        raise RequestError(f"{reference} is no scenario: it does not subclass locklab.Scenario")
    return found


def _load_primitive(reference: str) -> Primitive:
    found = PRIMITIVES.load(reference)
    if isinstance(found, Primitive):
        primitive = found
    elif inspect.isclass(found):
        primitive = Primitive.of(found, found.__name__)
    else:
        raise RequestError(f"{reference} is no primitive: give a lock class or a Primitive")
    if primitive.backend not in BACKENDS:
        raise RequestError(
            f"{reference}: there is no backend {primitive.backend!r}; "
            f"{nearest(primitive.backend, BACKENDS)}"
        )
    return primitive
