"""Cases that begin without an application being sent: a message, a signal or the clock begins them.

A case that another one begins is for the same applicant at the same office. A case that the clock begins is the
office's own: the office itself is the applicant. Each begins once, in a transaction of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Step
from engine.case import events, promising
from engine.case.opening import new_case
from engine.case.turn import Turn
from engine.catalog.published import Published
from engine.claiming import one_by_one
from engine.flow import start_events
from engine.flow.advance import advance
from engine.house import House
from engine.namesakes import office_name
from engine.packages import APPLY, prefilled
from engine.people.actors import ANOTHER_CASE, THE_CLOCK
from engine.people.identities import account_facts
from engine.references import new_key, new_reference, new_tracking_code, tracking_digits
from storage.applications import Application, ApplicationStatus, Channel
from storage.follow_ups import FollowUp, OfficeApplicant, StartKind
from storage.offices import Office
from storage.people import IdentityStatus, Person
from storage.processes import WaitingMessage

BATCH: Final = 200
log = structlog.get_logger("owso.follow_ups")


def fire_due(house: House, *, now: datetime) -> int:
    """Plans the cases of every start timer that is due, in the order in which they fell due; how many moments."""
    fired = 0
    broken: frozenset[int] = frozenset()
    for _ in range(BATCH):
        with house.database.reading() as session:
            start_id = start_events.next_timer(session, now=now, without=broken)
        if start_id is None:
            break
        try:
            with house.database.transaction() as session:
                planned = start_events.fire(session, house, start_id, now=now)
            fired += planned
        except Exception as failure:  # whatever breaks stops this timer, and no other
            log.error("start_timer_failed", start_event=start_id, failure=type(failure).__name__)
            broken |= {start_id}
    return fired


def begin_planned(house: House, *, most: int = BATCH, now: datetime) -> int:
    """Begins the cases that are planned, in the order in which they were due; how many began."""
    planned = select(FollowUp.id).where(FollowUp.application_id.is_(None)).order_by(FollowUp.due_at, FollowUp.id)

    def begin(session: Session, follow_up_id: int) -> bool:
        return begin_one(session, house, follow_up_id, now=now)

    return one_by_one(house.database, planned, FollowUp.id, begin, most=most, broke=_not_begun)


def _not_begun(follow_up_id: int, failure: Exception) -> None:
    log.error("follow_up_failed", follow_up=follow_up_id, failure=type(failure).__name__)


def begin_one(session: Session, house: House, follow_up_id: int, *, now: datetime) -> bool:
    """Begins one planned case. False when another worker has it or has done so."""
    planned = session.scalar(
        select(FollowUp)
        .where(FollowUp.id == follow_up_id, FollowUp.application_id.is_(None))
        .with_for_update(skip_locked=True)
    )
    if planned is None:
        return False
    _begin(session, house, planned, now)
    return True


def begin_by_message(session: Session, house: House, message: WaitingMessage, *, now: datetime) -> bool:
    """Begins a case with a message that no running case waits for: of several services, the first by key. False when no
    process that the sender's office offers begins with it, or too many cases have begun one another."""
    sender = session.get_one(Application, message.sender_id)
    starts = start_events.begun_by(session, house, StartKind.MESSAGE, message.name, sender.office_id, now=now)
    generation = start_events.next_generation(session, sender.id) if starts else None
    if generation is None:
        return False
    planned = FollowUp(
        definition_id=starts[0].definition_id,
        element_id=starts[0].element_id,
        kind=StartKind.MESSAGE,
        name=message.name,
        office_id=sender.office_id,
        applicant_id=sender.applicant_id,
        sender_id=sender.id,
        payload=message.payload,
        due_at=message.thrown_at,
        generation=generation,
    )
    session.add(planned)
    _begin(session, house, planned, now)
    return True


def _begin(session: Session, house: House, planned: FollowUp, now: datetime) -> None:
    office = session.get_one(Office, planned.office_id)
    applicant = _applicant(session, planned, office, now)
    published = house.catalog.of(session, planned.definition_id)
    calendar = house.calendars.of(session, office)
    application = _application(published, office, applicant, now)
    application.reference = new_reference(session, office.code, calendar.local_date(now).year)
    session.add(application)
    session.flush()
    planned.application_id = application.id
    actor = THE_CLOCK if planned.kind == StartKind.TIMER else ANOTHER_CASE
    sender = session.get(Application, planned.sender_id) if planned.sender_id else None
    data = {
        "service": application.service_key,
        "version": published.version,
        "office": office.code,
        "name": planned.name,
        "reference": sender.reference if sender else "",
    }
    place = planned.element_id.partition("#")[0]
    if planned.kind == StartKind.TIMER:
        events.record(session, application, "begun_by_clock", actor, at=now, element_id=place, data=data)
    else:
        events.record(session, application, "begun_by_case", actor, at=now, element_id=place, data=data)
    if published.package.manifest.clock.starts != "complete":
        promising.begin(session, application, published.package, calendar, now=now)
    name = "" if planned.kind == StartKind.TIMER else planned.name
    step = Step("start", name=name, variables=planned.payload, element_id=planned.element_id)
    advance(Turn(session, house, new_case(session, house, application, now=now), actor, now), step)


def _application(published: Published, office: Office, applicant: Person, now: datetime) -> Application:
    """What nobody sent, with what the applicant's account answers of its form."""
    return Application(
        key=new_key(),
        tracking_code=new_tracking_code(),
        tracking_digits=tracking_digits(applicant.phone, applicant.id_number),
        service_key=published.service_key,
        definition_id=published.definition_id,
        office_id=office.id,
        applicant_id=applicant.id,
        channel=Channel.FOLLOW_UP,
        status=ApplicationStatus.RUNNING,
        answers=_answers(published, applicant),
        created_at=now,
        submitted_at=now,
    )


def _answers(published: Published, applicant: Person) -> dict[str, Any]:
    return prefilled(published.package.forms[APPLY], account_facts(applicant))


def _applicant(session: Session, planned: FollowUp, office: Office, now: datetime) -> Person:
    """Whom the case is for. The office as its own applicant is written down when it is needed first."""
    if planned.applicant_id is not None:
        return session.get_one(Person, planned.applicant_id)
    session.get_one(Office, office.id, with_for_update=True)
    known = session.scalar(
        select(Person)
        .join(OfficeApplicant, OfficeApplicant.person_id == Person.id)
        .where(OfficeApplicant.office_id == office.id)
    )
    if known is not None:
        return known
    name = office_name(office)
    itself = Person(
        name_km=name.km,
        name_latin=name.en,
        identity_status=IdentityStatus.VERIFIED,
        session_epoch=1,
        created_at=now,
    )
    session.add(itself)
    session.flush()
    session.add(OfficeApplicant(office_id=office.id, person_id=itself.id))
    return itself
