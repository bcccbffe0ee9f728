"""Processes: `multiprocessing.Lock` and `RLock`, and shared 64-bit integers as cells."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import time
from multiprocessing import connection

from locklab.backends.crew import (
    PAUSE_UNIT_S,
    WORKER,
    Chunked,
    Report,
    describe,
    ending,
    reached,
)
from locklab.backends.package import Package
from locklab.backends.threading import NoLock
from locklab.errors import LocklabError
from locklab.model.places import standing_at, told
from locklab.model.primitive import Primitive
from locklab.model.workload import Scenario, Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from types import FrameType
    from typing import Any

    from locklab.backends.crew import Flags, Notes, Stamps
    from locklab.model.rig import Rig, Runner
    from locklab.model.workload import Cell

NOTE_BYTES = 240

NO_LOCK = Primitive(
    "multiprocessing.NoLock", "multiprocessing", lambda _: NoLock(), exclusive=False
)
LOCK = Primitive("multiprocessing.Lock", "multiprocessing", lambda lab: lab.context.Lock())
RLOCK = Primitive(
    "multiprocessing.RLock",
    "multiprocessing",
    lambda lab: lab.context.RLock(),
    reentrant=True,
    owned=True,
)


def pause(units: float = 0) -> None:
    """Give way to other processes once, or sleep for `units` tenths of a millisecond."""
    time.sleep(units * PAUSE_UNIT_S)


class SharedNotes:
    """Short texts in shared memory, each cut to `NOTE_BYTES` of UTF-8."""

    def __init__(self, memory: Any) -> None:
        self._memory = memory

    def __getitem__(self, index: int) -> str:
        start = index * NOTE_BYTES
        raw: bytes = self._memory[start : start + NOTE_BYTES]
        return raw.rstrip(b"\0").decode(errors="replace")

    def __setitem__(self, index: int, text: str) -> None:
        start = index * NOTE_BYTES
        raw = text.encode(errors="replace")[:NOTE_BYTES]
        self._memory[start : start + NOTE_BYTES] = raw.ljust(NOTE_BYTES, b"\0")


class Processes:
    """Runs workers as processes that share cells in memory.

    Args:
        start_method: `fork`, `spawn` or `forkserver`; the platform's default where None.
    """

    name = "multiprocessing"
    style = "work"

    def __init__(self, start_method: str | None = None) -> None:
        self.context: Any = multiprocessing.get_context(start_method)
        self.start_method: str = self.context.get_start_method()

    def cell(self, initial: int) -> Cell:
        """One shared integer: a `multiprocessing.Value` of 64 bits without a lock of its own."""
        cell: Cell = self.context.RawValue("q", initial)
        return cell

    def notes(self, count: int) -> Notes:
        """`count` shared texts."""
        return SharedNotes(self.context.RawArray("c", count * NOTE_BYTES))

    def flags(self, count: int) -> Flags:
        """`count` shared bytes, all 0."""
        flags: Flags = self.context.RawArray("B", count)
        return flags

    pause = staticmethod(pause)

    def crew(
        self,
        scenario: Scenario,
        workers: int,
        ops: int,
        chunks: int,
        finish: Callable[[], Any] | None = None,
    ) -> ProcessCrew:
        """The workers of one run, not yet started."""
        return ProcessCrew(self.context, Package(scenario, finish), workers, ops, chunks)

    def rig(self, make: Callable[[], Any], workers: int, on_main: Runner) -> Rig:
        """A lock and its processes, for a probe."""
        from locklab.backends.multiprocessing_rig import ProcessRig

        return ProcessRig(make(), workers, self.context)


class ProcessCrew:
    """The processes of one run."""

    def __init__(self, context: Any, package: Package, workers: int, ops: int, chunks: int) -> None:
        self.reports = [
            Report(index, context.RawArray("q", chunks + 1)) for index in range(workers)
        ]
        self._context = context
        self._package = package
        self._ops = ops
        self._chunks = min(chunks, ops)
        self._ready = context.Semaphore(0)
        self._gate = context.Semaphore(0)
        self._processes: list[Any] = []
        self._links: list[Connection[Any, Any]] = []
        self._heard: dict[int, tuple[Any, ...]] = {}

    def start(self) -> None:
        """Start every process; return when each waits at the gate."""
        package = self._package
        try:
            for report in self.reports:
                ours, theirs = self._context.Pipe(duplex=False)
                process = self._context.Process(
                    target=_main,
                    args=(package, report.index, len(self.reports), self._ops, self._chunks,
                          report.stamps, self._ready, self._gate, theirs),
                    daemon=True,
                )  # fmt: skip
                self._links.append(ours)
                process.start()
                self._processes.append(process)
                theirs.close()
            for _ in self.reports:
                while not self._ready.acquire(timeout=0.1):
                    gone = [p for p in self._processes if p.exitcode is not None]
                    if gone:
                        raise LocklabError(
                            f"a worker process {ending(gone[0].exitcode)} while it started"
                        )
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            self.stop()
            raise LocklabError(
                f"the scenario cannot be sent to another process (pickle): {told(error)}"
            ) from error
        except BaseException:
            self.stop()
            raise

    def release(self) -> None:
        """Open the gate."""
        for _ in self.reports:
            self._gate.release()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of all processes; False when the time is up first."""
        until = time.monotonic() + seconds
        while True:
            running = [p.sentinel for p in self._processes if p.exitcode is None]
            left = until - time.monotonic()
            if not running or left <= 0:
                break
            # what a worker has to say may be more than a pipe holds, and then it waits for us
            silent = [link for index, link in enumerate(self._links) if index not in self._heard]
            connection.wait([*running, *silent], left)
            self._hear()
        if running:
            return False
        self._collect()
        return True

    def progress(self) -> int:
        """Chunks begun, over all workers."""
        return sum(reached(report.stamps, self._chunks) for report in self.reports)

    def running(self) -> list[int]:
        """The workers that have not finished."""
        return [index for index, p in enumerate(self._processes) if p.exitcode is None]

    def stop(self) -> None:
        """End every process, asking each first where it stands."""
        running = [process for process in self._processes if process.exitcode is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + 0.5
        for process in running:
            process.join(max(0.0, until - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()
        self._collect()

    def _hear(self) -> None:
        """Take what workers have to say."""
        for index, link in enumerate(self._links):
            if index not in self._heard and link.poll():
                try:
                    self._heard[index] = link.recv()
                except EOFError:
                    self._heard[index] = ("died",)
                link.close()

    def _collect(self) -> None:
        self._hear()
        for report, process in zip(self.reports, self._processes, strict=False):
            if report.finished or report.died:
                continue
            kind, *rest = self._heard.get(report.index, ("died",))
            if kind == "finished":
                report.finished = True
                report.done, report.error, report.extra = rest
            elif kind == "standing":
                report.done, report.standing = rest
            else:
                report.died = ending(process.exitcode)


def _main(
    package: Package,
    index: int,
    count: int,
    ops: int,
    chunks: int,
    stamps: Stamps,
    ready: Any,
    gate: Any,
    link: Connection[Any, Any],
) -> None:
    chunked = Chunked(ops, chunks, stamps)

    def tell_where(_signal: int, frame: FrameType | None) -> None:
        link.send(("standing", chunked.done, standing_at(frame)))
        os._exit(0)

    # asked to end: interrupts a blocked acquire as well as a busy loop
    signal.signal(signal.SIGTERM, tell_where)
    # Ctrl-C reaches whole groups of processes; whoever started us decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    WORKER.set(index)
    error = None
    ready.release()
    gate.acquire()
    try:
        package.scenario.work(Worker(index, count, chunked))
    except BaseException as raised:
        error = describe(raised)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    extra = package.finish() if package.finish else None
    link.send(("finished", chunked.done, error, extra))
