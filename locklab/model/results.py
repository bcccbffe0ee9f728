"""One run, as frozen records: the document of `--json`, and what `compare` returns.

The fields and their nesting are the JSON document (schema `locklab/run/1`). A value that was not
measured is None here and `null` in the document, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from locklab.model.figures import (
    Caution,
    Contention,
    Cost,
    Fairness,
    Latency,
    Observed,
    Scaling,
    Throughput,
)
from locklab.model.proofs import NOT_EXPLORED, Proof

SCHEMA = "locklab/run/1"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: scenario × primitive × worker count, with all that is known of it.

    Attributes:
        scenario: Name or import path of the scenario.
        primitive: Name or import path of the primitive.
        backend: Name of the backend.
        workers: Worker count.
        expected: `holds`, `deadlocks`, `raises`, or None where nothing is promised.
        verdict: What exploration established.
        observed: What real trials showed; None where none could be run.
        throughput: None where not measured, or where the case broke.
        cost_ns: None where throughput is.
        fairness: None for one worker, and where workers did not run at the same time.
        wait_ns: How long acquisitions waited, 0 where the lock was free; None where not measured.
        waited_share: Share of acquisitions that found the lock taken, 0 to 1; None where not
            measured, or where the lock cannot be asked without waiting.
        control: Whether the primitive promises nothing and serves as the baseline.
        paced: Whether pauses set the speed, so that throughput says nothing of the lock.
        rank: 1 for the fastest of its scenario and worker count, ties sharing the better place;
            None where the case is not ranked.
        ops: Operations of each worker in the last timed trial; None where there was none.
        problem: Why the case could not be measured, as a sentence; None where it was.
        hold_ns: How long the lock was held, of a random sample of acquisitions; None where not
            measured.
        contention: How many workers waited; None where not measured.
        python: Label of the interpreter (`3.13.1`, `3.13.1t`) where the run compares several.
        gil: Whether the GIL was on while the trials ran; None where none ran.
        inside: Work units in each critical section.
        outside: Work units after each critical section.
        load: Name of the preset that these are; None where they were given as numbers.
        warnings: What makes these numbers less than they look.
    """

    scenario: str
    primitive: str
    backend: str
    workers: int
    expected: Literal["holds", "deadlocks", "raises"] | None
    verdict: Proof = NOT_EXPLORED
    observed: Observed | None = None
    throughput: Throughput | None = None
    cost_ns: Cost | None = None
    fairness: Fairness | None = None
    wait_ns: Latency | None = None
    waited_share: float | None = None
    control: bool = False
    paced: bool = False
    rank: int | None = None
    ops: int | None = None
    problem: str | None = None
    hold_ns: Latency | None = None
    contention: Contention | None = None
    python: str | None = None
    gil: bool | None = None
    inside: int = 0
    outside: int = 0
    load: str | None = None
    warnings: tuple[Caution, ...] = ()

    @property
    def setting(self) -> tuple[str, int, int, int]:
        """What cases have in common that are compared: scenario, workers, work in and between."""
        return self.scenario, self.workers, self.inside, self.outside

    @property
    def refuted(self) -> bool:
        """Whether the verdict contradicts what the primitive promises."""
        if self.expected == "holds":
            return self.verdict.status in ("refuted", "deadlock")
        if self.expected == "raises":
            return self.verdict.status in ("proved", "deadlock")
        return self.expected == "deadlocks" and self.verdict.status in ("proved", "refuted")

    @property
    def broken(self) -> bool:
        """Whether the verdict or the trials contradict what the primitive promises."""
        if self.refuted:
            return True
        if self.observed is None or self.expected is None:
            return False
        if self.expected == "deadlocks":
            return self.observed.stalls < self.observed.trials
        if self.expected == "raises":
            return self.observed.violations < self.observed.trials
        return bool(self.observed.violations or self.observed.stalls)

    @property
    def failed(self) -> bool:
        """Whether any trial went wrong, promised or not."""
        return self.observed is not None and bool(self.observed.violations or self.observed.stalls)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One run of `compare`.

    Attributes:
        schema: Names this document's layout.
        created: When it began, ISO 8601 with offset.
        seed: Of the order of trials; the same seed gives the same order.
        settings: What was asked for: budget, trials, workers, work units and so on.
        environment: What decides the numbers: interpreter, build, GIL, start method, processors.
        cases: In the order of the table.
        problems: What could not be measured at all, a sentence each.
        interrupted: Whether Ctrl-C ended it early.
        scaling: Throughput against workers, where several worker counts were measured.
    """

    schema: str = SCHEMA
    created: str
    seed: int
    settings: dict[str, Any]
    environment: dict[str, Any]
    cases: tuple[CaseResult, ...]
    problems: tuple[str, ...] = ()
    interrupted: bool = False
    scaling: tuple[Scaling, ...] = ()
