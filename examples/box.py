"""The textbook's Box, with its narration: an adder and a remover share it.

Its `add` and `remove` take the lock and call a method that takes it again. On an RLock that works.
On a plain Lock it deadlocks, and locklab says who waits for what; `box-flat` does the same work on
any lock by taking it once.

    python examples/box.py
"""

from __future__ import annotations

import threading

import locklab
from locklab.backends.threading import ThreadCrew, Threads
from locklab.model.workload import Lab
from locklab.scenarios.box import Box


class TalkingBox(Box):
    """A Box that tells what happens to it, while it holds the lock: so one tells at a time."""

    def execute(self, change: int) -> None:
        with self.lock:
            super().execute(change)
            what = "puts one in" if change > 0 else f"takes {-change} out"
            who = threading.current_thread().name
            print(f"  the {who} {what}; now there are {self.items.value}")


class Narrated(locklab.Scenario):
    """Three rounds of an adder, which puts in two items one by one, and a remover of two.

    Nothing makes the remover wait for items, so in between the box may owe some.
    """

    reentrant = True

    def setup(self, lab: Lab) -> None:
        self.box = TalkingBox(lab.lock(), lab.cell(0))
        self.pause = lab.pause

    def work(self, worker: locklab.Worker) -> None:
        threading.current_thread().name = "adder" if worker.index == 0 else "remover"
        for _ in worker.ops:
            if worker.index == 0:
                self.box.add()
                self.box.add()
            else:
                self.box.remove()
            self.pause(10)

    def verify(self, run: locklab.Run) -> None:
        locklab.expect(self.box.items.value, 0, "the box is not empty")


def narrate() -> None:
    """Run the box right here, without measuring anything: a backend works by itself."""
    threads = Threads()
    scenario = Narrated()
    scenario.begin(
        Lab(
            2,
            3,
            lock=lambda _: threading.RLock(),
            cell=threads.cell,
            pause=threads.pause,
            primitive=lambda _, name: getattr(threading, name)(),
        )
    )
    crew: ThreadCrew = threads.crew(scenario, workers=2, ops=3, chunks=3)
    crew.start()
    crew.release()
    crew.wait(60)
    scenario.verify(locklab.Run(2, 3))
    print(f"  in the end the box holds {scenario.box.items.value} items\n")


def main() -> None:
    print("An adder and a remover share a box on an RLock, whose holder may take it again:")
    narrate()
    print("The same box on each lock, and box-flat, which takes the lock only once:")
    run = locklab.compare(["box", "box-flat"], primitives=["threading.*Lock"], trials=1)
    for case in run.cases:
        seen = case.observed
        if case.control or seen is None:
            continue
        print(f"{case.scenario} on {case.primitive}: {'deadlock' if seen.stalls else 'it works'}")
        for sentence in seen.evidence:
            print(f"    {sentence}")
    print("\nadd() holds the lock and calls execute(), which asks for it again. A lock that does")
    print("not know its holder then waits for ever. The cure is an RLock, or box-flat.")


if __name__ == "__main__":
    main()
