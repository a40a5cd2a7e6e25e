"""Words are found in texts however they are typed, and with one wrong letter."""

from __future__ import annotations

import pytest

from engine.queries.public.near import holds, joined, nearly_holds
from storage.normal_form import words_of

TEXTS = "\n".join(map(joined, ("អាជ្ញាបណ្ណទេសចរណ៍ផ្ទះសំណាក់", "Guesthouse licence", "A café by the river")))


@pytest.mark.parametrize(
    "typed",
    ["guesthouse", "LICENCE guest", "ផ្ទះសំណាក់", "ផ្ទះ\u200bសំណាក់", "cafe", "ទេសចរណ៍ guesthouse"],
)
def test_words_are_found_however_they_are_typed(typed: str) -> None:
    assert holds(TEXTS, words_of(typed))


@pytest.mark.parametrize(
    "typed",
    [
        *("gesthouse", "guesthose", "guestthouse", "guesthoose", "geusthouse", "guesthouze", "xuesthouse"),
        *("license", "lisence", "licecne", "rivre"),
        *("ផ្ទះសំណាក", "ផទះសំណាក់", "ទេសចរណ", "អាជ្ញាបណ"),
    ],
)
def test_a_word_with_one_wrong_letter_is_found_as_near(typed: str) -> None:
    assert nearly_holds(TEXTS, words_of(typed))


@pytest.mark.parametrize("typed", ["casino", "guoathouse", "xx", "xaf", "រោងចក្រ", "guesthouse casino"])
def test_other_words_are_not(typed: str) -> None:
    assert not holds(TEXTS, words_of(typed))
    assert not nearly_holds(TEXTS, words_of(typed))
