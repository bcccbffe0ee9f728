"""A step is one visible action of a worker; here is its code, and when two are independent.

A step is packed into one integer, because a search asks millions of times whether two of them
touch the same thing: `object << 4 | FREE? | kind`. Object 0 is nothing at all (a pause), so that
pauses are independent of everything without a special case. In sequences the worker is packed in
as well: an *item* is `step << 6 | worker`.
"""

from __future__ import annotations

READ = 0
WRITE = 1
ACQUIRE = 2  # waits while the lock is held
TRY = 3  # takes the lock where it is free, and never waits; also with a timeout
REENTER = 4  # taken again by its holder
RELEASE = 5
QUERY = 6  # `locked()`
KIND = 7
FREE = 8  # recorded with a lock step: the lock was free before it
OBJECT = 4  # the bits that an object's number is shifted by

PAUSE = 0  # a "read" of object 0
# of tasks only, and kinds of their own on object 0: what the loop does to a worker
RESUME = 6
CANCEL = 7

ACTIONS = {
    READ: "read",
    WRITE: "write",
    ACQUIRE: "acquire",
    TRY: "acquire",
    REENTER: "acquire",
    RELEASE: "release",
    QUERY: "query",
}

WORKER_BITS = 6  # six bits of worker, and what a choice is about above them
MAX_WORKERS = 1 << WORKER_BITS
WORKER_MASK = MAX_WORKERS - 1
ITEM_KIND = KIND << WORKER_BITS
ITEM_OBJECT = 1 << (WORKER_BITS + OBJECT)

# what can be chosen: that a worker goes on; for tasks also that its pause ends, or its cancellation
GO_ON = 0
END_PAUSE = 1 << WORKER_BITS
CANCELS = 2 << WORKER_BITS
NOTHING = 4 << WORKER_BITS  # nobody is cancelled although nothing else can happen

OUTSIDE = MAX_WORKERS  # who acts in `setup` and `verify`


def item(worker: int, step: int) -> int:
    """A worker's step, without what was found when it was taken."""
    return (step & ~FREE) << WORKER_BITS | worker


def dependent(one: int, other: int) -> bool:
    """Whether two items touch one lock, or one cell and one of them writes."""
    return (one ^ other) < ITEM_OBJECT and bool((one | other) & ITEM_KIND)


def is_weak_initial(first: int, sequence: list[int]) -> bool:
    """Whether `first` can be taken before all of `sequence` without changing what that does.

    Either its worker's first item in `sequence` depends on nothing before it, or its worker is
    not in it and nothing in it depends on `first` (Abdulla et al. 2014, definition 4.1: WI).
    """
    worker = first & WORKER_MASK
    for one in sequence:
        if one & WORKER_MASK == worker:
            return True
        if (one ^ first) < ITEM_OBJECT and (one | first) & ITEM_KIND:
            return False
    return True
