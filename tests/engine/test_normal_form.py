"""What looks the same has one normal form, however it was typed."""

from __future__ import annotations

import itertools

import pytest

from storage.normal_form import LONGEST, LONGEST_KEY, keys_of, normal_form, words_of
from tests.properties import given, st

KHMER = st.text(alphabet=[chr(code) for code in range(0x1780, 0x17DE)] + list("\u200b\u200c aÉ'-"), max_size=14)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ស្រី", "សី្រ"),
        ("ភ្នំ", "ភំ្ន"),
        ("ស្ត្រី", "ស្រ្តី"),  # RO before or after the other sign below the line
        ("បន្តិច", "បន្ដិច"),  # coeng TA and coeng DA
        ("កោ", "ក\u17c1\u17b6"),
        ("កើ", "ក\u17c1\u17b8"),
        ("កែ", "ក\u17c1\u17c1"),
        ("កាំ", "ក\u17c6\u17b6"),
        ("ស៊ីន", "សុីន"),  # the register shifter below a vowel above
        ("ប៉ីន", "បុីន"),
        ("ម៉ាំ", "ម\u17b6\u17c6\u17c9"),
        ("ឲ្យ", "ឱ្យ"),
        ("អំ", "\u17a3\u17d3"),
        ("ភូមិ\u200bតូច", "ភូមិតូច"),
        ("ភូមិ\u200cតូច", "ភូមិតូច"),
        ("ក\u17b4ា", "កា"),
        ("ផ្ទះ ១២", "ផ្ទះ 12"),
        ("É", "e\u0301"),
        ("É", "e"),
        ("Müller", "MÜLLER"),
        ("D'Angelo", "d’angelo"),
        ("Jean‑Pierre", "jean pierre"),
        ("Ｄａｒａ", "dara"),
        ("Sok\u00a0Dara", "sok   dara\t"),
        ("so\u00adk", "sok"),
        ("❤\ufe0f", "❤"),
    ],
)
def test_what_looks_the_same_meets(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other) != ""


@pytest.mark.parametrize(("one", "other"), [("ក", "ខ"), ("កា", "ក"), ("ស្ក", "សក"), ("ត", "ដ"), ("dara", "dora")])
def test_what_looks_different_stays_apart(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@given(KHMER | st.text(max_size=14))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once


@given(
    st.sampled_from("កខសដអ"),
    st.sets(
        st.sampled_from(["\u17d2\u179a", "\u17d2\u1780", "\u17c1", "\u17b6", "\u17bb", "\u17c6", "\u17c9", "\u17cb"])
    ),
)
def test_every_order_of_the_signs_around_a_letter_is_one(letter: str, signs: set[str]) -> None:
    orders = itertools.islice(itertools.permutations(sorted(signs)), 200)
    assert len({normal_form(letter + "".join(order)) for order in orders}) == 1


@given(KHMER)
def test_every_word_of_a_text_begins_one_of_its_keys(text: str) -> None:
    keys = keys_of(text)
    assert all(any(key.startswith(word[:LONGEST_KEY]) for key in keys) for word in words_of(text))


def test_names_are_found_the_other_way_round_and_without_blanks() -> None:
    keys = keys_of("Sok Dara")
    assert {"sokdara", "darasok"} <= keys


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert normal_form("a" * LONGEST + "b" * 10**6) == "a" * LONGEST
    assert len(normal_form("a" + "\u0301\u0327" * 10**6)) <= LONGEST
    assert max(map(len, keys_of("ក" * 10**6))) <= LONGEST_KEY
