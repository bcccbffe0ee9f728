"""Running the trials of many cases: pilots first, then timed rounds in random order."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from locklab.questions.plan import Budget, Case
from locklab.questions.samples import Samples
from locklab.trial.launch import Trial
from locklab.trial.process import usable_cpus
from locklab.trial.record import TrialRecord
from locklab.trial.spec import Spec

# A pilot must be short on any primitive, with any number of workers.
PILOT_OPS = 32
PILOT_OPS_OF_ALL = 4_096
# Long enough for some switches of the default switch interval (5 ms) to fall into sections.
WITNESS_S = 0.025
# A pilot that took so long, because its scenario pauses, has seen what a longer one would see.
PILOT_SUFFICES_S = 0.004
MOST_OPS = 50_000_000
# The watched lock costs several times the bare one; the first timed trial corrects the rest.
WITNESS_FACTOR = 3
# Timestamps of one trial, over all workers: so that memory does not grow with workers either.
STAMPS = 20_000
# A first timed trial this much shorter than asked for says little; it only sets the next one.
TOO_SHORT = 0.4
# More than a work unit takes on any interpreter; only patience is reckoned with it.
SLOW_UNIT_S = 2e-7
NO_PROCESS = "no process could be started: {}"


@dataclass(slots=True)
class Progress:
    """How far a run has got.

    Attributes:
        done: Trials done.
        total: Trials planned, which shrinks where a case stalls and is given up.
        running: What runs now.
    """

    done: int
    total: int
    running: str


class Measurement:
    """The trials of one run.

    Args:
        cases: What to measure.
        budget: How much.
        seed: Of the order of trials.
        inside: Work units in each critical section.
        outside: Work units after each critical section.
        start_method: Of processes; None for the platform's default.
        on_progress: Called before each trial.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        budget: Budget,
        seed: int,
        *,
        inside: int = 0,
        outside: int = 0,
        start_method: str | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self.samples = [
            Samples(case, ops=max(2, min(PILOT_OPS, PILOT_OPS_OF_ALL // case.workers)))
            for case in cases
        ]
        self._budget = budget
        self._random = random.Random(seed)
        self._load = (inside, outside)
        self._start_method = start_method
        self._on_progress = on_progress
        self._progress = Progress(0, len(cases) * (2 + budget.trials), "")
        # Interpreters start two at a time while none is being timed: starting costs as much as
        # measuring. What waits at its gate uses no processor.
        self._side_by_side = min(2, usable_cpus())
        # Interpreters that have done their work leave while the next ones start.
        self._leaving = ExitStack()

    def announce(self, what: str) -> None:
        """Say what is being explored, before there are trials to count."""
        self._progress.running = f"exploring {what}"
        self._on_progress(self._progress)

    def run(self) -> None:
        """Run everything; `samples` is meaningful at any time, also after an exception."""
        folder = tempfile.gettempdir()
        try:
            self._pilots(folder)
            for _ in range(self._budget.trials):
                self._round(folder)
        finally:
            self._leaving.close()

    def _pilots(self, folder: str) -> None:
        """Watched trials, untimed and therefore side by side: short ones, then useful ones."""
        self._watched(self.samples, folder)
        left = [samples for samples in self.samples if not samples.given_up]
        short = [samples for samples in left if samples.span_ns < PILOT_SUFFICES_S * 1e9]
        self._watched(short, folder)
        self._progress.total -= len(left) - len(short)
        for samples in left:
            samples.ops = min(MOST_OPS, samples.ops * WITNESS_FACTOR)

    def _watched(self, chosen: Sequence[Samples], folder: str) -> None:
        # more than there are processors, because a trial that deadlocks only waits to be noticed
        for group in _groups(chosen, 2 * self._side_by_side):
            with ExitStack() as stack:
                trials = self._start(group, stack, folder, witness=True)
                for _, trial in trials:
                    if trial.wait_ready():
                        trial.release()
                for samples, trial in trials:
                    record = trial.result()
                    samples.add(record)
                    self._scale(samples, record, WITNESS_S)
                    self._tick(samples)
                self._let_go(trials, stack)

    def _round(self, folder: str) -> None:
        """One timed trial of every case, in random order, one at a time."""
        order = [samples for samples in self.samples if not samples.given_up]
        self._random.shuffle(order)
        for group in _groups(order, self._side_by_side):
            with ExitStack() as stack:
                trials = self._start(group, stack, folder, witness=False)
                for _, trial in trials:
                    trial.wait_ready()
                for samples, trial in trials:
                    self._progress.running = str(samples.case)
                    self._on_progress(self._progress)
                    trial.release()
                    self._take(samples, trial.result(), folder)
                self._let_go(trials, stack)

    def _let_go(self, trials: Sequence[tuple[Samples, Trial]], stack: ExitStack) -> None:
        for _, trial in trials:
            trial.dismiss()
        self._leaving = stack.pop_all()

    def _take(self, samples: Samples, record: TrialRecord, folder: str) -> None:
        samples.add(record)
        if record.stalled:
            self._explain(samples, folder)
        seen = record.window()
        asked_ns = self._budget.window_s * 1e9
        first = not samples.windows
        self._scale(samples, record, self._budget.window_s)
        if seen is not None and not record.stalled:
            too_short = seen.span_ns < TOO_SHORT * asked_ns and samples.ops > record.spec.ops
            if first and too_short:
                record = self._alone(samples, folder, witness=False)
                samples.add(record)
                if record.stalled:
                    self._explain(samples, folder)
                seen = record.window()
                self._scale(samples, record, self._budget.window_s)
        if seen is not None and not record.stalled:
            samples.windows.append(seen)
        self._tick(samples)

    def _explain(self, samples: Samples, folder: str) -> None:
        """A bare lock cannot say who waits for whom: try once more with watched ones."""
        self._progress.running = f"{samples.case} (stalled; looking why)"
        self._on_progress(self._progress)
        samples.add(self._alone(samples, folder, witness=True))

    def _alone(self, samples: Samples, folder: str, *, witness: bool) -> TrialRecord:
        spec = self._spec(samples, witness=witness)
        try:
            with Trial(spec, folder) as trial:
                if trial.wait_ready():
                    trial.release()
                return trial.result()
        except OSError as error:
            return TrialRecord(spec, problem=NO_PROCESS.format(error))

    def _start(
        self, group: Sequence[Samples], stack: ExitStack, folder: str, *, witness: bool
    ) -> list[tuple[Samples, Trial]]:
        trials = []
        for samples in group:
            self._progress.running = str(samples.case)
            self._on_progress(self._progress)
            try:
                trial = Trial(self._spec(samples, witness=witness), folder)
            except OSError as error:
                samples.problem = NO_PROCESS.format(error)
                self._tick(samples)
                continue
            trials.append((samples, stack.enter_context(trial)))
        self._leaving.close()
        return trials

    def _spec(self, samples: Samples, *, witness: bool) -> Spec:
        case = samples.case
        return Spec(
            case.scenario,
            case.primitive,
            case.workers,
            samples.ops,
            chunks=max(4, min(64, STAMPS // case.workers)),
            witness=witness,
            inside=self._load[0],
            outside=self._load[1],
            start_method=self._start_method,
            # one operation alone may take seconds where so much work was asked for
            patience_s=self._budget.patience_s + sum(self._load) * case.workers * SLOW_UNIT_S,
        )

    @staticmethod
    def _scale(samples: Samples, record: TrialRecord, window_s: float) -> None:
        """Choose the next number of operations from how fast the last ones were."""
        seen = record.window()
        if seen is None or record.stalled:
            return
        samples.span_ns = seen.span_ns
        wanted = seen.ops_per_s * window_s / samples.case.workers
        # a paced scenario may end early: do not let it shrink from trial to trial
        fewest = 8 if samples.case.scenario_class.paced else 1
        samples.ops = max(fewest, min(MOST_OPS, round(wanted)))

    def _tick(self, samples: Samples) -> None:
        self._progress.done += 1
        if samples.given_up:
            left = self._budget.trials + 2 - samples.trials
            self._progress.total -= max(0, left)
        self._on_progress(self._progress)


def _groups(chosen: Sequence[Samples], size: int) -> Iterator[Sequence[Samples]]:
    for start in range(0, len(chosen), size):
        yield chosen[start : start + size]
