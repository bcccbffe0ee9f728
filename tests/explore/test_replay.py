"""Every failure prints how to replay it, and the replay shows the same."""

from __future__ import annotations

import pytest

from locklab.errors import InternalError, RequestError
from locklab.explore import labs
from locklab.explore.locks import ThreadLock
from locklab.explore.tokens import decode
from locklab.model.workload import Scenario, Worker
from locklab.questions.check import check, check_one, replay
from tests.explore import programs as p


@pytest.mark.parametrize("backend", ["threading", "multiprocessing", "asyncio"])
def test_every_outcome_comes_again_for_real(backend: str) -> None:
    """Simulated and real, all built-in cases, allowed outcomes too."""
    for proof in check(primitives=f"{backend}.*", ops=2):
        for outcome in proof.outcomes:
            assert outcome.token is not None
            shown = replay(outcome.token, real=True)
            assert shown.outcome == outcome.outcome
            assert shown.allowed is outcome.allowed
        small = proof.counterexample
        if small is not None:
            shown = replay(small.token, real=True)
            assert (shown.outcome, shown.message) == (small.outcome, small.message)
            assert tuple(step.worker for step in shown.steps) == small.schedule
            assert shown.preemptions == small.preemptions


@pytest.mark.parametrize(
    "scenario",
    [p.PetersonTurnFirst, p.Abba, p.Divides, p.NeverReleased, p.TryOnce, p.AnyOrder, p.Gate],
)
@pytest.mark.parametrize("primitive", ["threading.Lock", "multiprocessing.Lock"])
def test_every_outcome_of_programs(scenario: type[Scenario], primitive: str) -> None:
    for outcome in check_one(scenario, primitive, 2, 1).outcomes:
        assert outcome.token is not None
        assert replay(outcome.token, real=True).outcome == outcome.outcome


def test_locks_of_users_replay_for_real() -> None:
    for lock in (p.SpinLock, p.Wrapper):
        for outcome in check_one("counter", lock, 2, 1).outcomes:
            assert outcome.token is not None
            assert replay(outcome.token, real=True).outcome == outcome.outcome


def test_the_lost_update_in_four_steps() -> None:
    small = check_one("counter", "threading.NoLock", 3, 2).counterexample
    assert small is not None
    assert (small.workers, small.ops, small.preemptions) == (2, 1, 1)
    shown = replay(small.token)
    assert [(step.worker, step.action, step.name, step.value) for step in shown.steps] == [
        (0, "read", "total", 0),
        (1, "read", "total", 0),
        (1, "write", "total", 1),
        (0, "write", "total", 1),
    ]
    assert shown.message == "updates were lost: 1 instead of 2"
    assert shown.steps[0].source == "total.value += 1"
    assert shown.steps[0].place is not None
    assert "counter.py:" in shown.steps[0].place


def test_a_token_is_url_safe_and_short() -> None:
    token = check_one("box-drain", "threading.RLock").token
    assert token is not None
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) < 200
    assert decode(token).scenario == "box-drain"


class Changing(Scenario):
    def work(self, worker: Worker) -> None:
        raise RuntimeError


def test_changed_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = check_one(Changing, "threading.Lock", 1, 1).token
    assert token is not None
    assert replay(token, Changing).outcome == "raised RuntimeError"
    monkeypatch.setattr("inspect.getsource", lambda _: "something else")
    with pytest.raises(RequestError, match=r"source of scenario .*Changing has changed"):
        replay(token, Changing)


@pytest.mark.parametrize("token", ["", "x", "1", "1AAAA", "9eNqLVkrOL80r"])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(RequestError, match="token"):
        replay(token)


def test_a_token_that_was_cut() -> None:
    token = check_one("counter", "threading.NoLock").token
    assert token is not None
    for length in range(len(token)):
        with pytest.raises(RequestError):
            replay(token[:length])


def test_a_model_that_reality_contradicts_is_our_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulated Lock that can be taken twice: the real one shows that it cannot."""

    class Wrong(ThreadLock):
        __slots__ = ()

        def __enter__(self) -> bool:
            self._stage.step(self.number << 4 | 3, None, self)
            return True

        def release(self) -> None:
            self._stage.step(self.number << 4 | 5, None, self)

    monkeypatch.setitem(labs._KINDS, "threading.Lock", Wrong)
    monkeypatch.setattr("locklab.explore.real.STEP_S", 0.1)
    proof = check_one("box", "threading.Lock", 1, 1)
    assert proof.status == "proved"
    token = proof.outcomes[0].token
    assert token is not None
    with pytest.raises(InternalError, match=r"does not acquire box\.lock as predicted"):
        replay(token, real=True)
