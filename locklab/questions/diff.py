"""`locklab.diff`: what became faster, slower or worse from one run to another?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp, log
from statistics import fmean

from locklab.errors import RequestError
from locklab.model.comparison import Change, DiffResult, Result
from locklab.model.results import CaseResult, RunResult
from locklab.questions.circumstances import differences
from locklab.stats.ranks import holm, least_p, ratio

THRESHOLD = 0.05
# Not 0.05: trials of one run share its minutes, and so are less independent than the test takes
# them for. `docs/diff.md` has the figures. Where a machine is quiet, little is lost: a difference
# that matters has a p far below either.
SIGNIFICANT = 0.002

Pair = tuple[CaseResult, CaseResult]
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
        RequestError: The runs have nothing in common to compare, or their circumstances differ.
    """
    if not 0 <= threshold < 1:
        raise RequestError(f"threshold: {threshold!r} will not do; give a share, such as 0.05")
    before, after = {_key(case): case for case in base.cases}, {_key(c): c for c in new.cases}
    pairs = [(before[key], after[key]) for key in after if key in before]
    if not pairs:
        raise RequestError("the two runs have no case in common: there is nothing to compare")
    if all(_nothing_in(pair) for pair in pairs):
        raise RequestError(
            "no case was measured or explored in both runs: there is nothing to compare"
        )
    differing = tuple(differences(base, new))
    if differing and not anyway:
        raise RequestError(
            "the two runs cannot be compared, because their circumstances differ: "
            f"{'; '.join(differing)}. --anyway compares them all the same"
        )
    changes = _sifted([_change(*pair) for pair in pairs], pairs)
    shared = _shared(changes)
    # where the machine itself may have run at another speed, so much more has to be shown
    changes = _judged(changes, log(1 + threshold) + (abs(log(shared)) if shared else 0.0))
    ratios = [log(found.ratio) for found in changes if found.ratio and found.result != "control"]
    return DiffResult(
        threshold=threshold,
        changes=tuple(changes),
        geometric_mean=exp(fmean(ratios)) if ratios else None,
        shared=shared,
        differences=differing,
        only_base=tuple(_name(case) for key, case in before.items() if key not in after),
        only_new=tuple(_name(case) for key, case in after.items() if key not in before),
        notes=tuple(_notes(base, new, pairs)),
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
    if change.reason:
        return change
    found = ratio(_rates(base), _rates(new))
    result: Result = "control" if _is_control(new) else "not compared"
    return replace(
        change, result=result, ratio=found.value, low=found.low, high=found.high, p=found.p
    )


def _is_control(case: CaseResult) -> bool:
    # locklab's own, the same code in both runs; others that promise nothing may be what changed
    return case.primitive == f"{case.backend}.NoLock"


def _rates(case: CaseResult) -> Sequence[float]:
    return case.throughput.samples if case.throughput else ()


def _nothing_in(pair: Pair) -> bool:
    unmeasured = any(not _rates(case) for case in pair)
    return unmeasured and all(case.verdict.status == "inconclusive" for case in pair)


def _reason(base: CaseResult, new: CaseResult) -> str | None:
    """Why the throughputs of two cases are not compared."""
    if base.throughput is None and new.throughput is None:
        return "no throughput in either run"
    for case, when in ((base, "first"), (new, "second")):
        if not _rates(case):
            return f"no throughput in the {when} run" + (
                f": {case.problem}" if case.problem else ""
            )
        if case.paced:
            return "its pauses set the speed"
    return None


def _worse(base: CaseResult, new: CaseResult) -> str | None:
    """What got worse besides speed."""
    before, after = base.verdict, new.verdict
    # a larger bound may be too large for the time; that is no news of the code
    asked_more = None not in (before.bound, after.bound) and before.bound != after.bound
    unfinished = asked_more and after.status == "inconclusive"
    if _standing(new) > _standing(base) and not unfinished:
        why = f" ({after.reason})" if after.status == "inconclusive" and after.reason else ""
        return f"its verdict was {before.status} and is {after.status}{why}"
    if new.broken and not base.broken:
        return "it breaks its promise in real trials, and did not"
    if new.problem and not base.problem:
        return f"it was measured, and cannot be any more ({new.problem})"
    return None


def _standing(case: CaseResult) -> int:
    """0 where a verdict is as promised, 1 where nothing was established, 2 where it is broken."""
    if case.expected is None:
        # nothing was promised, so nothing can get worse
        return 0
    if case.refuted:
        return 2
    return int(case.verdict.status == "inconclusive")


def _judgeable(change: Change) -> bool:
    return change.ratio is not None and change.result != "control" and not change.reason


def _sifted(changes: list[Change], pairs: Sequence[Pair]) -> list[Change]:
    """The same, with a reason where trials are too few to tell so many cases apart.

    Without it, such a case would show no difference however large that is.
    """
    count = sum(map(_judgeable, changes))
    told = []
    for change, pair in zip(changes, pairs, strict=True):
        trials = [len(_rates(case)) for case in pair]
        if _judgeable(change) and count * least_p(*trials) >= SIGNIFICANT:
            few = f"{trials[0]} and {trials[1]} trials are too few to show a difference"
            change = replace(change, reason=f"{few} (cases judged: {count})")
        told.append(change)
    return told


def _judged(changes: list[Change], margin: float) -> list[Change]:
    """The same with corrected p and result."""
    corrected = iter(
        holm([found.p for found in changes if _judgeable(found) and found.p is not None])
    )
    judged = []
    for change in changes:
        if change.ratio is not None and _judgeable(change):
            p = next(corrected)
            result: Result = "no difference shown"
            if p < SIGNIFICANT and abs(log(change.ratio)) > margin:
                result = "slower" if change.ratio < 1 else "faster"
            change = replace(change, p_corrected=p, result=result)
        judged.append(change)
    return judged


def _shared(changes: list[Change]) -> float | None:
    """The ratio that all cases share: the one nearest to 1, where all moved the same way.

    The cases of a run take turns, so that what the machine did to one it did to all. Only with a
    control among them: what locks share may be a change of their code. Rejected: to go by the
    controls alone, which vary as much as any case; and to divide by what is shared, which would
    call a case slower that ran as fast as before.
    """
    if not any(change.result == "control" for change in changes):
        return None
    ratios = [change.ratio for change in changes if change.ratio is not None]
    if min(ratios) > 1 or max(ratios) < 1:
        return min(ratios, key=lambda ratio: abs(log(ratio)))
    return 1.0


def _notes(base: RunResult, new: RunResult, pairs: Sequence[Pair]) -> Iterator[str]:
    if base == new:
        yield "the two are one and the same run, in which nothing can have changed"
    for run, which in ((base, "first"), (new, "second")):
        if run.interrupted:
            yield f"the {which} run was interrupted, and so has fewer trials than were asked for"
    if not any(_rates(case) for pair in pairs for case in pair):
        yield "neither run measured throughput: only verdicts are compared"
    elif not any(_is_control(one) and _rates(one) and _rates(two) for one, two in pairs):
        yield "there is no control (NoLock) to tell a change of the machine from one of the code"
    if any(
        one.verdict.bound and two.verdict.bound and one.verdict.bound != two.verdict.bound
        for one, two in pairs
    ):
        yield "verdicts were established up to other bounds then than now"
