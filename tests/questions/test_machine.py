"""Every check catches what it is for, and calls unknown what a machine does not tell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locklab.model.diagnosis import Finding
from locklab.questions.doctor import findings
from locklab.questions.machine import facts, timing
from locklab.questions.machine.facts import facts_of
from locklab.questions.machine.python import Python
from locklab.questions.machine.seam import Counters, Machine
from tests.questions.machines import CLOCK, CPU, GOOD, clock, machine, write

TRIAL = {"gil": True, "switch_interval_s": 0.005}
QUIET: dict[str, Any] = {
    "environ": {},
    "free_threaded": False,
    "debug": False,
    "hooks": (),
    "bytecode": True,
}


def said(looked_at: Machine, **python: Any) -> dict[str, Finding]:
    """Every finding by its name."""
    interpreter = Python(**{"trial": TRIAL, **QUIET, **python})
    return {finding.name: finding for finding in findings(looked_at, interpreter)}


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock here is a real one; a short look at it shows as much."""
    monkeypatch.setattr(timing, "WATCH_NS", 2_000_000)
    monkeypatch.setattr(timing, "READS", 100)
    monkeypatch.setattr(timing, "TURNS", 100_000)
    monkeypatch.setattr(facts, "MOST_LOOKS", 20_000)


def test_a_good_machine_gets_no_warning(tmp_path: Path) -> None:
    found = said(machine(tmp_path, GOOD))
    assert {finding.state for finding in found.values()} == {"ok"}
    assert all(finding.means is None and finding.remedy is None for finding in found.values())


def test_a_machine_that_tells_nothing_is_unknown_and_never_fine(tmp_path: Path) -> None:
    blank = Machine(tmp_path, load=lambda: None, cpus=lambda: None, usable=lambda: 4, clock=clock())
    assert blank.began == Counters(None, None, None, None, None)
    found = said(blank, trial={}, bytecode=None)
    known = {"processors", "build", "tracing", "variables"}
    assert {name for name, finding in found.items() if finding.state == "ok"} == known
    assert {name for name, finding in found.items() if finding.state == "warning"} == set()
    told = facts_of(blank)
    assert told.pop("processor") is None or sys.platform == "win32"
    assert set(told.values()) == {None}


@given(st.binary(max_size=60))
def test_nonsense_in_the_files_is_no_crash(content: bytes) -> None:
    class Odd(Machine):
        def read(self, path: str) -> str | None:
            return content.decode(errors="replace")

        def each(self, pattern: str) -> list[str]:
            return [content.decode(errors="replace")] * 2

    odd = Odd("/nowhere", load=lambda: 0.0, usable=lambda: 4, clock=clock(50))
    names = {finding.name for finding in findings(odd, Python(TRIAL, **QUIET))}
    assert len(names) == 20


@pytest.mark.parametrize(
    ("name", "files", "says"),
    [
        ("frequency", {f"{CPU}/cpufreq/policy0/scaling_governor": "powersave"}, "powersave"),
        ("boost", {f"{CPU}/cpufreq/boost": "1"}, "turbo"),
        ("SMT", {f"{CPU}/smt/active": "1"}, "share cores"),
        ("NUMA", {"sys/devices/system/node/online": "0-1"}, "0-1"),
        ("clock source", {f"{CLOCK}/current_clocksource": "hpet"}, "hpet"),
        ("quota", {"sys/fs/cgroup/user.slice/cpu.max": "150000 100000"}, "1.5 processors"),
        (
            "hypervisor",
            {"proc/cpuinfo": "model name : x\nflags : fpu hypervisor tsc\n"},
            "vm-other",
        ),
        ("hypervisor", {f"{CLOCK}/available_clocksource": "tsc kvm-clock"}, "kvm"),
        ("hypervisor", {"sys/hypervisor/type": "xen"}, "xen"),
        (
            "power",
            {
                "sys/class/power_supply/AC/online": "0",
                "sys/class/power_supply/BAT0/status": "Discharging",
            },
            "on battery",
        ),
    ],
)
def test_a_setting_that_harms_is_caught_alone(
    tmp_path: Path, name: str, files: dict[str, str], says: str
) -> None:
    found = said(machine(tmp_path, {**GOOD, **files}))
    assert [one.name for one in found.values() if one.state != "ok"] == [name]
    assert found[name].state == "warning"
    assert says in found[name].found
    assert found[name].means
    assert found[name].remedy


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("load", {"load": lambda: 5.5}, "5.50 on 8"),
        ("processors", {"usable": lambda: 1}, "1 of 8"),
        ("processors", {"usable": lambda: 2, "cpus": lambda: 2}, "2 usable"),
        ("timer", {"clock": clock(*[0] * 7, 15_600)}, "steps of 15,600 ns"),
        ("timer", {"clock": clock(400)}, "400 ns to read"),
        ("hold-ups", {"clock": clock(*[50] * 9_000, 9_000_000)}, "9 ms at most"),
    ],
)
def test_what_is_measured_is_caught(
    tmp_path: Path, name: str, more: dict[str, Any], says: str
) -> None:
    finding = said(machine(tmp_path, GOOD, **more))[name]
    assert finding.state == "warning"
    assert says in finding.found


