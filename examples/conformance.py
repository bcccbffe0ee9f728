"""Do locks of one's own keep their promises? A fair one, and one that is subtly broken.

python examples/conformance.py
locklab rules -p examples/conformance.py:FairLock -p threading.Lock
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque

from locklab.testing import PromiseBroken, check_primitive


class FairLock:
    """Threads get it in the order in which they came: the holder hands it to the next in line."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._line: deque[threading.Lock] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        with self._guard:
            if not self._held:
                self._held = True
                return True
            if not blocking:
                return False
            turn = threading.Lock()
            turn.acquire()
            self._line.append(turn)
        handed = False
        try:
            handed = turn.acquire(timeout=timeout)
        finally:
            # given up, or interrupted: perhaps just when it was handed over
            if not handed:
                self._leave(turn)
        return handed

    def release(self) -> None:
        with self._guard:
            if not self._held:
                raise RuntimeError("release of an unlocked lock")
            if self._line:
                self._line.popleft().release()
            else:
                self._held = False

    def locked(self) -> bool:
        return self._held

    def _leave(self, turn: threading.Lock) -> None:
        with self._guard:
            if turn in self._line:
                self._line.remove(turn)
                return
        self.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()


class HandOverLock:
    """Broken: a task that is cancelled just when it gets the lock takes it to its grave."""

    def __init__(self) -> None:
        self._held = False
        self._line: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> bool:
        if self._held:
            turn = asyncio.get_running_loop().create_future()
            self._line.append(turn)
            await turn  # cancelled while it waits: no harm; cancelled when it is over: lost
        self._held = True
        return True

    def release(self) -> None:
        if not self._held:
            raise RuntimeError("release of an unlocked lock")
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._held = False

    def locked(self) -> bool:
        return self._held

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *exception: object) -> None:
        self.release()


def main() -> None:
    print("FairLock promises what threading.Lock does, and more:")
    print(check_primitive(FairLock, promises="threading.Lock"))
    check_primitive(FairLock, promises={"in-order": "yes", "after-interrupt": "yes"})
    print("FairLock keeps its promises\n")
    try:
        check_primitive(HandOverLock, promises={"in-order": "yes", "after-interrupt": "yes"})
    except PromiseBroken as broken:
        print(f"HandOverLock: {broken}")


if __name__ == "__main__":
    main()
