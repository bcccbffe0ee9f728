"""A lock of threads or processes that times how long it is held and waited for."""

from __future__ import annotations

from functools import partial
from itertools import repeat
from operator import length_hint
from time import perf_counter_ns, sleep

from locklab.backends.crew import WORKER
from locklab.trial.waits import MANY, Tally, waiting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.backends.crew import Flags
    from locklab.trial.waits import Pace


class ClockedLock:
    """Times the first holds, then every wait.

    Both ends of a `with` statement are slots: `with` looks them up on the class, finds the slot,
    and calls what the instance holds in it, so that they can be anything, and be exchanged.

    Holds are timed by Python functions. While these run inside the critical section the
    interpreter may switch threads there, as it never does inside a section as short as
    `value += 1`: two threads that hardly ever met would queue up behind one another. So waits are
    timed by other means, after the holds. The lock's own `release` ends the section, and a lock
    that is free is taken by functions written in C alone; Python comes in where it is taken.

    Args:
        lock: The lock under test.
        flags: A byte for each worker, 1 while it waits.
        pace: When acquisitions are due; None where they come as fast as they can.
        holds: How many holds to time.

    Attributes:
        tally: What was seen.
    """

    __slots__ = ("__enter__", "__exit__", "_lock", "_made_of", "acquire", "release", "tally")

    def __init__(self, lock: Any, flags: Flags, pace: Pace | None, holds: int) -> None:
        self._lock = lock
        self._made_of = (lock, flags, pace, holds)
        attempt = without_waiting(lock)
        self.tally = Tally(tells=attempt is not None)
        then = partial(self._time_waits, attempt, flags, pace)
        if holds:
            self._time_holds(holds, then)
        else:
            then()

    def _time_holds(self, count: int, then: Callable[[], None]) -> None:
        lock, record, clock = self._lock, self.tally.holds.record, perf_counter_ns
        depth, left, since = 0, count, 0

        def begun(got: Any) -> Any:
            nonlocal depth, left, since
            if got or got is None:
                depth += 1
                if depth == 1:
                    left -= 1
                    if left == 0:
                        # who is on the way keeps the functions that it has got
                        then()
                    since = clock()
            return got

        def ended() -> None:
            nonlocal depth
            now = clock()
            depth -= 1
            if depth == 0:
                record(now - since)

        def leave(kind: object, value: object, traceback: object) -> Any:
            ended()
            return lock.__exit__(kind, value, traceback)

        def release() -> None:
            ended()
            lock.release()

        self.__enter__ = lambda: begun(lock.__enter__())
        self.__exit__ = leave
        self.acquire: Callable[..., Any] = lambda *args, **kwargs: begun(
            lock.acquire(*args, **kwargs)
        )
        self.release = release

    def _time_waits(
        self, attempt: Callable[[bool], Any] | None, flags: Flags, pace: Pace | None
    ) -> None:
        lock, tally, clock, who = self._lock, self.tally, perf_counter_ns, WORKER.get
        tally.since_ns = clock()

        def wait(take: Callable[[], Any], due: int | None = None) -> Any:
            me = who()
            flags[me] = 1
            most = waiting(flags)
            begin = due or clock()
            try:
                got = take()
            finally:
                flags[me] = 0
            if got or got is None:
                tally.had_waited(clock() - begin, most)
            return got

        def acquire(*args: Any, **kwargs: Any) -> Any:
            if args or kwargs:
                # it may come back without the lock, and then it was no acquisition
                take = partial(lock.acquire, *args, **kwargs)
                return take() if attempt is None else attempt(False) or wait(take)
            return enter()

        def enter_paced() -> Any:
            assert pace is not None
            due, early_s = pace.next(who())
            if early_s > 0:
                sleep(early_s)
            if attempt is None or not attempt(False):
                return wait(lock.__enter__, due)
            # late all the same, where those before it were
            tally.waits.record(clock() - due)
            return True

        enter: Callable[[], Any]
        if pace is not None:
            enter = enter_paced
            tally.acquired = lambda: tally.waits.count
        elif attempt is None:
            enter = partial(wait, lock.__enter__)
            tally.acquired = lambda: tally.waits.count
        else:
            # True is found, and anything else is missing; next() of it all takes the lock
            outcome = _Outcome({True: True})
            outcome.otherwise = partial(wait, lock.__enter__)
            asked = repeat(False, MANY)
            enter = map(outcome.__getitem__, map(attempt, asked)).__next__
            tally.acquired = lambda: MANY - length_hint(asked)
        self.__enter__ = enter
        self.__exit__ = lock.__exit__
        self.acquire = acquire
        if hasattr(lock, "release"):
            self.release = lock.release

    def __getattr__(self, name: str) -> Any:
        # what was never initialised, as while unpickling, has no lock to ask
        if name in ClockedLock.__slots__:
            raise AttributeError(name)
        return getattr(self._lock, name)

    def __reduce__(self) -> Any:
        return ClockedLock, self._made_of


class _Outcome(dict[bool, bool]):
    """What came of the attempt to take a lock without waiting."""

    otherwise: Callable[[], Any]

    def __missing__(self, _: bool) -> Any:
        return self.otherwise()


def _called(acquire: Callable[..., Any], name: str, blocking: bool) -> Any:
    return acquire(**{name: blocking})


def without_waiting(lock: Any) -> Callable[[bool], Any] | None:
    """What takes a lock if it is free, and does not wait, when called with False.

    Tried once, and the lock given back: `threading` calls the argument `blocking`,
    `multiprocessing` calls it `block`.

    Returns:
        None where the lock offers no such thing.
    """
    for name in ("blocking", "block"):
        try:
            got = lock.acquire(**{name: False})
        except (TypeError, AttributeError):
            # of another interface, or to be used in a `with` statement alone
            continue
        if not got:
            return None
        lock.release()
        # a keyword costs a builtin half as much again; others may have something else in its place
        builtin = isinstance(lock.acquire, type(len))
        found: Callable[[bool], Any] = lock.acquire
        return found if builtin else partial(_called, found, name)
    return None
