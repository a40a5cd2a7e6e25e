"""Sessions of a package: what is declared is asked for where it can be chosen; what cannot be is refused in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.packages import build_package, check_files, missing, promise_stands, run_scenarios, waiting_tasks
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.clocks import WAITS_AT_THE_COUNTER, WAITS_FOR_SESSION
from tests.small.files import changed

OFFICE = WorkingTime(USUAL_WEEK, frozenset())
FOLDER = "industry/pottery_course"
PROCESS, SERVICE, TEXTS, TESTS = "process.bpmn", "service.yaml", "texts.yaml", "tests.yaml"
KIND = '<spiffworkflow:property name="kind" value="appointment" />'
COURSE = '<spiffworkflow:property name="session" value="course" />'
MEETING = "  meeting: {title: {km: ការជួប, en: Meeting}}\n"


def errors(*changes: tuple[str, str, str]) -> list[Problem]:
    return [one for one in check_files(changed(FOLDER, *changes)) if one.severity == "error"]


def test_sessions_may_be_chosen_by_applicants_and_set_by_officers() -> None:
    assert errors() == []


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ((PROCESS, COURSE, COURSE.replace("course", "exam")), "choose", "has no such session; there are: course, "),
        ((SERVICE, MEETING, f"{MEETING}  other: {{title: {{km: ក, en: A}}}}\n"), None, "no task chooses it"),
        ((SERVICE, MEETING, MEETING.replace("}}", "}, seats: apply.other}")), None, "must be a whole number"),
        ((SERVICE, "seats: apply.people}\n", "seats: apply.people, level: province}\n"), None, ""),
        ((PROCESS, COURSE, ""), "choose", "names its session"),
        ((PROCESS, KIND, '<spiffworkflow:property name="form" value="held" />'), "choose", "names its session"),
        ((PROCESS, KIND, f'{KIND}<spiffworkflow:property name="form" value="held" />'), "choose", "and no form"),
        ((SERVICE, "1 working day", "1 month"), None, "Write working days or working hours"),
        ((SERVICE, "seats: apply.people", "seats: held.result"), None, "write a number of the form apply"),
        (
            (SERVICE, "sessions.course.day", "sessions.course.place"),
            None,
            "there are: sessions.course.day, ",
        ),
        ((SERVICE, "sessions.course.day", "sessions.exam.day"), None, "there is no sessions.exam.day"),
        ((PROCESS, 'name="Specialist"', 'name="Cashier"'), None, ""),
    ],
)
def test_what_could_not_be_chosen_is_refused(change: tuple[str, str, str], place: str | None, said: str) -> None:
    found = errors(change)
    if not said:
        assert found == []
        return
    one = next(each for each in found if said in each.message)
    assert one.element_id == place
    assert one.element_id is not None or one.line is not None


def test_refusals_are_said_in_khmer_too() -> None:
    found = [
        *errors((PROCESS, COURSE, COURSE.replace("course", "exam"))),
        *errors((SERVICE, MEETING, f"{MEETING}  other: {{title: {{km: ក, en: A}}, level: ministry}}\n")),
        *errors((SERVICE, "sessions.course.day", "sessions.course.place")),
    ]
    assert {one.rule for one in found if one.message_km} >= {"session", "variables"}
    assert all(one.message_km for one in found if one.rule in ("session", "variables"))


def test_a_session_of_the_province_is_no_one_office_s_where_ministries_take_applications() -> None:
    below = (SERVICE, "seats: apply.people}\n", "seats: apply.people, level: province}\n")
    found = errors((SERVICE, "office_levels: [province]", "office_levels: [ministry]"), below)
    assert any("no one office of the level province" in one.message for one in found)


def test_a_number_that_may_be_left_out_or_nothing_counts_no_seats() -> None:
    for before, after in (('"required": true, "min": 1', '"min": 1'), ('"min": 1', '"min": 0')):
        found = errors(("forms/apply.json", before, after))
        assert any("must be a whole number" in one.message for one in found)


def test_a_day_is_read_only_behind_its_choice() -> None:
    early = errors(
        (PROCESS, 'sourceRef="begin" targetRef="choose"', 'sourceRef="begin" targetRef="hold"'),
        (PROCESS, "<bpmn:incoming>f1</bpmn:incoming>", ""),
        (PROCESS, "<bpmn:incoming>f2</", "<bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f2</"),
    )
    assert any("is read here, and a case can come here before" in one.message for one in early)


def test_a_message_of_a_service_without_sessions_names_no_day_of_one() -> None:
    files = changed("industry/kiln_permit", (TEXTS, "{office}", "{session_day}"))
    assert any("has no sessions" in one.message and one.line for one in check_files(files))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("session: 2026-03-06 08:00}\n      - {ch", "session: 2026-03-07 08:00}\n      - {ch", "No session course"),
        (", session: 2026-03-06 08:00}\n      - {change", "}\n      - {change", "Say which session is chosen"),
        ("at: 2026-03-03 10:00, session", "at: 2026-03-05 10:00, session", "too late to choose or change"),
        ("2026-03-06 08:00, 2026-03-09 08:00]", "2026-03-06 08:00, 2026-03-08 08:00]", "is closed on"),
        ("{change: course, at: 2026-03-03", "{change: meeting, at: 2026-03-03", "No session meeting was chosen"),
        (
            "{complete: hold, at: 2026-03-09",
            "{complete: hold, at: 2026-03-05",
            "at the session, so not before",
        ),
    ],
)
def test_a_scenario_chooses_as_an_applicant_can(before: str, after: str, said: str) -> None:
    package = build_package(changed(FOLDER, (TESTS, before, after)))
    result = run_scenarios(package, OFFICE)[0]
    assert any(said in one for one in result.differences), result.differences


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("      meeting: [", "      exam: [", "service.yaml has no session “exam”"),
        ("{change: course,", "{change: exam,", "service.yaml has no session “exam”"),
        ("course: [2026-03-06 08:00", "course: [2026-03-02 08:00", "begin later than it starts"),
    ],
)
def test_a_scenario_publishes_what_there_is(before: str, after: str, said: str) -> None:
    assert any(said in one.message and one.line for one in errors((TESTS, before, after)))


def test_the_clock_stands_still_while_an_applicant_is_to_choose() -> None:
    tasks = build_package(changed(FOLDER)).tasks
    assert missing([tasks["choose"]])
    assert missing([tasks["meet"]]) == ""


def test_only_a_task_with_a_form_waits_for_a_day_or_says_that_it_does_not() -> None:
    any_day = '<spiffworkflow:property name="any_day" value="yes" />'
    found = errors((PROCESS, KIND, f"{KIND}{any_day}"))
    assert any("Only a task with a form can wait for the day" in one.message for one in found)
    form = '<spiffworkflow:property name="form" value="held" />'
    assert errors((PROCESS, form, f"{form}{any_day}")) == []


def test_what_lies_behind_several_sessions_waits_for_the_last_and_the_promise_for_the_first() -> None:
    package = build_package(changed(FOLDER))
    now, hold = datetime(2026, 3, 2, 2, tzinfo=UTC), package.tasks["hold"]
    first, last = now + timedelta(days=1), now + timedelta(days=2)
    both = {"course": first, "meeting": last}
    assert waiting_tasks(package, both, now)["hold"].until == first  # the meeting is set behind it
    assert promise_stands(package, [hold], both, now).until == first
    assert promise_stands(package, [], both, now).until == last  # a timer waits: the step that follows looks anew
    assert promise_stands(package, [hold, package.tasks["choose"]], both, now).until == first
    assert promise_stands(package, [hold, package.tasks["meet"]], both, now).until == first
    assert promise_stands(package, [hold], {"meeting": last}, now).reason == ""  # it is not what the day brings on
    assert promise_stands(package, [hold], both, last).reason == ""
    assert promise_stands(package, [], {"course": None}, now).reason == ""
    assert promise_stands(package, [], {"course": None, "meeting": last}, now).until == last
    lost = {"course": None}
    assert waiting_tasks(package, lost, now)["hold"].until is None
    assert promise_stands(package, [hold], lost, now).reason == ""


def test_the_promise_waits_also_for_what_can_be_done_any_day_and_its_task_does_not() -> None:
    form = '<spiffworkflow:property name="form" value="held" />'
    any_day = '<spiffworkflow:property name="any_day" value="yes" />'
    package = build_package(changed(FOLDER, (PROCESS, form, f"{form}{any_day}")))
    now, hold = datetime(2026, 3, 2, 2, tzinfo=UTC), package.tasks["hold"]
    day = now + timedelta(days=1)
    assert "hold" not in waiting_tasks(package, {"course": day}, now)
    assert promise_stands(package, [hold], {"course": day}, now).until == day
    assert promise_stands(package, [hold], {"course": day}, day).reason == ""
    assert promise_stands(package, [hold], {"course": None}, now).reason == ""
    assert promise_stands(package, [hold], {"course": day, "meeting": None}, now).until == day


def test_a_payment_behind_the_choice_waits_for_the_applicant_or_where_it_does_not_for_the_day() -> None:
    package = build_package(changed(FOLDER))
    now, unpaid = datetime(2026, 3, 2, 2, tzinfo=UTC), replace(package.tasks["hold"], kind="payment", form=None)
    chosen, clock = {"course": now + timedelta(days=1)}, package.manifest.clock
    assert promise_stands(package, [unpaid], chosen, now).reason == WAITS_AT_THE_COUNTER
    runs_on = replace(package, manifest=replace(package.manifest, clock=replace(clock, pauses_while_unpaid=False)))
    stands = promise_stands(runs_on, [unpaid], chosen, now)
    assert (stands.reason, stands.until) == (WAITS_FOR_SESSION, chosen["course"])
    assert promise_stands(runs_on, [unpaid], {}, now).reason == ""


@pytest.mark.parametrize(
    ("kind", "name", "is_refused"),
    [
        ("Date", "course_begins", False),
        ("Date", "course_on", False),
        ("Duration", "course_begins", True),
        ("Duration", "course_on", True),
    ],
)
def test_a_timer_waits_until_a_session_begins_and_never_as_long_as_that(kind: str, name: str, is_refused: bool) -> None:
    flow = '<bpmn:sequenceFlow id="f2" sourceRef="choose" targetRef="hold" />'
    timer = f"<bpmn:timerEventDefinition><bpmn:time{kind}>{name}</bpmn:time{kind}></bpmn:timerEventDefinition>"
    waits = f'<bpmn:intermediateCatchEvent id="until">{timer}</bpmn:intermediateCatchEvent>'
    waits += '<bpmn:sequenceFlow id="f0" sourceRef="until" targetRef="hold" />'
    incoming = "<bpmn:incoming>f2</bpmn:incoming>", "<bpmn:incoming>f0</bpmn:incoming>"
    changes = [(PROCESS, flow, flow.replace('"hold"', '"until"') + waits), (PROCESS, *incoming)]
    assert [(one.rule, one.element_id) for one in errors(*changes)] == [("timer", "until")] * is_refused
