"""What is never long is not read where it is: patterns would try every split of it, for seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.numbers import typed_number, typed_riel
from engine.typed.positions import typed_position
from engine.typed.signs import SHORT
from engine.typed.times import typed_time

LONG = " " * SHORT


@pytest.mark.parametrize(
    ("read", "typed", "error"),
    [
        (typed_number, "1{}000", "not_a_number"),
        (typed_riel, "1000{}៛", "not_a_number"),
        (typed_day, "27{}/3/2026", "not_a_date"),
        (typed_time, "7{}:30", "not_a_time"),
        (typed_position, "11.5{},{}104.9", "not_a_position"),
    ],
)
def test_a_short_answer_with_a_hundred_blanks_in_it_is_none(read: Callable[[Any], Any], typed: str, error: str) -> None:
    assert read(typed.replace("{}", "" if read is typed_number else " ")) is not None
    with pytest.raises(Fault, match=error):
        read(typed.replace("{}", LONG))


def test_invisible_signs_do_not_make_an_answer_long() -> None:
    assert typed_riel("1000" + "\u200b" * SHORT + "៛") == 1000
