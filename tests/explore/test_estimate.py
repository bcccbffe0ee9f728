"""What is said of the size of a search before it begins."""

from __future__ import annotations

import pytest

from locklab.model.proofs import Proof
from locklab.questions.check import estimate
from locklab.questions.verdicts import check_cases


@pytest.mark.parametrize(
    ("primitive", "workers", "ops", "interleavings"),
    # the first three are of the ground truth; of locked ones, the orders of the sections
    [
        ("threading.NoLock", 2, 1, 6),
        ("threading.NoLock", 2, 2, 70),
        ("threading.NoLock", 2, 3, 924),
        ("threading.Lock", 3, 2, 90),
        ("threading.Lock", 2, 8, 12_870),
    ],
)
def test_the_order_of_magnitude_is_right(
    primitive: str, workers: int, ops: int, interleavings: int
) -> None:
    about = estimate("counter", primitive, workers, ops)
    assert about is not None
    assert interleavings / 3 < about < interleavings * 3


def test_too_large_a_bound_is_said_before_it_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locklab.questions.verdicts.CHECK_SECONDS", {"quick": 1.0})
    said: list[str] = []

    def verdict(primitive: str, workers: int, ops: int) -> Proof:
        (case,) = check_cases(
            ["counter"], primitives=[primitive], workers=workers, ops=ops, on_warning=said.append
        ).cases
        return case.verdict

    # 70 orders: more than are small enough not to be estimated, and few on any build
    assert verdict("threading.Lock", 2, 4).status == "proved"
    assert said == []
    assert not verdict("threading.NoLock", 3, 3).complete
    (warning,) = said
    assert warning.startswith("counter × threading.NoLock × 3: about 2e+07 interleavings")


def test_small_bounds_are_not_estimated() -> None:
    said: list[str] = []
    check_cases(["counter"], primitives=["threading.NoLock"], on_warning=said.append)
    assert said == []
