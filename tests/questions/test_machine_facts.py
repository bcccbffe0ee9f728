"""What is told of a machine: its processor, governor, hypervisor, quota and clock."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.questions.machine.facts import (
    cgroup_cpus,
    clock_step_ns,
    facts_of,
    machine_facts,
    virtual,
)
from locklab.questions.machine.seam import Machine
from tests.questions.machines import GOOD, clock, machine


@pytest.mark.parametrize(
    ("files", "cpus"),
    [
        # the group around ours is tighter
        (
            {
                "proc/self/cgroup": "0::/a/b",
                "sys/fs/cgroup/a/cpu.max": "50000 100000",
                "sys/fs/cgroup/a/b/cpu.max": "200000 100000",
            },
            0.5,
        ),
        # version 1, in a container: the path is that of the host
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/docker/0123\n1:name=systemd:/x",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            },
            2.0,
        ),
        # both mounted, and the first in charge
        (
            {
                "proc/self/cgroup": "1:cpu:/a\n0::/",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
                "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "25000",
                "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000",
            },
            0.25,
        ),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "max 100000"}, None),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "garbage"}, None),
    ],
)
def test_quotas_of_both_versions(tmp_path: Path, files: dict[str, str], cpus: float | None) -> None:
    assert cgroup_cpus(machine(tmp_path, files)) == cpus


def test_facts_of_a_good_machine(tmp_path: Path) -> None:
    assert facts_of(machine(tmp_path, GOOD)) == {
        "processor": "Xeon 9",
        "governor": "performance",
        "virtual": "none",
        "cgroup_cpus": None,
        "clock_resolution_ns": 50,
    }


def test_an_arm_processor_has_no_name_and_may_be_a_guest(tmp_path: Path) -> None:
    arm = machine(tmp_path, {"proc/cpuinfo": "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"})
    assert facts_of(arm)["processor"] == "implementer 0x41, part 0xd0c"
    # no flag is set there for guests: not to see a hypervisor is not to know
    assert virtual(arm) is None


def test_the_facts_of_this_machine_can_be_had() -> None:
    assert list(machine_facts()) == list(facts_of(Machine()))


@given(st.integers(1, 10**8), st.integers(0, 5))
def test_the_step_of_a_clock_is_found(step: int, still: int) -> None:
    assert clock_step_ns(clock(*[0] * still, step)) == step


def test_a_coarse_clock_is_watched_until_it_has_stepped() -> None:
    assert clock_step_ns(clock(*[0] * 5_000, 15_600_000)) == 15_600_000


def test_the_real_clock_is_a_clock() -> None:
    step = clock_step_ns(time.perf_counter_ns)
    assert step is None or step > 0
