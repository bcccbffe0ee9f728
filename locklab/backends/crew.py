"""What every backend shares: the chunked loop, a worker's report, and who the current worker is."""

from __future__ import annotations

from contextvars import ContextVar
from itertools import chain
from operator import length_hint
from time import perf_counter_ns

from locklab.errors import LocklabError
from locklab.model.places import raised_at, told
from locklab.model.workload import Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Protocol

    from locklab.model.rig import Rig, Runner
    from locklab.model.workload import Cell, Scenario

    class Stamps(Protocol):
        """Room for one worker's timestamps: a list, or memory shared between processes."""

        def __getitem__(self, index: int, /) -> int: ...
        def __iter__(self) -> Iterator[int]: ...
        def __setitem__(self, index: int, value: int, /) -> None: ...

    class Flags(Protocol):
        """A byte for each worker, which that worker alone writes and every one can read."""

        def __iter__(self) -> Iterator[int]: ...
        def __setitem__(self, index: int, value: int, /) -> None: ...

    class Notes(Protocol):
        """Short texts that every worker can write and the watch can read."""

        def __getitem__(self, index: int, /) -> str: ...
        def __setitem__(self, index: int, text: str, /) -> None: ...

    class Crew(Protocol):
        """The workers of one run, from start to end."""

        reports: list[Report]

        def start(self) -> None:
            """Start every worker; return when each waits at the gate."""

        def release(self) -> None:
            """Open the gate."""

        def wait(self, seconds: float) -> bool:
            """Wait for the end of all workers; False when the time is up first."""

        def progress(self) -> int:
            """A number that grows while any worker gets on."""

        def running(self) -> list[int]:
            """The workers that have not finished."""

        def stop(self) -> None:
            """End what still runs, as far as that can be done; complete the reports."""

    class Backend(Protocol):
        """A way to run workers and share state."""

        name: str
        style: str  # the Scenario method that its workers run: "work" or "work_async"
        context: Any

        def cell(self, initial: int) -> Cell:
            """One shared integer."""

        def notes(self, count: int) -> Notes:
            """`count` shared texts."""

        def flags(self, count: int) -> Flags:
            """`count` shared bytes, all 0."""

        def pause(self, units: float = 0) -> Any:
            """Give way once, or sleep; to be awaited where `style` is `work_async`."""

        def crew(
            self,
            scenario: Scenario,
            workers: int,
            ops: int,
            chunks: int,
            finish: Callable[[], Any] | None = None,
        ) -> Crew:
            """The workers of one run, not yet started.

            Args:
                scenario: What they do, set up.
                workers: How many.
                ops: Operations of each.
                chunks: Timestamps are taken after each of so many chunks.
                finish: Called at the end of each worker that has a memory of its own; what it
                    gives becomes the `extra` of the worker's report.
            """

        def rig(self, make: Callable[[], Any], workers: int, on_main: Runner) -> Rig:
            """A lock and its workers, for a probe.

            Args:
                make: Makes the lock.
                workers: How many.
                on_main: Runs a function in the main thread, which is not the caller's.
            """


# A context variable follows threads, processes and tasks alike, so that a lock that watches its
# users can tell who calls, on every backend, by one means.
WORKER: ContextVar[int] = ContextVar("worker", default=-1)

# One unit of `pause`: long against a switch, so that paced workers keep their order of magnitude.
PAUSE_UNIT_S = 1e-4


class Report:
    """What became of one worker.

    Attributes:
        index: The worker.
        stamps: `perf_counter_ns` at the start, between chunks, and at the end; 0 where not reached.
        done: Operations it took up.
        finished: It came to the end of its work, with or without an error.
        error: (exception class, message, `file:line` or None) where its work raised.
        died: How its process ended, where that was not by itself ("killed by SIGKILL").
        standing: `file:line in function` where an unfinished worker was last seen.
        extra: What a worker with a memory of its own had to add at its end.
    """

    __slots__ = ("died", "done", "error", "extra", "finished", "index", "stamps", "standing")

    def __init__(self, index: int, stamps: Stamps) -> None:
        self.index = index
        self.stamps = stamps
        self.done = 0
        self.finished = False
        self.error: tuple[str, str, str | None] | None = None
        self.died: str | None = None
        self.standing: str | None = None
        self.extra: Any = None


