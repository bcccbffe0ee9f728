"""Tasks that a probe tells what to do."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from locklab.backends.calls import Tasks
from locklab.backends.rig import RealRig, own_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from locklab.model.rig import Call, Reply, Runner


class TaskRig(RealRig):
    """Tasks of one event loop, which runs in the main thread.

    Args:
        make: Makes the lock they call, inside the loop.
        workers: How many.
        on_main: Runs a function in the main thread.
    """

    backend = "asyncio"

    def __init__(self, make: Callable[[], Any], workers: int, on_main: Runner) -> None:
        super().__init__(None, workers)
        self._make = make
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop
        self._host: tuple[int, int]
        self._crew: Tasks
        on_main(self._run)
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
        """Let a task begin its next calls."""
        self._loop.call_soon_threadsafe(self._crew.begin, worker, calls)

    def interrupt(self, worker: int) -> None:
        """Cancel a task."""
        self._loop.call_soon_threadsafe(self._crew.cancel, worker)

    def delay(self, worker: int, *, late: bool) -> None:
        """Nothing: their loop decides who runs, and not the system."""

    def end(self, worker: int) -> None:
        """Let a task come to its end."""
        self._loop.call_soon_threadsafe(self._crew.begin, worker, None)
        self._await_end(worker)

    def kill(self, worker: int) -> None:
        """Cancel a task that is busy with something else than the lock."""
        self._loop.call_soon_threadsafe(self._crew.kill, worker)
        self._await_end(worker)

    def close(self) -> None:
        """Cancel all tasks; a loop that stands still ends with its process."""
        # closed already where the last task has ended
        with contextlib.suppress(RuntimeError):
            for worker in range(self.workers):
                self._loop.call_soon_threadsafe(self._crew.kill, worker)

    def _await_end(self, worker: int) -> None:
        ended = threading.Event()
        task = self._crew.tasks[worker]
        self._loop.call_soon_threadsafe(lambda: task.add_done_callback(lambda _: ended.set()))
        ended.wait()

    def _thread(self, worker: int) -> tuple[int, int]:
        return self._host

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._host = own_thread()
        self.lock = self._make()
        self._crew = crew = Tasks(self.lock, self.workers, self._answer)
        crew.tasks = [self._loop.create_task(crew.live(index)) for index in range(self.workers)]
        self._ready.set()
        await asyncio.gather(*crew.tasks, return_exceptions=True)

    def _answer(self, worker: int, reply: Reply) -> None:
        self._replies[worker].put(reply)
