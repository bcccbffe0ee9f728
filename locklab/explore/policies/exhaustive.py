"""Every class of executions once: optimal dynamic partial-order reduction.

Abdulla, Aronis, Jonsson and Sagonas, "Optimal dynamic partial order reduction" (POPL 2014),
algorithm 2, with wakeup trees, in the form of "Source sets: a foundation for optimal dynamic
partial order reduction" (JACM 64(4), 2017), which lets steps be disabled by others: here, by a
lock that is held.

How it goes. Play an execution to its end. Find its *races*: a step and an earlier one of another
worker that depend on one another, with nothing in between that orders them. For each race, a
schedule that has the two the other way round is put into the *wakeup tree* of the state before
the first of them, unless something explored, or about to be, covers it. Go back to the deepest
state whose tree is not empty and follow a branch of it. A *sleep set* (Godefroid 1996) holds the
steps whose executions from a state have all been seen; the insertion looks at it, so that no
execution is begun that would turn out to repeat another.

Rejected: depth-first search with sleep sets alone, which begins many executions only to drop
them; source sets without trees (algorithm 1 of the same papers), which is simpler, and begins some.

State is kept in flat lists along the one path that is being explored, so that a step costs the
same in the first execution and in the millionth, and what is kept is as much as the path is long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locklab.explore.policies.wakeup import insert
from locklab.explore.steps import (
    ACQUIRE,
    FREE,
    ITEM_KIND,
    ITEM_OBJECT,
    KIND,
    OBJECT,
    WORKER_BITS,
    WORKER_MASK,
    WRITE,
    is_weak_initial,
)

if TYPE_CHECKING:
    from locklab.explore.policies.wakeup import Branch
    from locklab.explore.stage import Stage


class Exhaustive:
    """One execution for each class, up to swapping independent steps.

    Attributes:
        complete: Whether every class has been seen, once `begin` returns False.
    """

    def __init__(self) -> None:
        self.complete = False
        self._started = False
        # by position along the current path
        self._items: list[int] = []
        self._clocks: list[list[int]] = []
        self._sleeps: list[tuple[int, ...]] = []
        self._trees: list[list[Branch]] = []
        self._same_object: list[int] = []  # the position of the last step on the same object
        self._same_worker: list[int] = []
        self._races: list[tuple[int, int]] = []
        # where the path ends
        self._last_on: list[int] = []
        self._last_of: list[int] = []
        self._kept = 0  # so many positions were analysed in an earlier execution
        # of the state that the execution has reached
        self._sleep: tuple[int, ...] = ()
        self._tree: list[Branch] = []

    def begin(self, stage: Stage) -> bool:
        """Go back to the deepest state with a branch left."""
        if not self._started:
            self._started = True
            self._last_of = [-1] * stage.workers
            self._zero = [0] * stage.workers
            return True
        trees = self._trees
        position = len(trees) - 1
        while position >= 0 and not trees[position]:
            position -= 1
        if position < 0:
            self.complete = True
            return False
        steps, schedule = stage.steps, stage.schedule
        for undone in range(len(steps) - 1, position - 1, -1):
            self._last_on[steps[undone] >> OBJECT] = self._same_object[undone]
            self._last_of[schedule[undone]] = self._same_worker[undone]
        self._tree = trees[position]
        self._sleep = (*self._sleeps[position], self._items[position])
        races = self._races
        while races and races[-1][1] >= position:
            races.pop()
        self._kept = position
        for path in (
            steps, schedule, self._items, self._clocks, self._sleeps, trees,
            self._same_object, self._same_worker,
        ):  # fmt: skip
            del path[position:]
        return True

    def choose(self, stage: Stage) -> int:
        """Follow the wakeup tree; where that has ended, go on with whoever goes on."""
        tree, sleep = self._tree, self._sleep
        if tree:
            chosen, self._tree = tree.pop(0)
            worker = chosen & WORKER_MASK
            step = stage.pending[worker]
            if chosen >> WORKER_BITS != step or not stage.can_step(worker):
                from locklab.explore.stage import Nondeterminism

                raise Nondeterminism(
                    len(stage.schedule), worker, chosen >> WORKER_BITS, step if step >= 0 else None
                )
        else:
            # only the first choice of all and those among sleepers come here
            worker = self._free_choice(stage, sleep)
            if worker < 0:
                return -1
            chosen = stage.pending[worker] << WORKER_BITS | worker
            tree = []
        self._trees.append(tree)
        self._sleeps.append(sleep)
        self._items.append(chosen)
        if sleep:
            # those that depend on the step are woken
            self._sleep = tuple(
                [
                    one
                    for one in sleep
                    if (one ^ chosen) >= ITEM_OBJECT or not (one | chosen) & ITEM_KIND
                ]
            )
        # with nobody asleep and nowhere to go, any continuation will do
        stage.free_run = not self._tree and not self._sleep
        return worker

    def _free_choice(self, stage: Stage, sleep: tuple[int, ...]) -> int:
        """The worker that stepped last where it can, else the next; -1 where all sleep."""
        last = stage.last
        asleep = {one & WORKER_MASK for one in sleep}
        awake = [worker for worker in stage.enabled() if worker not in asleep]
        if not awake:
            return -1
        if last in awake:
            return last
        return next((worker for worker in awake if worker > last), awake[0])

    def end(self, stage: Stage) -> bool:
        """Find the races of the execution and put their reversals into the wakeup trees."""
        end = len(stage.steps)
        kept = self._kept
        clocks, schedule, items = self._clocks, stage.schedule, self._items
        ran_free = range(len(items), end)
        items.extend(
            [(stage.steps[one] & ~FREE) << WORKER_BITS | schedule[one] for one in ran_free]
        )
        self._trees.extend([[] for _ in ran_free])
        self._sleeps.extend([()] * len(ran_free))
        self._analyse(stage)
        # the first step of each worker in the new part of the path
        fresh: dict[int, list[int]] = {}
        for position in range(kept, end):
            fresh.setdefault(schedule[position], clocks[position])
            if len(fresh) == stage.workers:
                break
        for first, second in self._races:
            worker = schedule[first]
            own = clocks[first][worker]
            if second < kept:
                # an earlier execution had the same race; only what is new and does not come
                # after `first` can make its reversal another one
                for clock in fresh.values():
                    if clock[worker] < own:
                        break
                else:
                    continue
            self._insert(
                first,
                [
                    items[position]
                    for position in range(first + 1, end)
                    if position == second or clocks[position][worker] < own
                ],
            )
        if stage.ending != "finished":
            self._reverse_blocked(stage)
        return stage.ending != "cut"

    def _analyse(self, stage: Stage) -> None:
        """Vector clocks (Mattern 1989) and races of the new part of the path."""
        steps, schedule, clocks = stage.steps, stage.schedule, self._clocks
        same_object, same_worker = self._same_object, self._same_worker
        last_on, last_of, races = self._last_on, self._last_of, self._races
        while len(last_on) <= len(stage.objects):
            last_on.append(-1)
        for position in range(self._kept, len(steps)):
            step, worker = steps[position], schedule[position]
            mine = last_of[worker]
            same_worker.append(mine)
            last_of[worker] = position
            base = clocks[mine] if mine >= 0 else self._zero
            thing = step >> OBJECT
            if not thing:
                same_object.append(-1)
                clock = base.copy()
                clock[worker] += 1
                clocks.append(clock)
                continue
            before = last_on[thing]
            same_object.append(before)
            last_on[thing] = position
            kind = step & KIND
            clock = base
            if kind <= WRITE:
                # back over reads to the last write; a write depends on both, and on the write
                # itself only where no read in between has that ordered already
                reads = False
                while before >= 0 and not steps[before] & KIND:
                    if kind == WRITE:
                        reads = True
                        other = schedule[before]
                        if other != worker:
                            if clocks[before][other] > base[other]:
                                races.append((before, position))
                            clock = list(map(max, clock, clocks[before]))
                    before = same_object[before]
                if before >= 0 and not reads:
                    other = schedule[before]
                    if other != worker:
                        if clocks[before][other] > base[other]:
                            races.append((before, position))
                        clock = list(map(max, clock, clocks[before]))
            elif before >= 0 and schedule[before] != worker:
                clock = list(map(max, clock, clocks[before]))
                if kind == ACQUIRE:
                    # what it can be taken before is what found the lock free
                    before = self._opening(steps, before)
                if before >= 0:
                    other = schedule[before]
                    if clocks[before][other] > base[other]:
                        races.append((before, position))
            if clock is base:
                clock = base.copy()
            clock[worker] = base[worker] + 1
            clocks.append(clock)

    def _opening(self, steps: list[int], position: int) -> int:
        """The last step on a lock, from `position` back, that found it free; -1 where none did."""
        same_object = self._same_object
        while position >= 0 and not steps[position] & FREE:
            position = same_object[position]
        return position

    def _reverse_blocked(self, stage: Stage) -> None:
        """Let workers that wait at the end have the lock before the one that took it."""
        clocks, schedule = self._clocks, stage.schedule
        for worker in range(stage.workers):
            if stage.pending[worker] < 0 or stage.waits[worker] is None:
                continue
            step = stage.pending[worker]
            first = self._opening(stage.steps, self._last_on[step >> OBJECT])
            if first < 0:
                continue
            holder = schedule[first]
            own = clocks[first][holder]
            mine = self._last_of[worker]
            if holder == worker or (mine >= 0 and clocks[mine][holder] >= own):
                continue
            sequence = [
                self._items[position]
                for position in range(first + 1, len(schedule))
                if clocks[position][holder] < own
            ]
            sequence.append(step << WORKER_BITS | worker)
            self._insert(first, sequence)

    def _insert(self, position: int, sequence: list[int]) -> None:
        """Put a sequence into the wakeup tree of a state, unless it is covered.

        Args:
            position: Of the state.
            sequence: Items that can be taken from there.
        """
        for asleep in self._sleeps[position]:
            if is_weak_initial(asleep, sequence):
                return
        insert(self._trees[position], sequence)
