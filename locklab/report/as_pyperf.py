"""A run as pyperf's own JSON, so that `pyperf compare_to`, `stats` and `hist` read it.

A case is a benchmark, a trial is one of its runs (pyperf's word for a process), and the value is
seconds of wall time per operation.
"""

from __future__ import annotations

import io

from locklab.errors import RequestError
from locklab.model.results import CaseResult, RunResult

# What pyperf knows by names of its own, by ours.
METADATA = {
    "python": "python_version",
    "implementation": "python_implementation",
    "compiler": "python_compiler",
    "cpus": "cpu_count",
    "processor": "cpu_model_name",
    "machine": "platform",
    "load_average_1min": "load_avg_1min",
}


def encode(run: RunResult) -> bytes:
    """The suite of all cases that have a throughput.

    Raises:
        RequestError: pyperf is not installed or refuses the run, or no case has a throughput.
    """
    try:
        import pyperf
    except ImportError:
        raise RequestError(
            "--format pyperf: needs the package pyperf; install it with "
            "pip install 'locklab[pyperf]'"
        ) from None
    cases = [case for case in run.cases if case.throughput]
    if not cases:
        raise RequestError("--format pyperf: the run has no throughput of any case to export")
    try:
        suite = pyperf.BenchmarkSuite(
            [
                pyperf.Benchmark(
                    [
                        pyperf.Run([1 / rate], metadata=metadata, collect_metadata=False)
                        for rate in (case.throughput.samples if case.throughput else ())
                    ]
                )
                for case in cases
                for metadata in [_metadata(run, case)]
            ]
        )
    except ValueError as error:
        # two cases of one name, or facts that it takes for wrong: not in runs of ours
        raise RequestError(f"--format pyperf: pyperf does not take this run: {error}") from None
    out = io.StringIO()
    suite.dump(out, compact=False)
    return out.getvalue().encode()


def _metadata(run: RunResult, case: CaseResult) -> dict[str, str | int | float]:
    # where several interpreters took part, each case has its own
    several = run.environment.get("interpreters") or {}
    facts = {**run.environment, **several.get(case.python, {}), "created": run.created}
    told = {
        METADATA.get(key, f"locklab_{key}"): value
        for key, value in facts.items()
        if isinstance(value, (str, int, float)) and not isinstance(value, bool)
    }
    return {**told, "name": _name(case), "unit": "second"}


def _name(case: CaseResult) -> str:
    """`counter/threading.Lock/2w`: what tells a case from the others of any run."""
    parts = [case.scenario, case.primitive, f"{case.workers}w"]
    if case.inside or case.outside:
        parts.append(f"{case.inside}+{case.outside}")
    if case.python:
        parts.append(case.python)
    return "/".join(parts)
