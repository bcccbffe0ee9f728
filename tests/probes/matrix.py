"""The answers of the standard library's locks, by hand from its documentation and its source.

Of CPython 3.11 to 3.13 on Linux. What is not here (memory, making) is a figure.
"""

from __future__ import annotations

PRIMITIVES = (
    "threading.Lock",
    "threading.RLock",
    "multiprocessing.Lock",
    "multiprocessing.RLock",
    "asyncio.Lock",
)

TABLE = """
acquire            yes            yes             yes             yes             yes
waits              yes            yes             yes             yes             yes
try                yes            yes             yes             yes             TypeError
timeout            yes            yes             yes             yes             TypeError
timeout-zero       yes            yes             yes             yes             TypeError
timeout-minus-one  yes            yes             no              no              TypeError
timeout-negative   ValueError     ValueError      yes             yes             TypeError
timeout-huge       OverflowError  OverflowError   yes             yes             TypeError
release-unlocked   RuntimeError   RuntimeError    ValueError      AssertionError  RuntimeError
release-by-other   yes            RuntimeError    yes             AssertionError  yes
reentry            blocks         yes             blocks          yes             blocks
reentry-try        no             yes             no              yes             TypeError
as-many-releases   blocks         yes             blocks          yes             blocks
locked             yes            AttributeError  AttributeError  AttributeError  yes
with               yes            yes             yes             yes             yes
with-error         yes            yes             yes             yes             yes
in-order           no             no              no              no              yes
interrupt          yes            yes             yes             yes             yes
after-interrupt    yes            yes             yes             yes             yes
holder-ends        lost           lost            lost            lost            lost
holder-killed      -              -               lost            lost            lost
other-thread       yes            yes             yes             yes             RuntimeError
other-process      no             no              yes             yes             no
other-loop         yes            yes             yes             yes             RuntimeError
after-fork         lost           lost            yes             yes             lost
spawned            TypeError      TypeError       yes             yes             no
"""

EXPECTED = {
    (rule, primitive): answer
    for rule, *answers in map(str.split, TABLE.strip().splitlines())
    for primitive, answer in zip(PRIMITIVES, answers, strict=True)
    if answer != "-"
}
FIGURES = ("memory", "making")

# What is not so on every Python, and why: see docs/rules.md.
HANDED_OVER = ("in-order", "threading.Lock")  # on a free-threaded build, after a millisecond
SINCE_3_14 = {("locked", primitive) for primitive in PRIMITIVES[1:4]}
