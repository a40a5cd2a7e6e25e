"""Tells those who are to be told that the report of the month before is ready: once, by e-mail, with its address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.claiming import Soonest, soonest
from engine.house import House
from engine.namesakes import office_name
from engine.offices.report_subscriptions import end, may_be_told, next_moment
from engine.packages.gazetteer import PROVINCE_DIGITS
from engine.people.actors import THE_CLOCK
from engine.people.contacts import ContactPoint
from engine.people.telling import tell_contact
from storage.messages import MessageChannel
from storage.offices import Office, OfficeLevel
from storage.people import Person
from storage.report_subscriptions import ReportSubscription

TOGETHER: Final = 200
log = structlog.get_logger("owso.monthly_reports")


def tell_due(house: House, *, now: datetime) -> int:
    """Tells of what is due; how many. Each in its own transaction: one that fails is logged, and the others go on."""
    with house.database.reading() as session:
        due = select(ReportSubscription.id).where(ReportSubscription.next_at <= now)
        found = session.scalars(due.order_by(ReportSubscription.next_at).limit(TOGETHER)).all()
    told = 0
    for subscription_id in found:
        try:
            with house.database.transaction() as session:
                told += _tell(session, house, subscription_id, now)
        except Exception as failure:  # whatever breaks stops this message, and no other
            log.error("report_not_told", subscription=subscription_id, failure=type(failure).__name__)
    return told


def next_due(after: datetime | None = None) -> Soonest:
    """When somebody is to be told next."""
    return soonest(ReportSubscription.next_at, after=after)


def _tell(session: Session, house: House, subscription_id: int, now: datetime) -> bool:
    """Looks again under the lock: another worker may have told it meanwhile. Who watches the office no more, or has no
    proved e-mail any more, is told nothing, and that ends it."""
    row = session.get(ReportSubscription, subscription_id, with_for_update=True)
    if row is None or row.next_at is None or row.next_at > now:
        return False
    person, office = session.get_one(Person, row.person_id), session.get_one(Office, row.office_id)
    calendar = house.calendars.of(session, office)
    today = calendar.local_date(now)
    is_reached = person.email and person.email_proved_at is not None
    if not is_reached or not may_be_told(session, person.id, office.id, today=today):
        end(session, row, THE_CLOCK, now=now)
        return False
    month = f"{calendar.local_date(row.next_at).replace(day=1) - timedelta(days=1):%Y-%m}"
    row.next_at = next_moment(calendar, row.working_day, after=now)
    facts = {"office": office_name(office)(person.language), "link": address_of(house.base_url, office, month)}
    point = ContactPoint(MessageChannel.EMAIL, person.email or "")
    key = f"report/{row.id}/{month}"
    words = house.texts["report_ready"]
    tell_contact(session, point, words, facts, key=key, language=person.language, person_id=person.id, now=now)
    return True


def address_of(base_url: str, office: Office, month: str) -> str:
    """The address of the report of an office: with the districts at a province, with all that is watched at a
    ministry."""
    part = {
        OfficeLevel.PROVINCE: {"province": office.code[:PROVINCE_DIGITS]},
        OfficeLevel.DISTRICT: {"office": office.code},
    }.get(office.level, {})
    return f"{base_url}/admin/monthly?{urlencode({'month': month, **part})}"
