"""Names, globs and import paths, and what is said of those that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from locklab.backends import BACKENDS, PRIMITIVES
from locklab.errors import RequestError
from locklab.model.registry import Registry, load_path
from locklab.scenarios import SCENARIOS


@pytest.mark.parametrize("registry", [BACKENDS, PRIMITIVES, SCENARIOS])
def test_every_entry_loads(registry: Registry) -> None:
    for name in registry:
        loaded = registry.load(name)
        assert getattr(loaded, "name", name) == name


def test_select_keeps_order_and_drops_repeats() -> None:
    chosen = SCENARIOS.select(["box*", "counter", "box"])
    assert chosen == ["box", "box-flat", "box-drain", "counter"]


@pytest.mark.parametrize(
    ("registry", "wrong", "says"),
    [
        (SCENARIOS, "conter", "there is no scenario 'conter'; did you mean counter"),
        (PRIMITIVES, "rlock", "did you mean threading.RLock"),
        (PRIMITIVES, "asyncio.lock", "did you mean asyncio.Lock"),
        (SCENARIOS, "zzz*", "there is counter, counter-split, box, box-flat, box-drain"),
        (BACKENDS, "thread", "did you mean threading?"),
    ],
)
def test_a_wrong_name_answers_with_the_nearest(registry: Registry, wrong: str, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        registry.select([wrong])
    assert says in str(caught.value)


def test_a_path_loads_from_a_file_and_from_a_module(workload: Callable[[str], str]) -> None:
    fine = load_path(workload("Fine"))
    assert fine.__name__ == "Fine"
    assert load_path(workload("Fine")) is fine
    assert load_path("locklab.scenarios.counter:Counter").name == "counter"


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("def x(:\n", ":X", "broken.py:1: syntax error"),
        ("y = 1\n", ":X", "broken.py has no 'X'; it defines no class."),
        ("class Countre: pass\n", ":Counter", "did you mean Countre?"),
        ("\n1 / 0\n", ":X", "broken.py:2 could not be imported: ZeroDivisionError"),
        ("import nonsense_that_is_not\n", ":X", "could not be imported: ModuleNotFoundError"),
        ("raise SystemExit(3)\n", ":X", "could not be imported: SystemExit: 3"),
        ("", "", "say what you mean in that file, as in"),
        ("", ":", "say what you mean in that file, as in"),
    ],
)
def test_a_file_that_will_not_do_is_told_in_one_sentence(
    tmp_path: Path, text: str, name: str, says: str
) -> None:
    file = tmp_path / "broken.py"
    file.write_text(text)
    with pytest.raises(RequestError) as caught:
        load_path(f"{file}{name}")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_missing_module() -> None:
    with pytest.raises(RequestError, match=r"there is no file nowhere\.py"):
        load_path("nowhere.py:X")
    with pytest.raises(RequestError, match="no_such_module could not be imported"):
        load_path("no_such_module:X")
