"""Rules of giving a lock back."""

from __future__ import annotations

from locklab.probes.rule import (
    ACQUIRE,
    AN_EXCEPTION,
    LOST,
    NO,
    RELEASE,
    YES,
    Probe,
    Promise,
    Rule,
    word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from locklab.model.primitive import Primitive


def _unlocked(probe: Probe) -> str:
    reply = probe.call(0, RELEASE)
    if reply.returned:
        return NO
    if not reply.blocks and not probe.call(1, ACQUIRE).returned:
        return LOST
    return word(reply)


def _by_other(probe: Probe) -> str:
    probe.take(0)
    reply = probe.call(1, RELEASE)
    if not reply.returned:
        return word(reply)
    return YES if probe.call(1, ACQUIRE).returned else NO


def _only_its_owner(primitive: Primitive) -> str | None:
    return AN_EXCEPTION if primitive.owned else None


_RUNTIME = "Called on an unlocked lock, release() raises RuntimeError."
_VALUE = "Called on an unlocked lock, release() raises ValueError."
_ASSERTION = "Called by anybody but the owner, or unlocked, release() raises AssertionError."
UNLOCKED = Rule(
    "release-unlocked",
    "release() of an unlocked lock raises, and leaves it unlocked.",
    "Which exception does release() of an unlocked lock raise?",
    _unlocked,
    {
        "threading.Lock": Promise("RuntimeError", "threading.Lock.release", _RUNTIME),
        "threading.RLock": Promise("RuntimeError", "threading.RLock.release", _RUNTIME),
        "multiprocessing.Lock": Promise("ValueError", "multiprocessing.Lock.release", _VALUE),
        "multiprocessing.RLock": Promise(
            "AssertionError", "multiprocessing.RLock.release", _ASSERTION
        ),
        "asyncio.Lock": Promise("RuntimeError", "asyncio.Lock.release", _RUNTIME),
    },
)

_ANYBODY = "It can be released by any worker, not only by the one that took it."
BY_OTHER = Rule(
    "release-by-other",
    "A lock can be released by a worker that does not hold it.",
    "Can a worker release a lock that another one holds?",
    _by_other,
    {
        "threading.Lock": Promise(YES, "threading.Lock.release", _ANYBODY),
        "threading.RLock": Promise(
            "RuntimeError",
            "threading.RLock.release",
            "Only its owner may call release(); RuntimeError is raised where it is not acquired.",
        ),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.release", _ANYBODY),
        "multiprocessing.RLock": Promise(
            "AssertionError", "multiprocessing.RLock.release", _ASSERTION
        ),
    },
    declared=_only_its_owner,
)
