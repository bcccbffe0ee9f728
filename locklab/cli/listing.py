"""`locklab list`: what there is to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locklab.model.primitive import Primitive


def command() -> None:
    """List the scenarios, the primitives and what each promises, and the rules."""
    import inspect

    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from locklab.backends import PRIMITIVES
    from locklab.cli.output import console
    from locklab.errors import RequestError
    from locklab.probes import RULES
    from locklab.questions.subjects import primitive_of
    from locklab.scenarios import SCENARIOS

    out = console()
    scenarios = Table("scenario", "what its workers do", box=SIMPLE_HEAD, pad_edge=False)
    for name in SCENARIOS:
        doc = inspect.getdoc(SCENARIOS.load(name)) or ""
        scenarios.add_row(name, doc.split("\n\n")[0].replace("\n", " "))
    out.print(scenarios)
    primitives = Table("primitive", "promises", box=SIMPLE_HEAD, pad_edge=False)
    for name in PRIMITIVES:
        primitives.add_row(name, _promises(PRIMITIVES.load(name)))
    out.print(primitives)
    added = PRIMITIVES.added()
    if added:
        others = Table("of other packages", "promises", box=SIMPLE_HEAD, pad_edge=False)
        for name in added:
            try:
                promises = _promises(primitive_of(name))
            except RequestError as error:
                promises = str(error)
            others.add_row(Text(name), Text(promises))
        out.print(others)
    rules = Table("rule", "what locklab rules asks", box=SIMPLE_HEAD, pad_edge=False)
    for name in RULES:
        rules.add_row(name, RULES.load(name).question)
    out.print(rules)
    out.print("Your own: path/file.py:Name or package.module:Name, wherever a name may stand.")


def _promises(primitive: Primitive) -> str:
    """What a primitive says of itself, for a cell of the table."""
    promises = [
        word
        for word, promised in (
            ("one worker at a time", primitive.exclusive),
            ("its holder may take it again", primitive.reentrant),
            ("its holder that takes it again gets an exception", primitive.refuses),
            ("only its holder may release it", primitive.owned),
        )
        if promised
    ]
    return "; ".join(promises) or "nothing: the control that locks nothing"
