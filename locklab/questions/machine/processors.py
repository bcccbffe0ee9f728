"""Checks of the processors: how many, how placed, and whether their speed stays the same."""

from __future__ import annotations

from collections.abc import Callable

from locklab.questions.machine import Answer, ok, unknown, warning
from locklab.questions.machine.facts import governor
from locklab.questions.machine.seam import Machine, number

CPU = "sys/devices/system/cpu"
# What is written where a machine is tuned for measuring; the one tool that knows most of them.
TUNE = "`sudo python -m pyperf system tune`"


def processors(machine: Machine) -> Answer:
    """Whether workers, and what else runs, find a processor each."""
    usable, there = machine.usable(), machine.cpus()
    found = f"{usable} of {there} usable" if there and there != usable else f"{usable} usable"
    if usable == 1:
        return warning(
            found,
            "Workers never run at the same time: they only take turns, and hardly meet at a lock.",
            "Measure contention on a machine with more processors.",
        )
    if usable == 2:
        return warning(
            found,
            "Two workers take both; whatever else runs displaces one of them.",
            "Do nothing else meanwhile, and do not measure more than 2 workers.",
        )
    return ok(found)


def smt(machine: Machine) -> Answer:
    """Whether two of our processors may be one core (simultaneous multithreading)."""
    active = machine.read(f"{CPU}/smt/active")
    siblings = machine.each(f"{CPU}/cpu[0-9]*/topology/thread_siblings_list")
    shared = any("," in text or "-" in text for text in siblings)
    if active not in ("0", "1") and not siblings:
        return unknown("the system does not say whether processors share a core")
    if active == "1" or (active is None and shared):
        return warning(
            "on: processors share cores in pairs",
            "Two workers are as fast as one core or as two, by where they happen to run.",
            "Give locklab one processor of each core (taskset), or switch SMT off.",
        )
    return ok("off: each processor is a core")


def numa(machine: Machine) -> Answer:
    """Whether a lock may have to travel between distant memories."""
    online = machine.read("sys/devices/system/node/online")
    if online is None:
        return unknown("the system does not say how its memory is laid out")
    if "," in online or "-" in online:
        return warning(
            f"several nodes ({online})",
            "A lock costs more when its next owner runs on another node, and trials differ in "
            "where their workers run.",
            "Stay on one node: numactl --cpunodebind=0 --membind=0 locklab compare …",
        )
    return ok("one node")


def frequency(machine: Machine) -> Answer:
    """Whether the operating system changes the speed of processors."""
    found = governor(machine)
    if found is None:
        return unknown("the system does not say what sets the frequency")
    if found == "performance":
        return ok("governor performance")
    return warning(
        f"governor {found}",
        "Processors start slowly and speed up under way; short trials see more of that than "
        "long ones.",
        f"Set the governor to performance: {TUNE}.",
    )


def boost(machine: Machine) -> Answer:
    """Whether processors run faster than they can keep up."""
    allowed = machine.read(f"{CPU}/cpufreq/boost")
    if allowed not in ("0", "1"):
        # Intel's driver says it the other way round
        allowed = {"0": "1", "1": "0"}.get(machine.read(f"{CPU}/intel_pstate/no_turbo") or "")
    if allowed is None:
        return unknown("the system does not say whether processors may exceed their base speed")
    if allowed == "0":
        return ok("off")
    return warning(
        "on (turbo)",
        "The speed depends on how many cores are busy and how warm they are: one worker runs "
        "faster than each of several.",
        f"Switch it off while you measure: {TUNE}.",
    )


def heat(machine: Machine) -> Answer:
    """Whether processors slowed themselves down while we measured."""
    before, now = machine.began.heat, machine.counters().heat
    if before is None or now is None:
        return unknown("no counter of slowing down from heat")
    if now > before:
        return warning(
            "processors slowed themselves down during these runs",
            "Trials get slower the longer a run takes.",
            "Let the machine cool, see to its fans, or switch boost off.",
        )
    return ok("no slowing down during these runs")


def battery(machine: Machine) -> Answer:
    """Whether it runs on a battery."""
    if not (machine.root / "sys/class/power_supply").is_dir():
        return unknown("the system does not say where its power comes from")
    mains = [number(text) for text in machine.each("sys/class/power_supply/*/online")]
    states = machine.each("sys/class/power_supply/*/status")
    if "Discharging" in states and 1 not in mains:
        return warning(
            "on battery",
            "Power saving changes the speed of processors, and again as the charge falls.",
            "Plug it in.",
        )
    return ok("plugged in" if states or mains else "no battery")


CHECKS: dict[str, Callable[[Machine], Answer]] = {
    "processors": processors,
    "SMT": smt,
    "NUMA": numa,
    "frequency": frequency,
    "boost": boost,
    "heat": heat,
    "power": battery,
}
