"""What is new for officers leaves the house, where they want that: some kinds at once, the rest together once a working
day. It goes through the outbox: a row of it is written in the transaction that marks what it tells, so two workers tell
nothing twice, and one that is killed tells nothing half.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.claiming import Soonest, one_by_one, soonest
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

TOGETHER: Final = 200
"""So many officers in one sweep, each in a transaction of their own: the next one follows."""
MOST_TOLD: Final = 200
"""So many notices one message marks as told; it names the first of them and says how many there are."""
SATURDAY: Final = 5
log = structlog.get_logger("owso.notices")


def send_at_once(house: House, *, now: datetime) -> int:
    """Puts what officers want to hear at once into the outbox, what is due for one officer in one message; in their
    quiet hours it waits for the end of them. How many notices were dealt with."""
    due = select(Notice.person_id).where(*_goes_now(now)).group_by(Notice.person_id).order_by(func.min(Notice.goes_at))

    def act(session: Session, person_id: int) -> int:
        return _at_once(session, house, person_id, now)

    return one_by_one(house.database, due, Notice.person_id, act, most=TOGETHER, broke=_broke)


def send_digests(house: House, *, now: datetime) -> int:
    """Tells each officer whose hour has come what is new, if anything is, their office works today and nothing was told
    so on this day before; how many were told."""
    due = select(NoticeChoice.person_id).where(NoticeChoice.next_at <= now).order_by(NoticeChoice.next_at)

    def act(session: Session, person_id: int) -> int:
        return _digest(session, house, person_id, now)

    return one_by_one(house.database, due, NoticeChoice.person_id, act, most=TOGETHER, broke=_broke)


def next_at_once(after: datetime | None = None) -> Soonest:
    """When the next notice leaves by itself."""
    return soonest(Notice.goes_at, Notice.goes_out(), after=after)


def next_digests(after: datetime | None = None) -> Soonest:
    """When the next digest is due."""
    return soonest(NoticeChoice.next_at, after=after)


def _broke(person_id: int, failure: Exception) -> None:
    log.error("notices_not_told", person=person_id, failure=type(failure).__name__)


def _goes_now(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Notice.goes_out(), Notice.goes_at <= now


def _at_once(session: Session, house: House, person_id: int, now: datetime) -> int:
    """What was read meanwhile goes nowhere; what cannot go any more stays for the digest. What another worker holds is
    told by that one."""
    mine = select(Notice).where(Notice.person_id == person_id, *_goes_now(now)).order_by(Notice.id.desc())
    notices = session.scalars(mine.limit(MOST_TOLD).with_for_update(skip_locked=True)).all()
    choice = session.get(NoticeChoice, person_id)
    waits = quiet_until(choice, now) if choice is not None else None
    for notice in notices:
        notice.goes_at = waits
    new = [notice for notice in notices if notice.read_at is None]
    if choice is not None and waits is None and new and _officer(session, person_id, now) is not None:
        _tell(session, house, choice, new, key=f"notices/{person_id}/{new[0].id}", now=now)
    return len(notices)


def _digest(session: Session, house: House, person_id: int, now: datetime) -> int:
    claimed = select(NoticeChoice).where(NoticeChoice.person_id == person_id, NoticeChoice.next_at <= now)
    choice = session.scalar(claimed.with_for_update(skip_locked=True))
    if choice is None:  # another worker was quicker
        return 0
    local, hour = now.astimezone(PHNOM_PENH), choice.digest_hour
    if morning := quiet_until(choice, now):  # the sweep came late
        choice.next_at = morning
        return 0
    if hour is not None and local.hour < hour:  # so late that it is another day, and not its hour yet
        choice.next_at = next_digest(hour, now)
        return 0
    today = local.date()
    choice.next_at = None if hour is None else next_digest(hour, now)
    actor = _officer(session, person_id, now)
    if choice.sent_on == today or actor is None or not _works(session, actor, today):
        return 0
    untold = Notice.is_unread(), Notice.told_at.is_(None), Notice.goes_at.is_(None)
    newest = select(Notice).where(Notice.person_id == person_id, *untold).order_by(Notice.id.desc())
    new = session.scalars(newest.limit(MOST_TOLD).with_for_update(skip_locked=True)).all()
    told = new and _tell(session, house, choice, new, key=f"digest/{person_id}/{today.isoformat()}", now=now)
    if told:
        choice.sent_on = today
    return int(bool(told))


def _tell(
    session: Session, house: House, choice: NoticeChoice, notices: Sequence[Notice], *, key: str, now: datetime
) -> bool:
    """Whether it was told: somebody who is reached on their way no more finds it under the bell."""
    person = session.get_one(Person, choice.person_id)
    address = address_of(session, person, choice.way_kind)
    if address is None:
        return False
    title, body = message_of(notices, person.language, house.base_url)
    tell_officer(session, person, address, title, body, key=key, now=now)
    for notice in notices:
        notice.told_at, notice.goes_at = now, None
    return True


def _officer(session: Session, person_id: int, now: datetime) -> Actor | None:
    """The person, while they work in an office: what is told there is for nobody else."""
    actor = load_actor(session, person_id, today=now.astimezone(PHNOM_PENH).date())
    return actor if actor is not None and actor.is_officer else None


def _works(session: Session, actor: Actor, day: date) -> bool:
    """Whether one of the offices of the person works on this day; of somebody who belongs to every office, whether the
    country does."""
    offices = session.scalars(select(Office).where(Office.id.in_(sorted(actor.named_offices)))).all()
    if offices:
        return bool(at_work(session, offices, day))
    off = select(Holiday.id).where(Holiday.office_id.is_(None), Holiday.day == day, Holiday.works.is_(False)).limit(1)
    return day.weekday() < SATURDAY and session.scalar(off) is None
