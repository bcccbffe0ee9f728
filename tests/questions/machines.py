"""Machines made of files, for the checks to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate, cycle
from pathlib import Path
from typing import Any

from locklab.questions.machine.seam import Machine

CPU = "sys/devices/system/cpu"
CLOCK = "sys/devices/system/clocksource/clocksource0"

# A server as one would wish for: bare metal, tuned, idle.
GOOD = {
    "proc/cpuinfo": "processor\t: 0\nmodel name\t: Xeon 9\nflags\t: fpu tsc\n\nprocessor\t: 1\n",
    "proc/stat": "cpu  100 0 50 1000 5 0 2 0 0 0\ncpu0 1 2 3\n",
    "proc/self/cgroup": "0::/user.slice\n",
    "sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
    "sys/fs/cgroup/user.slice/cpu.stat": "usage_usec 5\nnr_periods 0\nnr_throttled 0\n",
    f"{CPU}/smt/active": "0\n",
    f"{CPU}/cpu0/topology/thread_siblings_list": "0\n",
    f"{CPU}/cpu0/thermal_throttle/core_throttle_count": "3\n",
    f"{CPU}/cpufreq/policy0/scaling_governor": "performance\n",
    f"{CPU}/cpufreq/boost": "0\n",
    f"{CLOCK}/current_clocksource": "tsc\n",
    f"{CLOCK}/available_clocksource": "tsc hpet acpi_pm\n",
    "sys/devices/system/node/online": "0\n",
    "sys/class/power_supply/AC/online": "1\n",
}
# The same after 0.8 s of work.
LATER = "cpu  180 0 50 1000 5 0 2 0 0 0\n"


def clock(*gaps: int) -> Callable[[], int]:
    """A clock that goes on by so many nanoseconds from look to look; it stands still by default."""
    times: Iterator[int] = accumulate(cycle(gaps or (0,)))
    return lambda: next(times)


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def machine(root: Path, files: Mapping[str, str], **more: Any) -> Machine:
    """A machine with these files and, unless told otherwise, eight idle processors."""
    write(root, files)
    known: dict[str, Any] = {
        "load": lambda: 0.1,
        "cpus": lambda: 8,
        "usable": lambda: 8,
        "clock": clock(50),
    }
    made = Machine(root, **{**known, **more})
    if "proc/stat" in files:
        write(root, {"proc/stat": LATER})
    return made
