"""What decides how fast a machine is, for the environment of a document."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise

from locklab.questions.machine.seam import Machine, number

# So many looks show the step of a fine clock; a coarse one is then watched until it moves, for no
# longer than a few of the longest steps in use (16 ms).
LOOKS = 1_000
MOST_LOOKS = 1_000_000
# What a guest's kernel calls its clock tells the hypervisor, as `systemd-detect-virt` names it.
GUEST_CLOCKS = {
    "kvm-clock": "kvm",
    "hyperv_clocksource_tsc_page": "microsoft",
    "hyperv_clocksource_msr": "microsoft",
    "xen": "xen",
}
CLOCKS = "sys/devices/system/clocksource/clocksource0"


def machine_facts() -> dict[str, object]:
    """The facts about this machine that decide the numbers and hold for a whole run.

    Returns:
        `processor`: its model; `governor`: what sets its frequency; `virtual`: the hypervisor, in
        the words of `systemd-detect-virt`, `none` where there is none; `cgroup_cpus`: processors'
        worth of time that the control group may use; `clock_resolution_ns`: the smallest step of
        `time.perf_counter_ns` that was seen. None where a thing is not known, for `cgroup_cpus`
        also where there is no limit. Takes less than 2 ms.
    """
    return facts_of(Machine())


def facts_of(machine: Machine) -> dict[str, object]:
    """`machine_facts` of any machine."""
    return {
        "processor": processor(machine),
        "governor": governor(machine),
        "virtual": virtual(machine),
        "cgroup_cpus": cgroup_cpus(machine),
        "clock_resolution_ns": clock_step_ns(machine.clock),
    }


def processor(machine: Machine) -> str | None:
    """The model of the first processor; None where nothing says."""
    info = _cpuinfo(machine)
    if "model name" in info:
        return info["model name"]
    if "CPU implementer" in info and "CPU part" in info:
        # all that Linux says of an ARM processor
        return f"implementer {info['CPU implementer']}, part {info['CPU part']}"
    return os.environ.get("PROCESSOR_IDENTIFIER")  # Windows


def governor(machine: Machine) -> str | None:
    """What sets the frequencies, several separated by commas; None where nothing says."""
    found = machine.each("sys/devices/system/cpu/cpufreq/policy*/scaling_governor")
    found = found or machine.each("sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor")
    return ", ".join(sorted(set(found))) or None


def virtual(machine: Machine) -> str | None:
    """The hypervisor; `none` where there is none; None where that cannot be told.

    From the processor's own flag (`hypervisor`, which every x86 hypervisor sets for its guests),
    the guest's clock, and what the kernel shows of a hypervisor or of the machine's maker.
    """
    kind = machine.read("sys/hypervisor/type")
    if kind:
        return kind
    clocks = (machine.read(f"{CLOCKS}/available_clocksource") or "").split()
    named = next((GUEST_CLOCKS[clock] for clock in clocks if clock in GUEST_CLOCKS), None)
    product = (machine.read("sys/class/dmi/id/product_name") or "").lower()
    named = named or ("kvm" if "kvm" in product else "vmware" if "vmware" in product else None)
    if named:
        return named
    flags = _cpuinfo(machine).get("flags")
    if flags is None:
        return None
    return "vm-other" if "hypervisor" in flags.split() else "none"


def cgroup_cpus(machine: Machine) -> float | None:
    """The quota of the control group, in processors; None where unlimited or not known.

    The tightest of the group and all around it (Linux, admin-guide/cgroup-v2.rst, `cpu.max`;
    scheduler/sched-bwc.rst for version 1).
    """
    limits = []
    for text in machine.control_group(2, "cpu.max"):
        quota, _, period = text.partition(" ")
        limits.append((number(quota), number(period)))
    quotas = machine.control_group(1, "cpu.cfs_quota_us")
    periods = machine.control_group(1, "cpu.cfs_period_us")
    limits += [(number(q), number(p)) for q, p in zip(quotas, periods, strict=False)]
    # -1 and `max` stand for no limit
    shares = [quota / period for quota, period in limits if quota and period and quota > 0]
    return min(shares, default=None)


def clock_step_ns(clock: Callable[[], int]) -> int | None:
    """The smallest step that a clock was seen to take, in nanoseconds; None where it took none."""
    # nothing stands between two looks: the step is that of the clock, or what a look costs
    stamps = [clock() for _ in range(LOOKS)]
    steps = [now - last for last, now in pairwise(stamps) if now > last]
    if steps:
        return min(steps)
    moved = (now for _ in range(MOST_LOOKS) if (now := clock()) > stamps[-1])
    first = next(moved, None)
    # the first step was under way already; the next is a whole one
    return None if first is None else _whole_step(clock, first)


def _whole_step(clock: Callable[[], int], begin: int) -> int | None:
    later = (now for _ in range(MOST_LOOKS) if (now := clock()) > begin)
    return next((now - begin for now in later), None)


def _cpuinfo(machine: Machine) -> dict[str, str]:
    """What /proc/cpuinfo says of the first processor."""
    first = (machine.read("proc/cpuinfo") or "").partition("\n\n")[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}
