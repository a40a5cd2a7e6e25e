"""Closing an office for good: only once nothing runs there, so that no case and nobody is left behind.

What it offers ends first: then nothing comes in any more, and what runs goes to its end. An office to which cases of
others go stays open as long as those offer their services.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.case.holding import goes_to, may_go_to
from engine.errors import NotFound
from engine.errors.offices import OfficeAtWork
from engine.house import House
from engine.khmer import Bilingual
from engine.localise import PHNOM_PENH
from engine.namesakes import office_name
from engine.offices import ending, invitations
from engine.offices.offering import cut, offers_from
from engine.packages import places
from engine.packages.groups import ADMINISTRATOR, APPLICANT
from engine.people import security_log
from engine.people.actors import Actor
from engine.reasons import reason_given
from storage.applications import Application, ApplicationStatus
from storage.cash_books import CashBook
from storage.invitations import Invitation, OfferedGroup
from storage.offices import Office, OfficeService
from storage.people import Membership
from storage.processes import OPEN_TASK, UserTask
from storage.security_log import SecurityKind


@dataclass(frozen=True, slots=True)
class AtWork:
    """What keeps an office open: ``cases`` that came in here and run, ``tasks`` of other offices' cases that lie here,
    ``books`` of cashiers that no second person has confirmed, and offices that offer services whose cases go here."""

    cases: int
    tasks: int
    books: int
    served: tuple[tuple[Bilingual, Bilingual], ...]

    @property
    def is_any(self) -> bool:
        return bool(self.cases or self.tasks or self.books or self.served)


def close_office(session: Session, house: House, actor: Actor, office_code: str, *, reason: str, now: datetime) -> None:
    """Nothing is offered, and nobody works there, from today on. Closing twice changes nothing. ``OfficeAtWork`` while
    something runs there; ``ReasonMissing``."""
    actor.require(None, ADMINISTRATOR)
    office, why = _locked(session, office_code), reason_given(reason)
    if office.closed_from is not None:
        return
    today = now.astimezone(PHNOM_PENH).date()
    if at_work(session, house, office, today=today, now=now).is_any:
        raise OfficeAtWork
    yesterday = today - timedelta(days=1)
    cut(session, actor, office, offers_from(session, office, today), last_day=yesterday, reason=why, now=now)
    lasting = Membership.to_day.is_(None) | (Membership.to_day >= today)
    held = select(Membership.person_id, Membership.group).where(Membership.office_id == office.id, lasting)
    for person_id, group in session.execute(held.distinct().order_by(Membership.person_id, Membership.group)).all():
        ending.end_grant(session, actor, person_id, group, office_code=office_code, reason=why, today=today, now=now)
    mine = select(Invitation.id).where(invitations.is_open())
    there = OfferedGroup.office_id == office.id, OfferedGroup.invitation_id.in_(mine)
    session.execute(delete(OfferedGroup).where(*there))
    office.closed_from = today
    session.flush()
    data = {"office": office.code, "level": office.level, "reason": why}
    security_log.note(session, SecurityKind.OFFICE_CLOSED, actor, data=data, at=now)


def stop_offering(session: Session, actor: Actor, office_code: str, *, reason: str, now: datetime) -> None:
    """Today is the last day on which the office takes anything in; what runs goes on to its end."""
    why, today = reason_given(reason), now.astimezone(PHNOM_PENH).date()
    office = _locked(session, office_code)
    actor.require(office.id, ADMINISTRATOR)
    cut(session, actor, office, offers_from(session, office, today), last_day=today, reason=why, now=now)


def at_work(session: Session, house: House, office: Office, *, today: date, now: datetime) -> AtWork:
    """What runs at the office now; four statements."""
    running = Application.office_id == office.id, Application.status == ApplicationStatus.RUNNING
    elsewhere = (
        select(func.count())
        .select_from(UserTask)
        .join(Application, Application.id == UserTask.application_id)
        .where(UserTask.office_id == office.id, UserTask.status.in_(OPEN_TASK), UserTask.group != APPLICANT)
        .where(Application.office_id != office.id)
    )
    books = select(func.count()).select_from(CashBook).where(CashBook.office_id == office.id, CashBook.is_unsettled())
    return AtWork(
        cases=session.scalar(select(func.count()).select_from(Application).where(*running)) or 0,
        tasks=session.scalar(elsewhere) or 0,
        books=session.scalar(books) or 0,
        served=tuple(_served(session, house, office, today, now)),
    )


def _served(
    session: Session, house: House, office: Office, today: date, now: datetime
) -> Iterator[tuple[Bilingual, Bilingual]]:
    """Office and service: whose cases need this office."""
    below = (
        select(Office, OfficeService.service_key)
        .join(OfficeService, OfficeService.office_id == Office.id)
        .where(Office.id != office.id, may_go_to(office), OfficeService.is_offered_from(today))
        .order_by(Office.code, OfficeService.service_key)
        .distinct()
    )
    there = {one.service_key: one for one in house.catalog.all_anywhere(session, now=now)}
    for other, key in session.execute(below).all():
        published = there.get(key)
        if published is None:
            continue
        package = published.package
        levels = {level for _, level in places(package)} | {rule.level for rule in package.manifest.sessions}
        if any(goes_to(other, office, level, package.ministry.key) for level in levels):
            yield office_name(other), package.manifest.title


def _locked(session: Session, office_code: str) -> Office:
    found = select(Office).where(Office.code == office_code).with_for_update(key_share=True)
    office = session.scalar(found.execution_options(populate_existing=True))
    if office is None:
        raise NotFound
    return office