class Chunked:
    """The operations of one worker, in chunks, with a timestamp between two chunks.

    Iterating costs what `for _ in range(n)` costs, which is what everybody writes by hand: the
    chunks are ranges chained in C, so that nothing of the harness is executed between two
    operations of a chunk. Rejected: chaining `itertools.repeat` (3 to 10 % cheaper than the loop
    by hand, because it makes no numbers), a generator that yields each operation (about 20 ns
    dearer), and calling `work` once a chunk (a scenario may keep local state for its whole loop).

    Args:
        ops: How many operations.
        chunks: How many chunks, at most one for each operation.
        stamps: `chunks` + 1 places; filled as the worker goes.
    """

    __slots__ = ("_current", "_taken", "chunks", "ops", "stamps")

    def __init__(self, ops: int, chunks: int, stamps: Stamps) -> None:
        self.ops = ops
        self.chunks = min(chunks, ops)
        self.stamps = stamps
        self._current = iter(range(0))
        self._taken = 0

    def __iter__(self) -> Iterator[object]:
        return chain.from_iterable(self._chunks())

    def _chunks(self) -> Iterator[Iterator[int]]:
        stamps, clock = self.stamps, perf_counter_ns
        small, larger = divmod(self.ops, self.chunks) if self.chunks else (0, 0)
        stamps[0] = clock()
        for index in range(self.chunks):
            size = small + (index < larger)
            self._taken += size
            self._current = iter(range(size))
            yield self._current
            stamps[index + 1] = clock()

    @property
    def done(self) -> int:
        """Operations taken up so far."""
        return self._taken - length_hint(self._current)


class PlainCell:
    """One integer that the threads or tasks of a process share: a plain attribute."""

    __slots__ = ("value",)

    def __init__(self, initial: int) -> None:
        self.value = initial


class OneProcess:
    """What backends have in common whose workers share this process's memory.

    Args:
        start_method: Ignored; only processes have one.
    """

    context: Any = None

    def __init__(self, start_method: str | None = None) -> None:
        self.start_method = None

    def cell(self, initial: int) -> Cell:
        """One shared integer."""
        return PlainCell(initial)

    def notes(self, count: int) -> Notes:
        """`count` shared texts."""
        return [""] * count

    def flags(self, count: int) -> Flags:
        """`count` shared bytes, all 0."""
        return bytearray(count)


class OneProcessCrew:
    """What crews have in common whose reports are written in place."""

    def __init__(self, scenario: Scenario, workers: int, ops: int, chunks: int) -> None:
        self.reports = [Report(index, [0] * (chunks + 1)) for index in range(workers)]
        self._scenario = scenario
        self._ops = [Chunked(ops, chunks, report.stamps) for report in self.reports]

    def progress(self) -> int:
        """Operations taken up, over all workers."""
        return sum(ops.done for ops in self._ops)

    def running(self) -> list[int]:
        """The workers that have not finished."""
        return [report.index for report in self.reports if not report.finished]


def describe(error: BaseException) -> tuple[str, str, str | None]:
    """(class, message, place) of an exception that a scenario raised."""
    kind = type(error)
    # the messages of these are whole sentences already; the class would only be noise
    name = "" if isinstance(error, (Violation, LocklabError)) else kind.__name__
    return name, told(error), raised_at(error)


def reached(stamps: Stamps, chunks: int) -> int:
    """How many of the `chunks` + 1 stamps are set."""
    for count in range(chunks + 1):
        if not stamps[count]:
            return count
    return chunks + 1


def ending(returncode: int | None) -> str:
    """How a process came to its end, as the rest of a sentence."""
    if returncode is not None and returncode < 0:
        import signal

        try:
            return f"was killed by {signal.Signals(-returncode).name}"
        except ValueError:
            return f"was killed by signal {-returncode}"
    return f"exited with status {returncode}"
