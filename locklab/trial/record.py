"""What came of one trial, as the parent sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from locklab.trial.spec import Spec
from locklab.trial.window import Timeline, Window, stretches, window


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """What became of one worker.

    Attributes:
        done: Operations it took up.
        stamps: `perf_counter_ns` at its start and after each chunk; 0 where not reached.
        finished: It came to the end of its work, with or without an error.
        error: (exception class, message, `file:line` or None) where its work raised.
        died: How its process ended, where that was not by itself.
        standing: `file:line in function` where it was last seen, if unfinished.
    """

    done: int
    stamps: tuple[int, ...]
    finished: bool
    error: tuple[str, str, str | None] | None = None
    died: str | None = None
    standing: str | None = None


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """What came of one trial.

    Attributes:
        spec: What was asked for.
        facts: The interpreter inside the trial: version, GIL, switch interval, start method,
            event loop, length of a work unit. Empty where it never got ready.
        workers: One record a worker; empty where the trial ended before that.
        stalled: `deadlock` or `stall` where the workers got no further, else None.
        violation: (sentence, message, actual, expected, place) where `verify` raised, else None.
        outcome: Final cell values, or the `repr` of what `outcome()` gave; None where stalled.
        overlaps: Times two workers were seen inside one section, at least; None where not watched.
        overlap: One such case in words.
        waits: Who waits for which lock, a sentence each, where a watched trial stalled.
        clocked: How long acquisitions waited and the lock was held, see
            `locklab.trial.waits.Waits.collect`; None where it was not clocked.
        gil: Whether the GIL was on at the end; None where the trial did not come to it.
        crash: How the whole trial ended, where it was not by itself.
        problem: Why it could not be run at all.
    """

    spec: Spec
    facts: dict[str, Any] = field(default_factory=dict)
    workers: tuple[WorkerRecord, ...] = ()
    stalled: str | None = None
    violation: tuple[str, str, int | None, int | None, str | None] | None = None
    outcome: tuple[int, ...] | str | None = None
    overlaps: int | None = None
    overlap: str | None = None
    waits: tuple[str, ...] = ()
    clocked: dict[str, Any] | None = None
    gil: bool | None = None
    crash: str | None = None
    problem: str | None = None

    @classmethod
    def from_plain(cls, spec: Spec, facts: dict[str, Any], plain: dict[str, Any]) -> TrialRecord:
        """Build one from what `run_trial` returned."""
        workers = tuple(
            WorkerRecord(**{**worker, "stamps": tuple(worker["stamps"])})
            for worker in plain["workers"]
        )
        return cls(spec, facts, **{**plain, "workers": workers, "waits": tuple(plain["waits"])})

    def window(self) -> Window | None:
        """The window in which the operations are counted; None where there is none."""
        return window(self._timelines())

    def short_windows(self, seen: Window, width_ns: int) -> list[tuple[float, ...]]:
        """Each worker's operations in each full stretch of `width_ns` within the window."""
        return stretches(self._timelines(), seen, width_ns)

    def _timelines(self) -> list[Timeline]:
        small, larger = divmod(self.spec.ops, self.spec.chunks)
        done = [0]
        for index in range(self.spec.chunks):
            done.append(done[-1] + small + (index < larger))
        reached = [[stamp for stamp in worker.stamps if stamp] for worker in self.workers]
        return [(stamps, done[: len(stamps)]) for stamps in reached]

    @property
    def violated(self) -> bool:
        """Whether the invariant broke, or a worker raised or died, or the whole trial did."""
        broke = any(worker.error or worker.died for worker in self.workers)
        return bool(self.violation or self.crash or broke)
