"""What a scenario calls its locks: the attribute path that leads to one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from locklab.model.workload import Scenario


def name_of(scenario: Scenario, wanted: object, number: int) -> str:
    """The attribute path of a lock, such as `lock`, `box.lock` or `forks[1]`.

    Looks two attributes deep and into lists, tuples and dictionaries.

    Args:
        scenario: Where to look.
        wanted: The very object that `lab.lock()` handed out.
        number: Its place in the order of `lab.lock()` calls, for a name where no path is found.
    """
    return _find(scenario, wanted, "", 3) or f"lock {number}"


def vars_of(value: object) -> dict[str, object]:
    """The attributes of an object, where it has a dictionary of them."""
    found = getattr(value, "__dict__", None)
    return found if isinstance(found, dict) else {}


def _find(holder: object, wanted: object, path: str, depth: int) -> str | None:
    if isinstance(holder, dict):
        items = [(f"{path}[{key!r}]", value) for key, value in holder.items()]
    elif isinstance(holder, (list, tuple)):
        items = [(f"{path}[{index}]", value) for index, value in enumerate(holder)]
    else:
        dot = f"{path}." if path else ""
        slots = [name for kind in type(holder).__mro__ for name in getattr(kind, "__slots__", ())]
        names = [*getattr(holder, "__dict__", ()), *(n for n in slots if hasattr(holder, n))]
        # private attributes of the harness (the lab and its lists) are nobody's names
        items = [(dot + name, getattr(holder, name)) for name in names if name != "_lab"]
    for found, value in items:
        # a lock with work around it holds the one that is looked for
        if value is wanted or vars_of(value).get("_lock") is wanted:
            return found
    if depth > 1:
        for found, value in items:
            if type(value).__module__ == "builtins" and not isinstance(value, (dict, list, tuple)):
                continue
            deeper = _find(value, wanted, found, depth - 1)
            if deeper:
                return deeper
    return None
