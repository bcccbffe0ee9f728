"""The one place that knows how processes are started, watched and ended on an operating system."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

POSIX = os.name == "posix"


class Parent:
    """The process that wants this trial's result, seen from the trial.

    Args:
        inlet: What it says.

    Attributes:
        lost: The pipe to it broke off: it has ended, or is about to.
    """

    def __init__(self, inlet: IO[bytes]) -> None:
        self.lost = False
        self._inlet = inlet
        # it may have ended before we could ask who it was; on Windows, where a launcher may stand
        # in between, only it knows its own number
        told = os.environ.get("LOCKLAB_PARENT") if POSIX else None
        self._pid = int(told) if told else os.getppid()

    def hear(self) -> Any:
        """Wait for the next message.

        Raises:
            SystemExit: There will be none. A parent that has no more to say says so first; the
                pipe of one that was killed ends a moment before the system says that it is gone.
        """
        import marshal

        try:
            return marshal.load(self._inlet)
        except (EOFError, ValueError, TypeError):
            self.lost = True
            raise SystemExit(1) from None

    def gone(self) -> bool:
        """Whether the parent has ended, so that nobody waits for the result."""
        if self.lost:
            return True
        # An orphan gets another parent at once. Windows keeps the old number; there the pipe
        # breaks when the result is written, and the stall watch bounds the time until then.
        return os.getppid() != self._pid


def remove_folder(folder: str) -> None:
    """Remove a folder and all that is in it, where it exists."""
    try:
        # mostly it is empty, and `shutil` costs more than everything else a trial imports
        os.rmdir(folder)
    except FileNotFoundError:
        pass
    except OSError:
        import shutil

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
