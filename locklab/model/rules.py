"""What `locklab rules` found out, as frozen records: what it prints, writes and returns.

The fields and their nesting are the JSON document (schema `locklab/rules/1`). What was not asked,
or not answered, is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SCHEMA = "locklab/rules/1"


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """One rule.

    Attributes:
        name: What the command line calls it.
        sentence: The rule, as it holds where the answer is `yes`.
        question: What is asked.
    """

    name: str
    sentence: str
    question: str


@dataclass(frozen=True, slots=True)
class Documented:
    """What is promised of a rule.

    Attributes:
        answer: The answer that keeps the promise; `an exception` where any does; `undefined`
            where it is said that anything may happen.
        says: What is said, as a sentence.
        page: Where the documentation says so; None where the primitive itself promises it.
    """

    answer: str
    says: str
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """What one lock answered to one rule.

    Attributes:
        rule: The rule's name.
        primitive: The lock's name.
        backend: Its backend.
        python: The interpreter's label; None where only the one that runs this was asked.
        answer: `yes`, `no`, `blocks`, `lost`, `crashes`, or the name of an exception; None for a
            figure, where it cannot be asked of such a primitive, and where there is a `problem`.
        value: A figure, in `unit`; None for other answers.
        unit: `B` or `ns`.
        promised: What is promised; None where nothing is.
        kept: Whether the answer keeps the promise; None where there is none, or it is undefined.
        simulated: The answer of the primitive as `check` explores it; None where it was not asked.
        gil: Whether the GIL was on; None where that is not known.
        transcript: What its workers called and what came of it, a sentence each.
        problem: Why there is no answer, as a sentence.
    """

    rule: str
    primitive: str
    backend: str
    python: str | None = None
    answer: str | None = None
    value: float | None = None
    unit: str | None = None
    promised: Documented | None = None
    kept: bool | None = None
    simulated: str | None = None
    gil: bool | None = None
    transcript: tuple[str, ...] = ()
    problem: str | None = None

    @property
    def contradicts_the_model(self) -> bool:
        """Whether the simulated primitive answers otherwise, where not just anything may happen."""
        if self.simulated is None or self.answer is None:
            return False
        undefined = self.promised is not None and self.promised.answer == "undefined"
        return self.simulated != self.answer and not undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesResult:
    """The rules of each lock, asked of the lock itself.

    Attributes:
        schema: Names this document's layout.
        created: When it began, ISO 8601 with offset.
        settings: What was asked for.
        environment: The machine and the interpreters.
        rules: The rules, in the order of the table.
        answers: What was answered, rule by rule, primitive by primitive.
        problems: Why a primitive could not be asked at all, a sentence each.
        interrupted: Whether Ctrl-C ended it early.
    """

    schema: str = SCHEMA
    created: str
    settings: dict[str, Any]
    environment: dict[str, Any]
    rules: tuple[RuleInfo, ...]
    answers: tuple[RuleAnswer, ...]
    problems: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def broken(self) -> tuple[RuleAnswer, ...]:
        """The answers that break a promise."""
        return tuple(answer for answer in self.answers if answer.kept is False)

    def answer(self, rule: str, primitive: str, python: str | None = None) -> RuleAnswer | None:
        """One answer; None where it was not asked."""
        for one in self.answers:
            if (one.rule, one.primitive) == (rule, primitive) and python in (None, one.python):
                return one
        return None
