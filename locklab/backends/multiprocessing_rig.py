"""Processes that a probe tells what to do."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import warnings

from locklab.backends.calls import perform, perform_async
from locklab.backends.package import Parcel
from locklab.backends.rig import RealRig, own_thread, thread_activity
from locklab.model.rig import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from typing import Any

    from locklab.model.rig import Call

# More than the system takes to stop a process.
STOPPED_S = 1.0


class ProcessRig(RealRig):
    """Worker processes, each at the other end of a pipe.

    Args:
        lock: The lock they are given when they start.
        workers: How many.
        context: Starts them.
        tasks: Whether it is a lock of tasks: each call is then made in an event loop of its own.
    """

    backend = "multiprocessing"

    def __init__(self, lock: Any, workers: int, context: Any, *, tasks: bool = False) -> None:
        super().__init__(lock, workers)
        self._processes: list[Any] = []
        self._links: list[Connection[Any, Any]] = []
        self._threads: list[tuple[int, int]] = []
        try:
            for _ in range(workers):
                ours, theirs = context.Pipe()
                self._links.append(ours)
                process = context.Process(
                    target=_live, args=(Parcel(lock), theirs, tasks), daemon=True
                )
                with warnings.catch_warnings():
                    # this process has threads, and what is forked from it touches none of theirs
                    warnings.simplefilter("ignore", DeprecationWarning)
                    process.start()
                theirs.close()
                self._processes.append(process)
            for link in self._links:
                self._threads.append(link.recv())
        except BaseException:
            self.close()
            raise

    def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
        """Let a process begin its next calls."""
        # one that is no more is told of by `reply`
        with contextlib.suppress(OSError):
            self._links[worker].send(calls)

    def delay(self, worker: int, *, late: bool) -> None:
        """Stop a process, which no system lets one do to a thread, or let it go on."""
        pid = self._processes[worker].pid
        if not hasattr(signal, "SIGSTOP"):
            return
        os.kill(pid, signal.SIGSTOP if late else signal.SIGCONT)
        until = time.monotonic() + STOPPED_S
        while late and time.monotonic() < until:
            activity = thread_activity(*self._threads[worker])
            if activity is None or activity[0] == "T":
                break
            time.sleep(0.0005)

    def interrupt(self, worker: int) -> None:
        """Interrupt a process, as Ctrl-C does."""
        os.kill(self._processes[worker].pid, signal.SIGINT)

    def end(self, worker: int) -> None:
        """Let a process come to its end."""
        self._links[worker].send(None)
        self._processes[worker].join()

    def kill(self, worker: int) -> None:
        """End a process without a word to it."""
        self._processes[worker].kill()
        self._processes[worker].join()

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()
        for link in self._links:
            link.close()

    def _take(self, worker: int, seconds: float) -> Reply | None:
        link = self._links[worker]
        with contextlib.suppress(EOFError, ConnectionError):
            return Reply(*link.recv()) if link.poll(seconds) else None
        self._processes[worker].join(seconds)
        return None

    def _thread(self, worker: int) -> tuple[int, int]:
        return self._threads[worker]


def _live(parcel: Parcel, link: Connection[Any, Any], tasks: bool) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    lock = parcel.content
    link.send(own_thread())
    while (calls := link.recv()) is not None:
        link.send((_in_a_loop if tasks else perform)(lock, calls).to_plain())
    # what it holds is not put in order by anybody
    link.close()


def _in_a_loop(lock: Any, calls: tuple[Call, ...]) -> Reply:
    import asyncio

    return asyncio.run(perform_async(lock, calls))
