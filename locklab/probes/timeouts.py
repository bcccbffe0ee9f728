"""Rules of acquiring with a limit of time."""

from __future__ import annotations

from locklab.probes.rule import (
    NO,
    TASKS,
    THREADS,
    YES,
    Probe,
    Promise,
    Rule,
    word,
)

# Long against the time that a call takes, short for whoever waits for the answer.
LIMIT_S = 0.05
# More than some 292 years in nanoseconds do not fit into 64 bits.
HUGE_S = 1e10


def _gives_up(probe: Probe, timeout: float) -> str:
    probe.take(0)
    return word(probe.call(1, ("acquire", True, timeout)), False)


def _timeout(probe: Probe) -> str:
    probe.take(0)
    reply, seconds = probe.timed(1, ("acquire", True, LIMIT_S))
    if reply.returned and seconds < LIMIT_S:
        probe.transcript.append(f"that took {seconds * 1e3:.0f} ms of {LIMIT_S * 1e3:.0f}")
        return NO
    answer = word(reply, False)
    if answer != YES:
        return answer
    # and it must not have taken it after all
    probe.free(0)
    probe.take(1)
    return YES


def _unlimited(probe: Probe, timeout: float) -> str:
    probe.take(0)
    reply = probe.call(1, ("acquire", True, timeout))
    if not reply.blocks:
        return NO if reply.returned else word(reply)
    probe.free(0)
    return word(probe.look(1), True)


_AT_MOST = "With a positive timeout, acquire() waits at most so many seconds, then returns False."
TIMEOUT = Rule(
    "timeout",
    "acquire(timeout=0.05) of a locked lock gives up after that time, and not before.",
    "Does acquire(True, 0.05) of a locked lock return False after 0.05 s?",
    _timeout,
    {
        "threading.Lock": Promise(YES, "threading.Lock.acquire", _AT_MOST),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _AT_MOST),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.acquire", _AT_MOST),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _AT_MOST),
    },
    # there is no clock where everything that can happen is explored
    simulated=(TASKS,),
)

ZERO = Rule(
    "timeout-zero",
    "acquire(timeout=0) of a locked lock gives up at once.",
    "Does acquire(True, 0) of a locked lock return False at once?",
    lambda probe: _gives_up(probe, 0),
    {},
)

_ENDLESS = "A timeout of -1 waits without limit."
_AS_ZERO = "A negative timeout is as good as one of zero."
MINUS_ONE = Rule(
    "timeout-minus-one",
    "acquire(timeout=-1) of a locked lock waits without limit.",
    "Does acquire(True, -1) of a locked lock wait until it is released?",
    lambda probe: _unlimited(probe, -1),
    {
        "threading.Lock": Promise(YES, "threading.Lock.acquire", _ENDLESS),
        "threading.RLock": Promise(YES, "threading.RLock.acquire", _ENDLESS),
        "multiprocessing.Lock": Promise(NO, "multiprocessing.Lock.acquire", _AS_ZERO),
        "multiprocessing.RLock": Promise(NO, "multiprocessing.RLock.acquire", _AS_ZERO),
    },
)

NEGATIVE = Rule(
    "timeout-negative",
    "acquire(timeout=-5) of a locked lock gives up at once.",
    "Does acquire(True, -5) of a locked lock return False at once?",
    lambda probe: _gives_up(probe, -5),
    {
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock.acquire", _AS_ZERO),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _AS_ZERO),
    },
)

_TOO_LARGE = "A timeout above threading.TIMEOUT_MAX raises OverflowError."
HUGE = Rule(
    "timeout-huge",
    "acquire(timeout=1e10), some three hundred years, waits.",
    "Does acquire(True, 1e10) of a locked lock wait until it is released?",
    lambda probe: _unlimited(probe, HUGE_S),
    {
        "threading.Lock": Promise("OverflowError", "threading.TIMEOUT_MAX", _TOO_LARGE),
        "threading.RLock": Promise("OverflowError", "threading.TIMEOUT_MAX", _TOO_LARGE),
    },
    simulated=(THREADS, TASKS),
)
