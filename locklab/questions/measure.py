"""Running the trials of many cases: pilots first, then timed rounds in random order."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from locklab.questions.plan import Budget, Case
from locklab.questions.precision import widest
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
# Between two timestamps of a worker, so that short windows can be told apart.
CHUNK_S = 0.0003
# An open loop runs longer than a closed one: its arrivals are few.
OPEN_WINDOWS = 4
NO_PROCESS = "no process could be started: {}"

# A trial to run: of which case, and `watched`, `timed` or `clocked`.
Turn = tuple[Samples, str]


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
        rate: Acquisitions per second of all workers together in the wait pass; None for as many
            as there can be.
        start_method: Of processes; None for the platform's default.
        on_progress: Called before each trial.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        budget: Budget,
        seed: int,
        *,
        rate: float | None = None,
        start_method: str | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self.samples = [
            Samples(case, ops=max(2, min(PILOT_OPS, PILOT_OPS_OF_ALL // case.workers)))
            for case in cases
        ]
        self._budget = budget
        self._random = random.Random(seed)
        self._rate = rate
        self._start_method = start_method
        self._on_progress = on_progress
        total = len(cases) * (2 + budget.trials) + sum(map(self._clocked_trials, self.samples))
        self._progress = Progress(0, total, "")
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
        seconds = max(self._budget.at_least_s, self._budget.seconds * len(self.samples))
        ends = time.monotonic() + seconds
        try:
            self._pilots(folder)
            # the first timed trial finds out how many operations fill a window
            self._turns(self._round(0), folder)
            rounds = range(1, max(self._budget.trials, 1 + self._budget.clocked))
            self._turns([turn for index in rounds for turn in self._round(index)], folder)
            target = self._budget.precision
            while target and time.monotonic() < ends and (wide := widest(self.samples, target)):
                # so many, that one starts while another runs
                more = [(one, "timed") for one in wide * max(1, self._side_by_side // len(wide))]
                self._progress.total += len(more)
                self._turns(self._shuffled(more), folder)
        finally:
            self._leaving.close()

    def _clocked_trials(self, samples: Samples) -> int:
        """How many trials of the wait pass a case gets."""
        # nobody waits for the control; in an open loop it shows what the pacing alone costs
        return (
            0 if not samples.case.described.exclusive and not self._rate else self._budget.clocked
        )

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
        watched = [(samples, "watched") for samples in chosen]
        for group in _groups(watched, 2 * self._side_by_side):
            with ExitStack() as stack:
                trials = self._start(group, stack, folder)
                for _, trial in trials:
                    if trial.wait_ready():
                        trial.release()
                for samples, trial in trials:
                    record = trial.result()
                    samples.add(record)
                    self._scale(samples, record, WITNESS_S)
                    self._tick(samples)
                self._let_go(trials, stack)

    def _round(self, index: int) -> list[Turn]:
        """Every case's turns of one round, in random order."""
        timed = self.samples if index < self._budget.trials else []
        clocked = [one for one in self.samples if 1 <= index <= self._clocked_trials(one)]
        return self._shuffled([(o, "timed") for o in timed] + [(o, "clocked") for o in clocked])

    def _shuffled(self, turns: list[Turn]) -> list[Turn]:
        self._random.shuffle(turns)
        return turns

    def _turns(self, turns: Sequence[Turn], folder: str) -> None:
        """Trials one after another, in this order; of cases that are given up no more."""
        for together in _groups(turns, self._side_by_side):
            group = [(samples, kind) for samples, kind in together if not samples.given_up]
            with ExitStack() as stack:
                trials = self._start(group, stack, folder)
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
        if record.spec.clocked and record.problem:
            # the lock can be measured, as other trials show, and not be wrapped
            samples.unclocked = record.problem
            self._tick(samples)
            return
        samples.add(record)
        if record.stalled:
            self._explain(samples, folder)
        if record.spec.clocked:
            samples.take_clocked(record)
            self._tick(samples)
            return
        seen = record.window()
        asked_ns = self._budget.window_s * 1e9
        first = not samples.windows
        self._scale(samples, record, self._budget.window_s)
        if seen is not None and not record.stalled:
            too_short = seen.span_ns < TOO_SHORT * asked_ns and samples.ops > record.spec.ops
            if first and too_short:
                record = self._alone(samples, folder, "timed")
                samples.add(record)
                if record.stalled:
                    self._explain(samples, folder)
                seen = record.window()
                self._scale(samples, record, self._budget.window_s)
        if seen is not None and not record.stalled:
            samples.take_window(record, seen)
        self._tick(samples)

    def _explain(self, samples: Samples, folder: str) -> None:
        """A bare lock cannot say who waits for whom: try once more with watched ones."""
        self._progress.running = f"{samples.case} (stalled; looking why)"
        self._on_progress(self._progress)
        samples.add(self._alone(samples, folder, "watched"))

    def _alone(self, samples: Samples, folder: str, kind: str) -> TrialRecord:
        spec = self._spec(samples, kind)
        try:
            with Trial(spec, folder, _executable(samples)) as trial:
                if trial.wait_ready():
                    trial.release()
                return trial.result()
        except OSError as error:
            return TrialRecord(spec, problem=NO_PROCESS.format(error))

    def _start(
        self, group: Sequence[Turn], stack: ExitStack, folder: str
    ) -> list[tuple[Samples, Trial]]:
        trials = []
        for samples, kind in group:
            self._progress.running = str(samples.case)
            self._on_progress(self._progress)
            try:
                trial = Trial(self._spec(samples, kind), folder, _executable(samples))
            except OSError as error:
                samples.problem = NO_PROCESS.format(error)
                self._tick(samples)
                continue
            trials.append((samples, stack.enter_context(trial)))
        self._leaving.close()
        return trials

    def _spec(self, samples: Samples, kind: str) -> Spec:
        """A trial of a case: `watched`, `timed` or `clocked`."""
        case, ops = samples.case, samples.ops
        patience = self._budget.patience_s
        # one operation alone may take seconds where so much work was asked for
        patience += (case.load.inside + case.load.outside) * case.workers * SLOW_UNIT_S
        if kind == "clocked" and self._rate:
            seconds = self._budget.window_s * OPEN_WINDOWS
            ops = max(2, min(ops * OPEN_WINDOWS, round(self._rate * seconds / case.workers)))
            # each comes when it is due, however seldom that is
            patience += ops * case.workers / self._rate
        chunks = max(64, round(self._budget.window_s / CHUNK_S))
        return Spec(
            case.scenario,
            case.primitive,
            case.workers,
            ops,
            chunks=max(4, min(chunks, STAMPS // case.workers)),
            witness=kind == "watched",
            clocked=kind == "clocked",
            rate=self._rate if kind == "clocked" else None,
            inside=case.load.inside,
            outside=case.load.outside,
            start_method=self._start_method,
            patience_s=patience,
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
        # a stall that is looked into takes a trial more
        self._progress.total = max(self._progress.total, self._progress.done)
        if samples.given_up:
            left = self._budget.trials + 2 + self._clocked_trials(samples) - samples.trials
            self._progress.total -= max(0, left)
        self._on_progress(self._progress)


def _executable(samples: Samples) -> str:
    return samples.case.python.path if samples.case.python else sys.executable


def _groups(chosen: Sequence[Turn], size: int) -> Iterator[Sequence[Turn]]:
    for start in range(0, len(chosen), size):
        yield chosen[start : start + size]
