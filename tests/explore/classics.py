"""Classic algorithms and their well-known wrong versions, on cells alone or on two or more locks.

Each worker keeps a witness: it adds one to `inside` in its critical section, in two steps, and
notes in a cell of its own how often it got in. If two were ever inside together, some schedule
loses an addition. Waiting is bounded, because exploration is: a worker that has polled in vain a
few times lowers its flags and gives up this turn. What is checked is exclusion, and not that
anyone gets in. Every scenario also makes sense with fewer workers, since counterexamples shrink.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locklab.model.workload import Lab, Run, Scenario, Worker, expect

if TYPE_CHECKING:
    from locklab.model.workload import Cell


class Excluded(Scenario):
    """What the mutual exclusion algorithms share: `enter` is true inside, `leave` ends that."""

    polls = 1

    def setup(self, lab: Lab) -> None:
        self.inside = lab.cell(0)
        self.entered = [lab.cell(0) for _ in range(lab.workers)]
        self.prepare(lab)

    def work(self, worker: Worker) -> None:
        entered = 0
        for _ in worker.ops:
            if self.enter(worker.index):
                self.inside.value += 1
                entered += 1
                self.leave(worker.index)
        self.entered[worker.index].value = entered

    def verify(self, run: Run) -> None:
        entered = sum(cell.value for cell in self.entered)
        expect(self.inside.value, entered, "two workers were inside together")

    def prepare(self, lab: Lab) -> None:
        raise NotImplementedError

    def enter(self, me: int) -> bool:
        raise NotImplementedError

    def leave(self, me: int) -> None:
        raise NotImplementedError


class Unprotected(Excluded):
    """No algorithm at all: the witness itself can tell."""

    def prepare(self, lab: Lab) -> None:
        pass

    def enter(self, me: int) -> bool:
        return True

    def leave(self, me: int) -> None:
        pass


class Peterson(Excluded):
    """Peterson 1981, for two: raise the flag, give the other the turn, wait for either."""

    def prepare(self, lab: Lab) -> None:
        self.flags = [lab.cell(0), lab.cell(0)]
        self.turn = lab.cell(0)

    def enter(self, me: int) -> bool:
        self.flags[me].value = 1
        self.turn.value = 1 - me
        return self.wait(me)

    def wait(self, me: int) -> bool:
        for _ in range(self.polls):
            if not self.flags[1 - me].value or self.turn.value == me:
                return True
        self.flags[me].value = 0
        return False

    def leave(self, me: int) -> None:
        self.flags[me].value = 0


class PetersonPatient(Peterson):
    """Polls twice."""

    polls = 2


class PetersonTurnFirst(Peterson):
    """Wrong: the turn is given away before the flag is up."""

    def enter(self, me: int) -> bool:
        self.turn.value = 1 - me
        self.flags[me].value = 1
        return self.wait(me)


class PetersonLateFlag(Peterson):
    """Wrong, and without a turn: look first, raise the flag after."""

    def enter(self, me: int) -> bool:
        for _ in range(self.polls):
            if not self.flags[1 - me].value:
                self.flags[me].value = 1
                return True
        return False


class PetersonNoTurn(Peterson):
    """Flags alone. It excludes; its fault is that both may wait for ever, which is not checked."""

    def wait(self, me: int) -> bool:
        for _ in range(self.polls):
            if not self.flags[1 - me].value:
                return True
        self.flags[me].value = 0
        return False


class PetersonNoFlags(Peterson):
    """The turn alone. It excludes; its fault is that nobody gets in alone, which is not checked."""

    def enter(self, me: int) -> bool:
        self.turn.value = 1 - me
        return any(self.turn.value == me for _ in range(self.polls))

    def leave(self, me: int) -> None:
        pass


class Dekker(Excluded):
    """Dekker, after Dijkstra 1965, for two: whose turn it is not lowers the flag and waits."""

    careless = False

    def prepare(self, lab: Lab) -> None:
        self.flags = [lab.cell(0), lab.cell(0)]
        self.turn = lab.cell(0)

    def enter(self, me: int) -> bool:
        flag, other, turn = self.flags[me], self.flags[1 - me], self.turn
        flag.value = 1
        for _ in range(self.polls):
            if not other.value:
                return True
            if turn.value != me:
                flag.value = 0
                if not self.comes_round(me):
                    return False
                flag.value = 1
                if self.careless:
                    return True
        if not other.value:
            return True
        flag.value = 0
        return False

    def comes_round(self, me: int) -> bool:
        return any(self.turn.value == me for _ in range(self.polls))

    def leave(self, me: int) -> None:
        self.turn.value = 1 - me
        self.flags[me].value = 0


class DekkerCareless(Dekker):
    """Wrong: does not look at the other's flag again once it has the turn."""

    careless = True


