"""Two runs case by case, as frozen records: what `diff` returns, and its document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA = "locklab/diff/1"

Result = Literal["faster", "slower", "no difference shown", "not compared", "control"]


@dataclass(frozen=True, slots=True)
class Change:
    """One case in both runs.

    Attributes:
        scenario: Its name.
        primitive: Its name.
        workers: Worker count.
        python: Label of the interpreter, where there are several.
        inside: Work units in each critical section.
        outside: Work units after each critical section.
        result: `faster` or `slower` where the difference shows (p below 0.002, corrected) and
            matters (beyond the threshold and beyond what all cases share); `control` where the
            primitive is locklab's own `NoLock`, which tells of the machine and is not judged.
        ratio: Throughput now over throughput then: below 1 is slower; None where one of the two
            was not measured.
        low: Lower end of its 95 % interval; None where there are too few trials.
        high: Upper end, likewise.
        p: Of the Mann-Whitney test over trials; None where the ratio is.
        p_corrected: The same after Holm's correction for how many cases are judged; None where
            this one is not.
        base: Median throughput then, in ops/s; None where not measured.
        new: Median throughput now, likewise.
        base_verdict: What exploration had established.
        new_verdict: What it established now.
        worse: What got worse besides speed, as a sentence fragment; None where nothing did.
        reason: Why it was not compared, as a sentence fragment; None where it was, and for a
            control.
    """

    scenario: str
    primitive: str
    workers: int
    python: str | None
    inside: int
    outside: int
    result: Result
    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    p_corrected: float | None
    base: float | None
    new: float | None
    base_verdict: str
    new_verdict: str
    worse: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffResult:
    """Two runs, case by case.

    Attributes:
        schema: Names this document's layout.
        threshold: From which change on a difference matters, as a share.
        changes: The cases that both have, in the order of the second.
        geometric_mean: Of the ratios of throughput, without the controls; None where there are
            none.
        shared: What all cases have in common, as a ratio of throughput: put down to the machine.
            1 where they moved in different directions; None where no control was compared, so
            that it may as well be the code.
        differences: In what the circumstances differ, a sentence fragment each.
        only_base: Cases that the second run does not have.
        only_new: Cases that the first did not have.
        notes: What makes this comparison less than it looks, a sentence fragment each.
    """

    schema: str = SCHEMA
    threshold: float
    changes: tuple[Change, ...]
    geometric_mean: float | None
    shared: float | None
    differences: tuple[str, ...]
    only_base: tuple[str, ...]
    only_new: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def regressed(self) -> bool:
        """Whether anything got slower or worse."""
        return any(change.result == "slower" or change.worse for change in self.changes)
