"""Terms that cannot be kept or reckoned are refused, in both languages, with the line or the element."""

from __future__ import annotations

import pytest

from engine.packages import TermRule, build_package, run_scenarios
from engine.packages.checks import check_files
from engine.packages.manifest import read_service
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.terms import Months, Share, WorkingDays, WorkingHours
from tests.engine.packages.test_level_checks import FILES, found

SERVICE = FILES["service.yaml"].decode()
COMPLETES = '<spiffworkflow:property name="completes" value="yes" />'
TERM = SERVICE[SERVICE.index("term:") : SERVICE.index("norm:")]
NORM = SERVICE[SERVICE.index("norm:") : SERVICE.index("clock:")]


def rule(text: str) -> TermRule:
    return read_service("service.yaml", SERVICE.replace(TERM, text).replace(NORM, "").encode()).term


def test_the_first_condition_that_holds_counts_and_else_the_last_line() -> None:
    term = rule(TERM)
    assert term.of({"kind": "feature"}) == WorkingDays(15)
    assert term.of({"kind": "other"}) == term.of({}) == WorkingDays(5)
    assert term.lengths == (WorkingDays(15), WorkingDays(5))


def test_one_length_may_stand_alone_in_every_unit() -> None:
    lengths = ("1 month", "3 working days", "4 working hours")
    assert [rule(f"term: {each}\n").of({}) for each in lengths] == [Months(1), WorkingDays(3), WorkingHours(4)]
    assert read_service("service.yaml", SERVICE.encode()).clock.warn == Share(50)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("term: [{when: 'kind = \"feature\"', term: 15 working days}]\n", "the last has none and holds for all others"),
        ("term: [{term: 15 working days}, {term: 5 working days}]\n", "Every line but the last needs “when”"),
        ("term: []\n", "Write 1 to 20 lines"),
        ("term: [{when: 'kind ~ 3', term: 1 month}, {term: 1 month}]\n", "kind ~ 3"),
        ("term: [{when: 'kind = 1', term: 1 week}, {term: 1 month}]\n", "“1 week” is not a term"),
    ],
)
def test_a_list_that_leaves_something_open_is_told_with_its_line(term: str, said: str) -> None:
    problems = found(("service.yaml", TERM, term), ("service.yaml", NORM, ""))
    assert any(said in problem.message and problem.line is not None for problem in problems), problems


def test_a_condition_over_what_nobody_asks_is_refused() -> None:
    other = ("service.yaml", "term:\n  - {when: 'kind", "term:\n  - {when: 'length")
    (problem,) = found(other, ("service.yaml", NORM, ""))
    assert (problem.file, problem.line) == ("service.yaml", 6)
    assert "“term” depends on “length”, which the form apply does not ask" in problem.message
    assert "ទម្រង់ apply មិនសួរ" in problem.message_km


def test_a_condition_with_a_value_that_is_no_choice_is_refused() -> None:
    problems = found(("service.yaml", 'kind = "feature"', 'kind = "film"'))
    assert problems
    assert all("is no choice of its question" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("norm", "said"),
    [
        ("norm: 6 working days\n", "6 working days may end after 5 working days"),
        ("norm: 1 month\n", "1 month may end after 15 working days"),
        ("norm: [{when: 'kind = \"other\"', term: 1 working day}, {term: 2 working days}]\n", "different conditions"),
    ],
)
def test_a_norm_that_might_end_after_the_term_is_refused(norm: str, said: str) -> None:
    problems = found(("service.yaml", NORM, norm))
    assert any(said in problem.message and problem.message_km for problem in problems), problems
    assert all(problem.line is not None for problem in problems)


def test_hours_are_a_norm_under_days_and_days_under_a_month() -> None:
    assert found(("service.yaml", NORM, "norm: 30 working hours\n")) == []
    month = (("service.yaml", TERM, "term: 1 month\n"), ("service.yaml", NORM, "norm: 15 working days\n"))
    assert found(*month) == []


def test_a_share_that_is_less_than_a_day_is_refused() -> None:
    (problem,) = found(("service.yaml", "warn: 50 %", "warn: 10 %"))
    assert "10 % of 5 working days is less than a day" in problem.message
    assert problem.message_km
    (problem,) = found(("process.bpmn", 'value="70 %"', 'value="30 %"'))
    assert problem.element_id == "examine"
    assert "less than a day" in problem.message


def test_a_clock_that_would_never_start_is_refused() -> None:
    (problem,) = found(("process.bpmn", 'name="completes" value="yes"', 'name="completes" value="no"'))
    assert "no element has completes = yes" in problem.message
    assert "completes = yes" in problem.message_km


def test_what_completes_without_a_clock_that_waits_for_it_is_refused() -> None:
    (problem,) = found(("service.yaml", "starts: complete, ", ""))
    assert (problem.element_id, "means nothing here" in problem.message) == ("check", True)


def test_a_task_that_may_send_it_back_does_not_complete_it() -> None:
    problems = found(("process.bpmn", COMPLETES, COMPLETES + COMPLETES.replace("completes", "corrections")))
    assert any("the papers are not complete whenever it is done" in problem.message for problem in problems)


def test_a_way_to_the_approval_that_completes_nothing_is_refused() -> None:
    elsewhere = 'name="outcome" value="rejected" />'
    moved = (("process.bpmn", COMPLETES, ""), ("process.bpmn", elsewhere, elsewhere + COMPLETES))
    (problem,) = [one for one in found(*moved) if one.element_id == "approve"]
    assert "could be approved here without its clock ever starting" in problem.message
    assert "ដោយនាឡិកាមិនដែលចាប់ផ្តើម" in problem.message_km


LEVELS = "levels: [district, province, ministry, district]"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("term: 15 working days", "term: 5 working days", "term: expected 5 working days, but it was 15"),
        (LEVELS, "levels: [district]", "levels: expected district, but it was district, province, ministry, district"),
        ("level: province\n", "level: ministry\n", "the case cannot come in at the level ministry"),
    ],
)
def test_a_scenario_that_expects_another_term_or_level_is_told(before: str, after: str, said: str) -> None:
    files = dict(FILES)
    assert before in files["tests.yaml"].decode()
    files["tests.yaml"] = files["tests.yaml"].decode().replace(before, after).encode()
    problems = [problem.message for problem in check_files(files)]
    if "cannot come in" not in said:
        for result in run_scenarios(build_package(files), WorkingTime(USUAL_WEEK)):
            problems.extend(result.differences)
    assert any(said in message for message in problems), problems
