"""Facts as rows of fields: every package comes through unchanged, and what is typed is what is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.packages.yaml_files import read_yaml
from engine.studio.fact_rows import LONGEST, MOST_ROWS, NameMissing, NameTwice, Row, rows_of, with_rows
from engine.studio.fact_shapes import SHAPES, Shape
from engine.studio.facts import KEYS
from engine.studio.yaml_values import with_value
from tests.properties import given, settings, st

FILES = sorted(Path(__file__).parents[3].glob("processes/*/*/service.yaml"))
DOCUMENTS = SHAPES["documents"]


def read(data: bytes) -> dict[str, Any]:
    value: dict[str, Any] = read_yaml("service.yaml", data).value
    return value


def test_every_key_has_its_fields() -> None:
    assert set(SHAPES) | {"key"} == set(KEYS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_fact_of_every_service_comes_through_unchanged(path: Path) -> None:
    shown = dict[str, list[Row]]()
    for key, value in read(path.read_bytes()).items():
        rows = rows_of(SHAPES[key], value) if key in SHAPES else None
        if rows is not None:
            shown[key] = rows
            assert with_rows(SHAPES[key], value, rows) is value
            assert rows_of(SHAPES[key], with_rows(SHAPES[key], None, rows)) == rows
    assert {"title", "term", "clock", "stages", "office_levels", "provenance"} <= shown.keys()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("certificate", {"series": "KP", "holder": {"name": "apply.a"}}),
        ("certificate", {"series": "KP", "entry": ["two words"]}),
        ("certificate", {"series": "KP", "entry": []}),
        ("validity", {"by": "apply.kind", "lengths": {"a": "1 year"}}),
        ("documents", [{"key": "a", "required": None}]),
        ("documents", [{"key": "a", "acepts": ["pdf"]}]),
        ("documents", {"a": 1}),
        ("documents", ["a"]),
        ("term", "two\nlines"),
        ("term", " "),
        ("title", "Kiln"),
        ("title", {"km": "a", "en": "b", "fr": "c"}),
        ("office_levels", ["moon"]),
        ("office_levels", []),
        ("clock", {"starts": "never"}),
        ("clock", {"restarts_after_correction": "no"}),
        ("purpose", True),
        ("rules", {"apply": []}),
        ("variables", {"a": ["b"]}),
        ("stages", ["a"] * (MOST_ROWS + 1)),
        ("renews", "a" * (LONGEST + 1)),
    ],
)
def test_what_fields_cannot_express_is_not_shown_in_them(key: str, value: Any) -> None:
    assert rows_of(SHAPES[key], value) is None


def test_what_is_typed_becomes_what_a_service_has() -> None:
    card = {"key": "id_card", "accepts": "pdf jpg", "required": "true"}
    plan = {"key": "plan", "required": "rooms > 10", "copies": "2", "accepts": ""}
    assert with_rows(DOCUMENTS, None, [card, {}, plan]) == [
        {"key": "id_card", "accepts": ["pdf", "jpg"], "required": True},
        {"key": "plan", "required": "rooms > 10", "copies": 2},
    ]
    assert with_rows(SHAPES["term"], None, [{"term": "5 days"}]) == "5 days"
    cases = [{"when": "a = 1", "term": "1 day"}, {"term": "5 days"}]
    assert with_rows(SHAPES["term"], "5 days", cases) == cases
    written = with_rows(SHAPES["term"], "5 days", cases)
    assert with_rows(SHAPES["term"], written, [{"term": "5 days"}]) == "5 days"
    assert with_rows(SHAPES["validity"], "1 year", [{"length": "3 days", "single_use": "true"}]) == {
        "length": "3 days",
        "single_use": True,
    }
    rules = [{"name": "apply", "rule": "a < b", "message": "m", "at": "a"}]
    assert with_rows(SHAPES["rules"], None, rules) == {"apply": [{"rule": "a < b", "message": "m", "at": "a"}]}
    assert with_rows(SHAPES["documents"], [{"key": "a"}], []) is None
    assert with_rows(DOCUMENTS, None, [{"key": "a", "copies": "១២"}]) == [{"key": "a", "copies": 12}]
    assert with_rows(DOCUMENTS, None, [{"key": "a", "copies": "many"}]) == [{"key": "a", "copies": "many"}]


def test_what_was_not_typed_stays_as_it_was_written() -> None:
    before = [{"required": True, "key": "a", "accepts": ["png", "pdf"]}]
    (row,) = rows_of(DOCUMENTS, before) or []
    assert row["accepts"] == "pdf png"
    assert with_rows(DOCUMENTS, before, [{**row, "required": "false"}]) == [before[0] | {"required": False}]
    assert list(with_rows(DOCUMENTS, before, [{**row, "copies": "2"}])[0]) == ["required", "key", "accepts", "copies"]


def test_keys_and_groups_in_a_group_are_fields_too() -> None:
    shape, before = SHAPES["certificate"], {"series": "HC", "entry": ["a", "b"], "holder": {"name_latin": "apply.x"}}
    (row,) = rows_of(shape, before) or []
    assert row == {"series": "HC", "entry": "a b", "holder/name_latin": "apply.x"}
    assert with_rows(shape, before, [{**row, "holder/name_km": "apply.y", "entry": "a"}]) == {
        "series": "HC",
        "entry": ["a"],
        "holder": {"name_latin": "apply.x", "name_km": "apply.y"},
    }
    assert with_rows(shape, before, [{"series": "HC"}]) == {"series": "HC"}


def test_rows_have_names_and_each_its_own() -> None:
    with pytest.raises(NameTwice):
        with_rows(SHAPES["variables"], None, [{"name": "a", "value": "x.y"}, {"name": "a", "value": "x.z"}])
    with pytest.raises(NameMissing):
        with_rows(SHAPES["variables"], None, [{"value": "x.y"}])


TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Co", "Cn")), min_size=1, max_size=12
)


def typed(shape: Shape) -> st.SearchStrategy[dict[str, str]]:
    kinds = {leaf: part for part in shape.parts for leaf in part.leaves}
    fields: dict[str, Any] = {}
    for leaf in shape.leaves:
        part = kinds.get(leaf)
        known = part.choices if part else ()
        if part is not None and part.holds == "ticks":
            fields[leaf] = st.lists(st.sampled_from(known), min_size=1, unique=True).map(
                lambda some, known=known: " ".join(one for one in known if one in some)
            )
        elif part is not None and part.holds in ("choice", "yes_no"):
            fields[leaf] = st.sampled_from(known or ("true", "false"))
        elif part is not None and part.holds == "keys":
            fields[leaf] = st.lists(st.sampled_from(("a", "b_1", "c")), min_size=1).map(" ".join)
        elif part is not None and part.holds == "number":
            fields[leaf] = st.integers(0, 10**9).map(str)
        else:
            fields[leaf] = TEXT.filter(lambda text: text not in ("true", "false"))
    first, *rest = fields
    return st.fixed_dictionaries({first: fields[first]}, optional={leaf: fields[leaf] for leaf in rest})


@given(st.data())
@settings(max_examples=150)
def test_whatever_is_typed_into_any_service_reads_back_and_leaves_the_rest(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES)).read_bytes()
    before = read(file)
    key = data.draw(st.sampled_from([key for key in SHAPES if rows_of(SHAPES[key], before.get(key)) is not None]))
    shape = SHAPES[key]
    rows = [dict(row) for row in rows_of(shape, before.get(key)) or []]
    extra = data.draw(st.lists(typed(shape), min_size=int(not rows), max_size=1 if shape.is_single else 2))
    rows = extra[:1] or rows[:1] if shape.is_single else data.draw(st.permutations([*rows, *extra]))
    if shape.form == "grouped":
        rows.sort(key=lambda row: row["name"])
    try:
        value = with_rows(shape, before.get(key), rows)
    except NameTwice:
        return
    after = read(with_value("service.yaml", file, key, value))
    assert rows_of(shape, after[key]) == [{leaf: row[leaf] for leaf in shape.leaves if leaf in row} for row in rows]
    assert {name: held for name, held in after.items() if name != key} == {
        name: held for name, held in before.items() if name != key
    }
