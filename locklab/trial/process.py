"""The one place that knows how processes are started, watched and ended on an operating system."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

POSIX = os.name == "posix"


class Parent:
    """The process that wants this trial's result, seen from the trial."""

    def __init__(self) -> None:
        self._pid = os.getppid()

    def gone(self) -> bool:
        """Whether the parent has ended, so that nobody waits for the result."""
        # An orphan gets another parent at once. Windows keeps the old number; there the pipe
        # breaks when the result is written, and the stall watch bounds the time until then.
        return os.getppid() != self._pid

    def clean_up(self) -> None:
        """Remove the temporary folder that the parent can no longer remove."""
        import shutil

        folder = os.environ.get("LOCKLAB_TMPDIR")
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def start_options() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` that make a process the head of a group of its own."""
    if POSIX:
        return {"start_new_session": True}
    flags = getattr(__import__("subprocess"), "CREATE_NEW_PROCESS_GROUP", 0)
    return {"creationflags": flags}


def end_group(pid: int, *, gently: bool) -> bool:
    """End a process and all that it started.

    Args:
        pid: The head of the group.
        gently: Let each end by itself, which runs its clean-up; else end it at once.

    Returns:
        Whether anything of the group was still there.
    """
    if POSIX:
        import signal

        try:
            # the tracker that removes what killed processes leave behind ignores SIGTERM, and
            # ends by itself after the last of them: it must not be killed first
            os.killpg(pid, signal.SIGTERM if gently else signal.SIGKILL)
        except ProcessLookupError:
            return False
        except PermissionError:  # macOS says so of a group of zombies
            return False
        return True
    import subprocess

    quiet = subprocess.DEVNULL
    command = ["taskkill", "/T", "/F", "/PID", str(pid)]
    return subprocess.run(command, stdout=quiet, stderr=quiet, check=False).returncode == 0


def end_with_traceback(pid: int) -> None:
    """End a process that no longer answers, letting `faulthandler` say where it stood."""
    if POSIX:
        import contextlib
        import signal

        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGABRT)


def usable_cpus() -> int:
    """Processors that this process may use."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
