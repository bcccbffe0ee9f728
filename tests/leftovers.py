"""What a run must not leave behind: processes, semaphores and shared memory, files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

# processes inherit it, so those of one test can be told from everything else on the machine
MARKER = "LOCKLAB_TEST_MARKER"
SHARED_MEMORY = Path("/dev/shm")
PATIENCE_S = 15.0

linux_only = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")


def eventually(look: Callable[[], object], what: str) -> None:
    """Wait until `look` finds something true; fail after a time that no machine takes."""
    until = time.monotonic() + PATIENCE_S
    while not look():
        assert time.monotonic() < until, f"waited {PATIENCE_S:.0f} s in vain for {what}"
        time.sleep(0.02)


def processes(marker: str) -> dict[int, str]:
    """The processes that carry `marker` in their environment, and their command lines."""
    found = {}
    wanted = f"{MARKER}={marker}".encode()
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                environment = Path(f"/proc/{entry}/environ").read_bytes()
                command = Path(f"/proc/{entry}/cmdline").read_bytes()
            except OSError:
                continue
            if wanted in environment.split(b"\0"):
                found[int(entry)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def shared_memory() -> set[str]:
    """What there is in shared memory."""
    return set(os.listdir(SHARED_MEMORY)) if SHARED_MEMORY.is_dir() else set()


def orphans(before: set[str]) -> set[str]:
    """New entries in shared memory that no process has mapped: nobody will remove those.

    Others use this machine, too. What they use is mapped, and does not count.
    """
    new = {name for name in shared_memory() - before if name.startswith(("sem.", "psm_", "pymp"))}
    if not new:
        return new
    mapped = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                maps = Path(f"/proc/{entry}/maps").read_text(errors="replace")
            except OSError:
                continue
            mapped |= {name for name in new if name in maps}
    return (new - mapped) & shared_memory()


def assert_nothing_left(marker: str, folder: Path, before: set[str]) -> None:
    """Fail unless all processes, shared memory and temporary files go away by themselves."""
    until = time.monotonic() + PATIENCE_S
    while True:
        left = {
            "processes": processes(marker),
            "shared memory": orphans(before),
            "files": {
                str(path)
                for path in folder.rglob("*")
                if path.name.startswith(("locklab-", "pymp-")) or path.name.endswith(".tmp")
            },
        }
        if not any(left.values()):
            return
        if time.monotonic() > until:
            raise AssertionError(f"left behind: {left}")
        time.sleep(0.02)
