"""How an answer must be written: as regular expressions say, in time that an answer cannot stretch."""

from __future__ import annotations

import re

import pytest

from engine.packages.patterns import BadPattern, fits, read_pattern
from tests.properties import given, settings, st

PARTS = st.builds(
    lambda sign, count: sign + count,
    st.sampled_from(["a", "[ab]", "[^a]", "[0-9]", r"\d", ".", r"\.", r"[\w.]", "-", "/", "ក", "[ក-គ]"]),
    st.sampled_from(["", "?", "{2}", "{0,3}", "{1,2}", "{0,1}", "{3,3}"]),
)


@given(st.lists(PARTS, min_size=1, max_size=5).map("".join), st.text("ab1.-/កខ", max_size=9))
@settings(max_examples=500)
def test_a_pattern_means_what_it_means_everywhere(pattern: str, text: str) -> None:
    expected = re.fullmatch(pattern, text) is not None
    assert [fits(written, text) for written in (pattern, f"^{pattern}", f"{pattern}$", f"^{pattern}$")] == [
        expected
    ] * 4


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]{1,40}" * 6 + "x",
        "[0-9]?" * 19 + "[0-9]{9}x",
        "a{0,999}" * 12 + "b",
        ".{1,99}" * 15 + "!",
        r"\d{1,9}[0-9]{1,9}" * 6 + "x",
        r"[\w]{0,999}[^x]{0,999}" * 5 + "y",
    ],
)
def test_no_answer_takes_long(pattern: str) -> None:
    """With an engine that goes back and tries again, the first of them takes minutes."""
    for text in ("1" * 4_000, "a" * 4_000, "កខ" * 2_000, "1" * 100):
        assert not fits(pattern, text)
    assert fits("[0-9]{1,40}" * 6, "1" * 100)
    assert not fits("[0-9]{1,40}" * 6, "1" * 241)


@pytest.mark.parametrize(
    "pattern",
    [
        "", "^", "$", "^$", "a*", "a+", "(a)", "a|b", "[z-a]", "[9-0]{2}", "a{3,1}", "a{0}", "a{1000}", "[]", "[a",
        "a]", "{2}", "?", "a??", "a{2}{3}", "a^b", "a$b", r"\b", r"\1", "\\", r"a\$", "[a-\\d]", "(?:a)",
    ],
)  # fmt: skip
def test_what_is_no_row_of_characters_classes_and_counts_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        read_pattern(pattern)
