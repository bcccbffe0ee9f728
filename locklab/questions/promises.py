"""What locks promise of a rule, and whether an answer keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.model.primitive import Primitive
from locklab.model.registry import nearest
from locklab.model.rules import Documented
from locklab.probes import RULES
from locklab.probes.rule import AN_EXCEPTION, Promise, Rule

# The name of a primitive that others promise to be like, or answers by the names of rules.
Promises = Mapping[str, str] | str


def check_promises(promises: Promises | None) -> None:
    """Raise `RequestError` where a promise names what there is not."""
    if isinstance(promises, str):
        like = [name for name in PRIMITIVES if PRIMITIVES.load(name).exclusive]
        if promises not in like:
            raise RequestError(f"promises: there is no {promises!r}; {nearest(promises, like)}")
        return
    for name in promises or ():
        if name not in RULES:
            raise RequestError(f"promises: there is no rule {name!r}; {nearest(name, RULES)}")


def keeps(answer: str, promised: str) -> bool:
    """Whether an answer keeps a promise.

    The names of exceptions are the only answers that begin with a capital letter.
    """
    return answer[:1].isupper() if promised == AN_EXCEPTION else answer == promised


def promised(
    rule: Rule, primitive: Primitive, promises: Promises | None, version: tuple[int, ...]
) -> Documented | None:
    """What is promised of a rule; None where nothing is.

    Args:
        rule: The rule.
        primitive: The primitive.
        promises: What one promises that the documentation of Python says nothing of.
        version: Of the interpreter.
    """
    standard = primitive.name in PRIMITIVES and PRIMITIVES.load(primitive.name) is primitive
    like = primitive.name if standard else promises
    if isinstance(like, str):
        return _documented(rule.promises.get(like), version[:2])
    if like is not None:
        answer = like.get(rule.name)
        return None if answer is None else Documented(answer, "Whoever asked says so.")
    answer = rule.declared(primitive)
    if answer is None:
        return None
    return Documented(answer, "It follows from what the primitive says of itself.")


def _documented(promise: Promise | None, version: tuple[int, ...]) -> Documented | None:
    if promise is None or (promise.since and version < promise.since):
        return None
    return Documented(promise.answer, promise.says, promise.page)
