"""A brute-force reference for the explorer: a tiny language, and all interleavings of a program.

It shares no code with locklab, and no idea with the reductions it checks: `enumerate_all` is plain
recursion over every choice of a worker at every step. `enumerate_merged` meets prefixes of
executions that are equal up to swapping independent steps only once, for larger programs; it is
itself checked against the plain one.

Steps are reads, writes, acquires and releases. Everything else a worker does is its own and happens
together with the step before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

Ending = tuple[int, ...] | str
DEADLOCK = "deadlock"
LEFT, RIGHT = 0, 1  # registers


@dataclass(frozen=True, slots=True)
class Read:
    """register = cell."""

    cell: int
    register: int

    def __str__(self) -> str:
        return f"r{self.register} = c{self.cell}"


@dataclass(frozen=True, slots=True)
class Write:
    """cell = register + constant, or just the constant."""

    cell: int
    register: int | None
    constant: int

    def __str__(self) -> str:
        if self.register is None:
            return f"c{self.cell} = {self.constant}"
        return f"c{self.cell} = r{self.register} {self.constant:+d}"


@dataclass(frozen=True, slots=True)
class Acquire:
    """Wait for the lock."""

    lock: int

    def __str__(self) -> str:
        return f"acquire L{self.lock}"


@dataclass(frozen=True, slots=True)
class TryAcquire:
    """register = 1 where the lock could be had at once, else 0."""

    lock: int
    register: int

    def __str__(self) -> str:
        return f"r{self.register} = try L{self.lock}"


@dataclass(frozen=True, slots=True)
class Release:
    """Give the lock back; only ever by its holder."""

    lock: int

    def __str__(self) -> str:
        return f"release L{self.lock}"


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave out the next `count` instructions where the register compares so; no step."""

    register: int
    test: Literal["==", "!=", "<"]
    value: int
    count: int

    def holds(self, found: int) -> bool:
        if self.test == "==":
            return found == self.value
        if self.test == "!=":
            return found != self.value
        return found < self.value

    def __str__(self) -> str:
        return f"skip {self.count} if r{self.register} {self.test} {self.value}"


Instruction = Read | Write | Acquire | TryAcquire | Release | Skip
Kind = Literal["NoLock", "Lock", "RLock"]


@dataclass(frozen=True, slots=True)
class Program:
    """What every worker does, once.

    Attributes:
        kind: Of all its locks. The steps on a `NoLock` are none: it touches nothing.
        cells: Initial values.
        locks: How many.
        workers: The instructions of each.
        forbidden: A cell and the final value that it must not have.
    """

    kind: Kind
    cells: tuple[int, ...]
    locks: int
    workers: tuple[tuple[Instruction, ...], ...]
    forbidden: tuple[int, int] | None = None

    def allows(self, ending: Ending) -> bool:
        if isinstance(ending, str):
            return False
        return self.forbidden is None or ending[self.forbidden[0]] != self.forbidden[1]

    def __str__(self) -> str:
        cells = ", ".join(f"c{i} = {value}" for i, value in enumerate(self.cells))
        lines = [f"{self.kind} × {self.locks}; {cells}"]
        if self.forbidden is not None:
            lines[0] += f"; must not end with c{self.forbidden[0]} = {self.forbidden[1]}"
        columns = [list(map(str, code)) for code in self.workers]
        for row in range(max(map(len, columns))):
            shown = (code[row] if row < len(code) else "" for code in columns)
            lines.append("  " + "".join(f"{text:<24}" for text in shown).rstrip())
        return "\n".join(lines)


