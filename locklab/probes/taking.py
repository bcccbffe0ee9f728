"""Rules of taking a lock, and of what it says of its state."""

from __future__ import annotations

from locklab.probes.rule import (
    ACQUIRE,
    LOST,
    RELEASE,
    TRY,
    YES,
    Probe,
    Promise,
    Rule,
    exclusive,
    word,
)


def _acquires(probe: Probe) -> str:
    return word(probe.call(0, ACQUIRE), True)


def _waits(probe: Probe) -> str:
    probe.take(0)
    probe.wait(1)
    probe.free(0)
    return YES if probe.look(1).returned else LOST


def _tries(probe: Probe) -> str:
    probe.take(0)
    held = word(probe.call(1, TRY), False)
    if held != YES:
        return held
    probe.free(0)
    return word(probe.call(1, TRY), True)


def _locked(probe: Probe) -> str:
    for call, value in ((None, False), (ACQUIRE, True), (RELEASE, False)):
        if call:
            probe.call(0, call)
        said = word(probe.call(1, ("locked",)), value)
        if said != YES:
            return said
    return YES


_TAKES = "acquire() of an unlocked lock locks it and returns True."
ACQUIRES = Rule(
    "acquire",
    "acquire() takes an unlocked lock and returns True.",
    "Does acquire() of an unlocked lock return True?",
    _acquires,
    {
        "threading.Lock": Promise(YES, "threading.Lock.acquire", _TAKES),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _TAKES),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.acquire", _TAKES),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _TAKES),
        "asyncio.Lock": Promise(YES, "asyncio.Lock.acquire", _TAKES),
    },
)

_BLOCKS = "acquire() of a locked lock blocks until it is unlocked, then takes it."
WAITS = Rule(
    "waits",
    "acquire() of a locked lock waits until it is released, and then takes it.",
    "Does acquire() of a locked lock wait until another worker releases it?",
    _waits,
    {
        "threading.Lock": Promise(YES, "threading.Lock", _BLOCKS),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _BLOCKS),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.acquire", _BLOCKS),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _BLOCKS),
        "asyncio.Lock": Promise(YES, "asyncio.Lock.acquire", _BLOCKS),
    },
    declared=exclusive,
)

_GIVES_UP = "Called with False, acquire() never waits: False where it is locked, else True."
TRIES = Rule(
    "try",
    "acquire(False) of a locked lock gives up at once; of an unlocked one it takes it.",
    "Does acquire(False) return False where another worker holds the lock, and else True?",
    _tries,
    {
        "threading.Lock": Promise(YES, "threading.Lock.acquire", _GIVES_UP),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _GIVES_UP),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.acquire", _GIVES_UP),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _GIVES_UP),
    },
)

_TELLS = "locked() says whether it is locked."
LOCKED = Rule(
    "locked",
    "locked() says whether somebody holds it.",
    "Does locked() say False, True while another worker holds it, and then False again?",
    _locked,
    {
        "threading.Lock": Promise(YES, "threading.Lock.locked", _TELLS),
        "threading.RLock": Promise(YES, "threading.RLock.locked", _TELLS, since=(3, 14)),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.locked", _TELLS, since=(3, 14)),
        "multiprocessing.RLock": Promise(
            YES, "multiprocessing.RLock.locked", _TELLS, since=(3, 14)
        ),
        "asyncio.Lock": Promise(YES, "asyncio.Lock.locked", _TELLS),
    },
)
