"""Making the calls that a probe asks of a worker, and telling what became of them."""

from __future__ import annotations

from locklab.backends.crew import told
from locklab.model.rig import Failure, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from locklab.model.rig import Call

SAID = 200


def perform(lock: Any, calls: Sequence[Call]) -> Reply:
    """Make calls one after the other, as a thread or process."""
    value, taken = None, 0
    try:
        for call in calls:
            value = _perform(lock, call)
            taken += 1
    except BaseException as error:
        return _raised(error, taken)
    return _returned(value, taken)


def _perform(lock: Any, call: Call) -> Any:
    name, *arguments = call
    if name == "fail":
        raise Failure
    if name == "enter":
        return type(lock).__enter__(lock)
    if name == "exit":
        return type(lock).__exit__(lock, None, None, None)
    if name == "until":
        wanted, repeated = arguments
        while (value := _perform(lock, repeated)) is not wanted:
            pass
        return value
    if name != "with":
        return getattr(lock, name)(*arguments)
    value = None
    with lock:
        for inner in arguments:
            value = _perform(lock, inner)
    return value


async def perform_async(lock: Any, calls: Sequence[Call], cancel: Callable[[int], object]) -> Reply:
    """Make calls one after the other, as a task; what can be awaited is awaited."""
    value, taken = None, 0
    try:
        for call in calls:
            value = await _perform_async(lock, call, cancel)
            taken += 1
    except BaseException as error:
        if isinstance(error, GeneratorExit):  # the task is being thrown away
            raise
        return _raised(error, taken)
    return _returned(value, taken)


async def _perform_async(lock: Any, call: Call, cancel: Callable[[int], object]) -> Any:
    name, *arguments = call
    if name == "fail":
        raise Failure
    if name == "cancel":
        return cancel(*arguments)
    kind = type(lock)
    asynchronous = hasattr(kind, "__aenter__")
    if name != "with":
        if name == "enter":
            made = kind.__aenter__(lock) if asynchronous else kind.__enter__(lock)
        elif name == "exit":
            leave = kind.__aexit__ if asynchronous else kind.__exit__
            made = leave(lock, None, None, None)
        else:
            made = getattr(lock, name)(*arguments)
        return await made if hasattr(made, "__await__") else made
    value = None
    if asynchronous:
        async with lock:
            for inner in arguments:
                value = await _perform_async(lock, inner, cancel)
    else:
        with lock:
            for inner in arguments:
                value = await _perform_async(lock, inner, cancel)
    return value


def _returned(value: Any, taken: int) -> Reply:
    # `type() is`, because a subclass may do anything when it is compared or sent
    plain = value if type(value) in (bool, int, str, type(None)) else None
    try:
        said = repr(value)[:SAID]
    except Exception as error:
        said = f"something whose repr raises {type(error).__name__}"
    return Reply("returned", plain, said, "", taken)


def _raised(error: BaseException, taken: int) -> Reply:
    return Reply("raised", None, told(error)[:SAID], type(error).__name__, taken)
