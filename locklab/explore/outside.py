"""What explored code does to the world outside its lab, as far as the interpreter tells.

Auditing events (PEP 578) are how: they cost nothing until they happen, and nothing is patched.
`time.sleep` raises one from CPython 3.13 on; what raises none, such as drawing random numbers,
shows as nondeterminism instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from locklab.model.places import is_workload, standing_at

TOLD = {
    "time.sleep": "sleeps for real; lab.pause() is where a worker may be held up for any time",
    "open": "opens a file; what is shared through it is not explored, a lab.cell() is",
    "socket.connect": "uses the network; what is shared through it is not explored",
    "subprocess.Popen": "starts a process; what it does is not explored",
    "os.fork": "starts a process; what it does is not explored",
    "os.system": "starts a process; what it does is not explored",
}

_notes: dict[str, str] | None = None
_installed = False


@contextmanager
def watched() -> Iterator[dict[str, str]]:
    """Notes on what workers do outside, by event, while the block runs."""
    global _notes, _installed
    if not _installed:
        # there is no taking it back, so it is one for all, and looks away outside the block
        sys.addaudithook(_hook)
        _installed = True
    outer, _notes = _notes, {}
    try:
        yield _notes
    finally:
        _notes = outer


def _hook(event: str, _: tuple[Any, ...]) -> None:
    if _notes is None or event not in TOLD or event in _notes:
        return
    frame = sys._getframe(1)
    # what the standard library opens for itself is nobody's doing
    if is_workload(frame.f_code.co_filename):
        _notes[event] = f"{standing_at(frame)} {TOLD[event]}"
