"""What a scenario keeps outside cells and locks, where exploration cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locklab.errors import RequestError
from locklab.model.names import ATOMS, walk

if TYPE_CHECKING:
    from collections.abc import Sequence


def refuse_real_locks(scenario: object, kinds: Sequence[tuple[type, str]]) -> None:
    """A real lock among simulated workers would stop the one thread that they all are.

    Args:
        scenario: Where to look.
        kinds: Real lock types, and what each is called.

    Raises:
        RequestError: There is one; says where, and what to use instead.
    """
    for path, value in walk(scenario):
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
        for path, value in walk(scenario)
    }
