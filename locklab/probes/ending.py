"""Rules of a lock whose holder comes to its end."""

from __future__ import annotations

from locklab.probes.rule import (
    ACQUIRE,
    LOST,
    PROCESSES,
    TASKS,
    YES,
    Probe,
    Promise,
    Rule,
    word,
)


def _ends(probe: Probe) -> str:
    probe.take(1)
    probe.rig.end(1)
    probe.transcript.append("worker 1 ends")
    return _had(probe)


def _killed(probe: Probe) -> str:
    probe.take(1)
    probe.rig.kill(1)
    probe.transcript.append("worker 1 is killed")
    return _had(probe)


def _had(probe: Probe) -> str:
    reply = probe.call(0, ACQUIRE)
    if reply.returned:
        return YES
    return LOST if reply.blocks else word(reply)


_DEADLOCK = "A process that is terminated while it holds a lock can cause others to deadlock."
ENDS = Rule(
    "holder-ends",
    "A lock whose holder has come to its end can be had by others.",
    "Can others take it after the worker that holds it has come to its end?",
    _ends,
    {},
)

KILLED = Rule(
    "holder-killed",
    "A lock whose holder was killed (a process) or cancelled (a task) can be had by others.",
    "Can others take it after the worker that holds it was killed?",
    _killed,
    {
        "multiprocessing.Lock": Promise(LOST, "multiprocessing.Process.terminate", _DEADLOCK),
        "multiprocessing.RLock": Promise(LOST, "multiprocessing.Process.terminate", _DEADLOCK),
    },
    backends=(PROCESSES, TASKS),
)
