"""The simulated `asyncio.Lock`: the real one, which tells of its steps."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from locklab.explore.locks import NOBODY
from locklab.explore.steps import ACQUIRE, OBJECT, QUERY, RELEASE

if TYPE_CHECKING:
    from typing import Literal

    from locklab.explore.stage import Stage


class TaskLock(asyncio.Lock):
    """`asyncio.Lock` as this interpreter has it: its wake-up order and its cancellation.

    Attributes:
        number: Which object of the run it is, from 1, in the order made.
        owner: The worker that took it, `OUTSIDE` for `setup`, `NOBODY` while it is free.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.number = stage.register(self)
        self.owner = NOBODY

    async def acquire(self) -> Literal[True]:
        """Take it, in the order of asking."""
        stage = self._stage
        worker = stage.current
        stage.waiting(worker, self)
        try:
            await super().acquire()
        finally:
            stage.waiting(worker, None)
        stage.step(self.number << OBJECT | ACQUIRE, None, self)
        self.owner = worker
        return True

    def release(self) -> None:
        """Give it back, whoever took it."""
        self._stage.step(self.number << OBJECT | RELEASE, None, self)
        super().release()
        self.owner = NOBODY

    def locked(self) -> bool:
        """Whether anybody holds it."""
        self._stage.step(self.number << OBJECT | QUERY, None, self)
        return super().locked()

    def __deepcopy__(self, memo: object) -> Any:
        return self
