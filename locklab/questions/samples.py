"""What the trials of one case have shown so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from locklab.questions.plan import Case
from locklab.trial.record import TrialRecord
from locklab.trial.window import Window


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
        facts: The interpreter of the last trial.
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
    facts: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None

    @property
    def given_up(self) -> bool:
        """Whether further trials would show nothing new."""
        # one crash may be the machine's doing, such as its running out of memory
        return bool(self.problem or self.stalls or self.counts.get("crash", 0) > 1)

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
        if record.outcome is not None:
            self.outcomes.add((record.spec.workers, record.spec.ops, record.outcome))


def _worse(record: TrialRecord, than: TrialRecord) -> bool:
    """Whether a violation is further off than another; of other failures the first is kept."""
    return _off(record) > _off(than)


def _off(record: TrialRecord) -> int:
    _, _, actual, wanted, _ = record.violation or ("", "", None, None, None)
    return 0 if actual is None or wanted is None else abs(wanted - actual)
