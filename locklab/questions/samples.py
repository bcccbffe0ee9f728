"""What the trials of one case have shown so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from locklab.questions.plan import Case
from locklab.stats.fairness import jain
from locklab.trial.histogram import Histogram
from locklab.trial.record import TrialRecord
from locklab.trial.window import Window

# Short against a run, and as long as one thread may keep the GIL from the others by default.
SHORT_NS = 5_000_000


@dataclass(slots=True)
class Clocked:
    """What the wait pass saw of one case, over all its trials.

    Attributes:
        waits: How long acquisitions waited that had to; in an open loop, how late each was.
        holds: How long the lock was held, of the first acquisitions of each trial.
        acquired: Acquisitions while waits were timed.
        waited: Those that found the lock taken; None where that cannot be told.
        most: The most workers that waited at one moment, at least.
        span_ns: How long waits were timed.
        clock_ns: What reading the clock once costs, at least.
    """

    waits: Histogram = field(default_factory=Histogram)
    holds: Histogram = field(default_factory=Histogram)
    acquired: int = 0
    waited: int | None = 0
    most: int = 0
    span_ns: int = 0
    clock_ns: float = float("inf")

    def add(self, plain: dict[str, Any], span_ns: int) -> None:
        """Take in one more trial, as `locklab.trial.waits.Waits.collect` told it."""
        self.waits.add(Histogram.from_plain(plain["waits"]))
        self.holds.add(Histogram.from_plain(plain["holds"]))
        self.acquired += plain["acquired"]
        told = self.waited is not None and plain["waited"] is not None
        self.waited = self.waited + plain["waited"] if told else None
        self.most = max(self.most, plain["most"])
        self.span_ns += span_ns
        self.clock_ns = min(self.clock_ns, plain["clock_ns"])


@dataclass(slots=True)
class Samples:
    """All that trials have shown of one case so far.

    Attributes:
        case: Which one.
        trials: Trials that ran, of every pass.
        violations: Those in which the invariant or the promise of exclusion broke.
        stalls: Those that had to be ended.
        overlaps: Overlaps seen by watched trials, at least; None where none was watched.
        failures: One failing trial of each kind: `violation`, `crash`, `error`, `overlap`, `stall`.
        counts: How many failing trials of each kind.
        outcomes: Final values seen, with the size of the run: (workers, ops, outcome).
        windows: One a timed trial.
        unfairest: The smallest of Jain's indices over short windows of each timed trial.
        clocked: What the wait pass saw; None where no such trial came to its end.
        unclocked: Why it could not be run; None where it could.
        gil: Whether the GIL was on in any trial; None where none came to its end.
        facts: The interpreter of the last trial.
        planned: How many timed trials it takes for the precision asked for; None where that has
            not been decided.
        ops: Operations of each worker in the next trial.
        span_ns: How long the workers of the last trial took, first start to last finish.
        problem: Why the case cannot be measured.
    """

    case: Case
    ops: int
    span_ns: int = 0
    trials: int = 0
    violations: int = 0
    stalls: int = 0
    overlaps: int | None = None
    failures: dict[str, TrialRecord] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    outcomes: set[tuple[int, int, Any]] = field(default_factory=set)
    windows: list[Window] = field(default_factory=list)
    unfairest: list[float] = field(default_factory=list)
    clocked: Clocked | None = None
    unclocked: str | None = None
    gil: bool | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    planned: int | None = None

    @property
    def given_up(self) -> bool:
        """Whether further trials would show nothing new."""
        # one crash may be the machine's doing, such as its running out of memory
        return bool(self.problem or self.stalls or self.counts.get("crash", 0) > 1)

    @property
    def rates(self) -> list[float]:
        """Operations per second, a figure a timed trial."""
        return [seen.ops_per_s for seen in self.windows]

    def add(self, record: TrialRecord) -> None:
        """Take one more trial into account."""
        if record.problem:
            # one that never ran is no trial, and one problem is enough
            self.problem = self.problem or record.problem
            return
        self.trials += 1
        self.facts = record.facts
        kinds = []
        if record.stalled:
            kinds.append("stall")
        if record.crash:
            kinds.append("crash")
        if any(worker.error or worker.died for worker in record.workers):
            kinds.append("error")
        if record.violation:
            kinds.append("violation")
        if record.overlaps is not None:
            self.overlaps = (self.overlaps or 0) + record.overlaps
        if record.overlaps:
            kinds.append("overlap")
        for kind in kinds:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            if kind not in self.failures or _worse(record, self.failures[kind]):
                self.failures[kind] = record
        if record.stalled:
            # one with an explanation is worth more than one without
            if record.waits:
                self.failures["stall"] = record
            self.stalls += 1
        overlapped = record.overlaps and self.case.described.exclusive
        if record.violated or overlapped:
            self.violations += 1
        if record.gil is not None:
            self.gil = bool(self.gil or record.gil or record.facts.get("gil"))
        if record.outcome is not None:
            self.outcomes.add((record.spec.workers, record.spec.ops, record.outcome))

    def take_window(self, record: TrialRecord, seen: Window) -> None:
        """Take in the window of a timed trial."""
        self.windows.append(seen)
        if seen.together:
            indices = [jain(counts) for counts in record.short_windows(seen, SHORT_NS)]
            known = [index for index in indices if index is not None]
            if known:
                self.unfairest.append(min(known))

    def take_clocked(self, record: TrialRecord) -> None:
        """Take in a trial of the wait pass."""
        if record.clocked is None or record.clocked["since_ns"] is None:
            return
        ended = max((max(worker.stamps) for worker in record.workers), default=0)
        self.clocked = self.clocked or Clocked()
        self.clocked.add(record.clocked, max(0, ended - record.clocked["since_ns"]))


def _worse(record: TrialRecord, than: TrialRecord) -> bool:
    """Whether a violation is further off than another; of other failures the first is kept."""
    return _off(record) > _off(than)


def _off(record: TrialRecord) -> int:
    _, _, actual, wanted, _ = record.violation or ("", "", None, None, None)
    return 0 if actual is None or wanted is None else abs(wanted - actual)
