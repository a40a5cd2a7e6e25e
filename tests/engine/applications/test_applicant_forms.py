"""What an applicant is asked in the middle of a case: told, answered, reminded, answered for them at the counter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications import submitting
from engine.clockwork import reminders, schedule
from engine.errors import BadAnswers, NotFound, TaskGone, WrongFileType
from engine.flow import by_hand
from engine.queries.citizen.my_application import my_application
from engine.queries.citizen.next_step import next_step
from engine.queries.citizen.questions import question_page
from engine.queries.public.tracking import progress
from storage.applications import Document, Opinion
from storage.clocks import Clock, ClockKind, ClockStatus
from storage.events import CaseEvent
from tests.cast import NOW, Member
from tests.journeys.guesthouse import PNG
from tests.small.potters import FAILED, Potters

LATER = NOW + timedelta(hours=1)
DUE = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
"""Five working days after NOW, when the office closes."""


def events(potters: Potters, key: str) -> list[str]:
    with potters.house.database.reading() as session:
        row = potters.row(key)
        found = select(CaseEvent.kind).where(CaseEvent.application_id == row.id).order_by(CaseEvent.seq)
        return list(session.scalars(found))


def test_the_applicant_is_told_what_is_asked_and_until_when(potters: Potters) -> None:
    key = potters.failed()
    asked = potters.told(key)[-1]
    assert "ឆ្លើយអំពីការប្រឡងម្តងទៀត" in asked
    assert "ថ្ងៃទី៩ ខែមីនា" in asked
    task = potters.task_row(key, "repair")
    assert (task.due_at, task.assignee_id) == (DUE, potters.cast.dara.person_id)


def test_the_clocks_of_the_office_stand_still_until_the_answer(potters: Potters) -> None:
    key = potters.failed()
    promised = select(Clock.status).where(Clock.application_id == potters.row(key).id, Clock.kind != ClockKind.TASK)
    with potters.house.database.reading() as session:
        assert set(session.scalars(promised)) == {ClockStatus.PAUSED}
    assert potters.row(key).waits_for_applicant
    potters.attach(key, PNG, now=LATER)
    potters.answer(key, {"wants": "again"}, now=LATER)
    with potters.house.database.reading() as session:
        assert set(session.scalars(promised)) == {ClockStatus.RUNNING}
    assert not potters.row(key).waits_for_applicant


def test_answers_are_kept_for_the_office_and_decide_the_way(potters: Potters) -> None:
    key = potters.failed()
    potters.answer(key, {"wants": "stop"}, now=LATER)
    assert potters.row(key).outcome == "rejected"
    with potters.house.database.reading() as session:
        opinion = session.scalars(select(Opinion).where(Opinion.element_id == "repair")).one()
    assert (opinion.person_id, opinion.answers) == (potters.cast.dara.person_id, {"wants": "stop"})


def test_sending_the_answers_twice_is_harmless(potters: Potters) -> None:
    key = potters.failed()
    for _ in range(2):
        answered = potters.answer(key, {"wants": "stop"}, now=LATER)
        assert answered.application_key == key
    assert events(potters, key).count("task_completed") == 2


def test_what_is_missing_or_wrong_is_named_and_nothing_goes_on(potters: Potters) -> None:
    key = potters.failed()
    with pytest.raises(BadAnswers) as nothing:
        potters.answer(key, {}, now=LATER)
    assert set(nothing.value.errors) == {"wants"}
    with pytest.raises(BadAnswers) as no_photo:
        potters.answer(key, {"wants": "again", "wish": "ថ្ងៃចន្ទ"}, now=LATER)
    assert set(no_photo.value.errors) == {"workshop_photo"}
    assert potters.open_tasks(key) == ["repair"]


def test_a_question_that_the_answers_bring_up_is_shown_before_they_are_sent(potters: Potters) -> None:
    key = potters.failed()
    potters.attach(key, PNG, now=LATER)
    with pytest.raises(BadAnswers) as brought_up:
        potters.answer(key, {"wants": "again"}, shown=["wants"], now=LATER)
    assert set(brought_up.value.errors) == {"wish", "workshop_photo"}
    potters.answer(key, {"wants": "again"}, shown=["wants", "wish", "workshop_photo"], now=LATER)
    assert potters.open_tasks(key) == ["exam"]


def test_a_file_of_an_earlier_time_does_not_answer_the_same_question_again(potters: Potters) -> None:
    key = potters.failed()
    potters.attach(key, PNG, now=LATER)
    potters.answer(key, {"wants": "again"}, now=LATER)
    later = LATER + timedelta(days=1)
    potters.examine(key, FAILED, now=later)
    with pytest.raises(BadAnswers) as again:
        potters.answer(key, {"wants": "again"}, now=later)
    assert set(again.value.errors) == {"workshop_photo"}
    potters.attach(key, PNG, now=later)
    potters.answer(key, {"wants": "again"}, now=later)
    with potters.house.database.reading() as session:
        photos = session.scalars(select(Document.replaced_at).order_by(Document.id)).all()
    assert [photo is None for photo in photos] == [False, True]


def test_a_file_of_another_type_or_for_no_question_is_refused(potters: Potters) -> None:
    key = potters.failed()
    with pytest.raises(WrongFileType):
        potters.attach(key, b"%PDF-1.4\n%%EOF", now=LATER)
    with pytest.raises(NotFound):
        potters.attach(key, PNG, place="wants", now=LATER)


def test_a_document_of_a_later_task_is_not_missing_when_the_application_is_sent(potters: Potters) -> None:
    assert potters.row(potters.send()).status == "running"


def test_somebody_else_finds_no_question(potters: Potters) -> None:
    key = potters.failed()
    for stranger in (potters.cast.sreyneang, potters.cast.phally, potters.cast.rithy):
        assert_closed(potters, key, stranger)


def assert_closed(potters: Potters, key: str, who: Member) -> None:
    with pytest.raises(NotFound):
        potters.answer(key, {"wants": "stop"}, who=who, now=LATER)
    with pytest.raises(NotFound):
        potters.attach(key, PNG, who=who, now=LATER)
    with potters.house.database.reading() as session, pytest.raises(NotFound):
        question_page(session, potters.house, who.actor, potters.task(key, "repair"), now=LATER)


def test_a_task_of_officers_is_no_question(potters: Potters) -> None:
    key = potters.send()
    with potters.house.database.reading() as session, pytest.raises(NotFound):
        question_page(session, potters.house, potters.cast.dara.actor, potters.task(key, "exam"), now=NOW)


@pytest.mark.parametrize("walked_in", [False, True])
def test_the_counter_answers_for_the_applicant_and_the_case_says_so(potters: Potters, walked_in: bool) -> None:
    key = potters.failed(by=potters.cast.bopha if walked_in else None)
    potters.answer(key, {"wants": "stop"}, who=potters.cast.vannak, now=LATER)
    assert "answered_at_counter" in events(potters, key)
    with potters.house.database.reading() as session:
        opinion = session.scalars(select(Opinion).where(Opinion.element_id == "repair")).one()
    assert opinion.person_id == potters.cast.vannak.person_id


def test_answering_oneself_is_not_noted_as_help(potters: Potters) -> None:
    key = potters.failed()
    potters.answer(key, {"wants": "stop"}, now=LATER)
    assert "answered_at_counter" not in events(potters, key)


def test_the_applicant_is_reminded_once_before_the_day(potters: Potters) -> None:
    key = potters.failed()
    task = potters.task_row(key, "repair")
    assert task.remind_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    with potters.house.database.reading() as session:
        assert session.scalar(select(reminders.next_due())) == task.remind_at
    before = len(potters.told(key))
    assert schedule.sweep(potters.house, now=task.remind_at - timedelta(minutes=1)).reminded == 0
    assert schedule.sweep(potters.house, now=task.remind_at).reminded == 1
    assert schedule.sweep(potters.house, now=task.remind_at + timedelta(hours=1)).reminded == 0
    told = potters.told(key)
    assert len(told) == before + 1
    assert "យើងនៅរង់ចាំអ្នក" in told[-1]
    assert "reminded" in events(potters, key)


def test_nobody_is_reminded_of_what_they_answered_or_of_a_day_that_has_passed(potters: Potters) -> None:
    answered, forgotten = potters.failed(), potters.failed()
    potters.answer(answered, {"wants": "stop"}, now=LATER)
    before = len(potters.told(forgotten))
    assert schedule.sweep(potters.house, now=DUE + timedelta(days=1)).reminded == 1
    assert len(potters.told(forgotten)) == before
    assert potters.task_row(forgotten, "repair").remind_at is None
    assert "reminded" not in events(potters, answered)


def test_a_suspended_case_reminds_nobody_until_it_is_resumed(potters: Potters) -> None:
    key = potters.failed()
    visal, reminder = potters.cast.visal.actor, datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    with potters.house.database.transaction() as session:
        by_hand.suspend(session, potters.house, visal, key, reason="ពិនិត្យ", now=LATER)
    assert schedule.sweep(potters.house, now=reminder).reminded == 0
    with potters.house.database.transaction() as session:
        by_hand.resume(session, potters.house, visal, key, reason="រួច", now=reminder)
    assert schedule.sweep(potters.house, now=reminder).reminded == 1


def test_what_is_asked_is_the_next_step_on_the_page_and_when_tracking(potters: Potters) -> None:
    key = potters.failed()
    with potters.house.database.reading() as session:
        mine = my_application(session, potters.house, potters.cast.dara.actor, key, now=LATER)
        stands = progress(session, potters.house, potters.row(key).id, now=LATER)
    assert [(one.name.en, one.due_at) for one in mine.questions] == [("Say whether you come again", DUE)]
    assert (stands.waits_for, stands.answer_by, stands.is_paused) == ("answer", DUE, True)


def test_a_question_of_a_case_that_ended_is_gone(potters: Potters) -> None:
    key = potters.failed()
    task_key = potters.task(key, "repair")
    with potters.house.database.transaction() as session:
        by_hand.cancel(session, potters.house, potters.cast.visal.actor, key, reason="ឈប់", now=LATER)
    with pytest.raises(TaskGone):
        potters.answer(key, {"wants": "stop"}, now=LATER)
    with potters.house.database.reading() as session, pytest.raises(TaskGone):
        question_page(session, potters.house, potters.cast.dara.actor, task_key, now=LATER)


def test_a_first_page_of_optional_questions_is_shown_before_an_application_is_sent(potters: Potters) -> None:
    key = potters.draft(answers={})
    with potters.house.database.reading() as session:
        assert next_step(session, potters.house, potters.cast.dara.actor, key, now=NOW) == "extras"
    with potters.house.database.transaction() as session, pytest.raises(BadAnswers):
        submitting.submit(session, potters.house, potters.cast.dara.actor, key, now=NOW)
