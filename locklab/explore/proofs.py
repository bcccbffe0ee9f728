"""Before anything is claimed: does each outcome come again under its own schedule?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locklab.explore.hidden import plain_state
from locklab.explore.judge import judge
from locklab.explore.policies.replay import Replay
from locklab.explore.stage import Nondeterminism

if TYPE_CHECKING:
    from locklab.explore.case import Case
    from locklab.explore.explorer import Findings
    from locklab.explore.stage import Stage

# enough to notice a scenario that draws lots; each costs one execution
CONFIRMED = 20


def _notice_hidden(findings: Findings, before: dict[str, object], after: dict[str, object]) -> None:
    """Threads that share what is no cell may race on it unseen: then nothing is proved."""
    changed = sorted(
        path for path in {*before, *after} if before.get(path) != after.get(path)
    )  # fmt: skip
    if changed and findings.complete:
        findings.complete = False
        findings.stopped = (
            f"workers change `{changed[0]}`, which is no cell, so that nobody knows how they "
            "interleave on it; make what threads share with lab.cell()"
        )


def confirm(case: Case, findings: Findings) -> None:
    """Replay one schedule of each outcome; where one parts, nothing found can be relied on.

    The search itself notices a worker that takes another step than it did before. What it cannot
    notice is a value that differs where the steps are the same.
    """
    if findings.unreliable:
        return
    stage = case.stage()
    before: dict[str, object] = {}
    stage.after_set_up = lambda: before.update(plain_state(stage.scenario))
    try:
        _replay_each(case, stage, findings, before)
    finally:
        stage.close()


def _replay_each(case: Case, stage: Stage, findings: Findings, before: dict[str, object]) -> None:
    for found in list(findings.outcomes.values())[:CONFIRMED]:
        before.clear()
        policy = Replay(found.choices)
        policy.begin(stage)
        try:
            stage.play(policy)
        except Nondeterminism:
            parted = "another way"
        else:
            if stage.ending == "cut" or tuple(stage.schedule) != found.schedule:
                parted = f"another way at step {min(policy.followed, len(stage.schedule)) + 1}"
            elif judge(stage)[:2] != (found.outcome, found.allowed):
                parted = f"to {judge(stage).outcome!r}"
            else:
                if case.primitive.backend == "threading":
                    _notice_hidden(findings, before, plain_state(stage.scenario))
                continue
        findings.unreliable = True
        findings.complete = False
        findings.stopped = (
            "the scenario is nondeterministic: a schedule that led to "
            f"{found.outcome!r} went {parted} the second time, so that nothing is established; "
            "what it does may depend on nothing but lab's cells, locks and pauses"
        )
        return
