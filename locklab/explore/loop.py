"""The exploring event loop: asyncio's order, without a clock and without the outside.

It keeps what decides the order in which tasks run: one queue, first in, first out, and turns: a
turn runs what was in the queue when it began, and what is added meanwhile waits for the next
(`BaseEventLoop._run_once`). Real tasks and futures run on it, so that a lock written on futures is
explored as it is.
"""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn

from locklab.errors import RequestError
from locklab.model.places import standing_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context


class ExploringLoop:
    """Just enough of an event loop for tasks and futures.

    Attributes:
        ready: Handles that are about to run, in order.
        unhandled: What callbacks let through, as contexts of an exception handler.
    """

    def __init__(self) -> None:
        self.ready: deque[asyncio.Handle] = deque()
        self.unhandled: list[dict[str, Any]] = []

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Put a callback at the end of the queue."""
        handle = asyncio.Handle(callback, args, self, context)  # type: ignore[arg-type]
        self.ready.append(handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return asyncio.Future(loop=self)  # type: ignore[arg-type]

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """A task of this loop; it belongs to the worker that makes it."""
        return asyncio.Task(coro, loop=self, **options)  # type: ignore[arg-type]

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> NoReturn:
        """Refused: there is no clock."""
        raise RequestError(
            f"{_where()}: a timer of {delay:g} s cannot be explored, because there is no clock; "
            "`await lab.pause()` stands for a delay of any length"
        )

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> NoReturn:
        """Refused: there is no clock."""
        self.call_later(when, callback)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise RequestError(
            f"{_where()}: {name}() of the event loop reaches outside it, which cannot be explored"
        )

    def time(self) -> float:
        """Always the same moment."""
        return 0.0

    def get_debug(self) -> bool:
        """Never."""
        return False

    def is_running(self) -> bool:
        """Always, as far as code on it can see."""
        return True

    def is_closed(self) -> bool:
        """Never."""
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """A callback raised: that is asked for once it has returned."""
        self.unhandled.append(context)


def _where() -> str:
    """Where the workload called, past the standard library."""
    place = standing_at(sys._getframe(2)) or "somewhere"
    return place.partition(" in ")[0]
