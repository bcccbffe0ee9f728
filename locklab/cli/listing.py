"""`locklab list`: what there is to compare."""

from __future__ import annotations


def command() -> None:
    """List the built-in scenarios and primitives, and what each promises."""
    import inspect

    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from locklab.backends import PRIMITIVES
    from locklab.cli.output import console
    from locklab.scenarios import SCENARIOS

    out = console()
    scenarios = Table("scenario", "what its workers do", box=SIMPLE_HEAD, pad_edge=False)
    for name in SCENARIOS:
        doc = inspect.getdoc(SCENARIOS.load(name)) or ""
        scenarios.add_row(name, doc.split("\n\n")[0].replace("\n", " "))
    out.print(scenarios)
    primitives = Table("primitive", "promises", box=SIMPLE_HEAD, pad_edge=False)
    for name in PRIMITIVES:
        primitive = PRIMITIVES.load(name)
        promises = [
            word
            for word, promised in (
                ("one worker at a time", primitive.exclusive),
                ("its holder may take it again", primitive.reentrant),
                ("only its holder may release it", primitive.owned),
            )
            if promised
        ]
        primitives.add_row(name, "; ".join(promises) or "nothing: the control that locks nothing")
    out.print(primitives)
    out.print("Your own: path/file.py:Name or package.module:Name, wherever a name may stand.")
