"""The verdicts of many cases: `locklab check` here, `locklab compare` in a process of its own."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from locklab import __version__
from locklab.errors import CaseError, RequestError
from locklab.model.proofs import Proof
from locklab.model.registry import nearest
from locklab.model.results import CaseResult, RunResult
from locklab.questions.check import check_one, estimate
from locklab.questions.plan import Case, plan
from locklab.questions.subjects import PrimitiveLike, ScenarioLike
from locklab.questions.summary import blank

OnCase = Callable[[str, int, int, float, float | None], None]

# seconds of exploration for all cases of a run together
CHECK_SECONDS = {"quick": 10.0, "standard": 60.0, "thorough": 600.0}

# Sizes up to this many operations of all workers end so soon that no estimate is worth its time.
FEW = 6
EXECUTIONS_PER_S = 10_000

# What `compare` looks at beside its trials: small, because it is asked for numbers.
SMALL_WORKERS = 2
SMALL_OPS = 2
SMALL_SECONDS = 0.5
# A case that says nothing for so long, beyond that, hangs in code that takes no steps.
SILENCE_S = 1.5
# How long its process may take to start, on a machine with other things to do.
START_S = 10.0


def check_cases(
    scenarios: Iterable[ScenarioLike] | None = None,
    *,
    primitives: Iterable[PrimitiveLike] | None = None,
    workers: int = 2,
    ops: int = 2,
    budget: str = "quick",
    on_case: OnCase = lambda *_: None,
    on_warning: Callable[[str], None] = lambda _: None,
    **options: Any,
) -> RunResult:
    """Explore scenarios on primitives; what is not measured stays None.

    Args:
        scenarios: As for `compare`.
        primitives: As for `compare`.
        workers: Workers of each case.
        ops: Operations of each worker.
        budget: `quick`, `standard` or `thorough`: 10, 60 or 600 seconds for all cases together.
        on_case: Called now and then with the case, how many are done, the executions of this one,
            its seconds, and about how many executions there are at most, where that is known.
        on_warning: Called with a sentence for each case that may be too large for its share of
            the time, before it is begun.
        **options: As for `check_one`.

    Raises:
        RequestError: The request is wrong.
    """
    if budget not in CHECK_SECONDS:
        raise RequestError(f"budget: there is no {budget!r}; {nearest(budget, CHECK_SECONDS)}")
    cases, problems = plan(scenarios, primitives, [workers])
    created = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    ends = time.monotonic() + CHECK_SECONDS[budget]
    results: list[CaseResult] = []
    interrupted = False
    for index, case in enumerate(cases):
        on_case(str(case), index, 0, 0.0, None)
        about = None
        if interrupted:
            proof = Proof("inconclusive", reason="it was interrupted before")
        else:
            share = max(0.05, ends - time.monotonic()) / (len(cases) - index)
            try:
                if workers * ops > FEW:
                    about = _warn(case, workers, ops, share, on_warning)
                proof = check_one(
                    case.scenario,
                    case.primitive,
                    workers,
                    ops,
                    max_seconds=share,
                    on_progress=partial(_tell, on_case, str(case), index, about),
                    **options,
                )
            except CaseError as error:
                proof = Proof("inconclusive", reason="it cannot be explored")
                results.append(replace(blank(case), verdict=proof, problem=str(error)))
                continue
            interrupted = proof.interrupted
        results.append(replace(blank(case), verdict=proof))
    given = {key: value for key, value in options.items() if value not in (None, False)}
    return RunResult(
        created=created,
        seed=options.get("seed") or 0,
        settings={"budget": budget, "workers": [workers], "ops": ops, **given},
        environment={"locklab": __version__, "python": sys.version.split()[0]},
        cases=tuple(results),
        problems=tuple(problems),
        interrupted=interrupted,
    )


def _tell(
    on_case: OnCase, case: str, done: int, about: float | None, executions: int, seconds: float
) -> None:
    on_case(case, done, executions, seconds, about)


def _warn(
    case: Case, workers: int, ops: int, seconds: float, tell: Callable[[str], None]
) -> float | None:
    """Say so where a case may be too large for its time; about how many executions it has."""
    about = estimate(case.scenario, case.primitive, workers, ops)
    if about is not None and about > EXECUTIONS_PER_S * seconds:
        tell(
            f"{case}: about {about:.0e} interleavings of {workers} × {ops} operations before "
            f"reduction, and {seconds:.0f} s for it; what is left over then is inconclusive. "
            "Fewer --ops or --workers, or a larger --budget, will help"
        )
    return about


def explore_apart(
    cases: Sequence[Case], on_case: Callable[[str], None] = lambda _: None
) -> list[Proof]:
    """A small verdict of each case, from a process of its own.

    Apart, because the code of a scenario may end or stop the process that runs it: a trial is a
    process that can be ended, and exploration must not be worse.

    Args:
        cases: What to explore. Cases that differ in workers beyond two are explored once.
        on_case: Called with each case before it.
    """
    wanted = list(dict.fromkeys(map(_small, cases)))
    proofs: dict[tuple[str, str, int], Proof] = {}
    while len(proofs) < len(wanted):
        left = wanted[len(proofs) :]
        try:
            _some(left, proofs, on_case)
        except OSError as error:
            reason = f"no process could be started to explore it: {error}"
            proofs.update(dict.fromkeys(left, Proof("inconclusive", reason=reason)))
    return [proofs[_small(case)] for case in cases]


def _small(case: Case) -> tuple[str, str, int]:
    return case.scenario, case.primitive, min(case.workers, SMALL_WORKERS)


def _some(
    left: Sequence[tuple[str, str, int]],
    proofs: dict[tuple[str, str, int], Proof],
    on_case: Callable[[str], None],
) -> None:
    """Add a proof for at least the first of `left`."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    boot = f"import sys; sys.path.append({root!r}); from {__name__} import serve; serve()"
    # a first frame says that the process has started; None that it has ended
    frames: SimpleQueue[Any] = SimpleQueue()
    with subprocess.Popen(
        [sys.executable, "-P", "-c", boot],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:

        def read() -> None:
            assert process.stdout
            with contextlib.suppress(Exception):
                while True:
                    frames.put(pickle.load(process.stdout))
            frames.put(None)

        threading.Thread(target=read, daemon=True).start()
        try:
            assert process.stdin
            with contextlib.suppress(OSError):
                pickle.dump(([entry for entry in sys.path if entry], list(left)), process.stdin)
                process.stdin.close()
            with contextlib.suppress(Empty):
                if frames.get(timeout=START_S) is None:
                    frames.put(None)
            for one in left:
                on_case(f"{one[0].rpartition(':')[2]} × {one[1].rpartition(':')[2]}")
                try:
                    proof = frames.get(timeout=SMALL_SECONDS + SILENCE_S)
                except Empty:
                    reason = "exploring it did not come back: it runs without taking steps"
                    proofs[one] = Proof("inconclusive", reason=reason)
                    return
                if proof is None:
                    reason = "exploring it ended its process"
                    proofs[one] = Proof("inconclusive", reason=reason)
                    return
                proofs[one] = proof
        finally:
            process.kill()


def serve() -> None:
    """The other side of `explore_apart`."""
    outlet = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    path, wanted = pickle.load(sys.stdin.buffer)
    sys.path.extend(entry for entry in path if entry not in sys.path)
    pickle.dump("started", outlet)
    outlet.flush()
    for scenario, primitive, workers in wanted:
        # also where whoever asked is gone by then
        faulthandler.dump_traceback_later(SMALL_SECONDS + 2 * SILENCE_S, exit=True)
        try:
            proof = check_one(
                scenario, primitive, workers, SMALL_OPS, max_seconds=SMALL_SECONDS, minimal=False
            )
            frame = pickle.dumps(proof)
        except KeyboardInterrupt:
            return
        except Exception as error:
            reason = f"it cannot be explored: {error}"
            frame = pickle.dumps(Proof("inconclusive", reason=reason))
        outlet.write(frame)
        outlet.flush()
