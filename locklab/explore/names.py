"""What a scenario calls its locks and cells: the attribute path to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locklab.errors import RequestError
from locklab.explore.cells import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# deeper than anybody nests, and shallow enough to end where objects refer to one another
DEPTH = 5
ATOMS = (int, str, bytes, float)
_MACHINERY = ("locklab.explore", "locklab.model", "asyncio", "_asyncio")


def names_of(scenario: object, objects: Sequence[Any]) -> list[str]:
    """The attribute path of each cell and lock, shortest first found, such as `box.lock`.

    Args:
        scenario: Where to look.
        objects: Cells and locks, in the order made.

    Returns:
        A name for each; "cell 1" where no path leads to it.
    """
    wanted = {id(one): index for index, one in enumerate(objects)}
    names: dict[int, str] = {}
    for path, value in _walk(scenario):
        if id(value) in wanted:
            names.setdefault(wanted[id(value)], path)
    return [
        names.get(index, f"{'cell' if isinstance(one, Cell) else 'lock'} {index + 1}")
        for index, one in enumerate(objects)
    ]


def refuse_real_locks(scenario: object, kinds: Sequence[tuple[type, str]]) -> None:
    """A real lock among simulated workers would stop the one thread that they all are.

    Args:
        scenario: Where to look.
        kinds: Real lock types, and what each is called.

    Raises:
        RequestError: There is one; says where, and what to use instead.
    """
    for path, value in _walk(scenario):
        for kind, name in kinds:
            if type(value) is kind:
                raise RequestError(
                    f"{type(scenario).__name__}.{path} is a real {name}, which cannot be explored; "
                    f"make it with lab.lock() or lab.primitive({name!r}) in setup()"
                )


def plain_state(scenario: object) -> dict[str, object]:
    """Everything that a scenario holds outside cells and locks, by attribute path.

    Numbers, texts and None by value, everything else by identity: enough to see that something
    was changed, which is all that is asked.
    """
    return {
        path: value if value is None or isinstance(value, ATOMS) else id(value)
        for path, value in _walk(scenario)
    }


def _walk(scenario: object) -> Iterator[tuple[str, Any]]:
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
    if type(holder).__module__.startswith(_MACHINERY):
        return
    for name, value in getattr(holder, "__dict__", {}).items():
        if name != "_lab":
            yield f".{name}", value
    for kind in type(holder).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if not name.startswith("__") and hasattr(holder, name):
                yield f".{name}", getattr(holder, name)
