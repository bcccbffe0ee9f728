"""Who waits for whom, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locklab.explore.steps import OUTSIDE
from locklab.model.names import names_of

if TYPE_CHECKING:
    from locklab.explore.trace import Recorded


def waits_for(stage: Recorded) -> list[str]:
    """One sentence for each worker that waits for ever; those of a cycle first, in its order.

    To be called while they still wait.
    """
    names = names_of(stage.scenario, stage.objects)
    stuck = [worker for worker in range(stage.workers) if stage.pending[worker] >= 0]
    return [_sentence(stage, worker, names) for worker in _cycle_first(stage, stuck)]


def _cycle_first(stage: Recorded, stuck: list[int]) -> list[int]:
    """The workers of a cycle, each followed by the one it waits for, then the others."""
    for start in stuck:
        path = [start]
        while True:
            lock = stage.waits[path[-1]]
            holder = lock.owner if lock is not None else OUTSIDE
            if holder == start:
                return path + [worker for worker in stuck if worker not in path]
            if holder not in stuck or holder in path:
                break
            path.append(holder)
    return stuck


def _sentence(stage: Recorded, worker: int, names: list[str]) -> str:
    place = stage.standing(worker) or stage.places.get(worker) or "a place unknown"
    lock: Any = stage.waits[worker]
    begin = f"worker {worker} waits at {place}"
    if lock is None:
        return f"{begin} for something that nobody will do any more"
    begin = f"{begin} for `{names[lock.number - 1]}`"
    holder = lock.owner
    taken = stage.took(lock.number)
    at = f" at {taken}" if taken else ""
    if holder < 0:
        return f"{begin}, which is free, but nobody wakes it"
    if holder == OUTSIDE:
        return f"{begin}, which setup() took and nobody releases"
    if holder == worker:
        return f"{begin}, which it holds itself since it took it{at}"
    if stage.pending[holder] < 0:
        return f"{begin}, which worker {holder} took{at} and still held when it finished"
    return f"{begin}, which worker {holder} took{at} and holds"
