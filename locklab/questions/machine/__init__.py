"""What of a machine and an interpreter decides the numbers: facts, and checks of them.

A check is a function of what it looks at and returns an `Answer`; a new one is such a function and
one line in the registry of its module (`CHECKS`).
"""

from __future__ import annotations

from locklab.model.diagnosis import State

# State, what was found, what it means, what to do: a finding that has no name yet.
Answer = tuple[State, str, str | None, str | None]


def ok(found: str) -> Answer:
    """Nothing to worry about."""
    return "ok", found, None, None


def warning(found: str, means: str, remedy: str) -> Answer:
    """Something that makes numbers unsteady."""
    return "warning", found, means, remedy


def unknown(why: str) -> Answer:
    """Cannot be told on this machine."""
    return "unknown", why, None, None
