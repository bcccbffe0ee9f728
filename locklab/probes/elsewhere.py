"""Rules of a lock that is used elsewhere than where its own kind of worker lives."""

from __future__ import annotations

import multiprocessing
import os
import threading

from locklab.backends.asyncio_rig import TaskRig
from locklab.backends.multiprocessing_rig import ProcessRig
from locklab.backends.threading_rig import ThreadRig
from locklab.probes.rule import (
    ACQUIRE,
    LOST,
    NO,
    PROCESSES,
    RELEASE,
    TASKS,
    UNDEFINED,
    YES,
    Probe,
    Promise,
    Refused,
    Rule,
    word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.model.rig import Rig


def _thread(probe: Probe) -> Rig:
    """A thread of this process; for a lock of tasks one with an event loop."""
    return _loop(probe) if probe.rig.backend == TASKS else ThreadRig(probe.rig.lock, 1, _aside)


def _loop(probe: Probe) -> Rig:
    return TaskRig(lambda: probe.rig.lock, 1, _aside)


def _fork(probe: Probe) -> Rig:
    return _process(probe, "fork")


def _spawn(probe: Probe) -> Rig:
    return _process(probe, "spawn")


def _process(probe: Probe, method: str) -> Rig:
    context: Any = multiprocessing.get_context(method)
    return ProcessRig(probe.rig.lock, 1, context, tasks=probe.rig.backend == TASKS)


def _aside(run: Callable[[], object]) -> None:
    threading.Thread(target=run, daemon=True).start()


class Pair:
    """A worker here and one elsewhere, which share one lock.

    Raises:
        Refused: The lock could not get there.
    """

    def __init__(self, probe: Probe, there: Callable[[Probe], Rig]) -> None:
        self.probe = probe
        try:
            self.there = there(probe)
        except Exception as error:
            probe.transcript.append(f"sending it there raised {type(error).__name__}: {error}")
            raise Refused(type(error).__name__) from error

    def call(self, call: tuple[Any, ...]) -> Any:
        """Let the worker elsewhere make a call."""
        self.there.begin(0, (call,))
        return self.probe.note(f"elsewhere: {call[0]}()", self.there.reply(0))

    def look(self) -> Any:
        """What has become of it."""
        return self.probe.note("elsewhere", self.there.reply(0, "long"))


def _exclude(there: Callable[[Probe], Rig], *, waited: bool = False) -> Callable[[Probe], str]:
    """Whether workers here and there exclude one another, in both directions.

    Args:
        there: Starts the worker elsewhere.
        waited: Whether a worker here waits for it first. A lock of an event loop belongs to that
            loop from then on; before, another loop would take it over, with no worker here to
            notice.
    """

    def script(probe: Probe) -> str:
        if waited:
            probe.take(0)
            probe.wait(1)
            probe.free(0)
            if not probe.look(1).returned:
                return LOST
            probe.free(1)
        pair = Pair(probe, there)
        try:
            return _exclude_both_ways(probe, pair)
        finally:
            pair.there.close()

    return script


def _exclude_both_ways(probe: Probe, pair: Pair) -> str:
    probe.take(0)
    reply = pair.call(ACQUIRE)
    if not reply.blocks:
        return NO if reply.returned else word(reply)
    probe.free(0)
    if not (reply := pair.look()).returned:
        return LOST if reply.blocks else word(reply)
    reply = probe.call(0, ACQUIRE)
    if not reply.blocks:
        return NO if reply.returned else word(reply)
    reply = pair.call(RELEASE)
    if not reply.returned:
        return word(reply)
    return YES if probe.look(0).returned else LOST


def _of_one_process(script: Callable[[Probe], str]) -> Callable[[Probe], str]:
    """Put a script to threads of this process also where the workers are processes.

    A thread here and a worker process are two processes after all, and would not show what a lock
    does within one.
    """

    def put(probe: Probe) -> str:
        if probe.rig.backend != PROCESSES:
            return script(probe)
        here = Probe(ThreadRig(probe.rig.lock, 2, _aside), None)
        here.transcript = probe.transcript
        try:
            return script(here)
        finally:
            here.rig.close()

    return put


def _after_fork(probe: Probe) -> str:
    """Held by a thread or task of the process that forks."""
    probe.take(0)
    pair = Pair(probe, _fork)
    try:
        reply = pair.call(ACQUIRE)
        if not reply.blocks:
            return NO if reply.returned else word(reply)
        probe.free(0)
        reply = pair.look()
        if reply.returned:
            return YES
        return LOST if reply.blocks else word(reply)
    finally:
        pair.there.close()


_FORKS = () if not hasattr(os, "fork") else ("threading", "multiprocessing", "asyncio")
_BETWEEN = "Whichever process or thread holds it, others that acquire it block."

THREAD = Rule(
    "other-thread",
    "Its workers and another thread exclude one another; for processes: two threads of one.",
    "Do its workers and another thread (of a lock of processes: two threads) exclude one another?",
    _of_one_process(_exclude(_thread, waited=True)),
    {
        "threading.Lock": Promise(YES, "threading.Lock", "Threads that acquire it block."),
        "threading.RLock": Promise(YES, "threading.RLock", "Threads that acquire it block."),
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock", _BETWEEN),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _BETWEEN),
        "asyncio.Lock": Promise(
            UNDEFINED, "asyncio.Lock", "It is for tasks of one loop, and not thread-safe."
        ),
    },
    simulated=(),
)

PROCESS = Rule(
    "other-process",
    "Its workers and a forked process exclude one another.",
    "Do its workers and another process, forked, exclude one another?",
    _exclude(_fork),
    {
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock", _BETWEEN),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _BETWEEN),
    },
    backends=_FORKS,
    simulated=(),
)

LOOP = Rule(
    "other-loop",
    "Its workers and a task of another event loop exclude one another.",
    "Do its workers and a task of another event loop exclude one another?",
    _exclude(_loop, waited=True),
    {},
    simulated=(),
)

FORKED = Rule(
    "after-fork",
    "Held when its process forks, it can be had in the child once its holder has released it.",
    "Held by another thread or task when a process forks, can the child have it after its release?",
    _of_one_process(_after_fork),
    {
        "multiprocessing.Lock": Promise(YES, "multiprocessing.Lock", _BETWEEN),
        "multiprocessing.RLock": Promise(YES, "multiprocessing.RLock.acquire", _BETWEEN),
    },
    backends=_FORKS,
    simulated=(),
)

_SENT = "Locks are passed to processes as arguments."
SPAWNED = Rule(
    "spawned",
    "It can be sent to a spawned process, and excludes there and here.",
    "Sent to a spawned process, does it exclude between that one and its workers?",
    _exclude(_spawn),
    {
        "multiprocessing.Lock": Promise(YES, "multiprocessing", _SENT),
        "multiprocessing.RLock": Promise(YES, "multiprocessing", _SENT),
    },
    simulated=(),
    start_method="spawn",
)
