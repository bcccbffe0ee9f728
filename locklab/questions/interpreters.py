"""Other Pythons to run trials on: finding them, and what they are."""

from __future__ import annotations

import glob
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from locklab.errors import RequestError
from locklab.model.places import short

OLDEST = (3, 11)
PROBE_LIMIT_S = 20.0

# Runs on any Python there has ever been, so that an old one can be told by its name.
_PROBE = (
    "import sys, platform; sys.stdout.write('|'.join(["
    "'%d.%d.%d' % tuple(sys.version_info[:3]), platform.python_implementation(),"
    "str('free-threading' in sys.version or 'experimental free' in sys.version),"
    "platform.python_build()[0], platform.python_compiler(), sys.executable]))"
)
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(t?)")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One Python to run trials on.

    Attributes:
        label: What tables call it: its version, with a t where it was built without the GIL, and
            its implementation where that is not CPython. Two of one label get their places added.
        path: Its executable.
        version: As numbers.
        implementation: `CPython` and so on.
        free_threaded_build: Whether it was built to run without the GIL.
        build: What it says of its build.
        compiler: What it was built with.
    """

    label: str
    path: str
    version: tuple[int, int, int]
    implementation: str
    free_threaded_build: bool
    build: str
    compiler: str


def here() -> Interpreter:
    """The one that runs this."""
    free = "free-threading" in sys.version
    version = sys.version_info[:3]
    return Interpreter(
        _label(version, free, platform.python_implementation()),
        sys.executable,
        version,
        platform.python_implementation(),
        free,
        platform.python_build()[0],
        platform.python_compiler(),
    )


def interpreters(wanted: Iterable[str]) -> list[Interpreter]:
    """The interpreters that paths or versions stand for, each once.

    Args:
        wanted: Paths of executables, commands on the path, or versions such as `3.13` or `3.13t`.

    Raises:
        RequestError: One is not to be found, cannot be run, or is too old.
    """
    found: dict[str, Interpreter] = {}
    for text in wanted:
        one = _version(text) if _VERSION.fullmatch(text) else _path(text)
        found.setdefault(one.path, one)
    labels = [one.label for one in found.values()]
    return [
        one if labels.count(one.label) == 1 else _relabelled(one, f"{one.label} {short(one.path)}")
        for one in found.values()
    ]


def _relabelled(one: Interpreter, label: str) -> Interpreter:
    from dataclasses import replace

    return replace(one, label=label)


def _label(version: tuple[int, int, int], free: bool, implementation: str) -> str:
    number = ".".join(map(str, version)) + ("t" if free else "")
    return number if implementation == "CPython" else f"{implementation} {number}"


def _path(text: str) -> Interpreter:
    if os.path.isdir(text):
        raise RequestError(f"--python {text}: that is a folder; name the interpreter in it")
    path = shutil.which(text) if os.sep not in text else text
    if path is None or not os.path.exists(path):
        raise RequestError(
            f"--python {text}: there is no such interpreter; give the path of one, or a version "
            "such as 3.13 or 3.13t"
        )
    one = _probe(os.path.abspath(path))
    if isinstance(one, str):
        raise RequestError(f"--python {text}: {one}")
    if one.version[:2] < OLDEST:
        raise RequestError(
            f"--python {text}: that is Python {one.label}; locklab measures 3.11 and later"
        )
    return one


def _version(text: str) -> Interpreter:
    match = _VERSION.fullmatch(text)
    assert match
    major, minor, micro, free = match.groups()
    if (int(major), int(minor)) < OLDEST:
        raise RequestError(f"--python {text}: locklab measures Python 3.11 and later")
    seen = []
    for path in _candidates(f"{major}.{minor}", free):
        one = _probe(path)
        if isinstance(one, str):
            continue
        seen.append(one.label)
        same = one.version[:2] == (int(major), int(minor)) and one.free_threaded_build == bool(free)
        if same and (micro is None or one.version[2] == int(micro)):
            return one
    others = f"; found were {', '.join(dict.fromkeys(seen))}" if seen else ""
    raise RequestError(
        f"--python {text}: no such Python was found on the path or where version managers put "
        f"them{others}; give the path of its executable"
    )


def _candidates(version: str, free: str) -> Iterator[str]:
    """Where a Python of a version may be: this one, on the path, and in version managers."""
    yield sys.executable
    home = os.path.expanduser("~")
    on_path = (shutil.which(f"python{version}{free}"), shutil.which("python3"))
    yield from filter(None, on_path)
    pyenv = os.environ.get("PYENV_ROOT", os.path.join(home, ".pyenv"))
    for pattern in (
        f"{pyenv}/versions/{version}*/bin/python",
        f"{home}/.local/share/uv/python/*{version}*/bin/python3",
        f"{home}/miniconda3/envs/*/bin/python",
        f"/opt/python*/bin/python{version}{free}",
        f"/usr/local/bin/python{version}{free}",
        f"/Library/Frameworks/Python*.framework/Versions/{version}*/bin/python3",
    ):
        yield from sorted(glob.glob(pattern), reverse=True)
    launcher = shutil.which("py")
    if launcher:
        # the launcher of Windows knows what is installed
        asked = subprocess.run(
            [launcher, f"-{version}{free}", "-c", "import sys; print(sys.executable)"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0:
            yield asked.stdout.strip()


def _probe(path: str) -> Interpreter | str:
    """What an executable is; a sentence where it is no Python that can be run."""
    try:
        asked = subprocess.run(
            [path, "-E", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PROBE_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not answer within {PROBE_LIMIT_S:.0f} s"
    except OSError as error:
        return f"it cannot be run: {error.strerror or error}"
    parts = asked.stdout.split("|")
    if asked.returncode or len(parts) != 6:
        said = (asked.stderr.strip() or "nothing").splitlines()[-1]
        return f"it does not answer as a Python does; it said: {said}"
    numbers = tuple(int(number) for number in parts[0].split("."))
    version = (numbers[0], numbers[1], numbers[2])
    free = parts[2] == "True"
    # its own name for itself: a shim or a link leads elsewhere
    return Interpreter(_label(version, free, parts[1]), path, version, parts[1], free, *parts[3:5])
