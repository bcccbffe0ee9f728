"""What is said of code that reaches outside of what is explored."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from locklab import Lab, Scenario, Worker
from locklab.questions.check import check_one


class OpensAFile(Scenario):
    def setup(self, lab: Lab) -> None:
        self.lock = lab.lock()

    def work(self, worker: Worker) -> None:
        with self.lock, open(__file__, encoding="utf-8") as file:
            file.readline()

    async def work_async(self, worker: Worker) -> None:
        self.work(worker)


class Sleeps(OpensAFile):
    def work(self, worker: Worker) -> None:
        with self.lock:
            time.sleep(0)


def test_a_file_is_noticed_with_its_place() -> None:
    (note,) = check_one(OpensAFile, "threading.Lock").notes
    assert Path(__file__).name in note
    assert "opens a file; what is shared through it is not explored, a lab.cell() is" in note


@pytest.mark.skipif(sys.version_info < (3, 13), reason="time.sleep is audited from 3.13 on")
def test_a_real_sleep_is_noticed_and_told_what_to_use() -> None:
    (note,) = check_one(Sleeps, "threading.Lock").notes
    assert "sleeps for real; lab.pause() is where" in note


def test_the_built_in_scenarios_stay_inside() -> None:
    for scenario in ("counter", "box-drain"):
        for primitive in ("threading.Lock", "multiprocessing.Lock", "asyncio.Lock"):
            assert check_one(scenario, primitive).notes == ()
