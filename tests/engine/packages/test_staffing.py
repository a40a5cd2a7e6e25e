"""Too few people to keep tasks apart are found, and which group needs how many more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from engine.packages import ServicePackage, build_package, places, shortages
from tests.engine.packages.looks import FILES, changed
from tests.properties import given, st

DESK = ("front_office", "")
"""All four tasks lie there: first.look, first.sign (not by first.look), second.look (not by first.look), second.sign
(by neither first.look nor second.look)."""


def lacking(package: ServicePackage, **people: Sequence[int]) -> list[tuple[str, str, int, tuple[str, ...]]]:
    serving = {DESK: people.get("desk", ()), ("front_office", "ministry"): people.get("ministry", ())}
    return [(one.group, one.level, one.lacking, one.tasks) for one in shortages(package, serving)]


def test_as_many_as_must_be_kept_apart_are_enough() -> None:
    package = build_package(FILES)
    assert places(package) == {DESK}
    assert lacking(package, desk=[1, 2, 3]) == []


def test_each_that_is_missing_is_counted_with_the_tasks_that_nobody_could_do() -> None:
    package = build_package(FILES)
    assert lacking(package, desk=[1, 2]) == [("front_office", "", 1, ("second.sign",))]
    assert lacking(package, desk=[1]) == [("front_office", "", 2, ("first.sign", "second.sign"))]
    assert lacking(package) == [("front_office", "", 3, ("first.look", "first.sign", "second.sign"))]


def test_people_of_another_level_are_people_of_another_office() -> None:
    level = '<s:property name="level" value="ministry" /><s:property name="not_by" value="first.look" />'
    package = build_package(changed("process.bpmn", '<s:property name="not_by" value="first.look" />', level))
    assert lacking(package, desk=[1, 2], ministry=[3]) == [("front_office", "ministry", 1, ("second.sign",))]
    assert lacking(package, desk=[1, 2], ministry=[3, 4]) == []
    assert lacking(package, desk=[1, 2], ministry=[1, 2]) == [("front_office", "ministry", 1, ("second.sign",))]


def test_a_task_of_the_applicant_needs_nobody() -> None:
    lanes = FILES["ministry.yaml"].replace(b"Front office: front_office", b"Front office: applicant")
    assert lacking(build_package({**FILES, "ministry.yaml": lanes})) == []


@given(st.lists(st.integers(1, 4), max_size=4, unique=True), st.lists(st.integers(1, 4), max_size=3, unique=True))
def test_what_is_found_to_be_enough_is_what_trying_every_way_finds(desk: list[int], ministry: list[int]) -> None:
    tasks = [task for task in PACKAGE.tasks.values() if task.group == "front_office"]
    ways = product(*(ministry if task.level else desk for task in tasks))
    ids = [task.element_id for task in tasks]
    apart = [(one, ids.index(other)) for one, task in enumerate(tasks) for other in task.not_by]
    can = any(all(way[one] != way[other] for one, other in apart) for way in ways)
    assert can == (lacking(PACKAGE, desk=desk, ministry=ministry) == [])


LEVEL = '<s:property name="sign.level" value="ministry" /><s:property name="not_by" value="first.look" />'
PACKAGE = build_package(changed("process.bpmn", '<s:property name="not_by" value="first.look" />', LEVEL))
