"""Where a proof of locklab and the reference differ, in words."""

from __future__ import annotations

from locklab.model.proofs import Outcome, Proof
from tests.explore.oracle import DEADLOCK, Ending, Enumeration, Program, replay
from tests.explore.random_programs import first_workers


def differences(program: Program, expected: Enumeration, proof: Proof) -> list[str]:
    """Everything that a proof says otherwise than the reference; empty where all is well."""
    found: list[str] = []
    if not proof.complete:
        found.append(f"exploration did not go to its end: {proof.reason}")
    status = expected_status(program, expected)
    if proof.status != status:
        found.append(f"status is {proof.status}, expected {status} ({proof.reason})")

    endings = [ending_of(outcome) for outcome in proof.outcomes]
    if len(set(endings)) != len(endings):
        found.append(f"an outcome is listed twice: {endings}")
    if missing := expected.endings - set(endings):
        found.append(f"outcomes not found: {readable(missing)}")
    if impossible := set(endings) - expected.endings:
        found.append(f"outcomes that cannot be: {readable(impossible)}")

    classes = sum(expected.classes.values())
    if proof.classes != classes:
        found.append(f"{proof.classes} classes, expected {classes}")
    if proof.executions is None or proof.executions < classes:
        found.append(f"{proof.executions} executions cannot cover {classes} classes")
    for ending, outcome in zip(endings, proof.outcomes, strict=True):
        if ending in expected.classes:
            found += outcome_differences(program, expected, ending, outcome)
    return found + counterexample_differences(program, status, proof)


def outcome_differences(
    program: Program, expected: Enumeration, ending: Ending, outcome: Outcome
) -> list[str]:
    found: list[str] = []
    if outcome.classes != expected.classes[ending]:
        found.append(
            f"outcome {ending}: {outcome.classes} classes, expected {expected.classes[ending]}"
        )
    if outcome.allowed != program.allows(ending):
        found.append(f"outcome {ending}: allowed is {outcome.allowed}")
    if outcome.schedule is None:
        found.append(f"outcome {ending}: no schedule that reaches it")
    else:
        try:
            reached, _ = replay(program, outcome.schedule)
        except ValueError as error:
            found.append(f"outcome {ending}: schedule {outcome.schedule} is impossible, {error}")
        else:
            if reached != ending:
                found.append(f"outcome {ending}: schedule {outcome.schedule} leads to {reached}")
    return found


def counterexample_differences(program: Program, status: str, proof: Proof) -> list[str]:
    """Whether the proof's own schedule shows the failure, with all workers or the first few."""
    if status == "proved":
        return [] if proof.schedule is None else ["a proved case has a counterexample"]
    if proof.schedule is None:
        return ["no schedule that shows the failure"]
    reached: list[str] = []
    for count in range(len(program.workers), 0, -1):
        try:
            ending, _ = replay(first_workers(program, count), proof.schedule)
        except (ValueError, IndexError) as error:
            reached.append(str(error))
            continue
        if (ending == DEADLOCK) if status == "deadlock" else not program.allows(ending):
            return []
        reached.append(str(ending))
    return [f"schedule {proof.schedule} does not show the failure: {'; '.join(reached)}"]


def expected_status(program: Program, expected: Enumeration) -> str:
    if DEADLOCK in expected.endings:
        return "deadlock"
    return "proved" if all(map(program.allows, expected.endings)) else "refuted"


def ending_of(outcome: Outcome) -> Ending:
    """An outcome in the words of the reference: a deadlock may say more than that it is one."""
    found = outcome.outcome
    if isinstance(found, str):
        return DEADLOCK if found.startswith(DEADLOCK) else found
    return tuple(found)


def readable(endings: set[Ending]) -> str:
    return ", ".join(sorted(map(str, endings)))
