"""A primitive: one lock type on a backend, with what it promises."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from locklab.model.workload import Lab, Scenario


class Primitive:
    """One lock type on a backend.

    Args:
        name: What tables and the command line call it, `backend.Type` for the built-in ones.
        backend: The name of the backend whose workers use it.
        factory: Makes one lock, given the `Lab` of the run.
        exclusive: It promises that at most one worker is between acquire and release. A primitive
            that does not is a control: nothing is expected of it.
        reentrant: Its holder can take it again, and must release it as often.
        owned: Only its holder may release it.
        refuses: Its holder that takes it again gets an exception, and does not wait for itself.
        unexplorable: Why its code cannot be explored, as a sentence fragment ("it locks a file");
            empty where it can. Code that waits for anything but cells, locks of the lab, and
            futures of the running loop would stop exploration, or be explored wrongly.
    """

    __slots__ = (
        "backend",
        "exclusive",
        "factory",
        "name",
        "owned",
        "reentrant",
        "refuses",
        "unexplorable",
    )

    def __init__(
        self,
        name: str,
        backend: str,
        factory: Callable[[Lab], Any],
        *,
        exclusive: bool = True,
        reentrant: bool = False,
        owned: bool = False,
        refuses: bool = False,
        unexplorable: str = "",
    ) -> None:
        self.name = name
        self.backend = backend
        self.factory = factory
        self.exclusive = exclusive
        self.reentrant = reentrant
        self.owned = owned
        self.refuses = refuses
        self.unexplorable = unexplorable

    def make(self, lab: Lab) -> Any:
        """Make one lock for a run."""
        return self.factory(lab)

    def called(self, name: str) -> Primitive:
        """The same, by another name."""
        if name == self.name:
            return self
        return Primitive(
            name,
            self.backend,
            self.factory,
            exclusive=self.exclusive,
            reentrant=self.reentrant,
            owned=self.owned,
            refuses=self.refuses,
            unexplorable=self.unexplorable,
        )

    def __repr__(self) -> str:
        return f"Primitive({self.name!r})"

    @classmethod
    def of(cls, lock: Callable[[], Any], name: str) -> Primitive:
        """Describe a lock class, or a function that makes a lock, that says nothing of locklab.

        An attribute named as an argument (`backend`, `reentrant` …) overrides the guess, which
        is: tasks where a class has `__aenter__` and no `__enter__`, else threads; exclusive, not
        reentrant, not owned. A classmethod `for_lab(lab)` is called in place of the constructor,
        so that a lock can be built on cells or on other primitives, and be explored with them.
        """
        tasks = hasattr(lock, "__aenter__") and not hasattr(lock, "__enter__")
        make = getattr(lock, "for_lab", None)
        return cls(
            name,
            getattr(lock, "backend", "asyncio" if tasks else "threading"),
            make if make is not None else lambda _: lock(),
            exclusive=getattr(lock, "exclusive", True),
            reentrant=getattr(lock, "reentrant", False),
            owned=getattr(lock, "owned", False),
            refuses=getattr(lock, "refuses", False),
            unexplorable=getattr(lock, "unexplorable", ""),
        )


def expected(
    scenario: type[Scenario] | Scenario, primitive: Primitive
) -> Literal["holds", "deadlocks", "raises"] | None:
    """What must come of a case, from what the scenario does and what the primitive promises.

    Returns:
        `holds`; `deadlocks`, or `raises` where the lock refuses to be taken again; None where
        nothing is promised (a control, or a scenario that no lock can keep).
    """
    if not primitive.exclusive:
        return None
    if scenario.reentrant and not primitive.reentrant:
        return "raises" if primitive.refuses else "deadlocks"
    return "holds" if scenario.lock_suffices else None
