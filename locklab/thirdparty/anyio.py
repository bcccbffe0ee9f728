"""The lock of `anyio`, on its asyncio backend."""

from __future__ import annotations

from locklab.model.primitive import Primitive
from locklab.thirdparty.needed import needed

anyio = needed("anyio", "anyio")
# It would be imported when somebody first acquires the lock, and that is a start-up, and no part
# of what an operation costs.
needed("anyio", "anyio._backends._asyncio")

LOCK = Primitive("anyio.Lock", "asyncio", lambda _: anyio.Lock(), owned=True, refuses=True)
