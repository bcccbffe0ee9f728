"""Labs whose locks and cells are simulated, and the registry of simulated primitives.

A primitive that is not in the registry is explored as it is: its own code is then part of the
program, down to the registered primitives and cells that it is built on.
"""

from __future__ import annotations

import asyncio
import multiprocessing.synchronize
import threading
from typing import TYPE_CHECKING, Any

from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.explore.cells import Cell, ProcessCell
from locklab.explore.watched import watched
from locklab.model.registry import Registry
from locklab.model.workload import Lab, caller

if TYPE_CHECKING:
    from locklab.explore.stage import Stage
    from locklab.model.primitive import Primitive

SIMULATED = Registry(
    "simulated primitive",
    {
        "threading.Lock": "locklab.explore.locks:ThreadLock",
        "threading.RLock": "locklab.explore.locks:ThreadRLock",
        "multiprocessing.Lock": "locklab.explore.locks:ProcessLock",
        "multiprocessing.RLock": "locklab.explore.locks:ProcessRLock",
        "asyncio.Lock": "locklab.explore.loop_locks:TaskLock",
    },
)

REAL: tuple[tuple[type, str], ...] = (
    (type(threading.Lock()), "threading.Lock"),
    (type(threading.RLock()), "threading.RLock"),
    (multiprocessing.synchronize.Lock, "multiprocessing.Lock"),
    (multiprocessing.synchronize.RLock, "multiprocessing.RLock"),
    (asyncio.Lock, "asyncio.Lock"),
)


class Context:
    """Stands in for the `multiprocessing` context while a primitive makes its lock."""

    def Lock(self) -> Any:  # noqa: N802 - the interface of a context
        """A lock that is replaced by the simulated one."""
        return multiprocessing.Lock()

    def RLock(self) -> Any:  # noqa: N802
        """A lock that is replaced by the simulated one."""
        return multiprocessing.RLock()


def lab_for(stage: Stage, primitive: Primitive, *, watch: bool = False) -> Lab:
    """A lab that hands out simulated locks of `primitive`, and simulated cells.

    Args:
        stage: Where they take their steps.
        primitive: The primitive under test.
        watch: Whether its locks are watched for exclusion.
    """
    processes = primitive.backend == "multiprocessing"
    kind = ProcessCell if processes else Cell

    def lock(lab: Lab) -> Any:
        made = simulated(stage, primitive, lab)
        return watched(primitive, made, stage.errors.setdefault) if watch else made

    def cell(initial: int) -> Any:
        return kind(stage, initial)

    def named(lab: Lab, name: str) -> Any:
        return simulated(stage, PRIMITIVES.load(name), lab)

    return Lab(
        stage.workers,
        stage.ops,
        lock=lock,
        cell=cell,
        pause=stage.pause,
        primitive=named,
        context=Context() if processes else None,
    )


def simulated(stage: Stage, primitive: Primitive, lab: Lab) -> Any:
    """One lock of a primitive, as far as possible simulated.

    Raises:
        RequestError: It is a real lock that has no simulated counterpart on this backend.
    """
    name = primitive.name
    if is_simulated(primitive):
        return _kind(name)(stage)
    made = primitive.make(lab)
    for real, counterpart in REAL:
        if type(made) is real:
            backend = counterpart.partition(".")[0]
            if (backend == "asyncio") != (primitive.backend == "asyncio"):
                raise RequestError(
                    f"{caller()}: {name} makes a real {counterpart}, which cannot be explored on "
                    f"{primitive.backend}; build it on lab.primitive(...)"
                )
            return _kind(counterpart)(stage)
    return made


def is_simulated(primitive: Primitive) -> bool:
    """Whether there is a simulated counterpart; any other primitive is explored as it is."""
    name = primitive.name
    return name in SIMULATED and PRIMITIVES.load(name) is primitive


_KINDS: dict[str, Any] = {}


def _kind(name: str) -> Any:
    kind = _KINDS.get(name)
    if kind is None:
        kind = _KINDS[name] = SIMULATED.load(name)
    return kind
