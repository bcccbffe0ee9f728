"""A rule, what is promised of it, and the conversation in which it is put to a lock."""

from __future__ import annotations

import time

from locklab.model.rig import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from locklab.model.primitive import Primitive
    from locklab.model.rig import Call, Patience, Rig, Stock

    Script = Callable[["Probe"], "str | Figure"]

YES = "yes"
NO = "no"
BLOCKS = "blocks"
LOST = "lost"
CRASHES = "crashes"
# never an answer: the documentation says that it is not defined
UNDEFINED = "undefined"
# a promise that any exception keeps
AN_EXCEPTION = "an exception"

ACQUIRE: Call = ("acquire",)
RELEASE: Call = ("release",)
TRY: Call = ("acquire", False)

THREADS = "threading"
PROCESSES = "multiprocessing"
TASKS = "asyncio"
ALL = (THREADS, PROCESSES, TASKS)

_PAGES = {THREADS: "threading", PROCESSES: "multiprocessing", TASKS: "asyncio-sync"}


class Promise:
    """What the documentation of a primitive says of a rule.

    Args:
        answer: The answer that keeps it; `AN_EXCEPTION` for any; `UNDEFINED` where it is said
            that anything may happen.
        anchor: The entry of the documentation that says so, such as `threading.Lock.acquire`.
        says: What it says, as a sentence.
        since: The first Python of which it is true.
    """

    __slots__ = ("anchor", "answer", "says", "since")

    def __init__(
        self, answer: str, anchor: str, says: str, since: tuple[int, int] | None = None
    ) -> None:
        self.answer = answer
        self.anchor = anchor
        self.says = says
        self.since = since

    @property
    def page(self) -> str:
        """Where the documentation says so."""
        page, dot, _ = self.anchor.partition(".")
        target = f"#{self.anchor}" if dot else ""
        return f"https://docs.python.org/3/library/{_PAGES.get(page, page)}.html{target}"


class Rule:
    """One rule and its probe.

    Args:
        name: What tables and the command line call it.
        sentence: The rule, as it holds where the answer is `yes`.
        question: What is asked.
        script: Puts it to a lock; gives the answer.
        promises: What is documented, by the name of the primitive.
        declared: What a primitive without documentation promises by what it says of itself.
        backends: Where it can be asked.
        simulated: Of these, where the simulated primitives can be asked as well.
        workers: How many workers the script needs.
        start_method: Of the worker processes, where it is what the rule is about.
    """

    __slots__ = (
        "backends",
        "declared",
        "name",
        "promises",
        "question",
        "script",
        "sentence",
        "simulated",
        "start_method",
        "workers",
    )

    def __init__(
        self,
        name: str,
        sentence: str,
        question: str,
        script: Script,
        promises: Mapping[str, Promise],
        *,
        declared: Callable[[Primitive], str | None] = lambda _: None,
        backends: Iterable[str] = ALL,
        simulated: Iterable[str] = ALL,
        workers: int = 2,
        start_method: str | None = None,
    ) -> None:
        self.name = name
        self.sentence = sentence
        self.question = question
        self.script = script
        self.promises = promises
        self.declared = declared
        self.backends = tuple(backends)
        self.simulated = tuple(simulated)
        self.workers = workers
        self.start_method = start_method


class Figure:
    """An answer that is a number.

    Args:
        value: In `unit`.
        unit: `B` or `ns`.
    """

    __slots__ = ("unit", "value")

    def __init__(self, value: float, unit: str) -> None:
        self.value = value
        self.unit = unit


class Unexpected(Exception):  # noqa: N818 - an answer, not an error
    """A call that every lock has to answer in one way was answered in another."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class Refused(Exception):  # noqa: N818 - likewise
    """A lock could not be brought to where it was to be asked; its text is the answer."""


class Probe:
    """One lock being asked: tells its workers what to call, and notes what becomes of it.

    Args:
        rig: The lock and its workers.
        stock: Makes more locks of the kind; None where the lock is simulated.

    Attributes:
        transcript: What was called and what came of it, a sentence each.
    """

    def __init__(self, rig: Rig, stock: Stock | None) -> None:
        self.rig = rig
        self.stock = stock
        self.transcript: list[str] = []

    def call(self, worker: int, *calls: Call, patience: Patience = "usual") -> Reply:
        """Let a worker make calls, one right after the other, and see what becomes of them."""
        self.rig.begin(worker, calls)
        reply = self.rig.reply(worker, patience)
        shown = ", ".join(map(written, calls))
        return self.note(f"worker {worker}: {shown}", reply)

    def timed(self, worker: int, *calls: Call) -> tuple[Reply, float]:
        """The same, and how many seconds it took."""
        begun = time.perf_counter()
        return self.call(worker, *calls), time.perf_counter() - begun

    def look(self, worker: int, patience: Patience = "long") -> Reply:
        """What has become of the calls that a worker was waiting in; nothing should keep it now."""
        return self.note(f"worker {worker}", self.rig.reply(worker, patience))

    def take(self, worker: int) -> None:
        """Let a worker take the free lock.

        Raises:
            Unexpected: It did not get it.
        """
        reply = self.call(worker, ACQUIRE)
        if not reply.returned or reply.value is False:
            raise Unexpected(reply)

    def free(self, worker: int) -> None:
        """Let the holder give it back.

        Raises:
            Unexpected: It could not.
        """
        reply = self.call(worker, RELEASE)
        if not reply.returned:
            raise Unexpected(reply)

    def wait(self, worker: int, patience: Patience = "usual") -> None:
        """Let a worker begin to wait for the held lock.

        Raises:
            Unexpected: It did not have to wait.
        """
        reply = self.call(worker, ACQUIRE, patience=patience)
        if not reply.blocks:
            raise Unexpected(reply)

    def note(self, what: str, reply: Reply) -> Reply:
        """Keep what was done and what came of it."""
        self.transcript.append(f"{what} {reply}")
        return reply


def written(call: Call) -> str:
    """A call as it is written in Python."""
    name, *arguments = call
    if name == "fail":
        return "raise"
    if name == "with":
        body = "; ".join(map(written, arguments)) or "pass"
        return f"with lock: {body}"
    if name == "cancel":
        return f"worker {arguments[0]} is cancelled"
    if name == "begin":
        return f"worker {arguments[0]}: {', '.join(map(written, arguments[1:]))} begins"
    if name == "rest":
        return f"{arguments[0]} turns of the loop"
    return f"{name}({', '.join(map(repr, arguments))})"


def word(reply: Reply, expected: object = None) -> str:
    """A reply as an answer.

    Args:
        reply: What became of a call.
        expected: What it should have returned for a `yes`.
    """
    if reply.blocks:
        return BLOCKS
    if reply.kind == "died":
        return CRASHES
    if reply.error:
        return reply.error
    return YES if reply.value is expected else NO


def ask(rule: Rule, probe: Probe) -> str | Figure:
    """Put a rule to a lock; the answer."""
    try:
        return rule.script(probe)
    except Refused as refused:
        return str(refused)
    except Unexpected as other:
        return NO if other.reply.returned else word(other.reply)


def exclusive(primitive: Primitive) -> str | None:
    """`yes` for a primitive that promises exclusion."""
    return YES if primitive.exclusive else None
