"""`locklab.rules`: the rules of each lock, asked of the lock itself."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from locklab import __version__
from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.explore.labs import is_simulated
from locklab.explore.rigs import simulated_rig
from locklab.model.primitive import Primitive
from locklab.model.rules import RuleAnswer, RuleInfo, RulesResult
from locklab.probes import RULES
from locklab.probes.rule import UNDEFINED, Probe, Rule, ask
from locklab.questions.interpreters import Interpreter, here, interpreters
from locklab.questions.machine.facts import machine_facts
from locklab.questions.measure import NO_PROCESS, Progress
from locklab.questions.plan import check_start_method, primitives_by_reference
from locklab.questions.promises import Promises, check_promises, keeps, promised
from locklab.questions.subjects import PrimitiveLike, references
from locklab.trial.asking import Asked, put
from locklab.trial.process import usable_cpus

# Most of a probe is waiting to see that nothing happens.
PROBES_PER_CPU = 3
# A lock that could so often not be asked, because it cannot be made say, is not asked any more.
PROBLEMS = 4


@dataclass(frozen=True, slots=True)
class _Question:
    name: str
    rule: Rule
    reference: str
    primitive: Primitive
    python: Interpreter | None

    def __str__(self) -> str:
        label = f" × {self.python.label}" if self.python else ""
        return f"{self.rule.name} × {self.primitive.name}{label}"


def rules(
    rules: Iterable[str] | None = None,
    *,
    primitives: Iterable[PrimitiveLike] | None = None,
    promises: Promises | None = None,
    python: str | Sequence[str] = (),
    start_method: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> RulesResult:
    """Put the rules of locks to primitives, each in a fresh interpreter.

    Args:
        rules: Names, globs, or import paths of a `Rule`; all where None.
        primitives: Names, globs, import paths, lock classes or `Primitive`; where None, all of
            the standard library.
        promises: What primitives promise that the documentation of Python says nothing of: the
            name of one that they promise to be like, or answers by the names of rules. What they
            say of themselves (exclusive, reentrant, owned) where None.
        python: Interpreters to ask on: paths of executables, or versions such as `3.13` or
            `3.13t`; the one that runs this where empty.
        start_method: `fork`, `spawn` or `forkserver`; the platform's default where None.
        on_progress: Called when something has been answered, from this thread.

    Returns:
        One answer a rule, primitive and interpreter. Nothing is printed. Ctrl-C ends it and sets
        `interrupted`.

    Raises:
        RequestError: The request is wrong.
    """
    chosen = _selected(rules)
    check_start_method(start_method)
    check_promises(promises)
    pythons = interpreters([python] if isinstance(python, str) else python)
    problems: list[str] = []
    if primitives is None:
        primitives = [name for name in PRIMITIVES if PRIMITIVES.load(name).exclusive]
    known = primitives_by_reference(primitives, problems)
    if not known:
        raise RequestError("; ".join(problems) or "there is no lock to ask")
    questions = [
        _Question(name, rule, reference, primitive, one)
        for name, rule in chosen.items()
        for reference, primitive in known.items()
        for one in pythons or (None,)
        if primitive.backend in rule.backends
    ]
    created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    asked: dict[int, Asked] = {}
    interrupted = False
    try:
        for index, found in _ask_all(questions, start_method, on_progress or (lambda _: None)):
            asked.update({index: found})
    except KeyboardInterrupt:
        interrupted = True
    return RulesResult(
        created=created,
        settings={
            "start_method": start_method,
            "python": [one.label for one in pythons] or None,
            "promises": promises
            if promises is None or isinstance(promises, str)
            else dict(promises),
        },
        environment=_environment(pythons),
        rules=tuple(RuleInfo(rule.name, rule.sentence, rule.question) for rule in chosen.values()),
        answers=tuple(_answer(questions[index], asked[index], promises) for index in sorted(asked)),
        problems=tuple(problems),
        interrupted=interrupted,
    )


def _selected(wanted: Iterable[str] | None) -> dict[str, Rule]:
    """Rules by what a fresh interpreter loads, in the order of the table, one's own at the end."""
    if wanted is None:
        wanted = list(RULES)
    chosen = references(wanted, RULES, lambda rule: str(rule))
    ordered = [name for name in RULES if name in chosen]
    ordered += [reference for reference in chosen if reference not in RULES]
    found = {reference: RULES.load(reference) for reference in ordered}
    for reference, rule in found.items():
        if not isinstance(rule, Rule):
            raise RequestError(f"{reference} is no rule: make it a locklab.probes.rule.Rule")
    return found


