"""The ways to run workers and share state, and the primitives of each.

A new backend or primitive is a file here and a line below.
"""

from __future__ import annotations

from locklab.model.registry import Registry

BACKENDS = Registry(
    "backend",
    {
        "threading": "locklab.backends.threading:Threads",
        "multiprocessing": "locklab.backends.multiprocessing:Processes",
        "asyncio": "locklab.backends.asyncio:Tasks",
    },
)

PRIMITIVES = Registry(
    "primitive",
    {
        "threading.NoLock": "locklab.backends.threading:NO_LOCK",
        "threading.Lock": "locklab.backends.threading:LOCK",
        "threading.RLock": "locklab.backends.threading:RLOCK",
        "multiprocessing.NoLock": "locklab.backends.multiprocessing:NO_LOCK",
        "multiprocessing.Lock": "locklab.backends.multiprocessing:LOCK",
        "multiprocessing.RLock": "locklab.backends.multiprocessing:RLOCK",
        "asyncio.NoLock": "locklab.backends.asyncio:NO_LOCK",
        "asyncio.Lock": "locklab.backends.asyncio:LOCK",
    },
    group="locklab.primitives",
)
