"""The rules of locks, each as a probe that puts it to one lock.

A new rule is a function and a `Rule` in one of the files here, and a line below.
"""

from __future__ import annotations

from locklab.model.registry import Registry

RULES = Registry(
    "rule",
    {
        "acquire": "locklab.probes.taking:ACQUIRES",
        "waits": "locklab.probes.taking:WAITS",
        "try": "locklab.probes.taking:TRIES",
        "timeout": "locklab.probes.timeouts:TIMEOUT",
        "timeout-zero": "locklab.probes.timeouts:ZERO",
        "timeout-minus-one": "locklab.probes.timeouts:MINUS_ONE",
        "timeout-negative": "locklab.probes.timeouts:NEGATIVE",
        "timeout-huge": "locklab.probes.timeouts:HUGE",
        "release-unlocked": "locklab.probes.releasing:UNLOCKED",
        "release-by-other": "locklab.probes.releasing:BY_OTHER",
        "reentry": "locklab.probes.reentry:REENTRY",
        "reentry-try": "locklab.probes.reentry:REENTRY_TRY",
        "as-many-releases": "locklab.probes.reentry:AS_MANY",
        "locked": "locklab.probes.taking:LOCKED",
        "with": "locklab.probes.context:WITH",
        "with-error": "locklab.probes.context:WITH_ERROR",
        "in-order": "locklab.probes.waiting:IN_ORDER",
        "interrupt": "locklab.probes.waiting:INTERRUPT",
        "after-interrupt": "locklab.probes.waiting:AFTER_INTERRUPT",
        "holder-ends": "locklab.probes.ending:ENDS",
        "holder-killed": "locklab.probes.ending:KILLED",
        "other-thread": "locklab.probes.elsewhere:THREAD",
        "other-process": "locklab.probes.elsewhere:PROCESS",
        "other-loop": "locklab.probes.elsewhere:LOOP",
        "after-fork": "locklab.probes.elsewhere:FORKED",
        "spawned": "locklab.probes.elsewhere:SPAWNED",
        "memory": "locklab.probes.cost:MEMORY",
        "making": "locklab.probes.cost:MAKING",
    },
)
