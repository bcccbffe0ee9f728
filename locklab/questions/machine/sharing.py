"""Checks of who else wants the processors."""

from __future__ import annotations

from collections.abc import Callable

from locklab.questions.machine import Answer, ok, unknown, warning
from locklab.questions.machine.facts import cgroup_cpus, virtual
from locklab.questions.machine.seam import Machine

# With less than this to do, a machine is idle but for its housekeeping.
IDLE = 0.25
# Stolen from the time in use; less than this drowns in everything else.
STOLEN = 0.005


def load(machine: Machine) -> Answer:
    """Whether the machine was busy before we began."""
    # from the beginning: by the end, the load is our own
    found, usable = machine.began.load, machine.usable()
    if found is None:
        return unknown("the system gives no load average")
    if found <= IDLE * usable:
        return ok(f"{found:.2f} before this began")
    return warning(
        f"{found:.2f} on {usable} processors before this began",
        "Trials wait for a processor as well as for locks. (After a run of locklab, the load is "
        "its own for a minute or two.)",
        "End what else runs, or wait until it has ended.",
    )


def quota(machine: Machine) -> Answer:
    """Whether a control group, such as a container's, limits the processors' time."""
    # every group has this file; the outermost has no file for its quota
    if not any(machine.control_group(version, "cpu.stat") for version in (1, 2)):
        return unknown("no control groups are to be seen")
    limit, usable = cgroup_cpus(machine), machine.usable()
    before, now = machine.began.throttled, machine.counters().throttled
    stopped = now - before if before is not None and now is not None else 0
    if limit is None:
        return ok("no limit")
    found = f"{limit:g} processors' worth of time"
    if limit >= usable and not stopped:
        return ok(found)
    if stopped:
        found += f"; stopped {stopped} times during these runs"
    return warning(
        found,
        "All workers are stopped, up to 0.1 s long, whenever they have used up their share; a "
        "trial that this hits says nothing of its lock.",
        "Raise or lift the limit (docker run --cpus, Kubernetes limits.cpu), or measure fewer "
        "workers than it allows.",
    )


def hypervisor(machine: Machine) -> Answer:
    """Whether this is a virtual machine."""
    found = virtual(machine)
    if found is None:
        return unknown("nothing says whether this is a virtual machine")
    if found == "none":
        return ok("none is to be seen")
    return warning(
        f"a virtual machine ({found})",
        "Other machines share its processors unseen; frequency, heat and the neighbourhood of "
        "cores are not shown truly.",
        "Compare rows of one run, repeat what matters another time, and publish from bare metal.",
    )


def steal(machine: Machine) -> Answer:
    """Whether the hypervisor gave our time to others while we measured."""
    before, now = machine.began, machine.counters()
    if None in (before.busy_ticks, before.stolen_ticks, now.busy_ticks, now.stolen_ticks):
        return unknown("the system does not count stolen time")
    assert before.busy_ticks is not None
    assert before.stolen_ticks is not None
    assert now.busy_ticks is not None
    assert now.stolen_ticks is not None
    busy = now.busy_ticks - before.busy_ticks
    if busy <= 0:
        return unknown("no time was counted during these runs")
    share = (now.stolen_ticks - before.stolen_ticks) / busy
    found = f"{share * 100:.1f} % of the time in use during these runs"
    if share < STOLEN:
        return ok(found)
    return warning(
        found,
        "The hypervisor held up workers, also while they held a lock.",
        "Measure when the host has less to do, or on processors of your own (a dedicated host).",
    )


CHECKS: dict[str, Callable[[Machine], Answer]] = {
    "load": load,
    "quota": quota,
    "hypervisor": hypervisor,
    "steal": steal,
}
