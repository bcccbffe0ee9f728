"""The workload interface."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab import Lab, Primitive, RequestError, Scenario, Violation, Worker, expect
from locklab.backends import BACKENDS, PRIMITIVES
from locklab.model.names import names_of
from locklab.model.primitive import expected
from locklab.scenarios import SCENARIOS
from locklab.scenarios.box import turns
from locklab.scenarios.box_drain import is_remover


@given(st.integers(), st.integers())
def test_expect_raises_exactly_where_values_differ(actual: int, wanted: int) -> None:
    if actual == wanted:
        expect(actual, wanted, "they differ")
        return
    with pytest.raises(Violation) as caught:
        expect(actual, wanted, "they differ")
    assert (caught.value.actual, caught.value.expected) == (actual, wanted)
    assert str(caught.value) == f"they differ: {actual} instead of {wanted}"


@pytest.mark.parametrize("initial", [2**63, -(2**63) - 1, 1.5, "1", None])
def test_a_cell_takes_64_bit_integers_only(
    new_lab: Callable[..., Lab], initial: Any, primitive: Primitive
) -> None:
    lab = new_lab(BACKENDS.load(primitive.backend)(), primitive)
    with pytest.raises(RequestError, match=r"test_workload\.py:"):
        lab.cell(initial)
    lab.cell(2**63 - 1)


def test_a_lab_that_travelled_can_only_pause(new_lab: Callable[..., Lab]) -> None:
    lab = new_lab(BACKENDS.load("threading")(), PRIMITIVES.load("threading.Lock"))
    travelled: Lab = pickle.loads(pickle.dumps(lab))
    travelled.pause()
    assert (travelled.workers, travelled.ops) == (2, 10)
    with pytest.raises(RequestError, match="after setup"):
        travelled.cell(0)


def test_what_is_expected_follows_from_the_promises() -> None:
    def of(scenario: str, primitive: str) -> str | None:
        return expected(SCENARIOS.load(scenario), PRIMITIVES.load(primitive))

    assert of("counter", "threading.Lock") == "holds"
    assert of("box", "threading.Lock") == "deadlocks"
    assert of("box", "threading.RLock") == "holds"
    assert of("box", "threading.NoLock") is None
    assert of("box-drain", "threading.RLock") is None


def test_a_lock_class_is_described_by_how_it_looks() -> None:
    class Sync:
        def __enter__(self) -> None: ...

    class Async:
        async def __aenter__(self) -> None: ...

    class Told(Sync):
        backend = "multiprocessing"
        reentrant = True

        @classmethod
        def for_lab(cls, lab: Lab) -> Told:
            made = cls()
            made.flag = lab.cell(5)
            return made

        flag: Any

    assert Primitive.of(Sync, "s").backend == "threading"
    assert Primitive.of(Async, "a").backend == "asyncio"
    told = Primitive.of(Told, "t")
    assert (told.backend, told.reentrant, told.exclusive) == ("multiprocessing", True, True)


@given(st.integers(1, 40))
def test_a_correct_box_ends_empty_whatever_the_number_of_workers(count: int) -> None:
    total = 0
    for index in range(count):
        adds, removes = turns(Worker(index, count, ()))
        assert adds or removes
        total += 2 * adds - 2 * removes
    assert total == 0


@given(st.integers(1, 40))
def test_a_draining_box_has_as_many_removers_as_adders_or_one_more(count: int) -> None:
    removers = sum(is_remover(Worker(index, count, ())) for index in range(count))
    assert removers - (count - removers) in (0, 1)


def test_a_lock_is_called_by_the_attributes_that_lead_to_it() -> None:
    class Inner:
        __slots__ = ("lock",)

    class Outer(Scenario):
        def __init__(self) -> None:
            self.lock, self.forks, self.by_name = object(), [object(), object()], {"a": object()}
            self.inner = Inner()
            self.inner.lock = object()  # type: ignore[attr-defined]

    outer = Outer()
    inner = outer.inner.lock  # type: ignore[attr-defined]
    objects = [outer.lock, outer.forks[1], outer.by_name["a"], inner, object()]
    assert names_of(outer, objects) == ["lock", "forks[1]", "by_name['a']", "inner.lock", "lock 5"]
