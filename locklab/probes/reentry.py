"""Rules of taking a lock again."""

from __future__ import annotations

from locklab.probes.rule import (
    BLOCKS,
    LOST,
    NO,
    TRY,
    YES,
    Probe,
    Promise,
    Rule,
    word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from locklab.model.primitive import Primitive


def _reentry(probe: Probe) -> str:
    probe.take(0)
    # what it returns is another rule's question; False is a refusal
    probe.take(0)
    return YES


def _reentry_try(probe: Probe) -> str:
    probe.take(0)
    return word(probe.call(0, TRY), True)


def _as_many(probe: Probe) -> str:
    probe.take(0)
    probe.take(0)
    probe.free(0)
    probe.wait(1)
    probe.free(0)
    return YES if probe.look(1).returned else LOST


def _if_reentrant(primitive: Primitive) -> str | None:
    return YES if primitive.reentrant else None


_AGAIN = "Its owner can take it again without waiting."
_SHUT = "acquire() of a locked lock blocks until another worker releases it, whoever holds it."
REENTRY = Rule(
    "reentry",
    "Its holder can take it again.",
    "Does acquire() by the worker that holds the lock succeed?",
    _reentry,
    {
        "threading.Lock": Promise(BLOCKS, "threading.Lock", _SHUT),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _AGAIN),
        "multiprocessing.Lock": Promise(BLOCKS, "multiprocessing.Lock", _SHUT),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock", _AGAIN),
        "asyncio.Lock": Promise(BLOCKS, "asyncio.Lock.acquire", _SHUT),
    },
    declared=_if_reentrant,
    workers=1,
)

REENTRY_TRY = Rule(
    "reentry-try",
    "Its holder can take it again without waiting.",
    "Does acquire(False) by the worker that holds the lock return True?",
    _reentry_try,
    {
        "threading.Lock": Promise(NO, "threading.Lock.acquire", "False where it would wait."),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _AGAIN),
        "multiprocessing.Lock": Promise(
            NO, "multiprocessing.Lock.acquire", "False where it is locked."
        ),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _AGAIN),
    },
    workers=1,
)

_AS_OFTEN = "It is unlocked once it was released as often as it was acquired."
AS_MANY = Rule(
    "as-many-releases",
    "Taken twice, it is free after two releases, and not after one.",
    "Taken twice by its holder, does it take exactly two releases to free it?",
    _as_many,
    {
        "threading.Lock": Promise(BLOCKS, "threading.Lock", _SHUT),
        "threading.RLock": Promise(YES, "threading.RLock.release", _AS_OFTEN),
        "multiprocessing.Lock": Promise(BLOCKS, "multiprocessing.Lock", _SHUT),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.release", _AS_OFTEN),
        "asyncio.Lock": Promise(BLOCKS, "asyncio.Lock.acquire", _SHUT),
    },
    declared=_if_reentrant,
)
