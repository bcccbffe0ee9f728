"""Real cells and locks behind a gate: each step waits for its turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locklab.backends.crew import WORKER

if TYPE_CHECKING:
    from collections.abc import Callable


class Gate:
    """Lets one worker at a time take one step.

    Made of semaphores, of threads or of processes alike, so that it can be sent to a process.

    Args:
        workers: How many workers.
        semaphore: Makes a semaphore that starts at 0.
    """

    def __init__(self, workers: int, semaphore: Callable[[], Any]) -> None:
        self._turns = [semaphore() for _ in range(workers)]
        self._taken = semaphore()

    def enter(self) -> None:
        """Wait for this worker's turn. Whoever is no worker needs none."""
        worker = WORKER.get()
        if worker >= 0:
            self._turns[worker].acquire()

    def leave(self) -> None:
        """Tell that the step is taken."""
        if WORKER.get() >= 0:
            self._taken.release()

    def let(self, worker: int) -> None:
        """Let a worker take its next step."""
        self._turns[worker].release()

    def taken(self, seconds: float) -> bool:
        """Wait until a step is taken; False where none is in time."""
        return bool(self._taken.acquire(timeout=seconds))

    def pause(self, units: float = 0) -> None:
        """`Lab.pause`: as long as the schedule says."""
        self.enter()
        self.leave()


class GatedCell:
    """A real cell behind a gate."""

    def __init__(self, gate: Gate, cell: Any) -> None:
        self._gate = gate
        self._cell = cell

    @property
    def value(self) -> int:
        """Get or set, each a step."""
        self._gate.enter()
        try:
            got: int = self._cell.value
            return got
        finally:
            self._gate.leave()

    @value.setter
    def value(self, new: int) -> None:
        self._gate.enter()
        try:
            self._cell.value = new
        finally:
            self._gate.leave()


class GatedLock:
    """A real lock behind a gate."""

    def __init__(self, gate: Gate, lock: Any) -> None:
        self._gate = gate
        self._lock = lock

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take it. A step that may not wait, or only for a time, is given its turn when it ends."""
        for_ever = blocking and (timeout is None or timeout == -1)
        self._gate.enter()
        try:
            got: bool = self._lock.acquire() if for_ever else self._lock.acquire(False)
            return got
        finally:
            self._gate.leave()

    def release(self) -> None:
        """Give it back."""
        self._gate.enter()
        try:
            self._lock.release()
        finally:
            self._gate.leave()

    def locked(self) -> bool:
        """Whether anybody holds it."""
        self._gate.enter()
        try:
            held: bool = self._lock.locked()
            return held
        finally:
            self._gate.leave()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *args: object) -> None:
        self.release()
