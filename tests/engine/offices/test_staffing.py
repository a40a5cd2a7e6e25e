"""How many people the cases of a service need."""

from __future__ import annotations

from pathlib import Path

from engine.offices.staffing import people_needed
from engine.packages import build_package, load_package
from tests.small.files import changed

PROCESSES = Path(__file__).parents[3] / "processes"


def test_whoever_gave_the_first_opinion_does_not_give_the_second_so_two_are_needed() -> None:
    needed = people_needed(load_package(PROCESSES / "tourism" / "karaoke_licence"))
    assert needed["specialist", ""] == 2
    assert needed["governor", ""] == 1
    assert not {group for group, _level in needed} & {"applicant"}


def test_another_person_of_another_group_makes_nobody_needed_twice() -> None:
    needed = people_needed(build_package(changed("industry/kiln_permit")))
    assert set(needed.values()) == {1}


def test_people_of_another_level_are_counted_by_themselves() -> None:
    needed = people_needed(build_package(changed("culture/film_permit")))
    assert {level for _group, level in needed} == {"", "province", "ministry"}
