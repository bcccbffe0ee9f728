"""From what trials recorded to what is reported: cautions, costs, precision, scaling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import locklab
from locklab import CaseResult, Throughput
from locklab.model.figures import Cost
from locklab.questions import figures
from locklab.questions.plan import plan
from locklab.questions.precision import widest
from locklab.questions.samples import Clocked, Samples
from locklab.questions.scaling import scaling
from locklab.questions.standings import ranked, with_costs
from locklab.trial.window import Window
from tests.questions.test_diff import case


def samples(primitive: str = "threading.Lock", workers: int = 2, **more: Any) -> Samples:
    (one,), _ = plan(["counter"], [primitive], [workers])
    found = Samples(one, ops=100)
    for name, value in more.items():
        setattr(found, name, value)
    return found


def window(rate: float = 1e6, early: float = 1.0) -> Window:
    return Window(rate, (500.0, 500.0), True, 10**7, 0, 10**7, early)


def clocked(waited: int | None, acquired: int = 1000, **more: Any) -> Clocked:
    found = Clocked(acquired=acquired, waited=waited, span_ns=10**7, clock_ns=50.0, **more)
    for index in range(waited or 0):
        found.waits.record(1000 + index)
    return found


def cautions(of: Samples, rate: float | None = None) -> str:
    return "\n".join(f"{found.what} ({found.detail})" for found in figures.cautions(of, rate))


def test_a_lock_that_nobody_had_to_wait_for_is_told() -> None:
    assert "hardly any acquisition" in cautions(samples(clocked=clocked(9)))
    assert cautions(samples(clocked=clocked(10))) == ""
    assert cautions(samples(clocked=clocked(0), workers=1)) == ""
    assert cautions(samples("threading.NoLock", clocked=clocked(0))) == ""
    # what is not known is not called little
    assert cautions(samples(clocked=clocked(None))) == ""


def test_a_rate_that_was_not_kept_up() -> None:
    slow = samples(clocked=clocked(500))
    # 1,000 in 10 ms
    assert "not kept up" in cautions(slow, rate=200_000)
    assert "(50% of it)" in cautions(slow, rate=200_000)
    assert cautions(slow, rate=100_000) == ""


def test_a_gil_that_was_turned_on_again() -> None:
    free = {"free_threaded_build": True}
    assert "the GIL was on" in cautions(samples(facts=free, gil=True))
    assert cautions(samples(facts=free, gil=False)) == ""
    assert cautions(samples(facts={"free_threaded_build": False}, gil=True)) == ""


def test_what_is_unsteady_is_named() -> None:
    steady = [1e6 * (1 + 0.01 * (index % 5)) for index in range(30)]
    for rates, says in [
        ([1e6 * (1 - 0.01 * index) for index in range(30)], "drifted during the run (29% slower"),
        ([1e6 + index for index in range(15)] + [2e6 + index for index in range(15)], ""),
        ([*steady[:-1], 9e6], "far off the others; the median does not mind them (1 of 30)"),
    ]:
        assert says in cautions(samples(windows=[window(rate) for rate in rates]))
    mixed = [(1e6 if index * 7 % 3 else 2e6) + index for index in range(30)]
    assert "two groups" in cautions(samples(windows=[window(rate) for rate in mixed]))
    assert cautions(samples(windows=[window(rate) for rate in steady])) == ""
    cold = [window(rate, early=0.7) for rate in steady]
    assert "warm-up had not ended (30% slower" in cautions(samples(windows=cold))


def test_waits_count_those_that_found_the_lock_free() -> None:
    found = figures.waits(clocked(100, 1000), None)
    assert found is not None
    assert (found.samples, found.p50, found.loop) == (1000, 0.0, "closed")
    assert found.p99 == pytest.approx(1090, rel=0.01)
    assert found.max == 1099
    share = figures.waited_share(clocked(100, 1000))
    assert share == pytest.approx(0.1)
    seen = figures.contention(clocked(100, 1000), None)
    assert seen is not None
    # 105 µs of waiting in 10 ms
    assert seen.waiters_mean == pytest.approx(0.0105, rel=0.01)


def costed(*cases: CaseResult) -> list[Cost | None]:
    return [found.cost_ns for found in with_costs(cases)]


def test_net_cost_is_that_beyond_the_control_with_its_interval() -> None:
    control = case(
        "threading.NoLock", control=True, throughput=Throughput(4e6, 3.9e6, 4.1e6, (4e6,) * 6)
    )
    lock = case(throughput=Throughput(2e6, 1.9e6, 2.1e6, (2e6,) * 6))
    base, cost = costed(control, lock)
    assert base is not None
    assert cost is not None
    assert (base.gross, base.net) == (250, None)
    assert cost.net == pytest.approx(250)
    assert cost.net_low is not None
    assert cost.net_high is not None
    assert 200 < cost.net_low < 250 < cost.net_high < 300
    assert cost.distinguishable is True
    _, same = costed(control, replace(control, primitive="threading.Lock", control=False))
    assert same is not None
    assert same.distinguishable is False


def test_the_control_of_another_setting_is_none() -> None:
    control = case("threading.NoLock", control=True)
    for other in (
        case(workers=4),
        case(inside=5),
        case(python="3.13.0"),
        case("asyncio.Lock", backend="asyncio"),
    ):
        _, cost = costed(control, other)
        assert cost is not None
        assert cost.net is None


def test_ranks_are_within_one_setting() -> None:
    found = ranked([case(), case("threading.RLock", 0.5e6), case(workers=4, centre=0.1e6)])
    assert [one.rank for one in found] == [1, 2, 1]


def test_a_curve_for_each_primitive_that_has_several_worker_counts() -> None:
    cases = [
        case(workers=count, throughput=Throughput(count * 1e6, None, None, (1e6,)))
        for count in (1, 2, 4, 8)
    ]
    (curve,) = scaling([*cases, case("threading.RLock")])
    assert curve.workers == (1, 2, 4, 8)
    assert curve.speedup == (1, 2, 4, 8)
    assert curve.contention == pytest.approx(0, abs=1e-6)
    (short,) = scaling(cases[1:3])
    assert short.speedup is None
    assert short.contention is None
    assert short.reason is not None


def test_trials_are_added_where_intervals_are_widest_until_they_are_enough() -> None:
    steady, shaky, wild = (samples() for _ in range(3))
    steady.windows = [window(1e6 + index) for index in range(6)]
    shaky.windows = [window(1e6 * (1 + 0.04 * index)) for index in range(6)]
    wild.windows = [window(1e6 * (1 + 0.2 * index)) for index in range(6)]
    # the worse half at a time, and two at least
    assert widest([steady, shaky, wild], 0.05) == [wild, shaky]
    assert steady.planned == 6
    assert shaky.planned is not None
    assert wild.planned is not None
    assert 6 < shaky.planned < wild.planned
    # decided once: what comes after does not change it
    planned = shaky.planned
    shaky.windows += [window()] * (planned - 6)
    wild.problem = "gone"
    assert widest([steady, shaky, wild], 0.05) == []
    assert shaky.planned == planned


def test_a_run_with_a_precision_says_how_far_it_got() -> None:
    run = locklab.compare(["counter"], primitives=["threading.Lock"], precision=0.5, seed=1)
    (found,) = run.cases
    assert run.settings["precision"] == 0.5
    assert found.throughput is not None
    assert found.throughput.precision is not None
    assert found.throughput.more_trials is not None
    assert (found.throughput.more_trials == 0) == (found.throughput.precision <= 0.5)


@pytest.mark.parametrize("precision", [0, -1, 1.5])
def test_a_precision_is_a_share(precision: float) -> None:
    with pytest.raises(locklab.RequestError, match="precision"):
        locklab.compare(["counter"], precision=precision)


def test_a_rate_is_above_zero() -> None:
    for rate in (0, -5.0, float("nan")):
        with pytest.raises(locklab.RequestError, match="rate"):
            locklab.compare(["counter"], rate=rate)
