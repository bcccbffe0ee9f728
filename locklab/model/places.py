"""Where something happened and what was raised, as a person would name it."""

from __future__ import annotations

import os

from locklab.model.workload import is_machinery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_ABOVE_PACKAGE = (
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
)
MESSAGE_LENGTH = 500
_STDLIB = os.path.dirname(os.__file__) + os.sep


def is_workload(filename: str) -> bool:
    """Whether a source file belongs to a workload: neither locklab's own nor the stdlib's."""
    if is_machinery(filename) or filename.startswith("<"):
        return False
    return not filename.startswith(_STDLIB) or "site-packages" in filename


def standing_at(frame: FrameType | None) -> str | None:
    """`file:line in function` of the innermost frame that belongs to a workload."""
    while frame is not None and not is_workload(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return None
    code = frame.f_code
    return f"{short(code.co_filename)}:{frame.f_lineno} in {code.co_name}"


def short(filename: str) -> str:
    """A path as a person would write it: from the working directory, or from the package."""
    if filename.startswith(_ABOVE_PACKAGE):
        return filename[len(_ABOVE_PACKAGE) :]
    here = os.getcwd() + os.sep
    return filename[len(here) :] if filename.startswith(here) else filename


def raised_at(error: BaseException) -> str | None:
    """`file:line` where an exception left the workload's code, None where it never was in it."""
    place = None
    traceback = error.__traceback__
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if is_workload(filename):
            place = f"{short(filename)}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def told(error: BaseException) -> str:
    """The message of an exception: always one, and never longer than a paragraph."""
    try:
        message = str(error)
    except Exception as unspeakable:
        return f"(its message cannot be had: {type(unspeakable).__name__})"
    # a worker process sends it through a pipe that nobody empties before its end
    return message if len(message) <= MESSAGE_LENGTH else f"{message[:MESSAGE_LENGTH]}..."


def failed(what: str, error: BaseException) -> str:
    """`box.py:12: setup raised ValueError: its message`, of something of a workload."""
    place = raised_at(error)
    return f"{place + ': ' if place else ''}{what} raised {type(error).__name__}: {told(error)}"
