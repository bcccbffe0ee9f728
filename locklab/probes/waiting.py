"""Rules of those that wait: their order, and what becomes of one that is interrupted."""

from __future__ import annotations

from locklab.probes.rule import (
    ACQUIRE,
    LOST,
    NO,
    RELEASE,
    TASKS,
    UNDEFINED,
    YES,
    Probe,
    Promise,
    Rule,
    Unexpected,
    word,
)

# So often is an overtaking tried before it is believed that there is none.
ROUNDS = 20
# Once may be a mistake: a waiter that was about to wait, and did not yet.
CONVINCING = 2
TURNS = 5


def _in_order(probe: Probe) -> str:
    """Nobody overtakes a waiter: not the holder that wants it again, nor a later waiter."""
    overtaken = 0
    for _ in range(ROUNDS):
        if _overtaken(probe):
            probe.transcript.append("worker 1 waited, and was overtaken")
            overtaken += 1
            if overtaken == CONVINCING:
                return NO
    probe.take(0)
    waiting = range(1, probe.rig.workers)
    for worker in waiting:
        probe.wait(worker)
    for holder, following in zip(range(probe.rig.workers), waiting, strict=False):
        probe.free(holder)
        if not probe.look(following).returned:
            return NO
    return YES


def _overtaken(probe: Probe) -> bool:
    """The holder gives it back and takes it at once, while another worker waits.

    Where a lock lets others overtake, who gets it is a race between the one that is woken and the
    one that goes on, and mostly the system decides it for the one that is woken. So the waiter is
    made late. A lock that is handed over is no race, and does not care.
    """
    probe.take(0)
    probe.wait(1, "brief")
    probe.rig.delay(1, late=True)
    overtaken = probe.call(0, RELEASE, ACQUIRE, patience="brief").returned
    probe.rig.delay(1, late=False)
    _in_turn(probe, (0, 1) if overtaken else (1, 0), held=overtaken)
    return overtaken


def _in_turn(probe: Probe, workers: tuple[int, int], *, held: bool) -> None:
    """Let two workers have it and give it back, one after the other; the first may hold it."""
    for worker in workers:
        if not held:
            reply = probe.look(worker)
            if not reply.returned:
                raise Unexpected(reply)
        probe.free(worker)
        held = False


def _interrupt(probe: Probe) -> str:
    probe.take(1)
    probe.wait(0)
    probe.rig.interrupt(0)
    probe.transcript.append("worker 0 is interrupted")
    reply = probe.look(0)
    if reply.error in ("KeyboardInterrupt", "CancelledError"):
        return YES
    return NO if reply.returned else word(reply)


def _after_interrupt(probe: Probe) -> str:
    interrupted = _interrupt(probe)
    if interrupted != YES:
        return interrupted
    probe.free(1)
    for worker in (0, 1):
        if not probe.call(worker, ACQUIRE).returned:
            return LOST
        probe.free(worker)
    if probe.rig.backend != TASKS:
        return YES
    # a task is cancelled at any of its awaits, and this many turns reach the last of them
    handed_over = [(RELEASE, ("rest", turns), ("cancel", 0)) for turns in range(TURNS)]
    taken = [(("begin", 0, ACQUIRE), ("rest", turns), ("cancel", 0)) for turns in range(TURNS)]
    for calls in (*handed_over, (("cancel", 0), RELEASE)):
        probe.take(1)
        probe.wait(0, "brief")
        probe.wait(2, "brief")
        probe.call(1, *calls)
        if not _everybody_in_turn(probe, waiting=True):
            return LOST
    for calls in taken:
        probe.call(1, *calls)
        if not _everybody_in_turn(probe, waiting=False):
            return LOST
    return YES


def _everybody_in_turn(probe: Probe, *, waiting: bool) -> bool:
    """Whether all can have the lock after 0 was cancelled, got it or not; 2 may wait for it."""
    if probe.look(0).returned:
        probe.free(0)
    if not (probe.look(2) if waiting else probe.call(2, ACQUIRE)).returned:
        return False
    probe.free(2)
    return probe.call(0, ACQUIRE).returned and probe.call(0, RELEASE).returned


IN_ORDER = Rule(
    "in-order",
    "Waiters get it in the order in which they came, and nobody overtakes them.",
    "Do waiters get it in the order in which they came, each before anybody who comes later?",
    _in_order,
    {
        "threading.Lock": Promise(
            UNDEFINED, "threading.Lock", "Which of the waiting threads proceeds is not defined."
        ),
        "asyncio.Lock": Promise(
            YES, "asyncio.Lock.acquire", "It is fair: who began to wait first proceeds first."
        ),
    },
    workers=4,
)

INTERRUPT = Rule(
    "interrupt",
    "A waiting worker can be interrupted: Ctrl-C in a main thread, cancellation of a task.",
    "Does a worker that waits stop waiting when it is interrupted?",
    _interrupt,
    {
        "threading.Lock": Promise(
            YES, "threading.Lock.acquire", "Acquiring can be interrupted by signals on POSIX."
        ),
        "multiprocessing.Lock": Promise(
            YES,
            "multiprocessing.Semaphore",
            "SIGINT interrupts a blocked acquire() of the main thread at once.",
        ),
        "multiprocessing.RLock": Promise(
            YES,
            "multiprocessing.Semaphore",
            "SIGINT interrupts a blocked acquire() of the main thread at once.",
        ),
        "asyncio.Lock": Promise(
            YES, "asyncio-task", "A task that is cancelled gets CancelledError where it awaits."
        ),
    },
    # no signal can arrive in the midst of a step
    simulated=(TASKS,),
)

AFTER_INTERRUPT = Rule(
    "after-interrupt",
    "After a waiter was interrupted, the lock still works, whenever it happens.",
    "Can everybody have the lock after a waiting worker was interrupted?",
    _after_interrupt,
    {},
    simulated=(TASKS,),
    workers=3,
)
