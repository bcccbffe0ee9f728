"""One fixture multiplies every contract test over the backends, one over the primitives."""

from __future__ import annotations

import json
import multiprocessing
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.model.primitive import Primitive
from locklab.model.workload import Lab
from locklab.report import document
from locklab.trial.launch import Trial
from locklab.trial.record import TrialRecord
from locklab.trial.run import load_primitive
from locklab.trial.spec import Spec
from tests.documents import invalid, kind_of

WORKLOADS = Path(__file__).with_name("workloads.py")

BACKEND_IDS = [
    "threading",
    "asyncio",
    *(f"multiprocessing-{method}" for method in multiprocessing.get_all_start_methods()),
]


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Started in the background or by nohup, everything would ignore signals, the command too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) is signal.SIG_IGN:
        signal.signal(hangup, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _every_document_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever document a test writes keeps to the published schema."""
    bare = document.encode

    def checked(record: Any) -> bytes:
        content = bare(record)
        plain = json.loads(content)
        kind = kind_of(plain)
        assert kind is not None
        assert invalid(plain, kind) is None
        return content

    monkeypatch.setattr(document, "encode", checked)


@pytest.fixture(params=BACKEND_IDS)
def backend(request: pytest.FixtureRequest) -> Any:
    """Each backend, processes with each start method of the platform."""
    name, _, start_method = request.param.partition("-")
    return BACKENDS.load(name)(start_method or None)


@pytest.fixture(params=list(PRIMITIVES))
def primitive(request: pytest.FixtureRequest) -> Primitive:
    """Each registered primitive."""
    found: Primitive = PRIMITIVES.load(request.param)
    return found


@pytest.fixture
def workload() -> Callable[[str], str]:
    """The import path of a scenario or lock in `workloads.py`."""
    return lambda name: f"{WORKLOADS}:{name}"


@pytest.fixture
def new_lab() -> Callable[..., Lab]:
    """A lab on a real backend, as a trial builds it."""

    def build(backend: Any, primitive: Primitive, workers: int = 2, ops: int = 10) -> Lab:
        return Lab(
            workers,
            ops,
            lock=primitive.make,
            cell=backend.cell,
            pause=backend.pause,
            primitive=lambda lab, name: load_primitive(name).make(lab),
            context=backend.context,
        )

    return build


@pytest.fixture
def run_trial(tmp_path: Path) -> Callable[..., TrialRecord]:
    """Run one trial in a fresh interpreter."""

    def run(scenario: str, primitive: str, workers: int = 2, ops: int = 20, **more: Any) -> Any:
        # patience only has to outlast a pause of the machine; no trial here is slow on purpose
        spec = Spec(scenario, primitive, workers, ops, **{"patience_s": 2.0, **more})
        with Trial(spec, str(tmp_path)) as trial:
            if trial.wait_ready():
                trial.release()
            return trial.result()

    return run