@pytest.mark.parametrize(
    ("name", "files", "says"),
    [
        ("steal", {"proc/stat": "cpu  180 0 50 1000 5 0 2 20 0 0\n"}, "20.0 %"),
        ("heat", {f"{CPU}/cpu0/thermal_throttle/core_throttle_count": "4"}, "slowed"),
        ("quota", {"sys/fs/cgroup/user.slice/cpu.stat": "nr_throttled 7"}, "stopped 7 times"),
    ],
)
def test_what_happens_meanwhile_is_caught(
    tmp_path: Path, name: str, files: dict[str, str], says: str
) -> None:
    looked_at = machine(tmp_path, {**GOOD, "sys/fs/cgroup/user.slice/cpu.max": "800000 100000"})
    assert said(looked_at)[name].state in ("ok", "unknown")
    write(tmp_path, files)
    finding = said(looked_at)[name]
    assert finding.state == "warning"
    assert says in finding.found


@pytest.mark.parametrize(
    ("name", "python", "says"),
    [
        ("GIL", {"free_threaded": True}, "an imported module"),
        ("GIL", {"free_threaded": True, "environ": {"PYTHON_GIL": "1"}}, "PYTHON_GIL=1"),
        ("switch interval", {"trial": {"gil": True, "switch_interval_s": 1e-5}}, "0.01 ms"),
        ("build", {"debug": True}, "debug"),
        ("tracing", {"hooks": ("a trace function",)}, "a trace function"),
        ("variables", {"environ": {"PYTHONTRACEMALLOC": "5"}}, "PYTHONTRACEMALLOC=5"),
        ("variables", {"environ": {"PYTHONMALLOC": "debug"}}, "PYTHONMALLOC=debug"),
        ("bytecode", {"bytecode": False}, "cannot be written"),
        (
            "bytecode",
            {"bytecode": False, "environ": {"PYTHONDONTWRITEBYTECODE": "1"}},
            "PYTHONDONTWRITEBYTECODE is set",
        ),
    ],
)
def test_an_interpreter_that_is_not_as_it_seems_is_caught(
    tmp_path: Path, name: str, python: dict[str, Any], says: str
) -> None:
    found = said(machine(tmp_path, GOOD), **python)
    assert [one.name for one in found.values() if one.state != "ok"] == [name]
    assert says in found[name].found


def test_variables_that_do_nothing_are_left_alone(tmp_path: Path) -> None:
    environ = {"PYTHONTRACEMALLOC": "0", "PYTHONFAULTHANDLER": "1", "PYTHONMALLOC": "pymalloc"}
    assert said(machine(tmp_path, GOOD), environ=environ)["variables"].state == "ok"


def test_a_trace_function_is_seen() -> None:
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        hooks = Python({}).hooks
    finally:
        sys.settrace(before)
    assert "a trace function" in hooks


def test_without_the_gil_it_says_so(tmp_path: Path) -> None:
    off = said(machine(tmp_path, GOOD), trial={**TRIAL, "gil": False}, free_threaded=True)
    assert (off["GIL"].state, off["GIL"].found) == ("ok", "off")


def test_turbo_by_the_other_driver(tmp_path: Path) -> None:
    files = {path: text for path, text in GOOD.items() if not path.endswith("boost")}
    turbo = f"{CPU}/intel_pstate/no_turbo"
    assert said(machine(tmp_path, {**files, turbo: "0"}))["boost"].state == "warning"
    assert said(machine(tmp_path, {**files, turbo: "1"}))["boost"].state == "ok"


@given(st.lists(st.sampled_from([40, 60, 20_000, 3_000_000]), min_size=1, max_size=50))
def test_hold_ups_add_up(gaps: list[int]) -> None:
    span = sum(gaps[1:]) or 1
    seen = timing.watch(clock(*gaps), span)
    assert seen is not None
    # the first gap has passed when the loop first looks
    turns = gaps[1:] or gaps
    long = [gap for gap in turns if gap > timing.HELD_UP_NS]
    assert seen.count == len(long)
    assert seen.longest_ns == max(long, default=0)
    assert seen.lost == pytest.approx(sum(long) / sum(turns))


def test_a_clock_that_stands_still_ends_the_watch() -> None:
    assert timing.watch(clock(), 1) is None


def test_every_check_is_explained(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
    explained = [line.split("|")[1].strip() for line in text.splitlines() if line[:2] == "| "]
    assert explained == ["check", *said(machine(tmp_path, GOOD))]
