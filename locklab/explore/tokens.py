"""A token: one execution in a line of url-safe text, tied to the code that it is of."""

from __future__ import annotations

import base64
import binascii
import hashlib
import inspect
import json
import os
import sys
import zlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from locklab.backends import PRIMITIVES
from locklab.errors import RequestError
from locklab.explore.case import Case
from locklab.model.primitive import Primitive
from locklab.model.workload import Scenario
from locklab.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says.

    Attributes:
        scenario: Registered name or import path.
        primitive: Registered name or import path.
        workers: How many.
        ops: Operations of each.
        cancel: Whether tasks may be cancelled.
        scenario_digest: Of the scenario's source.
        primitive_digest: Of the primitive's source; empty for a registered one.
        choices: What to choose.
    """

    scenario: str
    primitive: str
    workers: int
    ops: int
    cancel: bool
    scenario_digest: str
    primitive_digest: str
    choices: tuple[int, ...]


def encode(case: Case, choices: Sequence[int]) -> str:
    """The token of an execution of a case."""
    runs = [[chosen, len(list(group))] for chosen, group in groupby(choices)]
    # most runs are single steps, which need no count
    packed = [chosen if length == 1 else [chosen, length] for chosen, length in runs]
    content = [
        scenario_reference(case.scenario), primitive_reference(case),
        case.workers, case.ops, int(case.cancel), *digests(case), packed,
    ]  # fmt: skip
    text = json.dumps(content, separators=(",", ":")).encode()
    return VERSION + base64.urlsafe_b64encode(zlib.compress(text, 9)).decode().rstrip("=")


def decode(token: str) -> Token:
    """What a token says.

    Raises:
        RequestError: It is no token, or one of another version.
    """
    version, body = token[:1], token[1:]
    if version.isdigit() and version != VERSION:
        raise RequestError(f"the token is of version {version}; this locklab reads {VERSION}")
    try:
        text = zlib.decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        *head, packed = json.loads(text)
        scenario, primitive, workers, ops, cancel, one, other = head
        runs = [(run, 1) if isinstance(run, int) else (run[0], run[1]) for run in packed]
    except (binascii.Error, zlib.error, ValueError, TypeError, IndexError) as error:
        raise RequestError("this is no token of locklab, or only a part of one") from error
    choices = tuple(chosen for chosen, length in runs for _ in range(length))
    return Token(scenario, primitive, workers, ops, bool(cancel), one, other, choices)


def case_of(
    token: Token,
    scenario: type[Scenario] | Scenario | None = None,
    primitive: Primitive | None = None,
    lock: type[Any] | None = None,
) -> Case:
    """The case that a token is of, with the code as it is now.

    Args:
        token: The token.
        scenario: In place of the one that the token names, where that cannot be imported.
        primitive: Likewise.
        lock: The class that `primitive` is a description of, where it is one.

    Raises:
        RequestError: The code is not the same as when the token was made; says which part.
    """
    if primitive is None:
        found = PRIMITIVES.load(token.primitive)
        if inspect.isclass(found):
            lock, found = found, Primitive.of(found, found.__name__)
        primitive = found
    case = Case(
        scenario if scenario is not None else SCENARIOS.load(token.scenario),
        primitive,
        token.workers,
        token.ops,
        token.cancel,
        lock=lock,
    )
    now = digests(case)
    changed = [
        f"the source of {what} {name}"
        for what, name, before, after in (
            ("scenario", token.scenario, token.scenario_digest, now[0]),
            ("primitive", token.primitive, token.primitive_digest, now[1]),
        )
        if before != after
    ]
    if changed:
        raise RequestError(
            f"{' and '.join(changed)} has changed since the token was made, so its schedule "
            "may mean something else; run check again for a new one"
        )
    return case


def digests(case: Case) -> tuple[str, str]:
    """Digests of the scenario's and the primitive's source."""
    kinds = [kind for kind in case.kind.__mro__ if kind not in (Scenario, object)]
    of_primitive = ""
    if case.primitive.name not in PRIMITIVES:
        of_primitive = _digest([case.lock or case.primitive.factory])
    return _digest(kinds), of_primitive


def _digest(things: Iterable[Any]) -> str:
    """A digest of the files that define things: helpers beside a class are part of what it does."""
    total = hashlib.sha256()
    for thing in things:
        try:
            source = inspect.getsource(inspect.getmodule(thing) or thing)
        except (OSError, TypeError):
            source = repr(sorted(_code(thing)))
        # what Python does not see may change
        lines = (line.rstrip() for line in source.splitlines())
        kept = [line for line in lines if line and not line.lstrip().startswith("#")]
        total.update("\n".join(kept).encode())
    return total.hexdigest()[:8]


def _code(thing: Any) -> list[str]:
    members = vars(thing).values() if isinstance(thing, type) else [thing]
    codes = (getattr(member, "__code__", None) for member in members)
    return [f"{code.co_name} {code.co_code!r} {code.co_consts!r}" for code in codes if code]


def scenario_reference(scenario: type[Scenario] | Scenario) -> str:
    """Registered name or import path of a scenario."""
    kind = scenario if isinstance(scenario, type) else type(scenario)
    if kind.name in SCENARIOS and SCENARIOS.load(kind.name) is kind:
        return str(kind.name)
    return _path(kind, kind.__qualname__)


def primitive_reference(case: Case) -> str:
    """Registered name or import path of a case's primitive."""
    primitive = case.primitive
    if case.lock is not None:
        return _path(case.lock, case.lock.__qualname__)
    if primitive.name in PRIMITIVES:
        return primitive.name
    module = sys.modules.get(getattr(primitive.factory, "__module__", ""))
    for name, value in vars(module).items() if module else ():
        if value is primitive:
            return _path(primitive.factory, name)
    return primitive.name


def _path(thing: Any, name: str) -> str:
    module: str = thing.__module__
    file: str | None = getattr(sys.modules.get(module), "__file__", None)
    by_file = module == "__main__" or module.startswith("locklab_file_")
    return f"{os.path.relpath(file) if by_file and file else module}:{name}"
