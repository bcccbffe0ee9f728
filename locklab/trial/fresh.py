"""A fresh interpreter, from the side that starts it: ask it, hear it, end it."""

from __future__ import annotations

import contextlib
import marshal
import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from queue import Empty, SimpleQueue
from typing import Any

from locklab.backends.crew import ending
from locklab.model.places import is_workload, short
from locklab.trial.process import end_group, end_with_traceback, remove_folder, start_options

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The package comes from here, whatever another interpreter may have installed; everything next to
# it stands behind the rest of the path, so that it shadows nothing.
_BOOT = (
    "import sys; sys.path.insert(0, {root!r}); import locklab; sys.path.append(sys.path.pop(0)); "
    "from locklab.trial.child import main; main()"
)

GRACE_S = 1.0
# A fork server keeps a socket two folders further down, whose path the system limits to some 100.
LONGEST_FOLDER = 50
_FRAME = re.compile(r'File "(?P<file>.+)", line (?P<line>\d+) in (?P<function>.+)')


class FreshInterpreter:
    """One fresh interpreter with one request; use as a context manager.

    Args:
        request: What it is asked to do, as plain values.
        folder: Where it makes a temporary folder of its own, for as long as it lives.
        python: The interpreter to start.

    Attributes:
        answered: Whether it has done what it was asked for, and may leave by itself.
        broke_off: Whether it ended in the midst of its work, otherwise than by an exception.

    Raises:
        OSError: No process could be started.
    """

    def __init__(self, request: dict[str, Any], folder: str, python: str = sys.executable) -> None:
        self.answered = False
        self.broke_off = False
        self._frames: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._errors: deque[bytes] = deque(maxlen=200)
        if len(folder) > LONGEST_FOLDER and os.path.isdir("/tmp"):
            folder = "/tmp"
        # Made and removed by the child itself, so that none stays behind where we are killed.
        self._folder = os.path.join(folder, f"locklab-{os.urandom(6).hex()}")
        # -P: the working directory must not shadow what it imports
        command = [python, "-P", "-c", _BOOT.format(root=_ROOT)]
        pipe = subprocess.PIPE
        environment = {
            **os.environ,
            "TMPDIR": self._folder,
            "LOCKLAB_PARENT": str(os.getpid()),
        }
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, **start_options()
        )
        self._readers = [
            threading.Thread(target=self._read_frames, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        path = [entry for entry in sys.path if entry]
        if python != sys.executable:
            # what was installed for this one is not for that one
            own = (sys.prefix, sys.base_prefix)
            path = [entry for entry in path if not entry.startswith(own)]
        self.say({**request, "path": path})

    def __enter__(self) -> FreshInterpreter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def say(self, message: Any) -> None:
        """Send it a message."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            marshal.dump(message, self._process.stdin, 2)
            self._process.stdin.flush()

    def hear(self, limit: float) -> tuple[str, Any] | None:
        """The next frame that says something; None where it ended, or fell silent for `limit` s."""
        started = time.monotonic()
        while True:
            try:
                kind, content = self._frames.get(timeout=0.1)
            except Empty:
                if time.monotonic() - started > limit:
                    return None
                # forked workers may keep the pipe of a dead child open: it has no end then
                if self._process.poll() is not None and self._frames.empty():
                    return None
                continue
            if kind == "beat":
                started = time.monotonic()
                continue
            return None if kind == "eof" else (kind, content)

    def dismiss(self) -> None:
        """Let it end by itself; it waits for that after its answer."""
        stdin = self._process.stdin
        if stdin and not stdin.closed:
            # a pipe that just ends means that we were killed
            self.say("bye")
            with contextlib.suppress(OSError):
                stdin.close()

    def close(self) -> None:
        """End whatever is left of it."""
        process = self._process
        self.dismiss()
        if self.answered:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_S)
        else:
            self._end_gently()
        # workers of one that was itself killed, and whatever else does not want to end
        end_group(process.pid, gently=False)
        process.wait()
        remove_folder(self._folder)
        for reader in self._readers:
            reader.join(GRACE_S)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()

    def why_silent(self, phase: str, limit: float) -> tuple[str, bool]:
        """Why there was no frame, once it has been ended.

        Args:
            phase: What it should have done ("start").
            limit: How long it had, in seconds.

        Returns:
            A sentence, and whether it is the fault of code that should have been short.
        """
        running = self._process.poll() is None
        with contextlib.suppress(subprocess.TimeoutExpired):
            # the pipe closes a moment before the process is gone
            self._process.wait(GRACE_S)
        code = self._process.poll()
        late = code is None and running
        # 1 is the status of an exception that nobody caught, and that would be one of ours
        self.broke_off = code is not None and code not in (0, 1)
        if late:
            end_with_traceback(self._process.pid)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE_S)
        if self._process.poll() is None:
            self._end_gently()
        self._readers[1].join(GRACE_S)
        text = b"".join(self._errors).decode(errors="replace")
        place = _dumped_place(text)
        if place and ("\n" + text).find("\nTimeout (") >= 0:
            return f"{place}: did not come to its end within the limit for setup and verify", True
        how = f"did not {phase} within {limit:.0f} s" if late else ending(code)
        last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
        detail = f"at {place}" if place else last.strip()
        return f"the trial's interpreter {how}" + (f": {detail}" if detail else ""), False

    def _end_gently(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_S)
        until = time.monotonic() + GRACE_S
        while end_group(self._process.pid, gently=True) and time.monotonic() < until:
            time.sleep(0.01)

    def _read_frames(self) -> None:
        assert self._process.stdout
        with contextlib.suppress(EOFError, ValueError, TypeError, OSError):
            while True:
                self._frames.put(marshal.load(self._process.stdout))
        self._frames.put(("eof", None))

    def _read_errors(self) -> None:
        assert self._process.stderr
        with contextlib.suppress(ValueError, OSError):
            # not by lines: a scenario may print without ever ending one
            while piece := self._process.stderr.read1(4096):  # type: ignore[attr-defined]
                self._errors.append(piece)


def _dumped_place(text: str) -> str | None:
    """Where the code of a workload stood, by the traceback that `faulthandler` left."""
    for match in _FRAME.finditer(text):
        if is_workload(match["file"]):
            return f"{short(match['file'])}:{match['line']} in {match['function']}"
    return None
