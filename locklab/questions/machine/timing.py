"""Checks of the clock, and of how steadily a processor is ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from locklab.questions.machine import Answer, ok, unknown, warning
from locklab.questions.machine.facts import CLOCKS, clock_step_ns
from locklab.questions.machine.seam import Machine

# Read without a call into the kernel; the paravirtual ones by a page shared with the hypervisor.
GOOD_CLOCKS = {
    "tsc",
    "arch_sys_counter",
    "kvm-clock",
    "hyperv_clocksource_tsc_page",
    "riscv_clocksource",
    "timebase",
}
READS = 5_000
# A wait for a lock takes about as long as this; the window of a trial is thousands of times longer.
COARSE_NS = 1_000
# A clock that needs a call into the kernel costs several times this.
SLOW_NS = 250
# Half a second sees everything that comes by at least ten times a second.
WATCH_NS = 500_000_000
# One turn of the loop takes a tenth of a microsecond.
HELD_UP_NS = 10_000
# Of the processor's time; twice this shows in the figures of short trials.
LOST = 0.01
# One twentieth of the shortest window of a trial.
LONG_NS = 1_000_000
# Against a clock that does not move: more turns than any machine makes meanwhile.
TURNS = 100_000_000


@dataclass(frozen=True, slots=True)
class HoldUps:
    """How often a loop that does nothing was held up.

    Attributes:
        count: Times it took more than `HELD_UP_NS` for one turn.
        longest_ns: The longest of them; 0 where there was none.
        lost: All of them together, as a share of the time, 0 to 1.
    """

    count: int
    longest_ns: int
    lost: float


def clock_source(machine: Machine) -> Answer:
    """What the kernel's clock is made of."""
    source = machine.read(f"{CLOCKS}/current_clocksource")
    if not source:
        return unknown("the system does not say what its clock is made of")
    if source in GOOD_CLOCKS:
        return ok(source)
    return warning(
        source,
        "Each look at the clock is a call into the kernel, which takes about a microsecond, and "
        "waits are measured too long by that.",
        "See why the kernel distrusts the tsc (`dmesg | grep -i clocksource`), and boot with "
        "tsc=reliable if you know better.",
    )


def timer(machine: Machine) -> Answer:
    """How fine the clock is, and what it costs to read."""
    step = clock_step_ns(machine.clock)
    if step is None:
        return unknown("the clock did not move while it was looked at")
    costs = []
    for _ in range(9):
        begin = machine.clock()
        for _ in range(READS):
            machine.clock()
        costs.append((machine.clock() - begin) / (READS + 1))
    # the middle one, so that one interruption does not count
    cost = sorted(costs)[len(costs) // 2]
    found = f"steps of {step:,} ns or less, {cost:.0f} ns to read"
    if step > COARSE_NS:
        return warning(
            found,
            "Waits shorter than a step are shown as nothing, or as a whole step.",
            "Take --budget thorough, and believe waits only where they are many steps long.",
        )
    if cost > SLOW_NS:
        return warning(
            found,
            "Throughput is not affected, but waits are measured too long by about that much.",
            "See the clock source, and the variables: some slow every step of the interpreter.",
        )
    return ok(found)


def hold_ups(machine: Machine) -> Answer:
    """How long a loop that does nothing is held up: the noise that every trial has in it."""
    seen = watch(machine.clock, WATCH_NS)
    if seen is None:
        return unknown("the clock did not move while it was looked at")
    found = f"{seen.lost * 100:.2g} % of the time, {seen.longest_ns / 1e6:.2g} ms at most"
    if seen.lost < LOST and seen.longest_ns < LONG_NS:
        return ok(found)
    return warning(
        found,
        "Something else takes the processor from whoever is running, also from a worker that "
        "holds a lock, and then all wait.",
        "End what else runs; where it stays, isolate processors (isolcpus, nohz_full) or take "
        "longer trials (--budget standard).",
    )


def watch(clock: Callable[[], int], span_ns: int) -> HoldUps | None:
    """Turn in a loop and note the turns that took long.

    The method of Sottile and Minnich (2004, Analysis of microbenchmarks for performance tuning of
    clusters, IEEE Cluster) and of Tene's jHiccup: whatever held up the loop would hold up a worker.

    Returns:
        None where the clock stood still.
    """
    count = longest = lost = 0
    begin = last = clock()
    ends = begin + span_ns
    for _ in range(TURNS):
        if last >= ends:
            break
        now = clock()
        gap = now - last
        if gap > HELD_UP_NS:
            count += 1
            lost += gap
            longest = max(longest, gap)
        last = now
    return HoldUps(count, longest, lost / (last - begin)) if last > begin else None


CHECKS: dict[str, Callable[[Machine], Answer]] = {
    "clock source": clock_source,
    "timer": timer,
    "hold-ups": hold_ups,
}
