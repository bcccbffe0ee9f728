"""What a probe is put to: one lock, and workers that call it when they are told to."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal, Protocol

    Call = tuple[Any, ...]
    # how long a worker must have been asleep to be taken for one that waits: `brief` where that is
    # known already, `long` where nothing should keep it
    Patience = Literal["brief", "usual", "long"]

    class Rig(Protocol):
        """One lock and its workers, real or simulated.

        A call is a method name and its arguments, `("acquire", False)`. Beside methods there are
        `("with", *calls)`, which makes the calls inside a `with` (or `async with`) statement;
        `("fail",)`, which raises `Failure`; and `("enter",)` and `("exit",)`, the two ends of
        such a statement. For tasks, which nobody else can disturb between two turns of their
        loop, there are `("cancel", worker)`, `("begin", worker, *calls)` and `("rest", turns)`.
        Calls that are begun together follow one another without anything between them.
        """

        backend: str
        workers: int
        lock: Any

        def begin(self, worker: int, calls: tuple[Call, ...]) -> None:
            """Let a worker that has nothing to do begin its next calls."""

        def reply(self, worker: int, patience: Patience = "usual") -> Reply:
            """What became of the calls that a worker has begun; `blocks` where it waits."""

        def interrupt(self, worker: int) -> None:
            """Interrupt a waiting worker as its user would: SIGINT, or `Task.cancel`."""

        def delay(self, worker: int, *, late: bool) -> None:
            """Let a worker run only when no other one would, or again as all do."""

        def end(self, worker: int) -> None:
            """Let an idle worker come to its end, whatever it holds."""

        def kill(self, worker: int) -> None:
            """End an idle worker from outside: SIGKILL, or `Task.cancel`."""

        def close(self) -> None:
            """End all workers, whatever they wait for."""

    class Stock(Protocol):
        """What probes use that ask of elsewhere: how locks are made, and in what family."""

        backend: str
        context: Any

        def make(self) -> Any:
            """Make another lock."""

    Runner = Callable[[Callable[[], Any]], None]


class Failure(Exception):  # noqa: N818 - no error of anybody's: it stands for any exception
    """Stands for whatever may be raised while a lock is held."""


class Reply:
    """What became of a worker's calls.

    Attributes:
        kind: `returned`, `raised`, `blocks` where it has not come to an end, or `died` where its
            worker is no more.
        value: What the last call returned, where that is a plain value; else None.
        said: The value as its `repr`, the message of the exception, or how it blocks.
        error: The exception's class name; empty where none was raised.
    """

    __slots__ = ("error", "kind", "said", "value")

    def __init__(
        self,
        kind: Literal["returned", "raised", "blocks", "died"],
        value: bool | int | str | None = None,
        said: str = "",
        error: str = "",
    ) -> None:
        self.kind = kind
        self.value = value
        self.said = said
        self.error = error

    @property
    def blocks(self) -> bool:
        """Whether it is still waiting."""
        return self.kind == "blocks"

    @property
    def returned(self) -> bool:
        """Whether all calls came to an end without an exception."""
        return self.kind == "returned"

    def to_plain(self) -> tuple[Any, ...]:
        """As plain values, on the way out of a process."""
        return (self.kind, self.value, self.said, self.error)

    def __str__(self) -> str:
        if self.kind == "returned":
            return f"returned {self.said}"
        if self.kind == "raised":
            return f"raised {self.error}" + (f": {self.said}" if self.said else "")
        return f"waits{self.said}" if self.kind == "blocks" else "ended its process"
