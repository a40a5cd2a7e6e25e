"""What a decision table leaves open and what it answers twice, each as cells that could be written."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

from engine.khmer import Bilingual
from engine.packages.coverage import Row
from engine.packages.feel import parse_unary_tests
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.forms import Component, Option
from engine.packages.table_cases import MOST_TOLD, Answered, answered
from tests.properties import given, settings, st

A = Bilingual("ក", "A")
KINDS = tuple(Option(value, A) for value in ("hall", "stall", "cart"))


def question(kind: str, **limits: Any) -> Component:
    return Component("any", FIELD_KINDS[kind], A, **{"required": True, **limits})


def told(asked: dict[str, Component], *rules: tuple[str, ...], left_out: bool = True) -> Answered:
    rows = tuple(Row(f"r{at}", tuple(map(parse_unary_tests, cells)), None) for at, cells in enumerate(rules, 1))
    return answered(tuple(asked), rows, asked, left_out=left_out)


def cells(found: Answered) -> tuple[list[tuple[str, ...]], list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    return [one.cells for one in found.gaps], [(one.cells, one.rules) for one in found.overlaps]


def test_a_gap_between_two_ranges_is_that_range_and_an_overlap_names_both_rules() -> None:
    rooms = {"rooms": question("number", minimum=Decimal(1))}
    assert cells(told(rooms, ("[1..5]",), ("> 9",))) == ([("[6..9]",)], [])
    assert cells(told(rooms, ("<= 5",), (">= 4",))) == ([], [(("[4..5]",), ("r1", "r2"))])
    assert cells(told(rooms, ("[2..4]",))) == ([("1, >= 5",)], [])


def test_neighbouring_cases_are_told_as_one_and_what_does_not_matter_is_left_open() -> None:
    asked = {"kind": question("select", options=KINDS), "rooms": question("number")}
    assert cells(told(asked, ('"hall"', "-"), ('"stall"', "< 5"))) == ([('"stall"', ">= 5"), ('"cart"', "-")], [])


def test_days_beside_a_range_and_a_fraction_of_a_riel_are_gaps_too() -> None:
    assert cells(told({"day": question("date")}, ("< 2026-01-01",), ("[2026-01-02..2026-06-30]",))) == (
        [("2026-01-01, >= 2026-07-01",)],
        [],
    )
    assert cells(told({"weight": question("number", decimals=1)}, ("<= 2",), ("> 2.5",)))[0] == [("[2.1..2.5]",)]


def test_an_answer_that_may_be_left_out_a_box_and_a_text_have_their_cases() -> None:
    rooms = {"rooms": question("number", required=False)}
    assert cells(told(rooms, ("-",))) == ([], [])
    assert cells(told(rooms, (">= 0",), ("< 0",)))[0] == [("null",)]
    assert cells(told(rooms, ("null",)))[0] == [("not(null)",)]
    assert cells(told(rooms, (">= 0",), ("< 0",), left_out=False)) == ([], [])
    assert cells(told({"new": question("checkbox")}, ("true",)))[0] == [("false",)]
    assert cells(told({"street": question("text")}, ('"A", "B"',)))[0] == [('not("A", "B")',)]


def test_a_table_without_inputs_has_one_case() -> None:
    assert cells(told({}, ())) == ([], [])
    assert cells(told({}, (), ())) == ([], [((), ("r1", "r2"))])


def test_of_a_table_with_very_many_gaps_some_are_told() -> None:
    asked = {name: question("number") for name in ("a", "b")}
    found = told(asked, *((str(at * 2), str(at * 2)) for at in range(40)))
    assert (len(found.gaps), found.is_whole) == (MOST_TOLD, False)


def test_a_table_that_is_too_large_is_not_called_whole() -> None:
    asked = {name: question("number") for name in "abcdef"}
    found = told(asked, *((str(at),) * 6 for at in range(20)))
    assert (found.gaps, found.overlaps, found.is_whole) == ((), (), False)


def test_a_table_with_very_many_rules_is_not_looked_at_for_minutes() -> None:
    found = told({"rooms": question("number")}, *((str(at),) for at in range(3_000)))
    assert (found.gaps, found.is_whole) == ((), False)


CELLS = {
    "kind": st.sampled_from(["-", '"hall"', '"stall", "cart"', 'not("hall")']),
    "rooms": st.sampled_from(["-", "< 3", ">= 3", "[2..5]", "(2..5)", "4", "not(4)", "1, 7", "null"]),
    "new": st.sampled_from(["-", "true", "false"]),
}
ASKED = {
    "kind": question("select", options=KINDS),
    "rooms": question("number", required=False, maximum=Decimal(8)),
    "new": question("checkbox"),
}
EVERY = list(product(("hall", "stall", "cart"), [*map(Decimal, range(-2, 9)), None], (True, False)))


@given(st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=4))
@settings(max_examples=60)
def test_every_case_lies_in_exactly_one_of_what_is_told_or_is_answered_once(rules: list[tuple[str, ...]]) -> None:
    found = told(ASKED, *rules)
    rows = [tuple(map(parse_unary_tests, rule)) for rule in rules]
    said = [(tuple(map(parse_unary_tests, one.cells)), one.rules) for one in (*found.gaps, *found.overlaps)]
    assert found.is_whole
    for case in EVERY:
        matching = tuple(f"r{at}" for at, row in enumerate(rows, 1) if _accepts(row, case))
        expected = [] if len(matching) == 1 else [matching]
        assert [names for row, names in said if _accepts(row, case)] == expected, case


def _accepts(row: tuple[Any, ...], case: tuple[Any, ...]) -> bool:
    return all(test.accept(value) for test, value in zip(row, case, strict=True))
