"""What trials of one case showed of its being right or wrong."""

from __future__ import annotations

from locklab.model.figures import Observed
from locklab.questions.samples import Samples
from locklab.stats.binomial import upper_bound
from locklab.trial.record import TrialRecord


def observed(samples: Samples) -> Observed:
    """Counts over all trials, and the evidence in words."""
    failing = min(samples.trials, samples.violations + samples.stalls)
    return Observed(
        trials=samples.trials,
        violations=samples.violations,
        stalls=samples.stalls,
        upper_bound_95=upper_bound(failing, samples.trials),
        evidence=tuple(_evidence(samples)),
        overlaps=samples.overlaps,
        lost=_lost(samples),
    )


def _lost(samples: Samples) -> tuple[int, int] | None:
    """Missing and expected of the worst trial, where the invariant is an amount to reach."""
    worst = samples.failures.get("violation")
    if worst is None or worst.violation is None:
        return None
    _, _, actual, wanted, _ = worst.violation
    if actual is None or wanted is None or not 0 <= actual < wanted:
        return None
    return wanted - actual, wanted


def _evidence(samples: Samples) -> list[str]:
    sentences: list[str] = []

    def say(kind: str, *what: str) -> None:
        often = samples.counts.get(kind, 0)
        of = f"in {often} of {samples.trials} trials: " if samples.trials > 1 else ""
        sentences.extend(of + sentence if not i else sentence for i, sentence in enumerate(what))

    for kind in ("stall", "crash", "error", "violation", "overlap"):
        record = samples.failures.get(kind)
        if record is None:
            continue
        if kind == "stall":
            say(kind, *_stall(record))
        elif kind == "crash":
            say(kind, str(record.crash))
        elif kind == "error":
            say(kind, *_errors(record))
        elif kind == "violation" and record.violation:
            sentence, _, _, _, place = record.violation
            say(kind, f"{sentence} ({place})" if place else sentence)
        elif kind == "overlap":
            say(kind, f"two workers inside one critical section; {record.overlap}")
    return sentences


def _stall(record: TrialRecord) -> list[str]:
    if record.waits:
        return list(record.waits)
    return [
        f"worker {index} got no further at {worker.standing or 'an unknown place'}"
        for index, worker in enumerate(record.workers)
        if not worker.finished and not worker.died
    ]


def _errors(record: TrialRecord) -> list[str]:
    sentences = []
    for index, worker in enumerate(record.workers):
        if worker.error:
            name, message, place = worker.error
            what = f"{name}: {message}" if name and message else name or message
            sentences.append(f"worker {index} raised {what}" + (f" at {place}" if place else ""))
        if worker.died:
            sentences.append(f"worker {index} {worker.died}")
    return sentences
