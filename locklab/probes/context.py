"""Rules of locks in a `with` statement (`async with` for tasks)."""

from __future__ import annotations

from locklab.probes.rule import ACQUIRE, LOST, NO, YES, Probe, Promise, Rule, exclusive, word


def _with(probe: Probe) -> str:
    reply = probe.call(0, ("with",))
    if not reply.returned:
        return word(reply)
    entered = probe.call(0, ("enter",))
    if not entered.returned:
        return word(entered)
    probe.wait(1)
    left = probe.call(0, ("exit",))
    if not left.returned:
        return word(left)
    return YES if probe.look(1).returned else LOST


def _with_error(probe: Probe) -> str:
    reply = probe.call(0, ("with", ("fail",)))
    if reply.error != "Failure":
        # swallowed, or replaced by another
        return NO if reply.returned else word(reply)
    return YES if probe.call(1, ACQUIRE).returned else LOST


_USABLE = "It can be used in a with statement: acquired on the way in, released on the way out."
_ASYNC = "It is best used in async with, which acquires and releases it."
_DOCUMENTED = {
    "threading.Lock": Promise(YES, "threading.Lock", _USABLE),
    "threading.RLock": Promise(YES, "threading.RLock", _USABLE),
    "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock", _USABLE),
    "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock", _USABLE),
    "asyncio.Lock": Promise(YES, "asyncio.Lock", _ASYNC),
}

WITH = Rule(
    "with",
    "A with statement takes it on the way in and gives it back on the way out.",
    "Does a with statement hold the lock, and free it at its end?",
    _with,
    _DOCUMENTED,
    declared=exclusive,
)

WITH_ERROR = Rule(
    "with-error",
    "A with statement also gives it back when its body raises, and lets the exception through.",
    "Is the lock free after the body of a with statement has raised?",
    _with_error,
    _DOCUMENTED,
    declared=exclusive,
)
