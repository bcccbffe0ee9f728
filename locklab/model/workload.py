"""The common workload interface: `Scenario`, `Lab`, `Worker`, `Run`, `expect`.

A scenario is written once, in plain Python, and handed either real primitives (when it is timed)
or simulated ones (when it is explored). A trial imports this module, so it stays cheap: no
`dataclasses`, no `typing` at run time.
"""

from __future__ import annotations

import sys

from locklab.errors import CaseError, LocklabError, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from typing import Any, Protocol

    class Cell(Protocol):
        """One shared integer of 64 bits, with the interface of `multiprocessing.Value`."""

        value: int

    class Lock(Protocol):
        """What a scenario may do with a lock of threads or processes."""

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            """Take it; False where that was not to be had in time."""

        def release(self) -> None:
            """Give it back."""

        def __enter__(self) -> Any: ...
        def __exit__(self, *args: object) -> Any: ...


INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1


class Violation(Exception):  # noqa: N818 - a term of the field, and not an error of the program
    """The invariant of a scenario does not hold.

    Attributes:
        message: One sentence fragment saying what is wrong ("updates were lost").
        actual: What was found, where `expect` raised it, else None.
        expected: What should have been found, where `expect` raised it, else None.
    """

    def __init__(self, message: str, actual: Any = None, expected: Any = None) -> None:
        super().__init__(message, actual, expected)
        self.message = message
        self.actual = actual
        self.expected = expected

    def __str__(self) -> str:
        if self.actual is None and self.expected is None:
            return f"{self.message}"
        return f"{self.message}: {self.actual!r} instead of {self.expected!r}"


def expect(actual: object, expected: object, message: str) -> None:
    """Raise `Violation` unless `actual` equals `expected`.

    Args:
        actual: What the run produced.
        expected: What a correct run produces.
        message: What it means when they differ, as a sentence fragment.
    """
    if actual != expected:
        raise Violation(message, actual, expected)


class Worker:
    """One thread, process or task of a run, as the scenario sees it.

    Attributes:
        index: 0 to `count` - 1.
        count: How many workers the run has.
        ops: An iterable with one item an operation; a worker iterates it once.
    """

    __slots__ = ("count", "index", "ops")

    def __init__(self, index: int, count: int, ops: Iterable[object]) -> None:
        self.index = index
        self.count = count
        self.ops = ops


class Run:
    """The size of a finished run.

    Attributes:
        workers: How many workers took part.
        ops: How many operations each worker was given.
    """

    __slots__ = ("ops", "workers")

    def __init__(self, workers: int, ops: int) -> None:
        self.workers = workers
        self.ops = ops