def _ask_all(
    questions: Sequence[_Question],
    start_method: str | None,
    on_progress: Callable[[Progress], None],
) -> Iterator[tuple[int, Asked]]:
    """Put all questions, several at a time; the answers as they come."""
    folder = tempfile.gettempdir()

    given_up: dict[tuple[str, str], list[str]] = {}

    def one(question: _Question) -> Asked:
        python = question.python.path if question.python else sys.executable
        seen = given_up.setdefault((question.reference, python), [])
        if len(seen) >= PROBLEMS:
            return Asked(None, seen[-1])
        asked = put(
            question.name,
            question.reference,
            folder,
            python=python,
            start_method=start_method,
        )
        if asked.problem:
            seen.append(asked.problem)
        return asked

    progress = Progress(0, len(questions), str(questions[0]) if questions else "")
    on_progress(progress)
    with ThreadPoolExecutor(PROBES_PER_CPU * usable_cpus()) as pool:
        running: dict[Future[Asked], int] = {
            pool.submit(one, question): index for index, question in enumerate(questions)
        }
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    index = running.pop(future)
                    try:
                        yield index, future.result()
                    except OSError as error:
                        yield index, Asked(None, NO_PROCESS.format(error.strerror or error))
                    progress.done += 1
                    progress.running = str(questions[index])
                    on_progress(progress)
        finally:
            # whoever was interrupted waits for what has begun, which takes seconds at most
            pool.shutdown(wait=False, cancel_futures=True)


def _answer(question: _Question, asked: Asked, promises: Promises | None) -> RuleAnswer:
    version = question.python.version if question.python else sys.version_info[:3]
    stated = promised(question.rule, question.primitive, promises, version)
    kept = None
    if stated and stated.answer != UNDEFINED and asked.answer is not None:
        kept = keeps(asked.answer, stated.answer)
    return RuleAnswer(
        rule=question.rule.name,
        primitive=question.primitive.name,
        backend=question.primitive.backend,
        python=question.python.label if question.python else None,
        answer=asked.answer,
        value=asked.value,
        unit=asked.unit,
        promised=stated,
        kept=kept,
        simulated=simulated(question.rule, question.primitive) if _is_here(question) else None,
        gil=asked.gil,
        transcript=asked.transcript,
        problem=asked.problem,
    )


def _is_here(question: _Question) -> bool:
    """Whether it is asked of the interpreter that runs this: simulated locks are of that one."""
    return question.python is None or question.python.path == sys.executable


def simulated(rule: Rule, primitive: Primitive) -> str | None:
    """What a primitive answers as `check` simulates it; None where that cannot be asked.

    Only those that are simulated are asked. Any other is explored as it is, and may well hold a
    real lock, for which this process would wait.
    """
    if primitive.backend not in rule.simulated or not is_simulated(primitive):
        return None
    rig = simulated_rig(primitive, rule.workers)
    try:
        found = ask(rule, Probe(rig, None))
    finally:
        rig.close()
    return found if isinstance(found, str) else None


def _environment(pythons: Sequence[Interpreter]) -> dict[str, Any]:
    by_label = {
        one.label: {
            "python": ".".join(map(str, one.version)),
            "implementation": one.implementation,
            "build": one.build,
            "compiler": one.compiler,
            "free_threaded_build": one.free_threaded_build,
        }
        for one in pythons or [here()]
    }
    return {
        "locklab": __version__,
        **next(iter(by_label.values())),
        "interpreters": by_label if pythons else None,
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpus_usable": usable_cpus(),
        **machine_facts(),
    }
