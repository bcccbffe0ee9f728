"""Compare Python's locks across threads, processes and tasks: is it correct, and what does it cost?

Everything is loaded on first use, so that `import locklab` costs next to nothing and a measured
interpreter holds nothing but what it measures.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from locklab import backends, scenarios
    from locklab.errors import InternalError, LocklabError, RequestError
    from locklab.model.comparison import DiffResult
    from locklab.model.diagnosis import Diagnosis, Finding, Repeats
    from locklab.model.figures import Cost, Fairness, Observed, Throughput
    from locklab.model.primitive import Primitive
    from locklab.model.proofs import Outcome, Proof
    from locklab.model.results import CaseResult, RunResult
    from locklab.model.rules import RuleAnswer, RulesResult
    from locklab.model.workload import Lab, Run, Scenario, Violation, Worker, expect
    from locklab.questions.check import check, check_one, replay
    from locklab.questions.compare import Interrupted, compare
    from locklab.questions.diff import diff
    from locklab.questions.doctor import doctor
    from locklab.questions.rules import rules

_WHERE = {
    "CaseResult": "locklab.model.results",
    "Cost": "locklab.model.figures",
    "DiffResult": "locklab.model.comparison",
    "Diagnosis": "locklab.model.diagnosis",
    "Fairness": "locklab.model.figures",
    "Finding": "locklab.model.diagnosis",
    "InternalError": "locklab.errors",
    "Interrupted": "locklab.questions.compare",
    "Lab": "locklab.model.workload",
    "LocklabError": "locklab.errors",
    "Observed": "locklab.model.figures",
    "Outcome": "locklab.model.proofs",
    "Primitive": "locklab.model.primitive",
    "Proof": "locklab.model.proofs",
    "Repeats": "locklab.model.diagnosis",
    "RequestError": "locklab.errors",
    "RuleAnswer": "locklab.model.rules",
    "RulesResult": "locklab.model.rules",
    "Run": "locklab.model.workload",
    "RunResult": "locklab.model.results",
    "Scenario": "locklab.model.workload",
    "Throughput": "locklab.model.figures",
    "Violation": "locklab.model.workload",
    "Worker": "locklab.model.workload",
    "backends": "",
    "check": "locklab.questions.check",
    "check_one": "locklab.questions.check",
    "compare": "locklab.questions.compare",
    "diff": "locklab.questions.diff",
    "doctor": "locklab.questions.doctor",
    "expect": "locklab.model.workload",
    "replay": "locklab.questions.check",
    "rules": "locklab.questions.rules",
    "scenarios": "",
}

__all__ = [
    "CaseResult",
    "Cost",
    "Diagnosis",
    "DiffResult",
    "Fairness",
    "Finding",
    "InternalError",
    "Interrupted",
    "Lab",
    "LocklabError",
    "Observed",
    "Outcome",
    "Primitive",
    "Proof",
    "Repeats",
    "RequestError",
    "RuleAnswer",
    "RulesResult",
    "Run",
    "RunResult",
    "Scenario",
    "Throughput",
    "Violation",
    "Worker",
    "__version__",
    "backends",
    "check",
    "check_one",
    "compare",
    "diff",
    "doctor",
    "expect",
    "replay",
    "rules",
    "scenarios",
]


def __getattr__(name: str) -> object:
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module 'locklab' has no attribute {name!r}")
    from importlib import import_module

    if not where:
        return import_module(f"locklab.{name}")
    value = getattr(import_module(where), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
