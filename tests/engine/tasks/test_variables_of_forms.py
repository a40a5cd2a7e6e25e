"""What is answered in the middle of a case decides where it goes, in whatever order the variables are declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import permutations

import pytest

from engine.people.actors import OPERATOR
from engine.versions import replaying, transfers
from tests.cast import NOW
from tests.journeys.guesthouse import PNG
from tests.small.potters import FAILED, PASSED, Potters, files

LATER = NOW + timedelta(hours=1)
DECLARED = "variables:\n"


def test_every_kind_of_answer_becomes_a_variable_when_the_form_is_completed(potters: Potters) -> None:
    key = potters.send()
    assert "score" not in potters.variables(key)
    potters.examine(key, FAILED)
    assert dict(potters.variables(key)) == {
        "years": 10, "village_known": False, "pieces": 24, "score": 59, "present": True, "grade": "village",
        "examined_on": "2026-03-02", "examined_at": "08:30", "deposit": 20_000,
    }  # fmt: skip


def test_they_get_their_value_anew_whenever_the_form_is_completed(potters: Potters) -> None:
    key = potters.failed()
    potters.attach(key, PNG, now=LATER)
    potters.answer(key, {"wants": "again"}, now=LATER)
    assert potters.variables(key)["wants"] == "again"
    potters.examine(key, PASSED, now=LATER)
    seen = potters.variables(key)
    assert (seen["score"], seen["grade"], seen["deposit"]) == (60, "master", 0)
    assert potters.row(key).outcome == "approved"


@pytest.mark.parametrize("score", ["0", "០"])
def test_marks_of_zero_are_marks(potters: Potters, score: str) -> None:
    key = potters.send()
    potters.examine(key, {**FAILED, "score": score})
    assert potters.variables(key)["score"] == 0
    assert potters.open_tasks(key) == ["repair"]


def in_order(names: tuple[str, ...]) -> Mapping[str, bytes]:
    """The package with its first three variables declared in this order."""
    service = files()["service.yaml"].decode()
    lines = {"years": "apply.years", "village_known": "apply.village_known", "pieces": "apply.pieces_together"}
    before = "".join(f"  {name}: {answer}\n" for name, answer in lines.items())
    assert DECLARED + before in service
    after = "".join(f"  {name}: {lines[name]}\n" for name in names)
    return {**files(), "service.yaml": service.replace(before, after).encode()}


@pytest.mark.parametrize("names", list(permutations(("years", "village_known", "pieces"))))
def test_a_case_is_replayed_and_transferred_in_whatever_order_its_variables_are_declared(
    potters: Potters, names: tuple[str, ...]
) -> None:
    potters.draw(2, in_order(names))
    key = potters.failed()
    potters.attach(key, PNG, now=LATER)
    potters.answer(key, {"wants": "again"}, now=LATER)
    row = potters.row(key)
    with potters.house.database.reading() as session:
        assert replaying.replay(session, potters.house, row.id).same
    potters.draw(3, in_order(names[::-1]))
    moved = transfers.transfer(
        potters.house, OPERATOR, row.service_key, 3, mapping={}, reason="another order", now=LATER
    )
    assert [one.verdict for one in moved.verdicts] == ["safe"]
    with potters.house.database.reading() as session:
        assert replaying.replay(session, potters.house, row.id).same
