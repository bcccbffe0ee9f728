"""The published schema is that of the records, and every document keeps to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from locklab import RequestError
from locklab.report import document
from locklab.report.schema import KINDS, published, text
from tests.documents import invalid

# Of a field that a document was written without: nothing known, nothing there, no.
ADDED: tuple[object, ...] = (None, [], False, 0, "closed")
DOCUMENTS = sorted((Path(__file__).parent.parent / "documents").glob("*.json"))
each_kind = pytest.mark.parametrize("kind", sorted(KINDS))


@each_kind
def test_the_published_schema_is_that_of_the_records(kind: str) -> None:
    file = published(kind).read_text(encoding="utf-8")
    assert file == text(kind), "run: python -m locklab.report.schema"


@each_kind
def test_every_field_says_what_it_is(kind: str) -> None:
    for name, record in json.loads(text(kind))["$defs"].items():
        assert record["description"], name
        for field, known in record["properties"].items():
            assert "$ref" in known or "description" in known or "const" in known, (name, field)


@each_kind
def test_a_document_with_nothing_in_it_is_found(kind: str) -> None:
    assert "must contain" in (invalid({"schema": KINDS[kind][1]}, kind) or "")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_of_every_time_are_valid_and_read(path: Path) -> None:
    assert invalid(json.loads(path.read_bytes())) is None
    run = document.read(str(path))
    assert run.cases
    # what is written of it is the same run
    again = document.encode(run)
    assert document.decode(again, "it") == run
    # with all that it had, and nothing made up for what it had not
    assert list(_changed(json.loads(path.read_bytes()), json.loads(again))) == []


def _changed(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """What of an older document is not the same, and what it did not have and now has."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() | new.keys():
            if name in old and name in new:
                yield from _changed(old[name], new[name], f"{where}.{name}")
            elif name in old or new[name] not in ADDED:
                yield f"{where}.{name}"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _changed(one, other, f"{where}[{index}]")
    elif old != new:
        yield where


def test_what_a_reader_loses_or_invents_is_found() -> None:
    plain = json.loads(DOCUMENTS[-1].read_bytes())
    less, more, other = (json.loads(json.dumps(plain)) for _ in range(3))
    del less["cases"][0]["expected"]
    more["cases"][0]["invented"] = 1
    other["cases"][1]["workers"] += 1
    assert list(_changed(plain, less)) == [".cases[0].expected"]
    assert list(_changed(plain, more)) == [".cases[0].invented"]
    assert list(_changed(plain, other)) == [".cases[1].workers"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda plain: plain.pop("seed"), "seed"),
        (lambda plain: plain.pop("schema"), "schema"),
        (lambda plain: plain["cases"][0].update(workers="two"), "workers"),
        (lambda plain: plain["cases"][0]["verdict"].update(status="fine"), "status"),
        (lambda plain: plain.update(schema="locklab/run/2"), "schema"),
    ],
)
def test_what_is_wrong_is_found(change: Any, says: str) -> None:
    plain = json.loads(DOCUMENTS[-1].read_bytes())
    change(plain)
    found = invalid(plain)
    assert found is not None
    assert says in found


def test_fields_of_a_later_locklab_are_no_hindrance() -> None:
    plain = json.loads(DOCUMENTS[-1].read_bytes())
    plain["cases"][0]["invented"] = 1
    assert invalid(plain) is None
    document.decode(json.dumps(plain).encode(), "it")


def test_an_earlier_schema_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """By as many steps as it takes, each of which knows two schemas only."""
    plain = json.loads(DOCUMENTS[-1].read_bytes())

    def from_zero(old: dict[str, Any]) -> dict[str, Any]:
        return {**old, "seed": old.pop("random_seed")}

    old = {**plain, "schema": "locklab/run/0", "random_seed": 7}
    del old["seed"]
    monkeypatch.setitem(document.STEPS, 0, from_zero)
    assert document.decode(json.dumps(old).encode(), "it").seed == 7


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ("locklab/run/99", "install a newer one"),
        ("locklab/run/0", "which there never was"),
        ("locklab/diff/1", "this locklab reads 'locklab/run/1'"),
        (None, "no schema"),
        (7, "schema 7"),
    ],
)
def test_other_schemas_are_refused_with_what_to_do(schema: object, says: str) -> None:
    plain = {**json.loads(DOCUMENTS[-1].read_bytes()), "schema": schema}
    with pytest.raises(RequestError, match=says):
        document.decode(json.dumps(plain).encode(), "it")