class Bakery(Excluded):
    """Lamport 1974: take a number above all others, and go by number, then by index."""

    def prepare(self, lab: Lab) -> None:
        self.choosing = [lab.cell(0) for _ in range(lab.workers)]
        self.numbers = [lab.cell(0) for _ in range(lab.workers)]

    def enter(self, me: int) -> bool:
        others = [index for index in range(len(self.numbers)) if index != me]
        mine = self.draw(me, others)
        for other in others:
            if not (self.has_chosen(other) and self.is_behind(other, mine, me)):
                self.numbers[me].value = 0
                return False
        return True

    def draw(self, me: int, others: list[int]) -> int:
        self.choosing[me].value = 1
        mine = 1 + max((self.numbers[other].value for other in others), default=0)
        self.numbers[me].value = mine
        self.choosing[me].value = 0
        return mine

    def has_chosen(self, other: int) -> bool:
        return any(not self.choosing[other].value for _ in range(self.polls))

    def is_behind(self, other: int, mine: int, me: int) -> bool:
        for _ in range(self.polls):
            theirs = self.numbers[other].value
            if theirs == 0 or (theirs, other) > (mine, me):
                return True
        return False

    def leave(self, me: int) -> None:
        self.numbers[me].value = 0


class BakeryNoChoosing(Bakery):
    """Wrong: others may look at a number that is still being chosen."""

    def draw(self, me: int, others: list[int]) -> int:
        mine = 1 + max((self.numbers[other].value for other in others), default=0)
        self.numbers[me].value = mine
        return mine

    def has_chosen(self, other: int) -> bool:
        return True


class Transfers(Scenario):
    """ABBA: worker 0 moves from the first account to the second, worker 1 the other way."""

    ordered = False

    def setup(self, lab: Lab) -> None:
        self.locks = [lab.lock(), lab.lock()]
        self.accounts = [lab.cell(10), lab.cell(10)]

    def work(self, worker: Worker) -> None:
        source = worker.index % 2
        target = 1 - source
        first, second = (0, 1) if self.ordered else (source, target)
        for _ in worker.ops:
            with self.locks[first], self.locks[second]:
                self.accounts[source].value -= 1 + worker.index
                self.accounts[target].value += 1 + worker.index

    def verify(self, run: Run) -> None:
        expect(sum(cell.value for cell in self.accounts), 20, "money was lost or made")


class TransfersOrdered(Transfers):
    """The cure: both take the locks in one order."""

    ordered = True


class Philosophers(Scenario):
    """Each takes the fork on the left, then the one on the right, and uses both."""

    ordered = False

    def setup(self, lab: Lab) -> None:
        forks = max(2, lab.workers)
        self.forks = [lab.lock() for _ in range(forks)]
        self.used = [lab.cell(0) for _ in range(forks)]

    def pair(self, index: int) -> list[int]:
        return [index, (index + 1) % len(self.forks)]

    def work(self, worker: Worker) -> None:
        pair = self.pair(worker.index)
        first, second = sorted(pair) if self.ordered else pair
        for _ in worker.ops:
            with self.forks[first], self.forks[second]:
                self.used[first].value += 1
                self.used[second].value += 1

    def verify(self, run: Run) -> None:
        users = [fork for index in range(run.workers) for fork in self.pair(index)]
        for fork, cell in enumerate(self.used):
            expect(cell.value, users.count(fork) * run.ops, "two used a fork at a time")


class PhilosophersOrdered(Philosophers):
    """The cure: the fork with the smaller number first."""

    ordered = True


