"""Whose application it is to fill in: the applicant's own, or the counter's for somebody it helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.applications.lapsing import touch_draft
from engine.case.fees import Told, told_before_sending
from engine.case.kept_apart import is_apart
from engine.catalog.published import Published
from engine.errors import FeeUnclear, NotFound, ServiceNotOffered
from engine.house import House
from engine.packages import APPLY, FeeUndetermined, Form, ServicePackage
from engine.packages.case_facts import DAYS
from engine.packages.groups import FRONT_OFFICE
from engine.people.actors import Actor
from engine.working_time.calendar import WorkingTime
from storage.applications import Application, ApplicationStatus, Channel
from storage.offices import Office, OfficeService

_BY_KEY: Final = (
    select(Application, Office)
    .join(Office, Office.id == Application.office_id)
    .where(Application.key == bindparam("key"))
)
_TO_WORK_ON: Final = _BY_KEY.with_for_update(of=Application).execution_options(populate_existing=True)


@dataclass(frozen=True, slots=True)
class Filing:
    """An application in the hands of somebody who may fill it in, with its office and the version that counts."""

    application: Application
    office: Office
    published: Published
    calendar: WorkingTime

    @property
    def package(self) -> ServicePackage:
        return self.published.package

    @property
    def form(self) -> Form:
        return self.package.forms[APPLY]


def may_file(application: Application, actor: Actor) -> bool:
    """Whether the actor fills this application in: as the applicant, or at the counter that filed it."""
    if actor.person_id is not None and application.applicant_id == actor.person_id:
        return True
    return application.channel == Channel.COUNTER and actor.acts_for(FRONT_OFFICE, application.office_id)


def is_kept_away(session: Session, application: Application, actor: Actor) -> bool:
    """Whether the actor, at the counter that filed it, worked on what the application is about."""
    return application.applicant_id != actor.person_id and is_apart(session, application, actor)


def open_filing(session: Session, house: House, actor: Actor, key: str, *, lock: bool = False, now: datetime) -> Filing:
    """The application under this key. A draft follows the version in effect at its office now, a running one keeps its
    own; with ``lock`` somebody works on it, and it is kept anew from now on.

    ``NotFound`` when there is none, and the same for somebody else's.
    """
    row = session.execute(_TO_WORK_ON if lock else _BY_KEY, {"key": key}).one_or_none()
    if row is None or not may_file(row[0], actor) or is_kept_away(session, row[0], actor):
        raise NotFound
    application, office = row
    if application.status == ApplicationStatus.DRAFT:
        if lock:
            touch_draft(session, application, now=now)
        published = house.catalog.current(session, application.service_key, now=now, office_id=office.id)
    else:
        published = house.catalog.of(session, application.definition_id)
    return Filing(application, office, published, house.calendars.of(session, office))


def require_offered(session: Session, office: Office, published: Published, day: date) -> None:
    """Raises ``ServiceNotOffered`` unless the office offers the service on that day, and the version is one that people
    apply for at offices of its level."""
    if not published.package.is_applied_for or office.level not in published.package.manifest.office_levels:
        raise ServiceNotOffered
    offered = session.scalar(
        select(OfficeService.id)
        .where(
            OfficeService.office_id == office.id,
            OfficeService.service_key == published.service_key,
            OfficeService.is_offered(day),
        )
        .limit(1)
    )
    if offered is None:
        raise ServiceNotOffered


def seen(filing: Filing, now: datetime) -> str:
    """A mark of what a page shows: the answers, the published version, and the day where a fee depends on it.
    ``StalePage`` is about another mark."""
    names = frozenset().union(*(table.names() for table in filing.package.fees.values()))
    day = f".{filing.calendar.local_date(now)}" if names & DAYS else ""
    return f"{filing.application.revision}.{filing.published.version}{day}"


def touch(application: Application, answers: dict[str, Any]) -> None:
    """New answers make a new revision; the same answers again do not."""
    if answers != application.answers:
        application.answers = answers
        application.revision += 1


def fees_told(session: Session, filing: Filing, *, now: datetime) -> Told:
    """What each fee of the application comes to with its answers; ``FeeUnclear`` where the table of a version gives
    none for them."""
    application = filing.application
    try:
        return told_before_sending(
            session, filing.package, application, application.answers, filing.calendar.local_date(now)
        )
    except FeeUndetermined as unclear:
        raise FeeUnclear from unclear
