"""Small random programs for the reference, and the scenario that does the same on locklab."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from locklab.model.workload import Lab, Run, Scenario, Violation, Worker
from tests.explore.oracle import (
    Acquire,
    Enumeration,
    Instruction,
    Kind,
    Machine,
    Program,
    Read,
    Release,
    Skip,
    TooLarge,
    TryAcquire,
    Write,
    enumerate_all,
    enumerate_merged,
)

Code = list[Instruction]
TESTS: tuple[Literal["==", "!=", "<"], ...] = ("==", "!=", "<")
LIMIT = 2_500  # executions of one random program
LARGE = 1_500  # classes of a large one; its executions may be millions


@dataclass(frozen=True, slots=True)
class Shape:
    """What one family of random programs looks like.

    Attributes:
        kinds: Drawn from for all locks of a program.
        cells: The most cells.
        locks: The most locks.
        statements: The most statements of a worker's outer block.
        sections: How likely a statement is a critical section, 0 to 1.
        conditions: How likely it is a conditional block.
        depth: How deep sections and conditions may nest.
        leaks: How likely a release may be skipped over, depending on a register.
        tries: How likely a section is entered only if the lock is free.
        crossed: How likely two sections overlap hand over hand in place of nesting.
    """

    kinds: tuple[Kind, ...] = ("Lock", "RLock")
    cells: int = 2
    locks: int = 2
    statements: int = 3
    sections: float = 0.0
    conditions: float = 0.0
    depth: int = 1
    leaks: float = 0.0
    tries: float = 0.0
    crossed: float = 0.0


SHAPES: dict[str, Shape] = {
    "race": Shape(locks=1, cells=3, statements=5),
    "race on one cell": Shape(locks=1, cells=1, statements=5),
    "race with conditions": Shape(locks=1, statements=5, conditions=0.35, depth=2),
    "locked": Shape(sections=0.85, statements=2),
    "locked and unlocked": Shape(sections=0.5),
    "nested": Shape(locks=3, sections=0.7, depth=3, statements=2),
    "nested in conditions": Shape(locks=3, sections=0.6, conditions=0.3, depth=3, statements=2),
    "hand over hand": Shape(locks=3, sections=0.7, crossed=0.6, depth=2),
    "again": Shape(locks=1, sections=0.8, depth=3, statements=2),
    "control": Shape(kinds=("NoLock",), sections=0.6, conditions=0.2, depth=2),
    "kept": Shape(sections=0.8, conditions=0.1, leaks=0.5, depth=2),
    "tried": Shape(sections=0.8, tries=0.6, depth=2),
}


class Writer:
    """Writes the code of one random worker."""

    def __init__(self, random: Random, shape: Shape, cells: int, locks: int) -> None:
        self.random = random
        self.shape = shape
        self.cells = cells
        self.locks = locks

    def block(self, statements: int, depth: int) -> Code:
        code: Code = []
        for _ in range(self.random.randint(1, statements)):
            code += self.statement(depth)
        return code

    def statement(self, depth: int) -> Code:
        choice = self.random.random() - self.shape.sections
        if depth and choice < 0:
            return self.section(depth)
        if depth and choice < self.shape.conditions:
            return [*self.maybe_read(), *self.condition(self.block(2, depth - 1))]
        return self.access()

    def section(self, depth: int) -> Code:
        lock = self.random.randrange(self.locks)
        if self.random.random() < self.shape.crossed and self.locks > 1:
            other = (lock + self.random.randrange(1, self.locks)) % self.locks
            parts = [self.block(1, 0) if self.random.random() < 0.5 else [] for _ in range(3)]
            return [
                *(Acquire(lock), *parts[0], Acquire(other), *parts[1]),
                *(Release(lock), *parts[2], Release(other)),
            ]
        body = self.block(2, depth - 1)
        if self.random.random() < self.shape.tries:
            register = self.random.randrange(2)
            inside = [*body, Release(lock)]
            return [TryAcquire(lock, register), Skip(register, "==", 0, len(inside)), *inside]
        end: Code = [Release(lock)]
        if self.random.random() < self.shape.leaks:
            end = self.condition(end)
        return [Acquire(lock), *body, *end]

    def condition(self, body: Code) -> Code:
        test = self.random.choice(TESTS)
        register, value = self.random.randrange(2), self.random.randint(0, 2)
        return [Skip(register, test, value, len(body)), *body]

    def maybe_read(self) -> Code:
        if self.random.random() < 0.3:
            return []
        return [Read(self.random.randrange(self.cells), self.random.randrange(2))]

    def access(self) -> Code:
        """A read, a write, or a read-modify-write that may go from one cell to another."""
        random, cell, register = self.random, self.random.randrange(self.cells), 0
        choice = random.random()
        if choice < 0.25:
            return [Read(cell, random.randrange(2))]
        if choice < 0.5:
            return [Write(cell, None, random.randint(0, 3))]
        if choice < 0.65:
            return [Write(cell, random.randrange(2), random.randint(-1, 2))]
        target = cell if random.random() < 0.6 else random.randrange(self.cells)
        return [Read(cell, register), Write(target, register, random.randint(1, 3))]


def random_program(seed: int) -> Program:
    """The program of a seed: always the same, and within `LIMIT` executions."""
    return enumerated_program(seed)[0]


def enumerated_program(seed: int) -> tuple[Program, Enumeration]:
    """The program of a seed with everything it can do."""
    random = Random(seed)
    shape = shape_of(seed)
    while True:
        program = draw(random, shape)
        if estimate(program, random) > LIMIT:  # saves most of the time that TooLarge would take
            continue
        try:
            found = enumerate_all(program, LIMIT)
        except TooLarge:
            continue
        # workers that never meet say little, so most of those are drawn again
        if len(found.classes) > 1 or sum(found.classes.values()) > 1 or random.random() < 0.1:
            return program, found


def estimate(program: Program, random: Random, walks: int = 10) -> float:
    """How many executions there may be, from random ones (Knuth 1975)."""
    total = 0
    for _ in range(walks):
        machine, ways = Machine(program), 1
        while movable := machine.movable():
            ways *= len(movable)
            machine.step(random.choice(movable))
        total += ways
    return total / walks


def enumerated_large_program(seed: int) -> tuple[Program, Enumeration]:
    """The program of a seed with more executions than plain enumeration can go through."""
    random = Random(f"large {seed}")
    shape = shape_of(seed)
    shape = replace(shape, statements=shape.statements + 2)
    while True:
        program = draw(random, shape)
        try:
            found = enumerate_merged(program, LARGE)
        except TooLarge:
            continue
        if found.executions > LIMIT and sum(found.classes.values()) <= LARGE:
            return program, found


def shape_of(seed: int) -> Shape:
    return list(SHAPES.values())[seed % len(SHAPES)]


def draw(random: Random, shape: Shape) -> Program:
    cells, locks = random.randint(1, shape.cells), random.randint(1, shape.locks)
    count = random.choice((2, 3))
    writer = Writer(random, shape, cells, locks)
    statements = shape.statements if count == 2 else max(1, shape.statements - 1)
    workers = [tuple(writer.block(statements, shape.depth)) for _ in range(count)]
    if random.random() < 0.25:  # all alike, as in most real workloads
        workers = [workers[0]] * count
    return Program(
        kind=random.choice(shape.kinds),
        cells=tuple(random.choice((0, 0, 1, 2)) for _ in range(cells)),
        locks=locks,
        workers=tuple(workers),
        forbidden=(random.randrange(cells), random.randint(0, 4))
        if random.random() < 0.7
        else None,
    )


def scenario_of(program: Program) -> type[Scenario]:
    """A scenario whose workers take exactly the steps of a program, once."""

    class RandomProgram(Scenario):
        name = "random-program"
        reentrant = True  # may be; what is expected of the case is not what is tested

        def setup(self, lab: Lab) -> None:
            self.locks = [lab.lock() for _ in range(program.locks)]
            self.cells = [lab.cell(value) for value in program.cells]

        def work(self, worker: Worker) -> None:
            for _ in worker.ops:
                interpret(program.workers[worker.index], self.cells, self.locks)

        def verify(self, run: Run) -> None:
            if program.forbidden is not None:
                cell, value = program.forbidden
                if self.cells[cell].value == value:
                    raise Violation(f"cell {cell} must not end so", value, None)

    return RandomProgram


def interpret(code: tuple[Instruction, ...], cells: list[Any], locks: list[Any]) -> None:
    registers = [0, 0]
    place = 0
    while place < len(code):
        now = code[place]
        place += 1
        if isinstance(now, Read):
            registers[now.register] = cells[now.cell].value
        elif isinstance(now, Write):
            base = 0 if now.register is None else registers[now.register]
            cells[now.cell].value = base + now.constant
        elif isinstance(now, Acquire):
            locks[now.lock].acquire()
        elif isinstance(now, TryAcquire):
            registers[now.register] = int(locks[now.lock].acquire(blocking=False))
        elif isinstance(now, Release):
            locks[now.lock].release()
        elif now.holds(registers[now.register]):
            place += now.count


def first_workers(program: Program, count: int) -> Program:
    """The program without its last workers, as a run with fewer workers does it."""
    return replace(program, workers=program.workers[:count])
