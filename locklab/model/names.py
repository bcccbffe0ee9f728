"""What a scenario calls its locks and cells: the attribute path to each."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

# deeper than anybody nests, and shallow enough to end where objects refer to one another
DEPTH = 5
ATOMS = (int, str, bytes, float)
# what the workload did not make, and therefore does not name
_MACHINERY = ("locklab.", "asyncio", "_asyncio", "multiprocessing", "threading")
_WORKLOADS = "locklab.scenarios."


def names_of(scenario: object, objects: Sequence[Any]) -> list[str]:
    """The attribute path of each cell and lock, the shortest: `lock`, `box.lock`, `forks[1]`.

    Args:
        scenario: Where to look.
        objects: Cells and locks, in the order made.

    Returns:
        A name for each; "cell 1" or "lock 2", by that order, where no path leads to it.
    """
    wanted = {id(one): index for index, one in enumerate(objects)}
    names: dict[int, str] = {}
    for path, value in walk(scenario):
        if id(value) in wanted:
            names.setdefault(wanted[id(value)], path)
    return [
        names.get(index, f"{'cell' if hasattr(type(one), 'value') else 'lock'} {index + 1}")
        for index, one in enumerate(objects)
    ]


def walk(scenario: object) -> Iterator[tuple[str, Any]]:
    """Everything that a scenario holds, with its attribute path, nearest first."""
    level: list[tuple[str, Any]] = [("", scenario)]
    seen = {id(scenario)}
    for _ in range(DEPTH):
        following: list[tuple[str, Any]] = []
        for path, holder in level:
            for name, value in _parts(holder):
                yield f"{path}{name}".lstrip("."), value
                if not isinstance(value, (*ATOMS, type)) and id(value) not in seen:
                    seen.add(id(value))
                    following.append((f"{path}{name}", value))
        level = following


def _parts(holder: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds, each with what is appended to its path."""
    if isinstance(holder, (list, tuple)):
        for index, value in enumerate(holder):
            yield f"[{index}]", value
        return
    if isinstance(holder, dict):
        for key, value in holder.items():
            yield f"[{key!r}]", value
        return
    module = type(holder).__module__
    if module.startswith(_MACHINERY) and not module.startswith(_WORKLOADS):
        return
    for name, value in getattr(holder, "__dict__", {}).items():
        if name != "_lab":
            yield f".{name}", value
    for kind in type(holder).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if not name.startswith("__") and hasattr(holder, name):
                yield f".{name}", getattr(holder, name)
