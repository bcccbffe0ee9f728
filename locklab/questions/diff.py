"""`locklab.diff`: what became faster, slower or worse from one run to another?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import exp, log
from statistics import fmean
from typing import Any

from locklab.errors import RequestError
from locklab.model.comparison import Change, DiffResult, Result
from locklab.model.results import CaseResult, RunResult
from locklab.stats.ranks import holm, ratio

THRESHOLD = 0.05
SIGNIFICANT = 0.05

# What may differ between two runs that can be compared; whatever else they record decides numbers.
MAY_DIFFER = {
    "environment": {"load_average_1min", "work_unit_ns", "clock_resolution_ns", "interpreters"},
    # cases are compared with what they have in common, and trials are what is counted
    "settings": {
        "budget", "trials", "clocked_trials", "precision", "workers", "inside", "outside", "load",
        "python", "ops",
    },
}  # fmt: skip

Key = tuple[object, ...]


def diff(
    base: RunResult, new: RunResult, *, threshold: float = THRESHOLD, anyway: bool = False
) -> DiffResult:
    """Compare two runs case by case.

    Args:
        base: The run to compare with.
        new: The run to judge.
        threshold: A change of less than this share does not matter.
        anyway: Compare them although their circumstances differ.

    Raises:
        RequestError: The runs have no case in common, or their circumstances differ.
    """
    if not 0 <= threshold < 1:
        raise RequestError(f"threshold: {threshold!r} will not do; give a share, such as 0.05")
    before, after = {_key(case): case for case in base.cases}, {_key(c): c for c in new.cases}
    common = [key for key in after if key in before]
    if not common:
        raise RequestError("the two runs have no case in common: there is nothing to compare")
    differences = tuple(_differences(base, new))
    if differences and not anyway:
        raise RequestError(
            "the two runs cannot be compared, because their circumstances differ: "
            f"{'; '.join(differences)}. --anyway compares them all the same"
        )
    pairs = [(before[key], after[key]) for key in common]
    changes = [_change(*pair) for pair in pairs]
    shared = _shared(changes)
    # where the machine itself may have run at another speed, so much more has to be shown
    changes = _judged(changes, log(1 + threshold) + (abs(log(shared)) if shared else 0.0))
    ratios = [change.ratio for change in changes if change.ratio is not None]
    return DiffResult(
        threshold=threshold,
        changes=tuple(changes),
        geometric_mean=exp(fmean(map(log, ratios))) if ratios else None,
        shared=shared,
        differences=differences,
        only_base=tuple(_name(case) for key, case in before.items() if key not in after),
        only_new=tuple(_name(case) for key, case in after.items() if key not in before),
    )


def _key(case: CaseResult) -> Key:
    return case.setting, case.primitive, case.python


def _name(case: CaseResult) -> str:
    label = f" {case.python}" if case.python else ""
    return f"{case.scenario} × {case.primitive}{label} × {case.workers}"


def _change(base: CaseResult, new: CaseResult) -> Change:
    change = Change(
        scenario=new.scenario,
        primitive=new.primitive,
        workers=new.workers,
        python=new.python,
        inside=new.inside,
        outside=new.outside,
        result="not compared",
        ratio=None,
        low=None,
        high=None,
        p=None,
        p_corrected=None,
        base=base.throughput.median if base.throughput else None,
        new=new.throughput.median if new.throughput else None,
        base_verdict=base.verdict.status,
        new_verdict=new.verdict.status,
        worse=_worse(base, new),
        reason=_reason(base, new),
    )
    if change.reason or base.throughput is None or new.throughput is None:
        return change
    found = ratio(base.throughput.samples, new.throughput.samples)
    return replace(change, ratio=found.value, low=found.low, high=found.high, p=found.p)


def _reason(base: CaseResult, new: CaseResult) -> str | None:
    """Why the throughputs of two cases are not compared."""
    for case, when in ((base, "in the first run"), (new, "in the second run")):
        if case.throughput is None:
            return f"no throughput {when}" + (f": {case.problem}" if case.problem else "")
        if case.paced:
            return "its pauses set the speed"
    return None


def _worse(base: CaseResult, new: CaseResult) -> str | None:
    """What got worse besides speed."""
    before, after = base.verdict.status, new.verdict.status
    if _standing(new) > _standing(base):
        return f"its verdict was {before} and is {after}"
    if new.broken and not base.broken:
        return "it breaks its promise in real trials, and did not"
    return None


def _standing(case: CaseResult) -> int:
    """0 where a verdict is as promised, 1 where nothing was established, 2 where it is broken."""
    if case.expected is None:
        # nothing was promised, so nothing can get worse
        return 0
    if case.refuted:
        return 2
    return int(case.verdict.status == "inconclusive")


def _judged(changes: list[Change], margin: float) -> list[Change]:
    """The same with corrected p and result."""
    compared = [change for change in changes if change.p is not None]
    corrected = iter(holm([change.p for change in compared if change.p is not None]))
    judged = []
    for change in changes:
        if change.p is None or change.ratio is None:
            judged.append(change)
            continue
        p = next(corrected)
        result: Result = "no difference shown"
        if p < SIGNIFICANT and abs(log(change.ratio)) > margin:
            result = "slower" if change.ratio < 1 else "faster"
        judged.append(replace(change, p_corrected=p, result=result))
    return judged


def _shared(changes: list[Change]) -> float | None:
    """The ratio that all cases share: the one nearest to 1, where all moved the same way.

    The cases of a run take turns, so that what the machine did to one it did to all. Rejected: to
    go by the controls alone, which vary as much as any case; and to divide by what is shared,
    which would call a case slower that ran as fast as before.
    """
    ratios = [change.ratio for change in changes if change.ratio is not None]
    if len(ratios) < 2:
        return None
    if min(ratios) > 1 or max(ratios) < 1:
        return min(ratios, key=lambda ratio: abs(log(ratio)))
    return 1.0


def _differences(base: RunResult, new: RunResult) -> Iterator[str]:
    for part, ignored in MAY_DIFFER.items():
        before: dict[str, Any] = getattr(base, part)
        after: dict[str, Any] = getattr(new, part)
        for name in before:
            # what one of them does not tell may well be the same
            if name in ignored or before[name] is None or after.get(name) is None:
                continue
            if before[name] != after[name]:
                yield f"{name.replace('_', ' ')} was {before[name]} and is {after[name]}"
