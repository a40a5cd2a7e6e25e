"""What is new for officers leaves the house, where they want that: some kinds at once, the rest together once a working
day. It goes through the outbox: a row of it is written in the transaction that marks what it tells, so two workers tell
nothing twice, and one that is killed tells nothing half.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.claiming import Soonest, soonest
from engine.house import House
from engine.localise import PHNOM_PENH
from engine.people.actors import Actor, load_actor
from engine.people.notice_choices import address_of, next_digest, quiet_until
from engine.people.notice_words import message_of
from engine.people.telling import tell_officer
from engine.working_time.calendars import at_work
from storage.notices import Notice, NoticeChoice
from storage.offices import Holiday, Office
from storage.people import Person

TOGETHER: Final = 100
"""So many notices that go at once, or so many officers with a digest, in one transaction."""
MOST_TOLD: Final = 200
"""So many notices one message marks as told; it names the first of them and says how many there are."""
SATURDAY: Final = 5


def send_at_once(house: House, *, now: datetime) -> int:
    """Puts what officers want to hear at once into the outbox, what is due for one officer in one message; in their
    quiet hours it waits for the end of them. How many notices were dealt with."""
    with house.database.transaction() as session:
        due = select(Notice).where(Notice.goes_out(), Notice.goes_at <= now).order_by(Notice.goes_at, Notice.id)
        rows = session.scalars(due.limit(TOGETHER).with_for_update(skip_locked=True)).all()
        theirs: dict[int, list[Notice]] = defaultdict(list)
        for row in rows:
            theirs[row.person_id].append(row)
        for person_id, notices in sorted(theirs.items()):
            _at_once(session, house, person_id, notices, now)
    return len(rows)


def send_digests(house: House, *, now: datetime) -> int:
    """Tells each officer whose hour has come what is new, if anything is, their office works today and nothing was told
    so on this day before; how many officers were dealt with."""
    with house.database.transaction() as session:
        due = select(NoticeChoice).where(NoticeChoice.next_at <= now).order_by(NoticeChoice.next_at)
        choices = session.scalars(due.limit(TOGETHER).with_for_update(skip_locked=True)).all()
        for choice in choices:
            _digest(session, house, choice, now)
    return len(choices)


def next_at_once(after: datetime | None = None) -> Soonest:
    """When the next notice leaves by itself."""
    return soonest(Notice.goes_at, Notice.goes_out(), after=after)


def next_digests(after: datetime | None = None) -> Soonest:
    """When the next digest is due."""
    return soonest(NoticeChoice.next_at, after=after)


def _at_once(session: Session, house: House, person_id: int, notices: Sequence[Notice], now: datetime) -> None:
    """What was read meanwhile goes nowhere; what cannot go any more stays for the digest."""
    choice = session.get(NoticeChoice, person_id)
    waits = quiet_until(choice, now) if choice is not None else None
    for notice in notices:
        notice.goes_at = waits
    new = [notice for notice in notices if notice.read_at is None]
    if choice is not None and waits is None and new:
        _tell(session, house, choice, new, key=f"notices/{person_id}/{new[0].id}", now=now)


def _digest(session: Session, house: House, choice: NoticeChoice, now: datetime) -> None:
    today, hour = now.astimezone(PHNOM_PENH).date(), choice.digest_hour
    if morning := quiet_until(choice, now):  # the sweep came late
        choice.next_at = morning
        return
    choice.next_at = None if hour is None else next_digest(hour, now)
    actor = load_actor(session, choice.person_id, today=today)
    if choice.sent_on == today or actor is None or not actor.is_officer or not _works(session, actor, today):
        return
    untold = Notice.person_id == choice.person_id, Notice.is_unread(), Notice.told_at.is_(None)
    new = session.scalars(select(Notice).where(*untold).order_by(Notice.id.desc()).limit(MOST_TOLD)).all()
    if new and _tell(session, house, choice, new, key=f"digest/{choice.person_id}/{today.isoformat()}", now=now):
        choice.sent_on = today


def _tell(
    session: Session, house: House, choice: NoticeChoice, notices: Sequence[Notice], *, key: str, now: datetime
) -> bool:
    """Whether it was told: somebody who is reached on their way no more finds it under the bell."""
    person = session.get_one(Person, choice.person_id)
    address = None if person.disabled_at else address_of(session, person, choice.way)
    if address is None:
        return False
    title, body = message_of(notices, person.language, house.base_url)
    tell_officer(session, person, address, title, body, key=key, now=now)
    for notice in notices:
        notice.told_at, notice.goes_at = now, None
    return True


def _works(session: Session, actor: Actor, day: date) -> bool:
    """Whether one of the offices of the person works on this day; of somebody who belongs to every office, whether the
    country does."""
    offices = session.scalars(select(Office).where(Office.id.in_(sorted(actor.named_offices)))).all()
    if offices:
        return bool(at_work(session, offices, day))
    off = select(Holiday.id).where(Holiday.office_id.is_(None), Holiday.day == day, Holiday.works.is_(False)).limit(1)
    return day.weekday() < SATURDAY and session.scalar(off) is None
