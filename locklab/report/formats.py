"""The formats that a run can be exported to: one file each, and a line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from locklab.errors import RequestError
from locklab.model.registry import nearest
from locklab.model.results import RunResult

Encoder = Callable[[RunResult], bytes]

# loaded on first use: one of them needs a package that is not always there
FORMATS = {
    "csv": "locklab.report.as_csv",
    "markdown": "locklab.report.as_markdown",
    "pyperf": "locklab.report.as_pyperf",
}
TABLE = "table"


def export(run: RunResult, name: str) -> bytes:
    """A run in another format.

    Args:
        run: What to export.
        name: One of `FORMATS`.

    Raises:
        RequestError: There is no such format, the package that it needs is missing, or the run
            holds nothing that it could tell.
    """
    if name not in FORMATS:
        raise RequestError(f"--format: there is no {name!r}; {nearest(name, [TABLE, *FORMATS])}")
    encode: Encoder = import_module(FORMATS[name]).encode
    return encode(run)
