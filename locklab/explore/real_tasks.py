"""Drive real tasks of a real event loop through what was chosen for them.

Only what a real loop leaves open is driven: when pauses end, and cancellation. The order of
everything else is the loop's own, which is what is being compared.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

from locklab.backends.asyncio import Tasks
from locklab.backends.crew import WORKER, PlainCell
from locklab.errors import InternalError
from locklab.explore.judge import DEADLOCK, LEFT_LOCKED
from locklab.explore.policies.replay import Replay
from locklab.explore.real import settled
from locklab.explore.steps import END_PAUSE, KIND, OBJECT, READ, WORKER_MASK
from locklab.explore.tasks import TaskStage
from locklab.explore.watched import take_and_release, watched
from locklab.model.workload import Lab, Scenario, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from locklab.explore.case import Case


PROBE_TURNS = 50


def run_tasks(case: Case, choices: Sequence[int]) -> Any:
    """What real tasks come to when pauses end, and workers are cancelled, as chosen.

    Returns:
        The outcome, in the words of `judge`.

    Raises:
        InternalError: They read and wrote in another order than predicted.
    """
    stage = case.stage()
    assert isinstance(stage, TaskStage)
    policy = Replay(choices)
    policy.begin(stage)
    stage.play(policy)
    director = _Director(case, stage)
    asyncio.run(director.main())
    cells = {one.number for one in stage.objects if hasattr(one, "content")}
    predicted = [
        (worker, "read" if step & KIND == READ else "write")
        for worker, step in zip(stage.schedule, stage.steps, strict=True)
        if step >> OBJECT in cells
    ]
    if director.log != predicted:
        raise InternalError(
            f"{case.title} on {case.primitive.name}: real tasks read and wrote in the order "
            f"{director.log}, and exploration predicts {predicted}; please report it"
        )
    return director.outcome


class _LoggedCell(PlainCell):
    """A real cell that writes down who touches it."""

    __slots__ = ("_log", "_value")

    def __init__(self, initial: int, log: list[tuple[int, str]]) -> None:
        self._value = initial
        self._log = log

    @property
    def value(self) -> int:
        worker = WORKER.get()
        if worker >= 0:
            self._log.append((worker, "read"))
        return self._value

    @value.setter
    def value(self, new: int) -> None:
        worker = WORKER.get()
        if worker >= 0:
            self._log.append((worker, "write"))
        self._value = new


class _Director:
    """Makes happen between the callbacks of a real loop what happened on the exploring one.

    Its own callback stands at the end of every turn: whoever was there first stays there first,
    so it sees the queue as it is between two turns.
    """

    def __init__(self, case: Case, predicted: TaskStage) -> None:
        self.log: list[tuple[int, str]] = []
        self.outcome: Any = None
        self._case = case
        self._at_once: Iterator[bool] = iter(predicted.at_once)
        self._events = predicted.events
        self._turn = 0
        self._pauses: dict[int, asyncio.Future[None]] = {}
        self._errors: dict[int, BaseException] = {}
        self._left_locked = False
        self._cancelled: set[int] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self.scenario: Scenario = case.make()
        self._loop: Any = None
        self._idle: asyncio.Future[None]

    async def main(self) -> None:
        """Run the workers to their end, or until nothing can happen any more."""
        case = self._case
        self._loop = loop = asyncio.get_running_loop()
        backend = Tasks()
        self.scenario.begin(
            Lab(
                case.workers, case.ops,
                lock=self._lock,
                cell=lambda initial: _LoggedCell(initial, self.log),
                pause=self._pause,
                primitive=lambda lab, name: _registered(name).make(lab),
                context=backend.context,
            )
        )  # fmt: skip
        self._idle = loop.create_future()
        for index in range(case.workers):
            context = copy_context()
            context.run(WORKER.set, index)
            self._tasks.append(loop.create_task(self._live(index), context=context))
        self._between_turns()
        await self._idle
        stuck = [task for task in self._tasks if not task.done()]
        if self._cancelled and not stuck and not self._errors:
            self._left_locked = not await self._can_be_had()
        self.outcome = DEADLOCK if stuck else self._judged()
        for task in stuck:
            task.cancel()

    def _lock(self, lab: Lab) -> Any:
        made = self._case.primitive.make(lab)
        if self._case.cancel:
            return watched(self._case.primitive, made, self._errors.setdefault)
        return made

    async def _can_be_had(self) -> bool:
        locks = [lock for lock in self.scenario._lab.locks if hasattr(lock, "__aenter__")]
        probes = [
            self._loop.create_task(take_and_release(lock), context=Context()) for lock in locks
        ]
        # no clock is needed: what can be had is had within a few turns of the loop
        for _ in range(PROBE_TURNS):
            await asyncio.sleep(0)
        free = all(probe.done() for probe in probes)
        for probe in probes:
            probe.cancel()
        return free

    def _judged(self) -> Any:
        if self._errors:
            told = dict.fromkeys(
                f"{type(error).__name__}: {error}".removesuffix(": ")
                for _, error in sorted(self._errors.items())
            )
            return f"raised {'; '.join(told)}"
        if self._left_locked:
            return LEFT_LOCKED
        if self._cancelled:
            return f"{self.scenario.outcome()} after {len(self._cancelled)} cancelled"
        return settled(self._case, self.scenario)

    async def _live(self, index: int) -> None:
        case = self._case
        try:
            await self.scenario.work_async(Worker(index, case.workers, range(case.ops)))
        except asyncio.CancelledError:
            self._cancelled.add(index)
        except Exception as error:
            self._errors[index] = error

    async def _pause(self, units: float = 0) -> None:
        if next(self._at_once, True):
            await asyncio.sleep(0)
            return
        worker = WORKER.get()
        self._pauses[worker] = pause = self._loop.create_future()
        try:
            await pause
        finally:
            self._pauses.pop(worker, None)

    def _between_turns(self) -> None:
        ready = self._loop._ready
        for turn, after, chosen in self._events:
            if turn == self._turn and not after:
                self._happen(chosen)
        # what happens within the next turn goes between its callbacks
        self._turn += 1
        ahead = 0
        for turn, after, chosen in self._events:
            if turn == self._turn and after:
                ready.insert(after + ahead, asyncio.Handle(self._happen, (chosen,), self._loop))
                ahead += 1
        if not ready:
            self._idle.set_result(None)
        else:
            self._loop.call_soon(self._between_turns)

    def _happen(self, chosen: int) -> None:
        worker = chosen & WORKER_MASK
        if chosen & END_PAUSE:
            self._pauses.pop(worker).set_result(None)
        else:
            self._tasks[worker].cancel()


def _registered(name: str) -> Any:
    from locklab.backends import PRIMITIVES

    return PRIMITIVES.load(name)
