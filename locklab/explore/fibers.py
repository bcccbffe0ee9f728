"""Fibers: functions that hand control to one another by name.

Workers of threads and processes are explored as fibers of one thread, by greenlet. Where that is
not to be had, or where importing it would turn a GIL back on that the interpreter was built to do
without, threads that pass a baton do the same about ten times slower.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Abandoned(BaseException):
    """Ends a worker whose execution is over; passes through the worker's own handlers."""


class Fiber(Protocol):
    """Something that control can be handed to."""

    def switch(self) -> Any:
        """Hand control over; return when somebody hands it back."""


class Fibers(Protocol):
    """A way to make fibers."""

    def hub(self) -> Fiber:
        """The fiber that is the caller itself."""

    def make(self, run: Callable[[], None]) -> Fiber:
        """A fiber that begins with `run` when it is first given control."""

    def frame(self, fiber: Any) -> FrameType | None:
        """The innermost frame of a fiber that does not have control."""

    def leave(self, fiber: Fiber) -> None:
        """Hand control to `fiber` for good: the caller's fiber ends."""


class Greenlets:
    """Fibers that are greenlets."""

    def __init__(self) -> None:
        import greenlet  # type: ignore[import-untyped]

        self._greenlet = greenlet

    def hub(self) -> Fiber:
        """The greenlet that is the caller itself."""
        hub: Fiber = self._greenlet.getcurrent()
        return hub

    def make(self, run: Callable[[], None]) -> Fiber:
        """A greenlet for `run`."""
        made: Fiber = self._greenlet.greenlet(run)
        return made

    def frame(self, fiber: Any) -> FrameType | None:
        """Where a greenlet was left."""
        frame: FrameType | None = fiber.gr_frame
        return frame

    def leave(self, fiber: Fiber) -> None:
        """A greenlet that ends returns to its parent, which is the hub."""


class _Baton:
    """A thread that runs only while it holds the baton."""

    def __init__(self, batons: Batons, run: Callable[[], None] | None) -> None:
        self._batons = batons
        self._run = run
        self._gate = threading.Semaphore(0)

    def switch(self) -> None:
        """Pass the baton here, and wait for it to come back."""
        giver, self._batons.running = self._batons.running, self
        if self._run is not None:
            run, self._run = self._run, None
            # daemon: a worker that was abandoned in mid-step waits for ever
            self.thread = threading.Thread(target=run, daemon=True)
            self.thread.start()
        else:
            self._gate.release()
        assert giver is not None
        giver._gate.acquire()

    def release(self) -> None:
        """Let it run, whoever else does."""
        self._gate.release()


class Batons:
    """Fibers that are threads, of which one runs at a time."""

    def __init__(self) -> None:
        self.running: _Baton | None = None

    def hub(self) -> Fiber:
        """The thread that is the caller itself."""
        self.running = _Baton(self, None)
        return self.running

    def make(self, run: Callable[[], None]) -> Fiber:
        """A thread for `run`."""
        return _Baton(self, run)

    def frame(self, fiber: Any) -> FrameType | None:
        """Where a thread waits for its baton."""
        return sys._current_frames().get(fiber.thread.ident)

    def leave(self, fiber: Fiber) -> None:
        """Pass the baton without waiting for it to come back."""
        assert isinstance(fiber, _Baton)
        self.running = fiber
        fiber.release()


def fibers() -> Fibers:
    """The fastest fibers that this interpreter can have without a change to it."""
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return Batons()
    try:
        return Greenlets()
    except ImportError:
        return Batons()
