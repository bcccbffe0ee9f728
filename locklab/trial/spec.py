"""What a trial is asked to do. Crosses the pipe as plain data, so it holds nothing else."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Spec:
    """One trial.

    Args:
        scenario: Registered name or import path.
        primitive: Registered name or import path.
        workers: How many workers.
        ops: Operations of each worker.
        chunks: Timestamps are taken at the start and after each of so many chunks.
        witness: Wrap the primitive to see who waits, who holds and who overlaps; slow.
        clocked: Wrap the primitive to time how long it is waited for and held.
        rate: Acquisitions per second of all workers together in a clocked trial; None where they
            come as fast as they can.
        inside: Work units put into each critical section.
        outside: Work units put after each critical section.
        start_method: Of processes; None for the platform's default.
        patience_s: A trial whose workers get no further for so long is stalled.
    """

    __slots__ = (
        "chunks",
        "clocked",
        "inside",
        "ops",
        "outside",
        "patience_s",
        "primitive",
        "rate",
        "scenario",
        "start_method",
        "witness",
        "workers",
    )

    def __init__(
        self,
        scenario: str,
        primitive: str,
        workers: int,
        ops: int,
        *,
        chunks: int = 64,
        witness: bool = False,
        clocked: bool = False,
        rate: float | None = None,
        inside: int = 0,
        outside: int = 0,
        start_method: str | None = None,
        patience_s: float = 5.0,
    ) -> None:
        self.scenario = scenario
        self.primitive = primitive
        self.workers = workers
        self.ops = ops
        self.chunks = max(1, min(chunks, ops))
        self.witness = witness
        self.clocked = clocked
        self.rate = rate
        self.inside = inside
        self.outside = outside
        self.start_method = start_method
        self.patience_s = patience_s

    def to_plain(self) -> dict[str, Any]:
        """As a dictionary of plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Spec:
        """The inverse of `to_plain`."""
        spec = cls.__new__(cls)
        for name in cls.__slots__:
            setattr(spec, name, plain[name])
        return spec
