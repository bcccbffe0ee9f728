"""What each primitive promises, asked of the lock itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.backends.threading import NoLock
from locklab.model.primitive import Primitive
from locklab.model.workload import Lab


@pytest.fixture
def lock(primitive: Primitive, new_lab: Callable[..., Lab]) -> Any:
    return new_lab(BACKENDS.load(primitive.backend)(), primitive).lock()


def attempt(primitive: Primitive, lock: Any) -> bool:
    """Whether the lock can be had at once."""
    if primitive.backend != "asyncio":
        return bool(lock.acquire(False))

    async def try_it() -> bool:
        try:
            return bool(await asyncio.wait_for(lock.acquire(), 0.05))
        except TimeoutError:
            return False

    return asyncio.run(try_it())


def test_an_exclusive_one_keeps_the_second_out_unless_it_nests(
    primitive: Primitive, lock: Any
) -> None:
    assert attempt(primitive, lock)
    assert attempt(primitive, lock) is (not primitive.exclusive or primitive.reentrant)


def test_what_was_released_can_be_had_again(primitive: Primitive, lock: Any) -> None:
    for _ in range(3):
        assert attempt(primitive, lock)
        lock.release()


def test_the_control_lets_exceptions_through(primitive: Primitive, lock: Any) -> None:
    async def enter_async() -> None:
        async with lock:
            raise LookupError

    def enter() -> None:
        with lock:
            raise LookupError

    tasks = primitive.backend == "asyncio"
    with pytest.raises(LookupError):
        asyncio.run(enter_async()) if tasks else enter()


@pytest.mark.parametrize("name", ["threading.RLock", "multiprocessing.RLock"])
def test_an_owned_one_refuses_a_stranger(name: str, new_lab: Callable[..., Lab]) -> None:
    owned: Primitive = PRIMITIVES.load(name)
    assert owned.owned
    lock = new_lab(BACKENDS.load(owned.backend)(), owned).lock()
    with pytest.raises((RuntimeError, AssertionError)):
        lock.release()


def test_the_control_has_the_interface_of_a_lock() -> None:
    control = NoLock()
    assert control.acquire()
    assert control.acquire(blocking=False, timeout=-1)
    assert not control.locked()
    control.release()