class Lab:
    """What a scenario builds its shared state with, during `setup`.

    A lab is put together from the functions of a backend (real or simulated). Scenarios may keep
    it, or its `pause`; a copy that reaches a worker process can still pause, and nothing else.

    Attributes:
        workers: How many workers the run will have.
        ops: How many operations each worker will be given.
        locks: Every lock handed out, in the order made.
        cells: Every cell handed out, in the order made.
        context: The `multiprocessing` context of the run; None on other backends.
        pause: `pause(units=0)`: a point where a worker may be held up for any length of time.
            Real runs give way once, or sleep for `units` tenths of a millisecond; exploration
            tries every length. To be awaited in `work_async`.
    """

    def __init__(
        self,
        workers: int,
        ops: int,
        *,
        lock: Callable[[Lab], Any],
        cell: Callable[[int], Cell],
        pause: Callable[..., Any],
        primitive: Callable[[Lab, str], Any],
        context: Any = None,
    ) -> None:
        self.workers = workers
        self.ops = ops
        self.locks: list[Any] = []
        self.cells: list[Cell] = []
        self.context = context
        self.pause = pause
        self._lock = lock
        self._cell = cell
        self._primitive = primitive
        self._open = True
        self._making = False

    def lock(self) -> Any:
        """Make a new lock of the primitive under test."""
        self._must_be_open("lock")
        if self._making:
            raise RequestError(
                f"{caller()}: lab.lock() makes the lock under test, which is only just being made; "
                "build it on lab.primitive('threading.Lock') or another"
            )
        self._making = True
        try:
            made = self._lock(self)
        finally:
            self._making = False
        self.locks.append(made)
        return made

    def cell(self, initial: int = 0) -> Cell:
        """Make a shared integer.

        Args:
            initial: Its first value, -2**63 to 2**63 - 1 on every backend, because that is what
                processes can share.

        Raises:
            RequestError: `initial` is no integer of that range.
        """
        self._must_be_open("cell")
        anything: object = initial
        if not isinstance(anything, int) or not INT64_MIN <= anything <= INT64_MAX:
            shown = repr(initial)
            shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
            raise RequestError(
                f"{caller()}: cell({shown}) does not fit; a cell holds a signed 64-bit integer"
            )
        made = self._cell(initial)
        self.cells.append(made)
        return made

    def primitive(self, name: str) -> Any:
        """Make a lock of another primitive, for a lock that is built on one.

        Args:
            name: A registered name such as `threading.Lock`.
        """
        self._must_be_open("primitive")
        return self._primitive(self, name)

    def close(self) -> None:
        """End `setup`: from here on nothing more is handed out."""
        self._open = False

    def _must_be_open(self, what: str) -> None:
        if not self._open:
            raise RequestError(
                f"{caller()}: lab.{what}() was called after setup; make locks and cells in setup()"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return _closed_lab, (self.workers, self.ops, self.pause)


def _closed_lab(workers: int, ops: int, pause: Callable[..., Any]) -> Lab:
    def unused(*_: object) -> Any:
        raise AssertionError("a closed lab makes nothing")

    lab = Lab(workers, ops, lock=unused, cell=unused, pause=pause, primitive=unused)
    lab.close()
    return lab


class Scenario:
    """A workload with its invariant. Subclass it; see `locklab/scenarios/counter.py`.

    Attributes:
        name: What tables and the command line call it; the class name where it is empty.
        reentrant: True where a worker takes a lock again that it already holds.
        lock_suffices: False where the critical sections do not cover the whole invariant, so that
            no lock, however good, can keep it: nothing is then expected of a case.
        paced: True where `pause` sets the speed, so that operations per second say nothing about
            the lock and are not ranked.
    """

    name: str = ""
    reentrant: bool = False
    lock_suffices: bool = True
    paced: bool = False
    _lab: Lab

    def setup(self, lab: Lab) -> None:
        """Make the locks and cells of one run and keep them as attributes."""

    def work(self, worker: Worker) -> None:
        """Do the work of one thread or process: a plain loop over `worker.ops`."""
        raise RequestError(f"{type(self).__name__} has no work(), so it runs on tasks only")

    async def work_async(self, worker: Worker) -> None:
        """Do the work of one task: the same loop, awaiting."""
        raise RequestError(
            f"{type(self).__name__} has no work_async(), so it does not run on tasks"
        )

    def verify(self, run: Run) -> None:
        """Raise `Violation` where the final cells break the invariant."""

    def outcome(self) -> Hashable:
        """What `check` tabulates: by default the final values of all cells, in the order made."""
        return tuple(cell.value for cell in self._lab.cells)

    def begin(self, lab: Lab) -> None:
        """Run `setup` against `lab` and close it. Called by whoever runs the scenario."""
        self._lab = lab
        self.setup(lab)
        lab.close()


def begun(make: Callable[[], Scenario], lab: Lab) -> Scenario:
    """A scenario that is set up against `lab`, ready for its workers.

    Raises:
        CaseError: It cannot be; says where and why.
    """
    from locklab.model.places import failed

    try:
        scenario = make()
        scenario.begin(lab)
    except LocklabError as error:
        raise CaseError(str(error)) from error
    except (Exception, SystemExit) as error:
        raise CaseError(failed("setup", error)) from error
    return scenario


def title(scenario: type[Scenario]) -> str:
    """The name that tables and documents show for a scenario class."""
    return scenario.name or scenario.__name__


def caller() -> str:
    """`file:line` of the innermost frame outside locklab's own machinery."""
    from locklab.model.places import short

    frame = sys._getframe(1)
    while frame.f_back is not None and is_machinery(frame.f_code.co_filename):
        frame = frame.f_back
    return f"{short(frame.f_code.co_filename)}:{frame.f_lineno}"


_PACKAGE = __file__[: -len("model/workload.py")]
_WORKLOADS = _PACKAGE + "scenarios"


def is_machinery(filename: str) -> bool:
    """Whether a source file is locklab's own and not a workload's (the built-in ones are)."""
    return filename.startswith(_PACKAGE) and not filename.startswith(_WORKLOADS)
