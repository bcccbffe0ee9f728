"""The reentrant lock for tasks of `fair-async-rlock`; asyncio itself has none."""

from __future__ import annotations

from locklab.model.primitive import Primitive
from locklab.thirdparty.needed import needed

fair_async_rlock = needed("fair-async-rlock", "fair_async_rlock")

RLOCK = Primitive(
    "FairAsyncRLock",
    "asyncio",
    lambda _: fair_async_rlock.FairAsyncRLock(),
    reentrant=True,
    owned=True,
)
