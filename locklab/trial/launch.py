"""The parent's side of a trial: start a fresh interpreter, let it go, take the result, end it."""

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
from locklab.trial.record import TrialRecord
from locklab.trial.spec import Spec

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The package comes from here, whatever another interpreter may have installed; everything next to
# it stands behind the rest of the path, so that it shadows nothing.
_BOOT = (
    "import sys; sys.path.insert(0, {root!r}); import locklab; sys.path.append(sys.path.pop(0)); "
    "from locklab.trial.child import main; main()"
)

START_LIMIT_S = 20.0
# A trial gives a sign of life every second; one that holds the GIL in C for ever cannot.
SILENCE_LIMIT_S = 10.0
GRACE_S = 1.0
# A fork server keeps a socket two folders further down, whose path the system limits to some 100.
LONGEST_FOLDER = 50
_FRAME = re.compile(r'File "(?P<file>.+)", line (?P<line>\d+) in (?P<function>.+)')


class Trial:
    """One trial in one fresh interpreter; use as a context manager.

    Args:
        spec: What to run.
        folder: Where the trial makes a temporary folder of its own, for as long as it lives.
        python: The interpreter to run it on.

    Raises:
        OSError: No process could be started.
    """

    def __init__(self, spec: Spec, folder: str, python: str = sys.executable) -> None:
        self.spec = spec
        self._frames: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._errors: deque[bytes] = deque(maxlen=200)
        self._facts: dict[str, Any] = {}
        self._over: TrialRecord | None = None
        if len(folder) > LONGEST_FOLDER and os.path.isdir("/tmp"):
            folder = "/tmp"
        # Made and removed by the trial itself, so that none stays behind where we are killed.
        self._folder = os.path.join(folder, f"locklab-{os.urandom(6).hex()}")
        # -P: the working directory must not shadow what the trial imports
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
        self._send({"spec": spec.to_plain(), "path": path})

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def wait_ready(self) -> bool:
        """Wait until every worker stands at the gate; False where the trial is over already."""
        limit = START_LIMIT_S + 0.5 * self.spec.workers
        frame = self._next(limit)
        if frame is None:
            self._over = self._failed("start", limit)
        elif frame[0] == "ready":
            self._facts = frame[1]
        else:
            self._over = self._record(frame)
        return self._over is None

    def release(self) -> None:
        """Open the gate."""
        if self._over is None:
            self._send("go")

    def result(self) -> TrialRecord:
        """Wait for the result."""
        if self._over is None:
            frame = self._next(SILENCE_LIMIT_S)
            if frame is None:
                self._over = self._failed("answer", SILENCE_LIMIT_S)
            else:
                self._over = self._record(frame)
        return self._over

    def dismiss(self) -> None:
        """Let the interpreter end by itself; it waits for that after its result."""
        stdin = self._process.stdin
        if stdin and not stdin.closed:
            # a pipe that just ends means that we were killed
            self._send("bye")
            with contextlib.suppress(OSError):
                stdin.close()

    def close(self) -> None:
        """End whatever is left of the trial."""
        process = self._process
        self.dismiss()
        if self._over is not None and self._over.crash is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_S)
        else:
            self._end_gently()
        # workers of a trial that was itself killed, and whatever else does not want to end
        end_group(process.pid, gently=False)
        process.wait()
        remove_folder(self._folder)
        for reader in self._readers:
            reader.join(GRACE_S)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()

    def _end_gently(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_S)
        until = time.monotonic() + GRACE_S
        while end_group(self._process.pid, gently=True) and time.monotonic() < until:
            time.sleep(0.01)

    def _send(self, message: Any) -> None:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            marshal.dump(message, self._process.stdin, 2)
            self._process.stdin.flush()

    def _next(self, limit: float) -> tuple[str, Any] | None:
        """The next frame that says something; None where the trial ended, or fell silent."""
        started = time.monotonic()
        while True:
            try:
                kind, content = self._frames.get(timeout=0.1)
            except Empty:
                if time.monotonic() - started > limit:
                    return None
                # forked workers may keep the pipe of a dead trial open: it has no end then
                if self._process.poll() is not None and self._frames.empty():
                    return None
                continue
            if kind == "beat":
                started = time.monotonic()
                continue
            return None if kind == "eof" else (kind, content)

    def _record(self, frame: tuple[str, Any]) -> TrialRecord:
        kind, content = frame
        if kind == "problem":
            return TrialRecord(self.spec, self._facts, problem=content)
        return TrialRecord.from_plain(self.spec, self._facts, content)

    def _failed(self, phase: str, limit: float) -> TrialRecord:
        """The record of a trial that ended, or had to be ended, without a result."""
        running = self._process.poll() is None
        with contextlib.suppress(subprocess.TimeoutExpired):
            # the pipe closes a moment before the process is gone
            self._process.wait(GRACE_S)
        code = self._process.poll()
        late = code is None and running
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
            message = f"{place}: did not come to its end within the limit for setup and verify"
            return TrialRecord(self.spec, self._facts, problem=message)
        how = f"did not {phase} within {limit:.0f} s" if late else ending(code)
        last = next((line for line in reversed(text.splitlines()) if line.strip()), "")
        detail = f"at {place}" if place else last.strip()
        message = f"the trial's interpreter {how}" + (f": {detail}" if detail else "")
        if phase == "start":
            return TrialRecord(self.spec, self._facts, problem=message)
        return TrialRecord(self.spec, self._facts, crash=message)

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
    """Where the code of a scenario stood, by the traceback that `faulthandler` left."""
    for match in _FRAME.finditer(text):
        if is_workload(match["file"]):
            return f"{short(match['file'])}:{match['line']} in {match['function']}"
    return None


def run_in_fresh_interpreter(spec: Spec, folder: str, python: str = sys.executable) -> TrialRecord:
    """Run one trial from start to end."""
    with Trial(spec, folder, python) as trial:
        if trial.wait_ready():
            trial.release()
        return trial.result()
