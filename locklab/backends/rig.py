"""What the rigs of all backends share: telling a worker that waits from one that is slow."""

from __future__ import annotations

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
# seconds apart. Not after a time alone: on a busy machine a worker that could go on may wait long
# for a processor, but then the system says that it is ready to run, and not asleep.
LOOKS: dict[Patience, tuple[int, float]] = {
    "brief": (5, 0.001),
    "usual": (15, 0.01),
    "long": (100, 0.01),  # a lock that polls must have time to look again
}
# Where the system does not say what a thread does, as many times longer; and for one that spins.
UNKNOWN_FACTOR = 4
SPINNING_S = 2.0


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
        begun = time.monotonic()
        looks, apart = LOOKS[patience]
        asleep = 0
        while True:
            found = self._take(worker, apart)
            if found is not None:
                return found
            state = thread_state(*self._thread(worker))
            waited = time.monotonic() - begun
            if state is None:
                if waited > UNKNOWN_FACTOR * looks * apart:
                    return Reply("blocks")
            elif state in "SDI":
                asleep += 1
                if asleep >= looks:
                    return Reply("blocks")
            elif state in "ZX":
                return Reply("blocks", said=": it has ended")
            elif waited > SPINNING_S:
                return Reply("blocks", said=", and spins")
            else:
                asleep = 0

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


def thread_state(pid: int, thread: int) -> str | None:
    """What a thread does: the letter of `/proc/PID/task/TID/stat` (R ready, S asleep).

    Returns:
        None where the system does not say; `X` where there is no such thread any more.
    """
    try:
        with open(f"/proc/{pid}/task/{thread}/stat", "rb") as file:
            # the name of the thread may hold blanks and brackets; the state follows the last one
            return file.read().rpartition(b")")[2].split()[0].decode()
    except (OSError, IndexError):
        return "X" if os.path.exists("/proc/self/stat") else None


def own_thread() -> tuple[int, int]:
    """Process and thread number of the caller."""
    return os.getpid(), threading.get_native_id()
