"""Checks of the interpreter: what makes it slower, or other than the one it seems to be."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from locklab.questions.machine import Answer, ok, unknown, warning

DEFAULT_SWITCH_INTERVAL_S = 0.005
# What trials load first; they write bytecode of it or they never do.
LOADED_BY_TRIALS = "locklab.trial.child"
# Trials inherit the environment. By name: what it makes them do, and the values that leave it off.
SLOWING: dict[str, tuple[str, tuple[str, ...]]] = {
    "PYTHONTRACEMALLOC": ("notes where each object was made", ("", "0")),
    "PYTHONDEVMODE": ("checks each block of memory", ("",)),
    "PYTHONMALLOC": ("checks each block of memory", ("", "default", "malloc", "pymalloc")),
    "PYTHONASYNCIODEBUG": ("notes where each task was made", ("",)),
    "PYTHONPERFSUPPORT": ("takes a detour at each call", ("", "0")),
    "COVERAGE_PROCESS_START": ("traces each line", ("",)),
    "COVERAGE_PROCESS_CONFIG": ("traces each line", ("",)),
}


def _hooks() -> Iterator[str]:
    """What watches this interpreter while it works."""
    if sys.gettrace() or threading.gettrace():
        yield "a trace function"
    if sys.getprofile() or threading.getprofile():
        yield "a profile function"
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is not None:
        yield from filter(None, map(monitoring.get_tool, range(6)))


def _bytecode() -> bool | None:
    spec = find_spec(LOADED_BY_TRIALS)
    return os.path.exists(spec.cached) if spec and spec.cached else None


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter, as its trials saw it and as it sees itself.

    Attributes:
        trial: The facts that the last trial told; empty where none ran.
        environ: Environment variables, which trials inherit.
        free_threaded: Whether it was built to run without the GIL.
        debug: Whether it was built for debugging.
        hooks: What watches it, a word each.
        bytecode: Whether bytecode of what trials load is kept; None where that cannot be told.
    """

    trial: Mapping[str, Any]
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    free_threaded: bool = "free-threading" in sys.version
    debug: bool = hasattr(sys, "gettotalrefcount")
    hooks: tuple[str, ...] = field(default_factory=lambda: tuple(_hooks()))
    bytecode: bool | None = field(default_factory=_bytecode)


def gil(python: Python) -> Answer:
    """Whether threads can run at the same time, in a trial."""
    on = python.trial.get("gil")
    if on is None:
        return unknown("no trial told")
    if not on:
        return ok("off")
    if not python.free_threaded:
        return ok("on, as always with this build")
    how = "PYTHON_GIL=1" if python.environ.get("PYTHON_GIL") == "1" else "an imported module"
    return warning(
        f"on, by {how}, although this build can do without",
        "Threads take turns, and their figures are those of a build with the GIL, but slower.",
        "Unset PYTHON_GIL, or find the module: Python warns (RuntimeWarning) when importing one "
        "turns the GIL on.",
    )


def switch_interval(python: Python) -> Answer:
    """How long a thread keeps the GIL while others want it, in a trial."""
    interval = python.trial.get("switch_interval_s")
    if interval is None:
        return unknown("no trial told")
    found = f"{interval * 1e3:g} ms"
    if abs(interval - DEFAULT_SWITCH_INTERVAL_S) < 1e-9:
        return ok(f"{found}, the default")
    return warning(
        f"{found} in place of {DEFAULT_SWITCH_INTERVAL_S * 1e3:g} ms",
        "Threads meet at locks more often, or less, than in other programs.",
        "See what calls sys.setswitchinterval at start-up (sitecustomize, .pth files).",
    )


def build(python: Python) -> Answer:
    """Whether the interpreter was built for debugging."""
    if not python.debug:
        return ok("a release build")
    return warning(
        "a debug build",
        "It checks itself all the time: it is several times slower, and not evenly so.",
        "Measure with a release build.",
    )


def tracing(python: Python) -> Answer:
    """Whether something watches this interpreter, such as a debugger or coverage."""
    if not python.hooks:
        return ok("none")
    return warning(
        ", ".join(python.hooks),
        "Trials run in interpreters of their own and are not watched, but the one that looks "
        "after them is slower, and starts them more slowly.",
        "Run without debugger, profiler and coverage.",
    )


def variables(python: Python) -> Answer:
    """Whether the environment tells trials to do more than they must."""
    found = [
        (name, does)
        for name, (does, off) in SLOWING.items()
        if python.environ.get(name, "") not in off
    ]
    if not found:
        return ok("none that slows trials")
    does = ", ".join(dict.fromkeys(what for _, what in found))
    return warning(
        ", ".join(f"{name}={python.environ[name]}" for name, _ in found),
        f"Trials inherit it, and the interpreter {does}: it is slower, and not evenly so.",
        f"unset {' '.join(name for name, _ in found)}",
    )


def bytecode(python: Python) -> Answer:
    """Whether trials must compile what they load, each anew."""
    if python.bytecode is None:
        return unknown("this interpreter does not say where it keeps bytecode")
    if python.bytecode:
        return ok("kept")
    written = not python.environ.get("PYTHONDONTWRITEBYTECODE")
    why = "its folder cannot be written" if written else "PYTHONDONTWRITEBYTECODE is set"
    return warning(
        f"not kept: {why}",
        "Each trial compiles locklab anew. That is not in its figures, but a run takes longer.",
        "Run `python -m compileall` on the package once, or unset PYTHONDONTWRITEBYTECODE.",
    )


CHECKS: dict[str, Callable[[Python], Answer]] = {
    "GIL": gil,
    "switch interval": switch_interval,
    "build": build,
    "tracing": tracing,
    "variables": variables,
    "bytecode": bytecode,
}