class Creation(Scenario):
    """Double-checked creation: look, and only then take the lock, look again, and create."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.ready = lab.cell(0)
        self.content = lab.cell(0)
        self.created = lab.cell(0)
        self.seen = [lab.cell(0) for _ in range(lab.workers)]

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            if not self.ready.value:
                self.slow_path()
            self.seen[worker.index].value = self.content.value

    def slow_path(self) -> None:
        with self.lock:
            if not self.ready.value:
                self.create()

    def create(self) -> None:
        self.created.value += 1
        self.content.value = 42
        self.ready.value = 1

    def verify(self, run: Run) -> None:
        expect(self.created.value, 1, "it was not created once")
        for cell in self.seen:
            expect(cell.value, 42, "a worker saw it unfinished")


class CreationUnchecked(Creation):
    """Wrong: does not look again under the lock."""

    def slow_path(self) -> None:
        with self.lock:
            self.create()


class CreationUnlocked(Creation):
    """Wrong: takes no lock."""

    def slow_path(self) -> None:
        self.create()


class CreationTooSoon(Creation):
    """Wrong: says that it is ready before it is."""

    def create(self) -> None:
        self.created.value += 1
        self.ready.value = 1
        self.content.value = 42


class LastItem(Scenario):
    """Check, then act, in two critical sections: one item, and every worker wants it."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.stock = lab.cell(1)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            if self.in_stock():
                self.take()

    def in_stock(self) -> bool:
        with self.lock:
            return self.stock.value > 0

    def take(self) -> None:
        with self.lock:
            self.stock.value -= 1

    def verify(self, run: Run) -> None:
        expect(self.stock.value, 0, "an item was taken that was not there")


class LastItemAtOnce(LastItem):
    """The cure: check and act in one section."""

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                if self.stock.value > 0:
                    self.stock.value -= 1


class History(Scenario):
    """Locked writers whose outcome is the order of their sections: as many outcomes as orders."""

    never: tuple[int, ...] = ()

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.order = lab.cell(0)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.order.value = self.order.value * 10 + worker.index + 1

    def verify(self, run: Run) -> None:
        if self.never:
            forbidden = int("".join(str(index + 1) for index in self.never))
            expect(self.order.value == forbidden, False, "the one bad order of sections")


class HistoryBadLast(History):
    """One order of the ninety is wrong, the one a depth-first search reaches late."""

    never = (2, 2, 1, 1, 0, 0)


class HistoryBadMiddle(History):
    """One order of the ninety is wrong, and it is neither the first nor the last."""

    never = (1, 2, 0, 2, 0, 1)


class LastWriter(Scenario):
    """Two locked writers of different values: which one is last decides, and one is wrong."""

    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()
        self.value = lab.cell(0)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            with self.lock:
                self.value.value = worker.index + 1

    def verify(self, run: Run) -> None:
        expect(self.value.value, run.workers, "the last worker was not the last to write")


class Handover(Scenario):
    """Message passing: content first, then the flag; who sees the flag sees the content."""

    def setup(self, lab: Lab) -> None:
        self.content = lab.cell(0)
        self.flag = lab.cell(0)
        self.received = lab.cell(7)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            if worker.index == 0:
                self.send(self.content, self.flag)
            elif self.flag.value:
                self.received.value = self.content.value

    def send(self, content: Cell, flag: Cell) -> None:
        content.value = 7
        flag.value = 1

    def verify(self, run: Run) -> None:
        expect(self.received.value, 7, "the flag was seen before the content")


class HandoverBackwards(Handover):
    """Wrong: the flag first."""

    def send(self, content: Cell, flag: Cell) -> None:
        super().send(flag, content)


class StoreBuffer(Scenario):
    """Write mine, read the other's: on sequentially consistent memory not both read nothing."""

    def setup(self, lab: Lab) -> None:
        self.flags = [lab.cell(0), lab.cell(0)]
        self.seen = [lab.cell(9), lab.cell(9)]

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            self.flags[worker.index].value = 1
            self.seen[worker.index].value = self.flags[1 - worker.index].value

    def verify(self, run: Run) -> None:
        seen: tuple[Any, ...] = tuple(cell.value for cell in self.seen)
        expect(seen == (0, 0), False, "memory was not sequentially consistent")


class Divider(Scenario):
    """Worker 0 takes away what the others divide by: a failure that is an exception."""

    def setup(self, lab: Lab) -> None:
        self.divisor = lab.cell(2)
        self.result = lab.cell(0)

    def work(self, worker: Worker) -> None:
        for _ in worker.ops:
            if worker.index == 0:
                self.divisor.value = 0
            else:
                self.result.value = 10 // self.divisor.value
