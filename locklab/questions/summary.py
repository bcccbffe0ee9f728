"""From samples to what is reported of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from locklab.model.proofs import Proof
from locklab.model.results import CaseResult
from locklab.questions import figures
from locklab.questions.evidence import observed
from locklab.questions.plan import Case
from locklab.questions.samples import Samples
from locklab.questions.standings import ranked, with_costs


def summarize(
    all_samples: Sequence[Samples],
    proofs: Sequence[Proof],
    *,
    precision: float | None = None,
    rate: float | None = None,
) -> tuple[CaseResult, ...]:
    """Every case's result, with net costs and ranks, which need the other cases.

    Args:
        all_samples: What trials showed, a case each.
        proofs: What exploration established, in the same order; empty where it was not asked.
        precision: How narrow intervals should be, as a share of the median, half to each side.
        rate: Acquisitions per second asked for in the wait pass; None for a closed loop.
    """
    results = [_one(samples, precision, rate) for samples in all_samples]
    if proofs:
        pairs = zip(results, proofs, strict=True)
        results = [replace(result, verdict=proof) for result, proof in pairs]
    return ranked(with_costs(results))


def blank(case: Case) -> CaseResult:
    """The result of a case of which nothing is known yet."""
    return CaseResult(
        scenario=case.scenario_name,
        primitive=case.described.name,
        backend=case.described.backend,
        workers=case.workers,
        expected=case.expected,
        control=not case.described.exclusive,
        paced=case.scenario_class.paced,
        python=case.python.label if case.python else None,
        inside=case.load.inside,
        outside=case.load.outside,
        load=case.load.name,
    )


def _one(samples: Samples, precision: float | None, rate: float | None) -> CaseResult:
    result = replace(blank(samples.case), problem=samples.problem, gil=samples.gil)
    if samples.trials:
        result = replace(result, observed=observed(samples))
    if not samples.windows or samples.stalls:
        return result
    result = replace(
        result,
        throughput=figures.throughput(samples, precision),
        fairness=figures.fairness(samples),
        ops=samples.ops,
        warnings=tuple(figures.cautions(samples, rate)),
    )
    clocked = samples.clocked
    if clocked is None:
        return result
    return replace(
        result,
        wait_ns=figures.waits(clocked, rate),
        hold_ns=figures.holds(clocked) if samples.case.described.exclusive else None,
        waited_share=figures.waited_share(clocked),
        contention=figures.contention(clocked, rate),
    )
