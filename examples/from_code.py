"""Comparing from code: typed records in, a decision out.

python examples/from_code.py
"""

from __future__ import annotations

import locklab


def main() -> None:
    run = locklab.compare(
        ["counter"], primitives=["threading.*"], workers=[1, 2], budget="quick", seed=1
    )
    for case in run.cases:
        if case.throughput is None or case.cost_ns is None:
            continue
        print(
            f"{case.primitive:17} {case.workers} workers: "
            f"{case.throughput.median:12,.0f} ops/s, {case.cost_ns.gross:6.0f} ns an operation"
        )
    ranked = [case for case in run.cases if case.workers == 2 and case.rank == 1]
    print("fastest with two workers:", " and ".join(case.primitive for case in ranked))
    print("measured on", run.environment["python"], "with the GIL", run.environment["gil"])


if __name__ == "__main__":
    main()
