"""Whether two runs were made under circumstances that let their numbers be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from locklab.model.results import RunResult

# What may differ between two runs that can be compared; whatever else they record, also what is
# not known here, decides numbers.
ENVIRONMENT_MAY_DIFFER = {
    "load_average_1min", "work_unit_ns", "clock_resolution_ns", "interpreters",
}  # fmt: skip
# Cases are compared with what they have in common, and trials are what is counted.
SETTINGS_MAY_DIFFER = {
    "budget", "trials", "clocked_trials", "precision", "workers", "inside", "outside", "load",
    "python", "ops",
}  # fmt: skip


def differences(base: RunResult, new: RunResult) -> Iterator[str]:
    """In what the circumstances of two runs differ, a sentence fragment each.

    What only one of them tells is no difference: it may well have been the same.
    """
    before, after = base.environment, new.environment
    theirs, ours = before.get("interpreters"), after.get("interpreters")
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        # each case has its own then, and the first of them stands for none of the others
        for label in theirs:
            if label in ours:
                yield from _differing(theirs[label], ours[label], ENVIRONMENT_MAY_DIFFER, label)
        told = {name for facts in (*theirs.values(), *ours.values()) for name in facts}
        yield from _differing(before, after, ENVIRONMENT_MAY_DIFFER | told)
    else:
        yield from _differing(before, after, ENVIRONMENT_MAY_DIFFER)
    yield from _differing(base.settings, new.settings, SETTINGS_MAY_DIFFER)


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any], ignored: set[str], of: str = ""
) -> Iterator[str]:
    for name, then in before.items():
        now = after.get(name)
        if name not in ignored and None not in (then, now) and then != now:
            yield f"{f'{of} ' if of else ''}{name.replace('_', ' ')} was {then} and is {now}"
