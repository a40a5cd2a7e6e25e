"""Tasks at levels to which a case could not go are refused, in both languages, where they are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.packages import read_files
from engine.packages.checks import check_files
from engine.problems import Problem

FILM = Path(__file__).parents[2] / "small" / "culture" / "film_permit"
FILES = read_files(FILM)


def found(*changes: tuple[str, str, str]) -> list[Problem]:
    """The errors of the package with these texts of files replaced."""
    files = dict(FILES)
    for name, before, after in changes:
        assert before in files[name].decode(), before
        files[name] = files[name].decode().replace(before, after).encode()
    return [problem for problem in check_files(files) if problem.severity == "error"]


def test_the_package_as_it_is_has_no_mistake() -> None:
    assert found() == []


def test_a_level_below_the_window_is_refused_where_it_is_drawn() -> None:
    problems = found(("service.yaml", "[district, province]", "[district, ministry]"))
    (problem,) = [one for one in problems if one.rule == "level"]
    assert (problem.file, problem.element_id) == ("process.bpmn", "test")
    assert problem.line is not None
    assert "a case can come in at an office of the level ministry" in problem.message
    assert "គន្លង «Laboratory»" in problem.message_km


def test_a_level_that_there_is_not_is_refused_in_the_file_of_the_ministry() -> None:
    (problem,) = found(("ministry.yaml", "level: province", "level: ward"))
    assert (problem.file, problem.rule) == ("ministry.yaml", "manifest")
    assert "no level of office “ward”" in problem.message
    assert "ward" in problem.message_km


def test_a_handover_away_from_the_window_is_refused() -> None:
    (problem,) = found(
        ("ministry.yaml", "Front office: front_office", "Front office: {group: front_office, level: province}")
    )
    assert problem.element_id == "hand_over"
    assert "are done at the office where the case came in" in problem.message
    assert problem.message_km


def test_a_handover_in_the_lane_of_a_declared_group_or_of_the_applicant_is_refused() -> None:
    for lane in ("laboratory", "applicant"):
        problems = found(("ministry.yaml", "Front office: front_office", f"Front office: {lane}"))
        assert any(one.element_id == "hand_over" and "desk for handovers" in one.message for one in problems), lane


@pytest.mark.parametrize("group", ["kings", "culture.laboratory"])
def test_escalating_to_a_group_that_there_is_not_is_refused(group: str) -> None:
    (problem,) = found(("process.bpmn", 'name="escalate_to" value="head"', f'name="escalate_to" value="{group}"'))
    assert problem.element_id == "examine"
    assert "head" in problem.message


def test_a_task_may_escalate_to_a_declared_group() -> None:
    assert found(("process.bpmn", 'name="escalate_to" value="head"', 'name="escalate_to" value="governor"')) == []


def test_a_message_to_a_group_that_nobody_declared_is_refused() -> None:
    (problem,) = found(("process.bpmn", "&quot;governor&quot;", "&quot;kings&quot;"))
    assert "“kings” is not a group of the office" in problem.message
    assert "laboratory" in problem.message


DUE = '<spiffworkflow:property name="form" value="test" />'


def test_a_task_may_name_its_level_itself_but_neither_a_payment_nor_a_handover() -> None:
    at = '<spiffworkflow:property name="level" value="ministry" />'
    assert found(("process.bpmn", DUE, DUE + at)) == []
    kind = '<spiffworkflow:property name="kind" value="handover" />'
    (problem,) = found(("process.bpmn", kind, kind + at))
    assert problem.element_id == "hand_over"
    assert "stay at the office of the case" in problem.message


def test_the_applicant_is_at_no_office_whatever_a_task_says() -> None:
    level = '<spiffworkflow:property name="level" value="ministry" />'
    problems = found(
        ("process.bpmn", DUE, DUE + level), ("ministry.yaml", "{group: laboratory, level: province}", "applicant")
    )
    assert any("the applicant is at no office" in one.message and one.message_km for one in problems)
