"""Writing made comparable, whoever typed it and however."""

from __future__ import annotations

import pytest

from engine.khmer import MOST_MARKS, heaps_marks, tidy


def test_the_same_letters_are_the_same_text() -> None:
    assert tidy("e\u0301") == tidy("\u00e9") == "\u00e9"
    assert tidy(" \u200bសុខ\u200bដារា\ufeff\r\n") == "សុខ\u200bដារា"


def test_what_turns_the_direction_of_a_text_is_not_kept() -> None:
    turned = "\u202eeldi \u2066\u200fphnom\u2069 \u061cpenh\u202c"
    assert tidy(turned) == "eldi phnom penh"
    assert tidy("ខ្ញុំ\u200bមក 👩\u200d👧") == "ខ្ញុំ\u200bមក 👩\u200d👧"


@pytest.mark.parametrize("marks", ["\u0301\u0327", "\u0327\u0301", "\u17d2", "\u17b7", "\u0344"])
def test_marks_heaped_on_a_letter_are_noticed_and_cost_nothing(marks: str) -> None:
    """With all of them, this test would take an hour."""
    heap = "a" + marks * 200_000
    assert heaps_marks(heap)
    assert len(tidy(heap)) <= 1 + 4 * MOST_MARKS


def test_what_people_write_heaps_nothing() -> None:
    for text in ("ស្ត្រីម្នាក់ៗ ខ្ញុំ", "Nguyễn Thị Ánh", "นี้ก็ดี", "שָׁלוֹם", "e" + "\u0301" * MOST_MARKS, "plain" * 99):
        assert not heaps_marks(text)
        assert tidy(text)
