"""Which schedule next: one policy a file, and their registry."""

from __future__ import annotations

from locklab.model.registry import Registry

POLICIES = Registry(
    "policy",
    {
        "exhaustive": "locklab.explore.policies.exhaustive:Exhaustive",
        "bounded": "locklab.explore.policies.preemption_bounded:Deepening",
        "random": "locklab.explore.policies.random_walk:RandomWalk",
        "pct": "locklab.explore.policies.pct:Pct",
        "every": "locklab.explore.policies.every:Every",
    },
)
