"""What the rigs of all backends share: telling a worker that waits from one that is slow."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from queue import Empty, SimpleQueue

from locklab.model.rig import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from locklab.model.rig import Call, Patience

# A worker is taken to wait for ever once it has been seen asleep so many times in a row, so many
# seconds apart, or has spent so much processor time (in ticks of the system, mostly 10 ms) on the
# call. Not after a time alone: on a busy machine a worker that could go on may wait long for a
# processor, but then the system says that it is ready to run, and its own time does not pass.
LOOKS: dict[Patience, tuple[int, float, int]] = {
    "brief": (5, 0.001, 3),
    "usual": (15, 0.01, 30),
    "long": (100, 0.01, 60),  # a lock that polls must have time to look again
}
# Where the system does not say what a thread does, as many times longer.
UNKNOWN_FACTOR = 4
# Nothing is waited for longer: neither asleep nor at work, it is not run at all.
STARVED_S = 15.0


class RealRig:
    """A rig whose workers really run.

    Subclasses start workers that put what became of their calls into `_replies`, and say of
    each worker which process and thread it is.
    """

    backend: str

    def __init__(self, lock: Any, workers: int) -> None:
        self.lock = lock
        self.workers = workers
        self._replies: list[SimpleQueue[Reply]] = [SimpleQueue() for _ in range(workers)]

    def reply(self, worker: int, patience: Patience = "usual") -> Reply:
        """What became of a worker's calls; `blocks` once it has been asleep for long enough."""
        looks, apart, most_ticks = LOOKS[patience]
        begun = time.monotonic()
        first: int | None = None
        asleep = 0
        while True:
            found = self._take(worker, apart)
            if found is not None:
                return found
            activity = thread_activity(*self._thread(worker))
            waited = time.monotonic() - begun
            if activity is None:
                if waited > UNKNOWN_FACTOR * looks * apart:
                    return Reply("blocks")
                continue
            state, ticks = activity
            first = ticks if first is None else first
            if state in "ZX":
                return Reply("died")
            asleep = asleep + 1 if state in "SDI" else 0
            if asleep >= looks:
                return Reply("blocks")
            if ticks - first >= most_ticks or waited > STARVED_S:
                return Reply("blocks", said=", and spins")

    def delay(self, worker: int, *, late: bool) -> None:
        """Let a worker run only when no other one would, as far as the system allows that.

        All share one processor then, where a thread of the policy SCHED_IDLE displaces nobody
        when it is woken, and is chosen after all others, sched(7).
        """
        # none of these are everywhere, and a sandbox may refuse them
        with contextlib.suppress(AttributeError, OSError):
            processors = sorted(os.sched_getaffinity(0))
            shared = [processors[os.getpid() % len(processors)]]
            for other in range(self.workers):
                os.sched_setaffinity(self._thread(other)[1], shared)
            policy = os.SCHED_IDLE if late else os.SCHED_OTHER
            os.sched_setscheduler(self._thread(worker)[1], policy, os.sched_param(0))

    def _take(self, worker: int, seconds: float) -> Reply | None:
        try:
            return self._replies[worker].get(timeout=seconds)
        except Empty:
            return None

    def _thread(self, worker: int) -> tuple[int, int]:
        """Process and thread number of a worker."""
        raise NotImplementedError

    def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
        """Let a worker begin its next calls."""
        raise NotImplementedError


def thread_activity(pid: int, thread: int) -> tuple[str, int] | None:
    """What a thread does, by `/proc/PID/task/TID/stat`.

    Returns:
        The letter of its state (R ready to run, S asleep; X where there is no such thread any
        more), and the processor time it has taken, in ticks; None where the system does not say.
    """
    try:
        with open(f"/proc/{pid}/task/{thread}/stat", "rb") as file:
            # the name of the thread may hold blanks and brackets; the fields follow the last one
            fields = file.read().rpartition(b")")[2].split()
        return fields[0].decode(), int(fields[11]) + int(fields[12])
    except (OSError, IndexError, ValueError):
        return ("X", 0) if os.path.exists("/proc/self/stat") else None


def own_thread() -> tuple[int, int]:
    """Process and thread number of the caller."""
    return os.getpid(), threading.get_native_id()