class TooLarge(Exception):  # noqa: N818 - it says so
    """More executions than were asked for."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """All there is to know of a program.

    Attributes:
        executions: Complete interleavings, deadlocked ones included.
        classes: For each ending, how many executions are distinct up to independent swaps.
        preemptions: For each ending, the fewest times that a worker which could have gone on
            was not chosen; empty where not counted.
    """

    executions: int
    classes: dict[Ending, int]
    preemptions: dict[Ending, int]

    @property
    def endings(self) -> set[Ending]:
        return set(self.classes)


class Machine:
    """One state of a program. `step` moves a worker.

    The class of an execution is known by its `stamps`: a read or a write bears the number of writes
    to its cell before it, an acquire or a release the number of steps on its lock before it. That
    is the order of all dependent steps, and says nothing of the order of independent ones.
    """

    def __init__(self, program: Program) -> None:
        count = len(program.workers)
        self.program = program
        self.place = [0] * count
        self.registers = [(0, 0)] * count
        self.stamps: list[tuple[int, ...]] = [()] * count
        self.cells = list(program.cells)
        self.writes = [0] * len(program.cells)
        self.holder: list[int | None] = [None] * program.locks
        self.depth = [0] * program.locks
        self.uses = [0] * program.locks
        for worker in range(count):
            self._advance(worker)

    def _advance(self, worker: int) -> None:
        """Go on to the next step, over what is no step."""
        code = self.program.workers[worker]
        place = self.place[worker]
        while place < len(code):
            now = code[place]
            if isinstance(now, Skip):
                place += now.count if now.holds(self.registers[worker][now.register]) else 0
            elif self.program.kind == "NoLock" and isinstance(now, TryAcquire):
                self._set(worker, now.register, 1)
            elif self.program.kind != "NoLock" or not isinstance(now, Acquire | Release):
                break
            place += 1
        self.place[worker] = place

    def _set(self, worker: int, register: int, value: int) -> None:
        left, right = self.registers[worker]
        self.registers[worker] = (value, right) if register == LEFT else (left, value)

    def finished(self, worker: int) -> bool:
        return self.place[worker] >= len(self.program.workers[worker])

    def can_move(self, worker: int) -> bool:
        if self.finished(worker):
            return False
        now = self.program.workers[worker][self.place[worker]]
        return not isinstance(now, Acquire) or self._available(now.lock, worker)

    def _available(self, lock: int, worker: int) -> bool:
        holder = self.holder[lock]
        return holder is None or (self.program.kind == "RLock" and holder == worker)

    def movable(self) -> list[int]:
        return [worker for worker in range(len(self.place)) if self.can_move(worker)]

    def ending(self) -> Ending:
        """How it ended, once nobody can move."""
        if all(map(self.finished, range(len(self.place)))):
            return tuple(self.cells)
        return DEADLOCK

    def step(self, worker: int) -> None:
        now = self.program.workers[worker][self.place[worker]]
        if isinstance(now, Read):
            stamp = self.writes[now.cell]
            self._set(worker, now.register, self.cells[now.cell])
        elif isinstance(now, Write):
            stamp = self.writes[now.cell]
            self.writes[now.cell] += 1
            base = 0 if now.register is None else self.registers[worker][now.register]
            self.cells[now.cell] = base + now.constant
        elif isinstance(now, Acquire | TryAcquire | Release):
            stamp = self.uses[now.lock]
            self.uses[now.lock] += 1
            self._use(worker, now)
        else:
            raise AssertionError(now)
        self.stamps[worker] += (stamp,)
        self.place[worker] += 1
        self._advance(worker)

    def _use(self, worker: int, now: Acquire | TryAcquire | Release) -> None:
        lock = now.lock
        if isinstance(now, Release):
            assert self.holder[lock] == worker, "programs release only what they hold"
            self.depth[lock] -= 1
            if self.depth[lock] == 0:
                self.holder[lock] = None
            return
        available = self._available(lock, worker)
        if available:
            self.holder[lock] = worker
            self.depth[lock] += 1
        if isinstance(now, TryAcquire):
            self._set(worker, now.register, int(available))
        else:
            assert available, "only a worker that can move is moved"

    def copy(self) -> Machine:
        made = Machine.__new__(Machine)
        made.program = self.program
        made.place = self.place[:]
        made.registers = self.registers[:]
        made.stamps = self.stamps[:]
        made.cells = self.cells[:]
        made.writes = self.writes[:]
        made.holder = self.holder[:]
        made.depth = self.depth[:]
        made.uses = self.uses[:]
        return made


def enumerate_all(program: Program, limit: int = 1_000_000) -> Enumeration:
    """Run every interleaving of a program to its end.

    Raises:
        TooLarge: There are more than `limit`.
    """
    executions = 0
    classes: dict[tuple[tuple[int, ...], ...], Ending] = {}
    preemptions: dict[Ending, int] = {}

    def explore(machine: Machine, last: int | None, preempted: int) -> None:
        nonlocal executions
        movable = machine.movable()
        for worker in movable:
            after = machine.copy()
            after.step(worker)
            explore(after, worker, preempted + (last in movable and worker != last))
        if not movable:
            executions += 1
            if executions > limit:
                raise TooLarge(f"more than {limit} executions")
            ending = machine.ending()
            known = classes.setdefault(tuple(machine.stamps), ending)
            assert known == ending, "executions of one class end alike"
            preemptions[ending] = min(preempted, preemptions.get(ending, preempted))

    explore(Machine(program), None, 0)
    return Enumeration(executions, dict(Counter(classes.values())), preemptions)


def enumerate_merged(program: Program, limit: int = 1_000_000) -> Enumeration:
    """The same without preemptions, meeting equal prefixes once, level by level.

    Raises:
        TooLarge: A level has more than `limit` prefixes.
    """
    executions = 0
    classes: Counter[Ending] = Counter()
    level: dict[tuple[tuple[int, ...], ...], tuple[Machine, int]]
    level = {(): (Machine(program), 1)}
    while level:
        following: dict[tuple[tuple[int, ...], ...], tuple[Machine, int]] = {}
        for machine, ways in level.values():
            movable = machine.movable()
            if not movable:
                executions += ways
                classes[machine.ending()] += 1
            for worker in movable:
                after = machine.copy()
                after.step(worker)
                key = tuple(after.stamps)
                met = following.get(key)
                following[key] = (after, ways) if met is None else (met[0], met[1] + ways)
        if len(following) > limit:
            raise TooLarge(f"more than {limit} prefixes")
        level = following
    return Enumeration(executions, dict(classes), {})


def replay(program: Program, schedule: tuple[int, ...]) -> tuple[Ending, int]:
    """Run one schedule, one worker index a step, to its end.

    Returns:
        How it ended, and how many preemptions it took.

    Raises:
        ValueError: A worker of the schedule cannot move, or the schedule stops too soon.
    """
    machine = Machine(program)
    last, preemptions = None, 0
    for position, worker in enumerate(schedule):
        movable = machine.movable()
        if worker not in movable:
            raise ValueError(f"step {position}: worker {worker} cannot move, only {movable}")
        preemptions += last in movable and worker != last
        machine.step(worker)
        last = worker
    if machine.movable():
        raise ValueError(f"after {len(schedule)} steps {machine.movable()} can still move")
    return machine.ending(), preemptions
