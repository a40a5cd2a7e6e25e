"""What is wrong with a fact is said at the row and the field to which it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from engine.khmer import Bilingual
from engine.packages.yaml_files import Place
from engine.studio.fact_places import placed
from engine.studio.fact_shapes import SHAPES

SAID = Bilingual("ខុស", "Wrong")
RULES = {"apply": [{"rule": "a"}, {"rule": "b"}], "visit": [{"rule": "c"}]}
CASES = [{"when": "a = 1", "term": "1 day"}, {"term": "soon"}]


@pytest.mark.parametrize(
    ("key", "value", "place", "field"),
    [
        ("documents", [{}, {"copies": "x"}], (1, "copies"), "1:copies"),
        ("documents", [{}, {}], (1,), "1:key"),
        ("documents", [{}], ("moon",), ""),
        ("documents", [], (), ""),
        ("documents", [{"accepts": ["doc"]}], (0, "accepts", 0), "0:accepts"),
        ("legal_basis", [{"cite": {}}], (0, "cite", "en"), "0:cite/en"),
        ("legal_basis", [{}], (0, "cite"), "0:cite/km"),
        ("title", {"km": "a"}, ("en",), "0:en"),
        ("title", None, (), "0:km"),
        ("clock", {"starts": "never"}, ("starts",), "0:starts"),
        ("office_levels", ["moon"], (0,), "0:value"),
        ("term", "soon", (), "0:term"),
        ("term", CASES, (1, "term"), "1:term"),
        ("fees", {"a": {}, "b": {}}, ("b", "pay"), "1:pay"),
        ("fees", {"a": {}}, ("b", "pay"), ""),
        ("variables", {"a": "x", "b": "y"}, ("b",), "1:value"),
        ("rules", RULES, ("visit", 0, "rule"), "2:rule"),
        ("rules", RULES, ("apply", 1, "at"), "1:at"),
    ],
)
def test_a_mistake_finds_its_field(key: str, value: Any, place: Place, field: str) -> None:
    assert placed(SHAPES[key], value, {place: SAID}) == {field: SAID}


def test_a_key_that_is_none_is_wrong_as_a_whole() -> None:
    assert placed(None, 1, {(): SAID, ("a",): Bilingual("២", "Second")}) == {"": SAID}
