"""Officers are told once a month, on the working day that was chosen, that the report of the month before is ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.clockwork import monthly_reports, schedule
from engine.errors import NotAllowed, NotFound
from engine.errors.report_subscriptions import (
    EmailNotProved,
    NoSuchWorkingDay,
    SubscribedAlready,
    WatchesNothingThere,
)
from engine.house import House
from engine.offices.report_subscriptions import next_moment, stop, subscribe
from storage.messages import MessageChannel, Notification
from storage.offices import Office
from storage.people import Membership, Person
from storage.report_subscriptions import ReportSubscription
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Cast, Member

THIRD_DAY = datetime(2026, 3, 4, 0, 30, tzinfo=UTC)
"""The third working day of March 2026, when the office opens: 7:30."""


def prove(house: House, who: Member) -> None:
    with house.database.transaction() as session:
        proved = {"email": f"{who.name_latin.split()[1].lower()}@example.org", "email_proved_at": NOW}
        session.execute(update(Person).where(Person.id == who.person_id).values(**proved))


def told(house: House, cast: Cast, day: int | None = 3, *, who: Member | None = None, by: Member | None = None) -> str:
    with house.database.transaction() as session:
        person = (who or cast.kunthea).person_id
        return subscribe(session, house, (by or cast.visal).actor, "02", person, day=day, now=NOW)


def letters(house: House) -> Sequence[Notification]:
    with house.database.reading() as session:
        wanted = select(Notification).where(Notification.idempotency_key.like("report/%"))
        return session.scalars(wanted.order_by(Notification.id)).all()


def row(house: House) -> ReportSubscription:
    with house.database.reading() as session:
        return session.scalars(select(ReportSubscription)).one()


def test_they_are_told_once_by_e_mail_with_an_address_and_no_number(house: House, cast: Cast) -> None:
    prove(house, cast.kunthea)
    told(house, cast)
    schedule.sweep(house, now=THIRD_DAY - timedelta(seconds=1))
    assert not letters(house)
    for _ in range(2):
        schedule.sweep(house, now=THIRD_DAY)
    (letter,) = letters(house)
    assert (letter.channel, letter.address) == (MessageChannel.EMAIL, "kunthea@example.org")
    assert letter.person_id == cast.kunthea.person_id
    assert f"{house.base_url}/admin/monthly?month=2026-02&province=02" in letter.body
    assert row(house).next_at == datetime(2026, 4, 3, 0, 30, tzinfo=UTC)


def test_two_workers_tell_it_once(house: House, cast: Cast) -> None:
    prove(house, cast.kunthea)
    told(house, cast)
    assert [monthly_reports.tell_due(house, now=THIRD_DAY) for _ in range(2)] == [1, 0]
    assert len(letters(house)) == 1


def test_after_a_long_silence_only_the_last_report_is_told(house: House, cast: Cast) -> None:
    prove(house, cast.kunthea)
    told(house, cast)
    schedule.sweep(house, now=THIRD_DAY + timedelta(days=70))
    schedule.sweep(house, now=THIRD_DAY + timedelta(days=70))
    assert len(letters(house)) == 1
    assert row(house).next_at > THIRD_DAY + timedelta(days=70)


@pytest.mark.parametrize("why", ["left", "no e-mail", "disabled"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_may_not_read_it_any_more_is_told_nothing_and_that_ends_it(house: House, cast: Cast, why: str) -> None:
    prove(house, cast.kunthea)
    told(house, cast)
    person = cast.kunthea.person_id
    with house.database.transaction() as session:
        if why == "left":
            session.execute(update(Membership).where(Membership.person_id == person).values(to_day=date(2026, 3, 3)))
        elif why == "disabled":
            session.execute(update(Person).where(Person.id == person).values(disabled_at=NOW))
        else:
            session.execute(update(Person).where(Person.id == person).values(email=None, email_proved_at=None))
    schedule.sweep(house, now=THIRD_DAY)
    assert not letters(house)
    assert (row(house).ended_at, row(house).next_at) == (THIRD_DAY, None)


def test_stopping_ends_it_and_both_are_written_down(house: House, cast: Cast) -> None:
    prove(house, cast.kunthea)
    key = told(house, cast)
    for _ in range(2):
        with house.database.transaction() as session:
            stop(session, cast.kunthea.actor, key, now=NOW)
    schedule.sweep(house, now=THIRD_DAY)
    assert not letters(house)
    with house.database.reading() as session:
        wanted = (SecurityKind.REPORT_SUBSCRIBED, SecurityKind.REPORT_UNSUBSCRIBED)
        lines = session.scalars(select(SecurityEvent).where(SecurityEvent.kind.in_(wanted)).order_by(SecurityEvent.id))
        found = [(line.kind, line.actor_id, line.person_id) for line in lines]
    assert found == [
        (wanted[0], cast.visal.person_id, cast.kunthea.person_id),
        (wanted[1], cast.kunthea.person_id, cast.kunthea.person_id),
    ]
    assert told(house, cast), "and they can be told again"


def test_only_who_watches_the_office_and_has_proved_an_e_mail_is_told_and_once(house: House, cast: Cast) -> None:
    with pytest.raises(EmailNotProved):
        told(house, cast)
    for who in (cast.kunthea, cast.bopha):
        prove(house, who)
    with pytest.raises(WatchesNothingThere):
        told(house, cast, who=cast.bopha)
    for day in (None, 0, 16):
        with pytest.raises(NoSuchWorkingDay):
            told(house, cast, day)
    told(house, cast)
    with pytest.raises(SubscribedAlready):
        told(house, cast, 5)


def test_only_the_administrator_of_the_office_decides_it(house: House, cast: Cast) -> None:
    prove(house, cast.kunthea)
    for by in (cast.kunthea, cast.phally, cast.chenda):
        with pytest.raises(NotAllowed):
            told(house, cast, by=by)
    key = told(house, cast)
    for refusal, wrong, by in ((NotAllowed, key, cast.phally), (NotFound, "none", cast.visal)):
        with pytest.raises(refusal), house.database.transaction() as session:
            stop(session, by.actor, wrong, now=NOW)
    with pytest.raises(NotFound), house.database.transaction() as session:
        subscribe(session, house, cast.visal.actor, "99", cast.kunthea.person_id, day=3, now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("after", "day", "expected"),
    [
        (datetime(2026, 3, 2, 0, 29, tzinfo=UTC), 1, datetime(2026, 3, 2, 0, 30, tzinfo=UTC)),
        (datetime(2026, 3, 2, 0, 30, tzinfo=UTC), 1, datetime(2026, 4, 1, 0, 30, tzinfo=UTC)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), 1, datetime(2027, 1, 1, 0, 30, tzinfo=UTC)),
    ],
)
def test_it_is_when_the_office_opens_on_that_working_day(
    house: House, cast: Cast, after: datetime, day: int, expected: datetime
) -> None:
    with house.database.reading() as session:
        calendar = house.calendars.of(session, session.get_one(Office, cast.battambang))
    assert next_moment(calendar, day, after=after) == expected
