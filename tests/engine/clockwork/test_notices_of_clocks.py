"""Officers find under their bell what is nearly due and what is late: their own tasks, and the cases of the office."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from engine.clockwork import schedule
from engine.house import Pace
from engine.tasks import user_tasks
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.notices import NoticeKind, NoticePlace
from tests.absences import away
from tests.bell import notices, rung
from tests.cast import NOW
from tests.engine.clockwork.test_new_days import DAY, WEEK, late
from tests.small.cases import Kilns

OWN = {NoticeKind.NEARLY_DUE, NoticeKind.LATE}
OF_THE_OFFICE = {NoticeKind.OFFICE_NEARLY_DUE, NoticeKind.OFFICE_LATE}


def test_whoever_has_the_task_is_told_of_it_and_the_head_of_the_case(kilns: Kilns) -> None:
    sent = late(kilns)
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, key, now=NOW)
    for days in range(1, 15):
        schedule.sweep(kilns.house, now=NOW + days * DAY)
    mine, heads = notices(kilns.house, kilns.cast.bopha), notices(kilns.house, kilns.cast.kunthea)
    assert {one.kind for one in mine} == OWN
    assert {(one.place_kind, one.opens) for one in mine} == {(NoticePlace.TASK, key)}
    assert {one.kind for one in heads} == OF_THE_OFFICE
    assert {(one.place_kind, one.opens) for one in heads} == {(NoticePlace.CASE, sent.key)}
    assert all(one.facts["day"] and one.facts["reference"] for one in (*mine, *heads))
    for stranger in (kilns.cast.phally, kilns.cast.dara, kilns.cast.sopheap):
        assert rung(kilns.house, stranger) == []


def test_whoever_stands_in_is_told_of_the_tasks_of_the_absent_colleague(kilns: Kilns) -> None:
    sent = late(kilns)
    key = kilns.task(sent, "check")
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, kilns.cast.bopha.actor, key, now=NOW)
    away(kilns.house, kilns.cast.bopha, kilns.cast.rithy)
    schedule.sweep(kilns.house, now=NOW + 4 * DAY)
    told = [(one.kind, one.opens) for one in notices(kilns.house, kilns.cast.rithy)]
    assert told[0] == (NoticeKind.DEPUTY, "")
    assert {opens for _, opens in told[1:]} == {key}
    assert {kind for kind, _ in told[1:]} <= OF_THE_OFFICE


def test_a_sweep_that_looks_again_rings_no_bell_twice(kilns: Kilns) -> None:
    late(kilns, NOW + 3 * WEEK)
    told = len(notices(kilns.house, kilns.cast.kunthea))
    assert told
    schedule.sweep(kilns.house, now=NOW + 3 * WEEK)
    assert len(notices(kilns.house, kilns.cast.kunthea)) == told


def test_a_message_of_a_case_to_an_officer_is_recorded_and_does_not_leave_unless_the_house_wants_that(
    kilns: Kilns,
) -> None:
    def of_officers() -> set[tuple[MessageChannel, bool]]:
        with kilns.house.database.reading() as session:
            found = session.scalars(select(Notification).where(Notification.person_id != kilns.cast.dara.person_id))
            return {(one.channel, one.status == NotificationStatus.RECORDED) for one in found}

    sent = late(kilns)
    assert kilns.row(sent).applicant_id == kilns.cast.dara.person_id
    schedule.sweep(kilns.house, now=NOW + 2 * WEEK)
    assert of_officers() == {(MessageChannel.PORTAL, True)}
    with kilns.house.database.reading() as session:
        mine = select(Notification.channel).where(Notification.person_id == kilns.cast.dara.person_id).distinct()
        assert set(session.scalars(mine)) == {MessageChannel.SMS}, "the applicant hears as ever"
    both = replace(kilns.house, pace=Pace(officers_by_message=True))
    schedule.sweep(both, now=NOW + 4 * WEEK)
    assert MessageChannel.SMS in {channel for channel, _ in of_officers()}
