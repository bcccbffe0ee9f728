"""Threads that a probe tells what to do."""

from __future__ import annotations

import signal
import threading
from queue import SimpleQueue

from locklab.backends.calls import perform
from locklab.backends.rig import RealRig, own_thread
from locklab.errors import LocklabError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from locklab.model.rig import Call, Runner


class ThreadRig(RealRig):
    """Threads of this process; the first is its main thread, which alone can be interrupted.

    Args:
        lock: The lock they call.
        workers: How many.
        on_main: Runs a function in the main thread.
    """

    backend = "threading"

    def __init__(self, lock: Any, workers: int, on_main: Runner) -> None:
        super().__init__(lock, workers)
        self._inboxes: list[SimpleQueue[tuple[Call, ...] | None]] = []
        self._threads: list[tuple[int, int]] = [(0, 0)] * workers
        self._ended = [threading.Event() for _ in range(workers)]
        started = threading.Barrier(workers + 1)
        for index in range(workers):
            self._inboxes.append(SimpleQueue())

            def live(index: int = index) -> None:
                self._threads[index] = own_thread()
                started.wait()
                self._live(index)

            if index:
                threading.Thread(target=live, daemon=True).start()
            else:
                on_main(live)
        started.wait()

    def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
        """Let a thread begin its next calls."""
        self._inboxes[worker].put(calls)

    def interrupt(self, worker: int) -> None:
        """Interrupt the main thread, as Ctrl-C does."""
        if worker:
            raise LocklabError("only the main thread can be interrupted")
        ident = threading.main_thread().ident
        # to that very thread: one that happens to be chosen otherwise would not be woken from
        # its wait, and it is the main thread that has to handle it
        if hasattr(signal, "pthread_kill") and ident is not None:
            signal.pthread_kill(ident, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)

    def end(self, worker: int) -> None:
        """Let a thread come to its end."""
        self._inboxes[worker].put(None)
        self._ended[worker].wait()

    def kill(self, worker: int) -> None:
        """Not for threads."""
        raise LocklabError("a thread cannot be killed")

    def close(self) -> None:
        """Idle threads end; one that waits for ever is a daemon and ends with its process."""
        for inbox in self._inboxes:
            inbox.put(None)

    def _thread(self, worker: int) -> tuple[int, int]:
        return self._threads[worker]

    def _live(self, index: int) -> None:
        inbox, replies = self._inboxes[index], self._replies[index]
        while True:
            try:
                calls = inbox.get()
            except KeyboardInterrupt:
                # came a moment too late for the call that it was meant for
                continue
            if calls is None:
                break
            replies.put(perform(self.lock, calls))
        self._ended[index].set()
