"""What a request may name a scenario or a primitive by, and what becomes of it."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.errors import RequestError
from locklab.model.primitive import Primitive
from locklab.model.registry import is_path, nearest
from locklab.model.workload import Scenario
from locklab.scenarios import SCENARIOS

ScenarioLike = str | type[Scenario]
PrimitiveLike = str | type[Any] | Callable[[], Any] | Primitive


def scenario_class(wanted: object) -> type[Scenario]:
    """The class that a name, an import path, a class or an object stands for.

    Raises:
        RequestError: It stands for no scenario.
    """
    found: Any = SCENARIOS.load(wanted) if isinstance(wanted, str) else wanted
    kind = found if inspect.isclass(found) else type(found)
    if not issubclass(kind, Scenario):
        raise RequestError(f"{wanted} is no scenario: it does not subclass locklab.Scenario")
    return kind


def primitive_of(wanted: object) -> Primitive:
    """The primitive that a name, an import path, a lock class or factory or a `Primitive` means.

    Raises:
        RequestError: It stands for none, or for one on a backend that does not exist.
    """
    found: Any = PRIMITIVES.load(wanted) if isinstance(wanted, str) else wanted
    if inspect.isclass(found) or inspect.isfunction(found):
        found = Primitive.of(found, found.__name__)
    if not isinstance(found, Primitive):
        raise RequestError(f"{wanted} is no primitive: give a lock class or a Primitive")
    if found.backend not in BACKENDS:
        raise RequestError(
            f"{wanted}: there is no backend {found.backend!r}; {nearest(found.backend, BACKENDS)}"
        )
    return found


def runs_on(scenario: type[Scenario], primitive: Primitive) -> bool:
    """Whether a scenario has the method that the primitive's workers run."""
    style: str = BACKENDS.load(primitive.backend).style
    return getattr(scenario, style) is not getattr(Scenario, style)


def import_path(thing: Any, what: str) -> str:
    """The import path by which a fresh interpreter finds a class or function.

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


def references(wanted: Iterable[Any] | None, registry: Any, of_object: Any) -> list[str]:
    """What a fresh interpreter loads each of them by: a registered name or an import path.

    Args:
        wanted: Names, globs, import paths or objects; all registered names where None.
        registry: Of their kind.
        of_object: Gives the reference of what is no text.

    Raises:
        RequestError: A name is not registered, or an object cannot be found by an import.
    """
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


def scenario_reference(scenario: type[Scenario]) -> str:
    """The import path of a scenario class."""
    if not inspect.isclass(scenario) or not issubclass(scenario, Scenario):
        raise RequestError(f"{scenario!r} is no scenario: subclass locklab.Scenario")
    return import_path(scenario, "scenario")


def primitive_reference(primitive: PrimitiveLike) -> str:
    """The registered name or the import path of a primitive."""
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
    if not inspect.isclass(primitive) and not inspect.isfunction(primitive):
        raise RequestError(f"{primitive!r} is no primitive: give a lock class or a Primitive")
    return import_path(primitive, "primitive")
