"""The answers of locks in words: one of them, and all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.text import Text

from locklab.model.rules import RuleAnswer, RulesResult
from locklab.report import words

NOTHING = "–"
UNKNOWN = "?"
BROKEN = "!"
UNDEFINED = "*"
STYLES = {"yes": "green", "no": "dim", "lost": "yellow", "blocks": "yellow"}
MEANINGS = {
    "yes": "it does",
    "no": "it does not",
    "blocks": "the worker waits for ever",
    "lost": "nobody can have the lock any more",
    "crashes": "the interpreter ended",
}


def told(result: RulesResult) -> Iterator[tuple[str, str]]:
    """What is to be said under the matrix: a paragraph and its style each."""
    if meanings := legend(result):
        yield meanings, "dim"
    for title, sentences in (
        ("Promises that were broken", [broken(answer) for answer in result.broken]),
        ("What the interpreters differ in", list(differences(result))),
        ("What could not be asked", [*result.problems, *_problems(result)]),
        ("What check takes for granted and is not so", list(contradictions(result))),
    ):
        if sentences:
            yield f"\n{title}", "bold"
            for sentence in sentences:
                yield f"- {sentence}", ""
    if not result.broken and any(answer.kept for answer in result.answers):
        kept = sum(1 for answer in result.answers if answer.kept)
        yield f"\nSomething is promised of {kept} of these answers, and every promise is kept.", ""
    yield f"\n{circumstances(result)}", "dim"
    if result.interrupted:
        yield "Interrupted: this is what was answered until then.", "yellow"


def circumstances(result: RulesResult) -> str:
    """One line on where that was, and how to see more."""
    env = result.environment
    pythons = list(env.get("interpreters") or []) or [env.get("python")]
    where = (
        f"{env.get('implementation')} {', '.join(map(str, pythons))} · "
        f"{env.get('system')} {env.get('machine')}"
    )
    return f"{where} · what is asked, and what happened: locklab rules --explain RULE"


def legend(result: RulesResult) -> str:
    """What the words and marks in the matrix mean; only those that stand in it."""
    found = {answer.answer for answer in result.answers}
    said = [f"{word}: {meaning}" for word, meaning in MEANINGS.items() if word in found]
    if any(word and word[0].isupper() for word in found):
        said.append("a name: the exception that was raised")
    if any(answer.kept is False for answer in result.answers):
        said.append(f"{BROKEN}: breaks a promise")
    if any(_undefined(answer) for answer in result.answers):
        said.append(f"{UNDEFINED}: the documentation leaves it undefined")
    if any(answer.problem for answer in result.answers):
        said.append(f"{UNKNOWN}: could not be asked")
    if any(len(cells) < len(result.rules) for cells in _rules_by_primitive(result).values()):
        said.append(f"{NOTHING}: cannot be asked there")
    return "; ".join(said) + "." if said else ""


def _rules_by_primitive(result: RulesResult) -> dict[str, set[str]]:
    asked: dict[str, set[str]] = {}
    for answer in result.answers:
        asked.setdefault(answer.primitive, set()).add(answer.rule)
    return asked


def broken(answer: RuleAnswer) -> str:
    """One broken promise, as a sentence."""
    assert answer.promised
    where = f" ({answer.promised.page})" if answer.promised.page else ""
    return (
        f"{answer.rule}, {_name(answer)}: {answer.answer}, where {answer.promised.answer} is "
        f"promised. {answer.promised.says}{where}"
    )


def contradictions(result: RulesResult) -> Iterator[str]:
    """Where the simulated primitive answers otherwise than the real one."""
    for answer in result.answers:
        if answer.contradicts_the_model:
            yield (
                f"{answer.rule}, {_name(answer)}: {answer.answer}; simulated, it answers "
                f"{answer.simulated}"
            )


def differences(result: RulesResult) -> Iterator[str]:
    """In what the interpreters differ: a sentence for each rule and primitive."""
    for (rule, primitive), group in by_cell(result).items():
        answers = [one for one in group if one.answer is not None]
        if len({one.answer for one in answers}) > 1:
            said = []
            for word in dict.fromkeys(one.answer for one in answers):
                on = ", ".join(str(one.python) for one in answers if one.answer == word)
                said.append(f"{word} on {on}")
            yield f"{rule}, {primitive}: {'; '.join(said)}"


def cell(answer: RuleAnswer) -> str:
    """An answer with its marks."""
    if answer.value is not None:
        return figure(answer.value, answer.unit)
    if answer.answer is None:
        return UNKNOWN
    mark = BROKEN if answer.kept is False else UNDEFINED if _undefined(answer) else ""
    return f"{answer.answer}{mark}"


def figure(value: float, unit: str | None) -> str:
    """A figure with its unit."""
    return words.duration(value) if unit == "ns" else f"{value:.0f} {unit}"


def colour(answer: RuleAnswer) -> str:
    """How an answer is coloured."""
    if answer.kept is False or (answer.answer is None and answer.value is None):
        return "bold red"
    return STYLES.get(answer.answer or "", "")


def cell_of(answers: Sequence[RuleAnswer]) -> Text:
    """One cell of the matrix: what all interpreters answered, or each answer once."""
    if not answers:
        return Text(NOTHING, style="dim")
    figures = [answer.value for answer in answers if answer.value is not None]
    if len(figures) > 1:
        shown = [figure(value, answers[0].unit) for value in (min(figures), max(figures))]
        return Text("–\n".join(dict.fromkeys(shown)))
    text = Text()
    for index, (shown_as, group) in enumerate(groupby(answers, key=cell)):
        if index:
            text.append("\n")
        text.append(shown_as, style=colour(next(group)))
    return text


def by_cell(result: RulesResult) -> dict[tuple[str, str], list[RuleAnswer]]:
    """The answers by rule and primitive: one of each interpreter."""
    cells: dict[tuple[str, str], list[RuleAnswer]] = {}
    for answer in result.answers:
        cells.setdefault((answer.rule, answer.primitive), []).append(answer)
    return cells


def _undefined(answer: RuleAnswer) -> bool:
    return answer.promised is not None and answer.promised.answer == "undefined"


def _problems(result: RulesResult) -> Iterable[str]:
    """Each problem once, with the rules that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for answer in result.answers:
        if answer.problem:
            found.setdefault((_name(answer), answer.problem), []).append(answer.rule)
    for (name, problem), names in found.items():
        rules = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield f"{name} ({rules}): {problem}"


def _name(answer: RuleAnswer) -> str:
    return f"{answer.primitive} {answer.python}" if answer.python else answer.primitive
