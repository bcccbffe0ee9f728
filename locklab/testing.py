"""Checks for locks of your own, to be called from any test or by hand."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locklab.errors import RequestError
from locklab.model.rules import RulesResult
from locklab.questions.rules import rules as ask_rules
from locklab.questions.subjects import PrimitiveLike

__all__ = ["Conformance", "PromiseBroken", "check_primitive"]

WIDTH = 80


@dataclass(frozen=True, slots=True)
class Conformance:
    """How a lock keeps what it promises; prints as a readable report.

    Attributes:
        result: What was asked and answered.
    """

    result: RulesResult

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not self.result.broken

    def __str__(self) -> str:
        from rich.console import Console

        from locklab.report.rules import explain, print_rules

        out = Console(file=io.StringIO(), width=WIDTH, highlight=False, force_terminal=False)
        broken = {answer.rule for answer in self.result.broken}
        for rule in self.result.rules:
            if rule.name in broken:
                explain(self.result, out, rule)
        print_rules(self.result, out)
        text: str = out.file.getvalue()  # type: ignore[attr-defined]
        return text


class PromiseBroken(AssertionError):  # noqa: N818 - says what happened, as a test reports it
    """A lock does not keep what it promises; the message is the report.

    Attributes:
        report: The report.
    """

    def __init__(self, report: Conformance) -> None:
        names = ", ".join(answer.rule for answer in report.result.broken)
        super().__init__(f"promises broken: {names}\n\n{report}")
        self.report = report


def check_primitive(
    factory: PrimitiveLike,
    promises: Mapping[str, str] | str | None = None,
    *,
    rules: Iterable[str] | None = None,
    python: str | Sequence[str] = (),
    **more: Any,
) -> Conformance:
    """Put the rules of locks to a lock, each in a fresh interpreter, and hold it to its promises.

    It needs no pytest, and works in any test: broken promises are an `AssertionError`.

    Args:
        factory: A lock class, a function that makes a lock, an import path, or a `Primitive`. It
            must stand at the top level of a file, because fresh interpreters import it. An
            attribute `backend` (`threading`, `multiprocessing`, `asyncio`) says what uses it;
            tasks where a class has `__aenter__` and no `__enter__`, else threads.
        promises: The name of a primitive of the standard library that it promises to be like
            (`threading.Lock`), or answers by the names of rules, such as `{"in-order": "yes",
            "release-unlocked": "RuntimeError"}`; `an exception` stands for any. Where None, what
            its attributes `exclusive`, `reentrant` and `owned` say.
        rules: Names or globs of the rules to ask; all where None.
        python: Interpreters to ask on: paths, or versions such as `3.13t`.
        more: Other options of `locklab.rules`.

    Returns:
        The report, where every promise was kept. `print` shows it.

    Raises:
        PromiseBroken: A promise was not kept.
        RequestError: The request is wrong, or the lock could not be asked.
    """
    result = ask_rules(rules, primitives=[factory], promises=promises, python=python, **more)
    if result.interrupted:
        raise KeyboardInterrupt
    problems = [*result.problems, *(one.problem for one in result.answers if one.problem)]
    if problems:
        raise RequestError(problems[0])
    report = Conformance(result)
    if not report.kept:
        raise PromiseBroken(report)
    return report
