"""A late case goes up the chain of its office, each rung once; whom it reached reads it until its clock ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.applications.submitting import Submitted
from engine.case.opening import Case
from engine.case.raised_to import acts_from_above
from engine.case.readers import may_read
from engine.clockwork import climbing, schedule
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import offices
from engine.offices.chains import NewChain, Step, set_chain
from engine.packages.groups import ADMINISTRATOR, GOVERNOR, HEAD
from engine.people.actors import Actor, Stand
from engine.queries.office.raised import raised_cases
from engine.queries.shared.names import read_names
from engine.working_time.terms import WorkingDays, WorkingHours
from storage.absences import Absence, Deputy
from storage.chains import Climb, Raised, RaisedTo
from storage.events import CaseEvent
from storage.messages import Notification
from storage.notices import Notice, NoticeKind
from storage.offices import Holiday, Office, OfficeLevel
from storage.people import Membership
from storage.processes import UserTask
from tests.cast import HIRED, HOURS, NOW, Member
from tests.small.cases import SERVICE, Kilns
from tests.ways import step

DAY = timedelta(days=1)
LATE = NOW + 14 * DAY
"""A Monday morning: what was promised two weeks before is late."""
TO_HEAD = Step(RaisedTo.HEAD)
TO_MINISTRY = Step(RaisedTo.MINISTRY, WorkingDays(2))
CLOSING = LATE.replace(hour=10, minute=0) + 2 * DAY
"""17:00 in Cambodia on the second working day after."""


@step
def chain(
    kilns: Kilns, *steps: Step, office: str = "02", service: str = "", begins: date | None = None, usual: bool = False
) -> str:
    day = begins or NOW.date()
    with kilns.house.database.transaction() as session:
        new = NewChain(office, service, day, steps, is_usual=usual)
        return set_chain(session, kilns.cast.visal.actor, new, today=day - DAY, now=NOW)


@step
def of_the_ministry(kilns: Kilns) -> Actor:
    """Oum Phally heads the office of the ministry."""
    phally = kilns.cast.phally.person_id
    with kilns.house.database.transaction() as session:
        named = {"name_km": "ក្រសួង", "name_en": "Ministry", "hours": HOURS, "ministry_key": "industry"}
        office = Office(code="9001", level=OfficeLevel.MINISTRY, **named)
        session.add(office)
        session.flush()
        session.add(Membership(person_id=phally, office_id=office.id, group=HEAD, from_day=HIRED))
        return Actor(phally, "ផល្លី", "Phally", memberships=frozenset({(HEAD, office.id)}))


@step
def late(kilns: Kilns, *sweeps: datetime) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    for moment in sweeps or (LATE,):
        schedule.sweep(kilns.house, now=moment)
    return sent


def told(kilns: Kilns, who: Member) -> list[str]:
    """What went up to somebody, once for each moment."""
    with kilns.house.database.reading() as session:
        rows = session.scalars(
            select(Notification).where(Notification.person_id == who.person_id).order_by(Notification.id)
        ).all()
    return list(dict.fromkeys(f"{row.created_at} {row.body}" for row in rows if "ឡើងដល់អ្នក" in row.body))


def reached(kilns: Kilns) -> list[tuple[int, str]]:
    with kilns.house.database.reading() as session:
        return sorted({(row.rung, row.level.value) for row in session.scalars(select(Raised))})


def reads(kilns: Kilns, sent: Submitted, actor: Actor) -> bool:
    with kilns.house.database.reading() as session:
        return may_read(session, kilns.row(sent), actor)


def raised_events(kilns: Kilns, sent: Submitted) -> Sequence[str]:
    with kilns.house.database.reading() as session:
        found = select(CaseEvent).where(CaseEvent.application_id == kilns.row(sent).id, CaseEvent.kind == "raised")
        return [event.data["level"] for event in session.scalars(found.order_by(CaseEvent.seq))]


def test_each_rung_is_told_when_its_working_time_has_passed_and_no_sooner(kilns: Kilns) -> None:
    of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    sent = late(kilns)
    assert reached(kilns) == [(1, "head")]
    assert len(told(kilns, kilns.cast.kunthea)) == 1, "one message, however many clocks are late"
    schedule.sweep(kilns.house, now=CLOSING - timedelta(seconds=1))
    assert told(kilns, kilns.cast.phally) == []
    with kilns.house.database.reading() as session:
        coming = schedule.next_due(session, after=CLOSING - timedelta(seconds=1), parts=(schedule.DEADLINES,))
    assert coming == CLOSING
    for moment in (CLOSING, CLOSING, CLOSING + DAY):
        schedule.sweep(kilns.house, now=moment)
    assert reached(kilns) == [(1, "head"), (2, "ministry")]
    with kilns.house.database.reading() as session:
        rung = session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.RAISED)).all()
        messages = select(Notification.person_id).where(Notification.idempotency_key.contains("/raised/"))
        assert sorted(rung) == sorted(session.scalars(messages)), "the bell rings with each message"
    assert len(told(kilns, kilns.cast.phally)) == 1
    assert set(raised_events(kilns, sent)) == {"head", "ministry"}


def test_whom_a_case_was_raised_to_reads_it_until_its_clocks_end(kilns: Kilns) -> None:
    phally = of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    sent = late(kilns)
    assert not reads(kilns, sent, phally)
    schedule.sweep(kilns.house, now=CLOSING)
    assert reads(kilns, sent, phally)
    deputy = Actor(kilns.cast.mony.person_id, memberships=frozenset({("inspector", kilns.cast.battambang)}))
    elsewhere = replace(deputy, memberships=frozenset({("inspector", kilns.cast.phnom_penh)}))
    assert not reads(kilns, sent, elsewhere)
    ((_, office),) = phally.memberships
    assert office is not None
    stand = Stand(kilns.cast.phally.person_id, "ផល្លី", "Phally", HEAD, office, LATE.date())
    assert reads(kilns, sent, replace(elsewhere, stands=(stand,)))
    with kilns.house.database.reading() as session:
        names = read_names(session, kilns.house, now=CLOSING)
        shown = raised_cases(session, names, phally)
    assert {one.key for one in shown} == {sent.key}
    kilns.check(sent, "ok", now=CLOSING + timedelta(hours=1))
    kilns.collect(sent, now=CLOSING + timedelta(hours=2))
    assert not reads(kilns, sent, phally)
    with kilns.house.database.reading() as session:
        assert raised_cases(session, names, phally) == ()


def test_nobody_reads_their_own_case_by_a_chain(kilns: Kilns) -> None:
    phally = of_the_ministry(kilns)
    chain(kilns, Step(RaisedTo.MINISTRY))
    sent = kilns.send(kilns.cast.phally)
    kilns.pay(sent)
    schedule.sweep(kilns.house, now=LATE)
    assert reached(kilns) == [(1, "ministry")]
    assert not reads(kilns, sent, phally)


def test_the_late_case_of_the_head_goes_to_the_administrators_and_not_to_the_head_alone(kilns: Kilns) -> None:
    chain(kilns, TO_HEAD)
    sent = kilns.send(kilns.cast.kunthea)
    kilns.pay(sent)
    schedule.sweep(kilns.house, now=LATE)
    assert reached(kilns) == [(1, "head")]
    assert [len(told(kilns, each)) for each in (kilns.cast.kunthea, kilns.cast.visal)] == [0, 1]


def test_without_a_chain_it_goes_up_as_the_service_says(kilns: Kilns) -> None:
    chain(kilns, TO_HEAD, office="12")
    chain(kilns, TO_HEAD, begins=LATE.date() + 30 * DAY)
    late(kilns, LATE, LATE + 7 * DAY)
    assert reached(kilns) == []
    with kilns.house.database.reading() as session:
        assert session.scalars(select(Climb)).all() == []
        assert set(session.scalars(select(UserTask.escalated_to))) == {"", ADMINISTRATOR}


def test_the_narrowest_chain_holds_and_one_without_rungs_gives_back_what_is_usual(kilns: Kilns) -> None:
    chain(kilns, Step(RaisedTo.ADMINISTRATOR), office="", service="")
    chain(kilns, Step(RaisedTo.PROVINCE), office="", service=SERVICE)
    chain(kilns, Step(RaisedTo.HEAD), office="02", service="")
    late(kilns)
    assert reached(kilns) == [(1, "head")]
    chain(kilns, usual=True, office="02", service=SERVICE)
    late(kilns)
    assert reached(kilns) == [(1, "head")]
    with kilns.house.database.reading() as session:
        assert len({row.application_id for row in session.scalars(select(Climb))}) == 1


def test_the_head_hears_nothing_before_the_rung_of_the_head(kilns: Kilns) -> None:
    chain(kilns, Step(RaisedTo.HEAD, WorkingHours(7)))
    late(kilns, LATE)
    assert told(kilns, kilns.cast.kunthea) == []
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(UserTask.escalated_to))) == {""}
        told_at_once = session.scalars(select(Notification.person_id).where(Notification.created_at == LATE))
        assert kilns.cast.visal.person_id not in set(told_at_once)
    schedule.sweep(kilns.house, now=LATE + 7 * DAY)
    assert len(told(kilns, kilns.cast.kunthea)) == 1
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(UserTask.escalated_to))) == {"", HEAD}


def test_the_time_of_a_rung_stands_still_with_the_clock(kilns: Kilns) -> None:
    of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    sent = late(kilns)
    kilns.check(sent, "return", now=LATE + timedelta(hours=1))
    for days in (2, 5, 9):
        schedule.sweep(kilns.house, now=CLOSING + days * DAY)
    assert reached(kilns) == [(1, "head")]
    back = LATE + 14 * DAY
    kilns.correct(sent, now=back)
    schedule.sweep(kilns.house, now=back + DAY)
    assert reached(kilns) == [(1, "head")]
    schedule.sweep(kilns.house, now=back + 3 * DAY)
    assert reached(kilns) == [(1, "head"), (2, "ministry")]


def test_a_worker_that_is_killed_while_it_raises_leaves_nothing_and_the_next_does_it_once(kilns: Kilns) -> None:
    of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    late(kilns)

    def killed(session: Session, house: House, cases: list[Case], /, *, now: datetime) -> int:
        assert climbing.raise_cases(session, house, cases, now=now)
        session.flush()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        climbing.TO_RAISE.work_off(kilns.house, killed, now=CLOSING)
    assert reached(kilns) == [(1, "head")]
    assert [climbing.raise_due(kilns.house, now=CLOSING) for _ in range(2)] == [1, 0]
    assert len(told(kilns, kilns.cast.phally)) == 1


def test_at_the_office_of_a_province_its_head_is_told_once_and_the_case_stays_with_the_administrators(
    kilns: Kilns,
) -> None:
    after = WorkingHours(1)
    chain(kilns, TO_HEAD, Step(RaisedTo.ADMINISTRATOR, after), Step(RaisedTo.PROVINCE, after))
    late(kilns, LATE, LATE + timedelta(hours=2))
    assert reached(kilns) == [(1, "head"), (2, "administrator"), (3, "province")]
    assert [len(told(kilns, each)) for each in (kilns.cast.kunthea, kilns.cast.visal)] == [1, 1]
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(UserTask.escalated_to))) == {"", ADMINISTRATOR}


def test_what_has_ended_goes_no_higher(kilns: Kilns) -> None:
    of_the_ministry(kilns)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    sent = late(kilns)
    kilns.check(sent, "ok", now=LATE + timedelta(hours=1))
    kilns.collect(sent, now=LATE + timedelta(hours=2))
    schedule.sweep(kilns.house, now=CLOSING)
    assert reached(kilns) == [(1, "head")]
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Climb.next_at))) == {None}


def test_a_district_goes_up_to_its_province_and_to_whoever_stands_in_for_the_head(kilns: Kilns) -> None:
    cast, here = kilns.cast, kilns.cast.battambang
    late(kilns, NOW)
    with kilns.house.database.transaction() as session:
        district = session.get_one(Office, here)
        district.code, district.level = "0201", OfficeLevel.DISTRICT
        session.execute(delete(Membership).where(Membership.person_id == cast.kunthea.person_id))
        session.flush()
        province = Office(code="02", level=OfficeLevel.PROVINCE, name_km="ខេត្ត", name_en="Province", hours=HOURS)
        session.add(province)
        session.flush()
        head = {"office_id": province.id, "group": HEAD}
        session.add(Membership(person_id=cast.kunthea.person_id, from_day=HIRED, **head))
        days = {"first_day": LATE.date(), "last_day": LATE.date() + DAY, "recorded_at": NOW}
        away = Absence(person_id=cast.kunthea.person_id, recorded_by_id=cast.kunthea.person_id, **days)
        session.add(away)
        session.flush()
        session.add(Deputy(absence_id=away.id, person_id=cast.mony.person_id, by_office_id=here, **head))
    chain(kilns, Step(RaisedTo.HEAD), Step(RaisedTo.PROVINCE, WorkingHours(1)), office="0201")
    schedule.sweep(kilns.house, now=LATE)
    with kilns.house.database.reading() as session:
        first = session.scalars(select(Raised)).first()
    assert first is not None
    assert (first.group, first.office_id) == (ADMINISTRATOR, here), "nobody heads the district"
    assert len(told(kilns, cast.visal)) == 1
    schedule.sweep(kilns.house, now=LATE + timedelta(hours=2))
    assert [len(told(kilns, each)) for each in (cast.kunthea, cast.mony)] == [1, 1]


def test_whoever_stood_in_for_somebody_who_heads_no_more_hears_nothing(kilns: Kilns) -> None:
    cast, here = kilns.cast, kilns.cast.battambang
    with kilns.house.database.transaction() as session:
        days = {"first_day": LATE.date(), "last_day": LATE.date() + DAY, "recorded_at": NOW}
        away = Absence(person_id=cast.bopha.person_id, recorded_by_id=cast.kunthea.person_id, **days)
        session.add(away)
        session.flush()
        stands = {"group": HEAD, "office_id": here, "by_office_id": here}
        session.add(Deputy(absence_id=away.id, person_id=cast.mony.person_id, **stands))
    chain(kilns, TO_HEAD)
    late(kilns)
    assert [len(told(kilns, each)) for each in (cast.kunthea, cast.mony)] == [1, 0]


def test_a_governor_is_a_rung_who_reads_the_case_and_acts_on_it(kilns: Kilns) -> None:
    cast, here = kilns.cast, kilns.cast.battambang
    with kilns.house.database.transaction() as session:
        post = {"office_id": here, "group": GOVERNOR, "from_day": HIRED}
        session.add(Membership(person_id=cast.phally.person_id, **post))
    governor = replace(cast.phally.actor, memberships=frozenset({(GOVERNOR, here)}))
    chain(kilns, TO_HEAD, Step(RaisedTo.GOVERNOR, WorkingDays(2)))
    sent = late(kilns)
    assert not reads(kilns, sent, governor)
    schedule.sweep(kilns.house, now=CLOSING)
    assert reached(kilns) == [(1, "head"), (2, "governor")]
    assert len(told(kilns, cast.phally)) == 1
    assert reads(kilns, sent, governor)
    with kilns.house.database.reading() as session:
        assert acts_from_above(session, kilns.row(sent), governor)


def test_where_a_province_has_no_governor_the_rung_goes_to_the_administrators(kilns: Kilns) -> None:
    chain(kilns, Step(RaisedTo.GOVERNOR))
    late(kilns)
    assert reached(kilns) == [(1, "governor")]
    assert len(told(kilns, kilns.cast.visal)) == 1


def test_a_day_off_that_is_taken_away_makes_a_rung_that_waits_come_earlier(kilns: Kilns) -> None:
    of_the_ministry(kilns)
    visal, off = kilns.cast.visal.actor, LATE.date() + DAY
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, visal, "02", off, name=Bilingual("ថ្ងៃឈប់", "Day off"), now=NOW)
    chain(kilns, TO_HEAD, TO_MINISTRY)
    late(kilns)
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Climb.next_at))) == {CLOSING + DAY}
    with kilns.house.database.transaction() as session:
        offices.remove_holiday(session, visal, session.scalars(select(Holiday.id)).one(), now=LATE)
    schedule.sweep(kilns.house, now=LATE + timedelta(minutes=5))
    with kilns.house.database.reading() as session:
        assert set(session.scalars(select(Climb.next_at))) == {CLOSING}
    schedule.sweep(kilns.house, now=CLOSING)
    assert reached(kilns) == [(1, "head"), (2, "ministry")]
