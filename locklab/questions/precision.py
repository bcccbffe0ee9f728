"""Which cases get more trials than all get."""

from __future__ import annotations

from collections.abc import Sequence

from locklab.questions.samples import Samples
from locklab.stats.stopping import half_width, more_trials

# However noisy a case is, more trials than this would not make it precise.
MOST_TRIALS = 500
# Cases take turns as long as several are left, and share the machine's moods.
FEWEST_AT_A_TIME = 2


def widest(all_samples: Sequence[Samples], target: float) -> list[Samples]:
    """The cases that one more trial each helps most: the worse half of those that want more.

    How many trials a case wants is decided the first time that it has an interval, see
    `locklab.stats.stopping.more_trials`. A trial narrows an interval by half its width over the
    number of trials, about.

    Args:
        all_samples: What trials have shown so far, a case each.
        target: How far an interval may reach from its median, as a share of it.

    Returns:
        Those whose intervals one trial narrows most, first; none where all have had theirs.
    """
    gains = []
    for samples in all_samples:
        rates = samples.rates
        if samples.given_up or samples.case.scenario_class.paced or not rates:
            continue
        if samples.planned is None:
            more = more_trials(rates, target)
            samples.planned = None if more is None else min(MOST_TRIALS, len(rates) + more)
        if samples.planned is None or len(rates) < samples.planned:
            half = half_width(rates)
            gains.append((half / len(rates) if half is not None else float("inf"), samples))
    gains.sort(key=lambda gain: gain[0], reverse=True)
    return [samples for _, samples in gains[: max(FEWEST_AT_A_TIME, len(gains) // 2)]]
