"""How evenly something was shared."""

from __future__ import annotations

from collections.abc import Sequence


def jain(shares: Sequence[float]) -> float | None:
    """Jain's index: (sum x)² / (n · sum x²).

    1 where all got the same, 1/n where one got everything (Jain, Chiu and Hawe 1984,
    DEC-TR-301, section 2).

    Args:
        shares: What each got, 0 or more.

    Returns:
        The index; None where nobody got anything.
    """
    squares = sum(x * x for x in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else None
