"""What `locklab doctor` found out, as frozen records: what it prints, writes and returns.

The fields and their nesting are the JSON document (schema `locklab/doctor/1`). What cannot be known
on a machine is `unknown` or None, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SCHEMA = "locklab/doctor/1"

State = Literal["ok", "warning", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that can make numbers unsteady.

    Attributes:
        name: Of the check.
        state: `warning` where it does, `ok` where it does not, `unknown` where that cannot be told.
        found: What was found, or why nothing could be, as a sentence fragment.
        means: What it means for the numbers, as a sentence; None where there is nothing to say.
        remedy: What to do, as a sentence; likewise.
    """

    name: str
    state: State
    found: str
    means: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Repeats:
    """The same case measured again and again, one run right after another.

    Attributes:
        scenario: Its name.
        primitive: Its name.
        workers: Worker count.
        budget: What each run was given: `quick`, `standard` or `thorough`.
        ops_per_s: Each run's median over its trials, in the order measured.
        furthest: Of all pairs of runs, the largest ratio of the faster to the slower, 1 or more;
            None below two runs.
        limit: The ratio that two such runs exceed only once in 20 pairs although nothing has
            changed: the repeatability limit (`stats.repeatability`); None below three runs.
        problem: Why runs are missing, as a sentence fragment; None where none is.
    """

    scenario: str
    primitive: str
    workers: int
    budget: str
    ops_per_s: tuple[float, ...]
    furthest: float | None = None
    limit: float | None = None
    problem: str | None = None

    @property
    def pairs(self) -> int:
        """Pairs that can be made of the runs."""
        return len(self.ops_per_s) * (len(self.ops_per_s) - 1) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What makes numbers unsteady on one machine, and how much.

    Attributes:
        schema: Names this document's layout.
        created: When it began, ISO 8601 with offset.
        environment: The machine and the interpreter.
        repeats: How much identical runs differ.
        findings: One a check, in the order of `docs/doctor.md`.
        interrupted: Whether Ctrl-C ended the runs early.
    """

    schema: str = SCHEMA
    created: str
    environment: dict[str, Any]
    repeats: Repeats
    findings: tuple[Finding, ...]
    interrupted: bool = False

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that call for something to be done."""
        return tuple(finding for finding in self.findings if finding.state == "warning")
