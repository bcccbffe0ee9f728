"""The one place that reads the machine, so that a test can hand the checks another one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from locklab.trial.process import usable_cpus

# Some files, such as /proc/cpuinfo on a large machine, go on with the same for every processor.
READ_AT_MOST = 16_384


def load_average() -> float | None:
    """Tasks that ran or wanted to, averaged over a minute; None where the system does not say."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Counters:
    """What has been counted until one moment; None where nobody counts it.

    Attributes:
        load: Load average over the last minute.
        busy_ticks: Time of all processors in use, in units of the kernel, stolen time included.
        stolen_ticks: Of that, what a hypervisor gave to others.
        throttled: Periods in which our control group had used up its quota.
        heat: Times a processor slowed itself down because it was too hot.
    """

    load: float | None
    busy_ticks: int | None
    stolen_ticks: int | None
    throttled: int | None
    heat: int | None


class Machine:
    """A machine, by the files that Linux keeps on it and by what Python knows anywhere.

    Args:
        root: The folder that /proc and /sys are in.
        load: The load average over the last minute; None where it is not known.
        cpus: Processors that there are; None where that is not known.
        usable: Processors that this process may use.
        clock: Nanoseconds, as `time.perf_counter_ns` gives them: what trials are timed by.

    Attributes:
        began: What had been counted when this object was made.
    """

    def __init__(
        self,
        root: Path | str = "/",
        *,
        load: Callable[[], float | None] = load_average,
        cpus: Callable[[], int | None] = os.cpu_count,
        usable: Callable[[], int] = usable_cpus,
        clock: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self.root = Path(root)
        self.load = load
        self.cpus = cpus
        self.usable = usable
        self.clock = clock
        self.began = self.counters()

    def read(self, path: str) -> str | None:
        """The beginning of a file, stripped; None where it cannot be read."""
        try:
            with (self.root / path).open(encoding="utf-8", errors="replace") as file:
                return file.read(READ_AT_MOST).strip()
        except (OSError, ValueError):
            return None

    def each(self, pattern: str) -> list[str]:
        """The files that a pattern stands for, as far as they can be read."""
        try:
            paths = sorted(self.root.glob(pattern))
        except OSError:
            return []
        texts = (self.read(str(path.relative_to(self.root))) for path in paths)
        return [text for text in texts if text is not None]

    def control_group(self, version: int, name: str) -> list[str]:
        """A file of the control group that limits our processors, and of all groups around it.

        Args:
            version: 1 or 2; both may be mounted.
            name: Of the file.

        Returns:
            What is in it, from the outermost group that can be seen inwards.
        """
        mounts = ("sys/fs/cgroup", "sys/fs/cgroup/unified")
        if version == 1:
            mounts = ("sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct")
        place = ""
        for line in (self.read("proc/self/cgroup") or "").splitlines():
            _, _, rest = line.partition(":")
            controllers, _, path = rest.partition(":")
            # version 2 names no controllers
            ours = not controllers if version == 2 else "cpu" in controllers.split(",")
            place = path if ours else place
        # in a container, the path may be that of the host and lead nowhere; its own is the mount
        steps = [step for step in place.split("/") if step not in ("", "..")]
        groups = ["", *accumulate(steps, "{}/{}".format)]
        for mount in mounts:
            found = [self.read(f"{mount}/{group}/{name}") for group in groups]
            if any(text is not None for text in found):
                return [text for text in found if text is not None]
        return []

    def counters(self) -> Counters:
        """What has been counted until now."""
        heat = self.each("sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/*_throttle_count")
        busy, stolen = _ticks(self.read("proc/stat") or "")
        throttled = [
            count
            for version in (1, 2)
            for text in self.control_group(version, "cpu.stat")
            if (count := count_of(text, "nr_throttled")) is not None
        ]
        return Counters(
            load=self.load(),
            busy_ticks=busy,
            stolen_ticks=stolen,
            throttled=sum(throttled) if throttled else None,
            heat=sum(number(text) or 0 for text in heat) if heat else None,
        )


def number(text: str | None) -> int | None:
    """A whole number; None where it is none."""
    try:
        return int(text or "")
    except ValueError:
        return None


def count_of(text: str, name: str) -> int | None:
    """The number in the line that begins with a name; None where there is none."""
    for line in text.splitlines():
        first, _, rest = line.partition(" ")
        if first == name:
            return number(rest)
    return None


def _ticks(text: str) -> tuple[int | None, int | None]:
    """Time in use and time stolen, of the first line of /proc/stat (proc(5))."""
    name, *rest = text.partition("\n")[0].split()[:9] or [""]
    values = [number(value) for value in rest]
    counts = [value for value in values if value is not None]
    if name != "cpu" or len(counts) < 8:
        return None, None
    user, nice, system, _, _, irq, softirq, stolen = counts
    return user + nice + system + irq + softirq + stolen, stolen
