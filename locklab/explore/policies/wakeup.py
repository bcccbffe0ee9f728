"""Wakeup trees: what is still to be explored from a state, as sequences that share beginnings.

Abdulla, Aronis, Jonsson and Sagonas, "Optimal dynamic partial order reduction" (POPL 2014),
section 5. The branches of a node are ordered; who comes first is explored first.
"""

from __future__ import annotations

from locklab.explore.steps import WORKER_MASK, is_weak_initial

# the item that a branch begins with, and the branches that follow it
Branch = tuple[int, list["Branch"]]


def insert(tree: list[Branch], sequence: list[int]) -> None:
    """Put a sequence into a tree, unless what is there covers it (definition 5.2).

    Args:
        tree: The branches of a node.
        sequence: Items that can be taken from there; used up.
    """
    while True:
        for branch in tree:
            if is_weak_initial(branch[0], sequence):
                if not branch[1]:
                    return  # a leaf: everything after it will be explored
                for index, one in enumerate(sequence):
                    if (one ^ branch[0]) & WORKER_MASK == 0:
                        del sequence[index]
                        break
                tree = branch[1]
                break
        else:
            rest: list[Branch] = []
            for one in reversed(sequence):
                rest = [(one, rest)]
            tree.extend(rest)
            return
