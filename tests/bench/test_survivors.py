"""A fault that survived is explained by its place and its words, and by nothing less."""

from __future__ import annotations

import pytest

from bench.mutants import LOOKED_AT, ROOT
from bench.survivors import EXPLAINED, explanation

LENGTH = "+    first = next((place for place, one in enumerate(since)), len(since))"


def test_a_survivor_is_explained_in_its_own_function_only() -> None:
    assert explanation("engine.working_time.clocks.x__counted__mutmut_9", [LENGTH])
    assert explanation("engine.working_time.clocks.x__running__mutmut_9", [LENGTH]) == ""
    assert explanation("engine.working_time.clocks.x__counted__mutmut_9", [f"-{LENGTH[1:]}", "+    first = 0"]) == ""


def test_a_line_that_was_taken_away_is_explained_by_what_it_said() -> None:
    gone = "-            Payment.method == PaymentMethod.KHQR,"
    assert explanation("engine.money.payments.x__live_code__mutmut_1", [gone])
    assert explanation("engine.money.payments.x__live_code__mutmut_1", [gone, "+            Payment.method,"]) == ""


@pytest.mark.parametrize("line", ["+        row = session.get(Transfer, transfer_id, )", "+    log.error(None)"])
def test_what_is_the_same_everywhere_is_explained_everywhere(line: str) -> None:
    assert explanation("engine.any.thing.x_act__mutmut_1", ["-        something", line])


def test_every_explanation_is_about_a_function_that_is_there() -> None:
    sources = {path.rpartition("/")[2].removesuffix(".py"): (ROOT / path).read_text("utf-8") for path in LOOKED_AT}
    for where, _, why in EXPLAINED:
        module, _, function = where.partition(".")
        assert why
        assert not where or f"def {function}(" in sources[module], where
