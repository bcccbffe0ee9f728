"""Making the calls that a probe asks of a worker, and telling what became of them."""

from __future__ import annotations

import types

from locklab.model.places import told
from locklab.model.rig import Failure, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator, Sequence
    from typing import Any

    from locklab.model.rig import Call

SAID = 200


def perform(lock: Any, calls: Sequence[Call]) -> Reply:
    """Make calls one after the other, as a thread or process."""
    value = None
    try:
        for call in calls:
            value = _perform(lock, call)
    except BaseException as error:
        return _raised(error)
    return _returned(value)


def _perform(lock: Any, call: Call) -> Any:
    name, *arguments = call
    if name == "fail":
        raise Failure
    if name == "enter":
        return type(lock).__enter__(lock)
    if name == "exit":
        return type(lock).__exit__(lock, None, None, None)
    if name != "with":
        return getattr(lock, name)(*arguments)
    value = None
    with lock:
        for inner in arguments:
            value = _perform(lock, inner)
    return value


async def perform_async(lock: Any, calls: Sequence[Call], peers: Tasks | None = None) -> Reply:
    """Make calls one after the other, as a task; what can be awaited is awaited.

    Args:
        lock: The lock.
        calls: The calls.
        peers: The other tasks; None where there are none.
    """
    value = None
    try:
        for call in calls:
            value = await _perform_async(lock, call, peers)
    except BaseException as error:
        if isinstance(error, GeneratorExit):  # the task is being thrown away
            raise
        return _raised(error)
    return _returned(value)


@types.coroutine
def _turn() -> Generator[None]:
    """Let the loop turn once, which is what a bare yield means to it."""
    yield


async def _perform_async(lock: Any, call: Call, peers: Tasks | None) -> Any:
    name, *arguments = call
    if name == "fail":
        raise Failure
    if name in ("cancel", "begin"):
        worker, *begun = arguments
        assert peers is not None
        return peers.cancel(worker) if name == "cancel" else peers.begin(worker, tuple(begun))
    if name == "rest":
        for _ in range(*arguments):
            await _turn()
        return None
    kind = type(lock)
    asynchronous = hasattr(kind, "__aenter__")
    if name != "with":
        if name == "enter":
            made = kind.__aenter__(lock) if asynchronous else kind.__enter__(lock)
        elif name == "exit":
            leave = kind.__aexit__ if asynchronous else kind.__exit__
            made = leave(lock, None, None, None)
        else:
            made = getattr(lock, name)(*arguments)
        return await made if hasattr(made, "__await__") else made
    value = None
    if asynchronous:
        async with lock:
            for inner in arguments:
                value = await _perform_async(lock, inner, peers)
    else:
        with lock:
            for inner in arguments:
                value = await _perform_async(lock, inner, peers)
    return value


class Tasks:
    """Workers that are tasks of one loop, real or exploring; to be used inside that loop.

    Args:
        lock: The lock they call.
        workers: How many.
        reply: Called with a worker and what became of its calls.
    """

    def __init__(self, lock: Any, workers: int, reply: Callable[[int, Reply], object]) -> None:
        # nobody here has needed asyncio before
        import asyncio

        self._lock = lock
        self._reply = reply
        self._cancelled_error = asyncio.CancelledError
        self._killed: set[int] = set()
        self._inboxes: list[asyncio.Queue[tuple[Call, ...] | None]] = [
            asyncio.Queue() for _ in range(workers)
        ]
        self.tasks: list[asyncio.Task[None]] = []

    def begin(self, worker: int, calls: tuple[Call, ...] | None) -> None:
        """Let one begin its next calls; None ends it."""
        self._inboxes[worker].put_nowait(calls)

    def cancel(self, worker: int) -> None:
        """Cancel one, if it is busy with a call; one that is not goes on."""
        self.tasks[worker].cancel()

    def kill(self, worker: int) -> None:
        """Cancel one for good."""
        self._killed.add(worker)
        self.cancel(worker)

    async def live(self, worker: int) -> None:
        """The life of one."""
        while True:
            try:
                calls = await self._inboxes[worker].get()
            except self._cancelled_error:
                if worker in self._killed:
                    raise
                self._go_on(worker)
                continue
            if calls is None:
                return
            reply = await perform_async(self._lock, calls, self)
            if reply.error == "CancelledError":
                self._go_on(worker)
            self._reply(worker, reply)

    def _go_on(self, worker: int) -> None:
        """The cancellation has been dealt with, and the task is as good as new."""
        self.tasks[worker].uncancel()


def _returned(value: Any) -> Reply:
    # `type() is`, because a subclass may do anything when it is compared or sent
    plain = value if type(value) in (bool, int, str, type(None)) else None
    try:
        said = repr(value)[:SAID]
    except Exception as error:
        said = f"something whose repr raises {type(error).__name__}"
    return Reply("returned", plain, said)


def _raised(error: BaseException) -> Reply:
    return Reply("raised", None, told(error)[:SAID], type(error).__name__)
